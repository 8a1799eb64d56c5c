"""The ways by which mail leaves: a real server by SMTP, a folder in the demo, or none."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

from motcham.blocks.channels.define import NotSent, Uncertain, Unreachable

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
TIMEOUT = 20.0
# A server may scan the whole message before it answers; giving up early is what makes mail come twice or not at all.
PATIENCE = 120.0
SERVER_AWAY = 421
KEPT_IN_FOLDER = 500


class Session(Protocol):
    """An open way: `send` returns what the other side answered, or raises `NotSent`, `Uncertain` or `Unreachable`.
    `hand_over` is called just before the message itself goes out; where it returns False the message stays here."""

    def send(self, message: EmailMessage, *, sender: str, to: str, hand_over: Callable[[], bool]) -> str:
        """Send one message."""


def way() -> str:
    """Return which way mail leaves: in the demo never by a real server."""
    if settings.MODE == "demo":
        return "folder"
    return "smtp" if settings.SMTP_URL and settings.MAIL_FROM and settings.PUBLIC_URL else ""


@contextmanager
def opened() -> Iterator[Session]:
    """Open the way that the settings name, for many messages."""
    if way() == "folder":
        yield Folder(settings.HOME / "outbox")
        return
    try:
        session = Smtp(Server.of(settings.SMTP_URL))
    except ValueError as wrong:
        raise Unreachable(detail=str(wrong)) from None
    try:
        yield session
    finally:
        session.quit()


@dataclass(frozen=True)
class Server:
    """A mail server as `MOTCHAM_SMTP_URL` names it."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    authority: str = ""

    @classmethod
    def of(cls, url: str) -> Server:
        """Read `smtp://`, `starttls://` or `smtps://` with user, password and port; `?ca=FILE` names an authority of one's own."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError(
                "MOTCHAM_SMTP_URL looks like starttls://user:password@mail.example.vn:587; smtp:// and smtps:// also work."
            )
        authority = dict(parse_qsl(parts.query)).get("ca", "")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password, authority)

    @property
    def is_here(self) -> bool:
        """Tell whether it runs on this machine, so that nobody else can listen."""
        return self.host in ("127.0.0.1", "::1", "localhost")


class Smtp:
    """One connection, opened with the first message."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, *, sender: str, to: str, hand_over: Callable[[], bool]) -> str:
        """Send one message; each refusal says whether waiting can help, and a lost connection whether it may have arrived."""
        connection = self._connected()
        is_ascii = to.isascii()
        if not is_ascii and not connection.has_extn("smtputf8"):
            raise NotSent(answer="no SMTPUTF8", reason="needs_smtputf8", permanent=True)
        body = message.as_bytes(policy=SMTP if is_ascii else SMTPUTF8)
        try:
            self._envelope(connection, sender, to, ["smtputf8"] if not is_ascii else [])
            if not hand_over():
                raise NotSent(answer="-", reason="overtaken", permanent=False)
            self._ask(connection, "data", 354)
        except (OSError, smtplib.SMTPServerDisconnected) as lost:
            self.close()
            raise Unreachable(detail=_short(lost)) from None
        return self._data(connection, body)

    def _envelope(self, connection: smtplib.SMTP, sender: str, to: str, options: list[str]) -> None:
        code, answer = connection.mail(sender, options)
        if code != 250:
            # What is wrong is the house, not this message: nothing goes out until somebody mends it.
            self.close()
            raise Unreachable(detail=f"{code} {_words(answer)}")
        code, answer = connection.rcpt(to)
        if code not in (250, 251):
            self._refused(connection, code, answer)

    def _data(self, connection: smtplib.SMTP, body: bytes) -> str:
        try:
            connection.send(re.sub(rb"(?m)^\.", b"..", body))
            if _has_hung_up(connection):
                raise ConnectionResetError
        except (OSError, smtplib.SMTPServerDisconnected):
            # The end of the message was never sent, so nobody can have taken it.
            self.close()
            raise NotSent(answer="-", reason="connection_lost", permanent=False) from None
        try:
            _socket(connection).settimeout(PATIENCE)
            connection.send(b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n")
            code, answer = connection.getreply()
            _socket(connection).settimeout(TIMEOUT)
        except (OSError, smtplib.SMTPServerDisconnected):
            self.close()
            raise Uncertain(permanent=True) from None
        if not 200 <= code < 600 or 300 <= code < 400:
            # No answer that means anything: it may have been taken.
            self.close()
            raise Uncertain(permanent=True)
        if code >= 400:
            self._refused(connection, code, answer)
        return f"{code} {_words(answer)}"

    def _ask(self, connection: smtplib.SMTP, command: str, expected: int) -> None:
        connection.putcmd(command)
        code, answer = connection.getreply()
        if code != expected:
            self._refused(connection, code, answer)

    def _refused(self, connection: smtplib.SMTP, code: int, answer: bytes) -> None:
        if code == SERVER_AWAY or not 400 <= code < 600:
            self.close()
            raise Unreachable(detail=f"{code} {_words(answer)}")
        with suppress(OSError, smtplib.SMTPServerDisconnected):
            connection.rset()
        raise NotSent(answer=f"{code} {_words(answer)}", reason=f"smtp_{code}", permanent=code >= 500)

    def _connected(self) -> smtplib.SMTP:
        if self.connection is None:
            try:
                self.connection = self._connect()
            except (OSError, smtplib.SMTPException, UnicodeError) as error:
                raise Unreachable(detail=_short(error)) from None
        return self.connection

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        trusted = None if server.scheme == "smtp" else ssl.create_default_context(cafile=server.authority or None)
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trusted)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        # A message and its end are two small writes: the second would wait until the first is acknowledged, 40 ms each time.
        _socket(connection).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection.ehlo_or_helo_if_needed()
            if server.scheme == "starttls":
                connection.starttls(context=trusted)
                connection.ehlo()
            if server.user:
                if server.scheme == "smtp" and not server.is_here:
                    raise smtplib.SMTPNotSupportedError("a password is not sent without TLS; use starttls:// or smtps://")
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def quit(self) -> None:
        """Say good-bye, where there is somebody to say it to."""
        if self.connection is not None and self.connection.sock is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.sock.settimeout(1)
                self.connection.quit()
        self.close()

    def close(self) -> None:
        """End the connection; the next message opens another."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


class Folder:
    """The sample mailbox of the demo: the newest mails, one file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, sender: str, to: str, hand_over: Callable[[], bool]) -> str:
        """Write one message."""
        if hand_over():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            number = re.sub(r"\D+", "-", str(message["Message-ID"]).partition("@")[0]).strip("-")
            (self.folder / f"{number}.eml").write_bytes(message.as_bytes(policy=SMTPUTF8))
            for old in sorted(self.folder.glob("*.eml"), key=_age, reverse=True)[KEPT_IN_FOLDER:]:
                old.unlink(missing_ok=True)
        return "250 folder"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _has_hung_up(connection: smtplib.SMTP) -> bool:
    """Tell whether the other side has closed already; what it said before that is left to be read."""
    wire = _socket(connection)
    try:
        wire.setblocking(False)
        return wire.recv(1, socket.MSG_PEEK) == b""
    except (BlockingIOError, ssl.SSLWantReadError, ValueError):
        # A socket under TLS has no way to look ahead.
        return False
    finally:
        wire.settimeout(TIMEOUT)


def _socket(connection: smtplib.SMTP) -> socket.socket:
    if connection.sock is None:
        raise ConnectionResetError
    return connection.sock


def _words(answer: bytes) -> str:
    return " ".join(answer.decode("utf-8", "replace").split())[:120]


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:160]
