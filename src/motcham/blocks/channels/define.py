"""The nouns of channels: a notice, the letter that puts it into words, and the book that knows whom a subject concerns."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from motcham.kernel.errors import DefinitionError, Invalid, Missing, Upstream
from motcham.kernel.registry import Registry
from motcham.kernel.terms import Words

if TYPE_CHECKING:
    from motcham.blocks.identity.define import Actor


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody was told: `to` is the subject that concerns them (`case:…`), `entry_id` the entry of the act."""

    id: int
    to: str
    language: str
    template: str
    facts: Mapping[str, Any]
    created_at: datetime
    synthetic: bool
    entry_id: int


class Topic(StrEnum):
    """What a letter is about, as people choose what they get: their cases, the areas they follow, or what cannot be put off."""

    CASES = "cases"
    AREAS = "areas"
    ALWAYS = "always"


class Cadence(StrEnum):
    """When somebody gets e-mail about a topic."""

    NOW = "now"
    DAILY = "daily"
    NEVER = "never"


class State(StrEnum):
    """How a delivery stands. `sending` is claimed by a worker, `uncertain` was handed over without a recorded answer,
    `dropped` had nobody to go to."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"


ALWAYS_KNOWN = frozenset({"about", "city"})


@dataclass(frozen=True)
class Letter:
    """The words of one kind of notice, in every language of the house: `subject` also heads it in the app, `paragraphs` and
    `button` are the rest of the e-mail. Words may name `{about}` (which case, which place), `{city}` and its own `facts`."""

    key: str
    topic: Topic
    subject: Words
    paragraphs: tuple[Words, ...]
    button: Words
    facts: tuple[str, ...] = ()

    def words(self) -> tuple[Words, ...]:
        """Return every text of the letter."""
        return (self.subject, *self.paragraphs, self.button)

    def verify(self, file: str) -> None:
        """Refuse a letter that names a fact which its notices do not carry."""
        for text in self.words():
            named = {name for _, name, _, _ in string.Formatter().parse(str(text)) if name is not None}
            if unknown := named - ALWAYS_KNOWN - set(self.facts):
                known = ", ".join(sorted({*ALWAYS_KNOWN, *self.facts}))
                raise DefinitionError(f"{file}: the letter {self.key} names {', '.join(sorted(unknown))}; it knows: {known}.")


letters: Registry[Letter] = Registry("letter")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody whom a subject concerns: a key that its book understands, never an address. `may_have_email` tells that a
    contact is worth opening; `digest` that they asked for one mail a day."""

    key: str
    language: str
    account_id: int | None = None
    may_have_email: bool = False
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a subject concerns, and the agency whose desk is shown what could not be delivered."""

    recipients: tuple[Recipient, ...]
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Where something stands: words that identify nobody, and an address within the house."""

    about: str
    href: str


@dataclass(frozen=True, slots=True)
class Contact:
    """An opened contact, for the moment of sending."""

    email: str
    link: Link


@dataclass(frozen=True)
class AddressBook:
    """Who is to be told about subjects of one prefix. `recipients` names them without their contacts; `open` opens one contact
    (only the sender calls it, after its entry is written); `links` is where an account finds the subjects that concern it;
    `desk` is where an officer finds those that they may read."""

    key: str
    recipients: Callable[[Notice], Told]
    open: Callable[[Notice, str], Contact | None]
    links: Callable[[Collection[str], int], Mapping[str, Link]]
    desk: Callable[[Collection[str], Actor], Mapping[str, Link]]


address_books: Registry[AddressBook] = Registry("address book")


@dataclass(frozen=True, slots=True)
class Item:
    """A notice as its reader sees it in the app."""

    id: int
    subject: str
    template: str
    facts: Mapping[str, Any]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stuck:
    """A delivery that needs a person."""

    id: int
    subject: str
    template: str
    state: State
    error: str
    permanent: bool
    attempts: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MailHealth:
    """How sending is doing: the way mail leaves ("smtp", "folder" in the demo, "" for none), and what lies in the queue."""

    way: str
    counts: Mapping[str, int]
    oldest_waiting: datetime | None
    missing: Sequence[str]


class WrongAddress(Invalid):
    """This is not an e-mail address that can be written to. It looks like name@example.vn; mend it and send again."""

    code = "channels.wrong_address"


class WrongSubject(Invalid):
    """There are no notices about this. Choose an area from its page."""

    code = "channels.wrong_subject"


class LinkUnknown(Missing):
    """This link is not valid, or its time has passed: a link to confirm lives for 24 hours. Ask for a new one where you began."""

    code = "channels.link_unknown"


class NotSent(Upstream):
    """The mail server answered {answer}. What can be mended by waiting is tried again by itself."""

    code = "channels.not_sent"


class Unreachable(Upstream):
    """The mail server cannot be used now: {detail}. Everything waits, and nothing is lost."""

    code = "channels.unreachable"


class Uncertain(Upstream):
    """The mail server was handed a message and did not say whether it took it. It is not sent again by itself."""

    code = "channels.uncertain"


class AddressRefused(Invalid):
    """The address {url} is not called: {why}. Only public addresses over http or https are, and those that the operator lists."""

    code = "channels.address_refused"


class CallFailed(Upstream):
    """{url} did not answer as it should: {why}. Nothing is lost; it is tried again by itself."""

    code = "channels.call_failed"
