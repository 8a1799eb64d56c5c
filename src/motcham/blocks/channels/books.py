"""Finds the address book of a subject, and keeps the one of channels itself: whoever subscribed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.urls import reverse

from motcham.blocks.channels import tokens
from motcham.blocks.channels.define import AddressBook, Contact, Link, Notice, Recipient, Told, address_books
from motcham.blocks.channels.models import Subscription
from motcham.blocks.identity.define import Actor

SUBSCRIPTION = "subscription:"
ADDRESS = "channels.address"


def prefix_of(subject: str) -> str:
    """Return the kind of a subject."""
    return subject.partition(":")[0]


def book_of(subject: str) -> AddressBook:
    """Return the book that knows whom a subject concerns; whoever subscribed to it, where no block has one of its own."""
    return address_books.get(prefix_of(subject)) or subscribers


def links_of(subjects: Iterable[str], account_id: int) -> dict[str, Link]:
    """Return where an account finds what it was told about."""
    return {key: link for book, mine in _by_book(subjects) for key, link in book.links(mine, account_id).items()}


def desk_links(subjects: Iterable[str], by: Actor) -> dict[str, Link]:
    """Return where an officer finds what could not be told, so far as they may read it."""
    return {key: link for book, mine in _by_book(subjects) for key, link in book.desk(mine, by).items()}


def _by_book(subjects: Iterable[str]) -> list[tuple[AddressBook, set[str]]]:
    found: dict[str, tuple[AddressBook, set[str]]] = {}
    for each in subjects:
        book = book_of(each)
        found.setdefault(book.key, (book, set()))[1].add(each)
    return list(found.values())


def sealed(address: str) -> tuple[bytes, bytes]:
    """Return an address sealed, and the keyed digest by which it is found again."""
    contact = tokens.keyring().fingerprint(ADDRESS, address.lower())
    return tokens.keyring().seal(ADDRESS, address.encode(), contact), contact


def unsealed(row: Subscription) -> str:
    """Return the address of a subscription; only the sender asks."""
    return tokens.keyring().unseal(ADDRESS, bytes(row.sealed), bytes(row.contact)).decode()


def account_address(account_id: int) -> str:
    """Return the confirmed address of an account, or nothing; only the sender asks."""
    row = Subscription.objects.filter(to=f"account:{account_id}", account=account_id, confirmed_at__isnull=False).last()
    return unsealed(row) if row else ""


def _recipients(notice: Notice) -> Told:
    """Return who follows the subject of a notice; a notice about a subscription concerns whoever asked for it."""
    if notice.to.startswith(SUBSCRIPTION):
        asked = Subscription.objects.filter(id=int(notice.to.removeprefix(SUBSCRIPTION)), confirmed_at=None)
        return Told(tuple(_recipient(each) for each in asked))
    category = notice.facts.get("category")
    rows = Subscription.objects.filter(to=notice.to, confirmed_at__isnull=False).iterator()
    return Told(tuple(_recipient(each) for each in rows if not each.categories or category in each.categories))


def _recipient(row: Subscription) -> Recipient:
    digest = row.digest and row.confirmed_at is not None
    return Recipient(f"{SUBSCRIPTION}{row.id}", row.language, may_have_email=True, digest=digest)


def _open(notice: Notice, recipient: str) -> Contact | None:
    row = Subscription.objects.filter(id=int(recipient.removeprefix(SUBSCRIPTION))).first()
    if row is None:
        return None
    if notice.to.startswith(SUBSCRIPTION):
        return Contact(
            unsealed(row),
            Link(
                str(notice.facts.get("about", "")), reverse("channels:confirm", args=[tokens.make(tokens.CONFIRM, str(row.id))])
            ),
        )
    return Contact(unsealed(row), Link(str(notice.facts.get("about", "")), str(notice.facts.get("path", "/"))))


def _none(subjects: Collection[str], who: object) -> Mapping[str, Link]:
    return {}


subscribers = AddressBook("", recipients=_recipients, open=_open, links=_none, desk=_none)
