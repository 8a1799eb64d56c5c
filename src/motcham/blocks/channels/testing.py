"""Builders for tests of other blocks and apps: a mail server that behaves as told, and the worker's sweeps run at once."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Event
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from django.test import override_settings
from django.utils import timezone

from motcham.blocks.channels.actions import send, spread
from motcham.blocks.channels.define import AddressBook, Contact, Link, Notice, Recipient, State, Told, address_books
from motcham.blocks.channels.models import APP, EMAIL, Delivery
from motcham.blocks.channels.models import Notice as NoticeRow
from motcham.blocks.channels.sending import send_due


@dataclass
class MailServer:
    """A real SMTP server on a free port. `answers` are given to RCPT by address, `data` to the message; `breaks_off` closes the
    connection in the middle of a message, `swallows` takes it and closes without a word, `waits` holds the answer back until it
    is set; `behaves` may change between messages."""

    answers: dict[str, str] = field(default_factory=dict)
    data: str = "250 taken"
    breaks_off: bool = False
    swallows: bool = False
    waits: Event | None = None
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    user: str = ""
    password: str = ""

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd looks for these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        answer = self.answers.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, or not."""
        if self.waits is not None:
            waits = self.waits
            await asyncio.get_running_loop().run_in_executor(None, waits.wait, 30)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        if self.data.startswith("250"):
            message = message_from_bytes(content, policy=default)
            self.got += [(to, message) for to in envelope.rcpt_tos]
            self.raw.append(content)
        if self.swallows:
            server.transport.abort()  # type: ignore[union-attr]
        return self.data

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Let in whoever has the password."""
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=known)


class _Server(SMTP):
    def connection_made(self, transport: Any) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.event_handler.breaks_off:
            await self.push("354 go on")
            self.transport.abort()  # type: ignore[union-attr]
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Server(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(
    *, scheme: str = "smtp", context: ssl.SSLContext | None = None, query: str = "", speaks_utf8: bool = True, **behaviour: Any
) -> Iterator[MailServer]:
    """Run a mail server and let the house send by it."""
    server = MailServer(**behaviour)
    options: dict[str, Any] = {"enable_SMTPUTF8": speaks_utf8, "hostname": "127.0.0.1", "port": 0, "ready_timeout": 180.0}
    if server.user:
        options |= {"authenticator": server.authenticate, "auth_required": True, "auth_require_tls": scheme == "starttls"}
    if scheme == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    elif scheme == "smtps":
        options |= {"ssl_context": context}
    controller = _Controller(server, **options)
    controller.start()
    server.port, server.connections = controller.port, 0
    login = f"{server.user}:{quote(server.password, safe='')}@" if server.user else ""
    url = f"{scheme}://{login}127.0.0.1:{server.port}{query}"
    try:
        with override_settings(SMTP_URL=url, MAIL_FROM="Một Chạm <tin@example.vn>", PUBLIC_URL="https://example.vn"):
            yield server
    finally:
        controller.stop()


@contextmanager
def a_book(*contacts: Contact | None, key: str = "thing", agency_id: int | None = None, **of_each: Any) -> Iterator[list[str]]:
    """Have a book by which every subject `thing:…` concerns people with these contacts; give the list of those it opened."""
    opened: list[str] = []

    def recipients(notice: Notice) -> Told:
        every = (Recipient(f"person:{n}", notice.language, may_have_email=True, **of_each) for n in range(len(contacts)))
        return Told(tuple(every), agency_id)

    def open_contact(notice: Notice, recipient: str) -> Contact | None:
        opened.append(recipient)
        return contacts[int(recipient.removeprefix("person:"))]

    def links(subjects: Collection[str], *_: object) -> dict[str, Link]:
        return {each: Link(f"About {each}", f"/{each}/") for each in subjects}

    address_books.register(AddressBook(key, recipients, open_contact, links, links), file=__file__)
    try:
        yield opened
    finally:
        address_books.remove(key)


def a_contact(email: str = "lan@example.vn", about: str = "Lamp · Lê Lợi", href: str = "/track/7K2M-09QX-4T1ZB/") -> Contact:
    """Return somebody's contact."""
    return Contact(email, Link(about, href))


def told(number: int = 1, *, to: str = "thing:1", template: str = "news", language: str = "en", **changes: Any) -> None:
    """Write a notice."""
    at = changes.pop("at", None) or timezone.now()
    send(to=to, template=template, facts=changes.pop("facts", {}), at=at, entry_id=number, language=language, **changes)


def a_stuck_delivery(*, to: str, agency_id: int | None, account_id: int | None = None) -> int:
    """Store a notice that an account has in the app and that no e-mail could tell; return the id of what is stuck."""
    told(sum(to.encode()), to=to, template="answered")
    notice = NoticeRow.objects.filter(to=to).latest("id")
    NoticeRow.objects.filter(id=notice.id).update(spread_at=timezone.now())
    shared = {"notice": notice, "recipient": "filer", "language": "vi", "settled_at": timezone.now()}
    if account_id:
        Delivery.objects.create(channel=APP, state=State.SENT, account_id=account_id, **shared)
    return Delivery.objects.create(channel=EMAIL, state=State.FAILED, permanent=True, agency_id=agency_id, **shared).id


def outcomes() -> set[tuple[str, str]]:
    """Return by which channels notices went to people, and how that ended."""
    return set(Delivery.objects.values_list("channel", "state"))


def deliver() -> None:
    """Do what the worker does: spread every notice, then send every mail that is due."""
    while spread():
        pass
    while send_due():
        pass
