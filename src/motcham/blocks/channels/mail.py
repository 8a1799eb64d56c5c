"""Writes an e-mail out of notices: plain text with a simple HTML alternative, and the headers that mail programs act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.blocks.channels.define import Letter, Link, Topic
from motcham.blocks.channels.queries import PLAIN, letter_of


class _Whole(BaseHeader):
    """A header that is written on one line as it is: a program reads it, and an address cut in two or encoded leads nowhere."""

    max_count = 1
    parse = staticmethod(UnstructuredHeader.parse)

    def fold(self, *, policy: Policy) -> str:
        """Write the header."""
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", _Whole)
POLICY = SMTP.clone(header_factory=HEADERS)
# A header beyond this is cut off by mail programs anyway.
LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Said:
    """One notice as it stands in a mail."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str
    link: Link
    href: str


@dataclass(frozen=True)
class Mail:
    """What a mail is written from; `id` and `told_at` name it for ever, so that a second copy would be recognised."""

    id: int
    told_at: datetime
    to: str
    language: str
    said: Sequence[tuple[str, Mapping[str, Any], Link]]
    stop: str

    @property
    def message_id(self) -> str:
        """Return its Message-ID: the same however often it is tried."""
        return f"<{self.id}.{int(self.told_at.timestamp())}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}>"


def said(template: str, facts: Mapping[str, Any], link: Link) -> Said:
    """Put one notice into words of the language in force."""
    try:
        return _said(letter_of(template), facts, link)
    except KeyError:
        # Written by a version of the house that knew other facts.
        return _said(letter_of(PLAIN), facts, link)


def _said(letter: Letter, facts: Mapping[str, Any], link: Link) -> Said:
    known = {**facts, "about": link.about or _("your case"), "city": settings.CITY_NAME}
    subject, *paragraphs, button = (str(words).format_map(known) for words in letter.words())
    return Said(_one_line(subject), tuple(paragraphs), button, link, absolute(link.href))


def absolute(path: str) -> str:
    """Return an address of the house as it is reached from outside."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def topic_of(mail: Mail) -> Topic:
    """Return what a mail is about; several notices in one are never those that cannot be put off."""
    return letter_of(mail.said[0][0]).topic


def compose(mail: Mail, *, now: datetime) -> EmailMessage:
    """Write a mail in the language of its reader."""
    with translation.override(mail.language):
        items = [said(*each) for each in mail.said]
        message = EmailMessage(policy=POLICY)
        stop = absolute(reverse("channels:stop", args=[mail.stop])) if mail.stop else ""
        subject = items[0].subject if len(items) == 1 else _digest_subject(len(items))
        message["From"] = settings.MAIL_FROM
        message["To"] = mail.to
        message["Subject"] = _one_line(subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = mail.message_id
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if stop:
            message["List-Unsubscribe"] = f"<{stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        context = {
            "items": items,
            "is_digest": len(items) > 1,
            "subject": subject,
            "language": mail.language,
            "city": settings.CITY_NAME,
            "home": absolute("/"),
            "stop": stop,
        }
        message.set_content(render_to_string("channels/mail/letter.txt", context), cte="quoted-printable")
        html = render_to_string("channels/mail/letter.html", context)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = mail.language
    return message


def sender() -> str:
    """Return the bare address that mail comes from."""
    return parseaddr(settings.MAIL_FROM)[1]


def _digest_subject(number: int) -> str:
    return ngettext("%(number)s notice from the city", "%(number)s notices from the city", number) % {"number": number}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_SUBJECT]
