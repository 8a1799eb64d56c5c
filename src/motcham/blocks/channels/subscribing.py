"""Following a subject by e-mail: asked for by anybody, begun by whoever reads the mailbox, ended by one click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.channels import rules, tokens
from motcham.blocks.channels.actions import send
from motcham.blocks.channels.books import SUBSCRIPTION, sealed
from motcham.blocks.channels.define import Cadence, LinkUnknown, Topic, WrongAddress, WrongSubject, address_books
from motcham.blocks.channels.models import Preference, Silence, Subscription
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import TooMany

NETWORK = "channels.network"
CONFIRMED_WITHIN = timedelta(hours=24)
ACCOUNT = "account:"
# Against bombing a mailbox with our letters: so many a day to one address, and an hour from one network.
PER_ADDRESS, PER_NETWORK = 3, 30


def subscribe(
    *,
    email: str,
    to: str,
    network: str,
    language: str,
    about: str = "",
    categories: Sequence[str] = (),
    daily: bool = False,
) -> None:
    """Ask an address whether it wants notices about a subject; nothing is sent there but the letter that asks. Whoever calls
    learns nothing about whether the address was known. `network` is the address that the request came from, `about` says in
    public words what is followed ("Phường Sài Gòn")."""
    prefix, colon, _name = to.partition(":")
    if not colon or prefix in address_books or prefix in ("subscription", "account") or len(to) > 80:
        raise WrongSubject()
    about = about or _("an area of the city")
    _ask(Actor.anonymous(), email, to, network, language, about=about, categories=categories, daily=daily)


def caller_of(request: HttpRequest) -> str:
    """Return the address that a request came from; behind our own proxy, the one that it was called from."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.SECURE_PROXY_SSL_HEADER:
        return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def ask_address(*, by: Actor, email: str, network: str) -> None:
    """Ask whether an address belongs to whoever holds an account; once confirmed, notices of the account go there."""
    _ask(by, email, f"{ACCOUNT}{by.account_id}", network, by.language, about=_("your cases"), account_id=by.account_id)


def _ask(
    by: Actor,
    email: str,
    to: str,
    network: str,
    language: str,
    *,
    about: str,
    account_id: int | None = None,
    categories: Sequence[str] = (),
    daily: bool = False,
) -> None:
    address = rules.address_of(email)
    if address is None:
        raise WrongAddress(fields={"email": WrongAddress.template()})
    now = timezone.now()
    seal, contact = sealed(address)
    where = tokens.keyring().fingerprint(NETWORK, rules.network_of(network))
    with transaction.atomic():
        _bound(contact, where)
        row = Subscription.objects.create(
            to=to,
            categories=[str(each)[:60] for each in categories][:60],
            account_id=account_id,
            sealed=seal,
            contact=contact,
            network=where,
            language=language,
            digest=daily,
            asked_at=now,
        )
        subject = f"{SUBSCRIPTION}{row.id}"
        receipt = ledger.append(kind="subscription.asked", subject=subject, payload={"to": to, "by": by.ref})
        send(to=subject, template="confirm", facts={"about": about[:200]}, at=now, entry_id=receipt.entry_id, language=language)


def _bound(contact: bytes, network: bytes) -> None:
    now = timezone.now()
    asked = Subscription.objects.filter(contact=contact, asked_at__gt=now - timedelta(days=1), network__isnull=False)
    if asked.count() >= PER_ADDRESS:
        raise TooMany(seconds=24 * 3600)
    if Subscription.objects.filter(network=network, asked_at__gt=now - timedelta(hours=1)).count() >= PER_NETWORK:
        raise TooMany(seconds=3600)


def pending(token: str) -> Subscription:
    """Return what a link to confirm is about; raise `LinkUnknown` after a day, or where it was never made here."""
    found = Subscription.objects.filter(id=int(tokens.read(tokens.CONFIRM, token))).first()
    if found is None or (found.confirmed_at is None and found.asked_at < timezone.now() - CONFIRMED_WITHIN):
        raise LinkUnknown()
    return found


@transaction.atomic
def confirm(*, token: str) -> Subscription:
    """Begin a subscription; what the same address had asked about the same subject before ends with it."""
    row = Subscription.objects.select_for_update().get(id=pending(token).id)
    if row.confirmed_at is None:
        row.confirmed_at, row.network = timezone.now(), None
        row.save(update_fields=["confirmed_at", "network"])
        same = Q(account=row.account_id) if row.account_id else Q(contact=row.contact)
        Subscription.objects.filter(same, to=row.to).exclude(id=row.id).delete()
        payload = {"to": row.to, "by": "mailbox"}
        ledger.append(kind="subscription.confirmed", subject=f"{SUBSCRIPTION}{row.id}", payload=payload)
    return row


def stopped(token: str) -> tuple[str, Topic, str]:
    """Return whose mail a link stops, about which topic and subject."""
    whose, topic, subject = tokens.read(tokens.STOP, token).split(" ", 2)
    return whose, Topic(topic), subject


@transaction.atomic
def stop(*, token: str) -> None:
    """Send no more: of the topic to an account, of the subject to anybody else. Asking twice changes nothing."""
    whose, topic, subject = stopped(token)
    if whose.startswith(ACCOUNT):
        account_id = int(whose.removeprefix(ACCOUNT))
        Preference.objects.update_or_create(account_id=account_id, topic=topic, defaults={"cadence": Cadence.NEVER})
    elif whose.startswith(SUBSCRIPTION):
        Subscription.objects.filter(id=int(whose.removeprefix(SUBSCRIPTION))).delete()
    else:
        Silence.objects.get_or_create(to=subject, recipient=whose, defaults={"at": timezone.now()})
    ledger.append(kind="notice.stopped", subject=subject, payload={"whose": whose, "topic": topic, "by": "mailbox"})


@transaction.atomic
def choose(*, by: Actor, topic: Topic, cadence: Cadence) -> None:
    """Choose when the account gets e-mail about a topic."""
    assert by.account_id is not None, "only somebody signed in has preferences"
    Preference.objects.update_or_create(account_id=by.account_id, topic=topic, defaults={"cadence": cadence})
    payload = {"topic": topic, "cadence": cadence, "by": by.ref}
    ledger.append(kind="notice.preference", subject=f"{ACCOUNT}{by.account_id}", payload=payload)


@transaction.atomic
def choose_language(*, by: Actor, language: str) -> None:
    """Choose the language of the mails to the address of the account; without an address they come in that of the case."""
    Subscription.objects.filter(account=by.account_id, to=f"{ACCOUNT}{by.account_id}").update(language=language)
    payload = {"language": language, "by": by.ref}
    ledger.append(kind="notice.preference", subject=f"{ACCOUNT}{by.account_id}", payload=payload)


@transaction.atomic
def forget_address(*, by: Actor) -> None:
    """Forget the e-mail address of the account."""
    Subscription.objects.filter(account=by.account_id, to=f"{ACCOUNT}{by.account_id}").delete()
    ledger.append(kind="notice.address_forgotten", subject=f"{ACCOUNT}{by.account_id}", payload={"by": by.ref})


@transaction.atomic
def forget_pending() -> int:
    """Forget addresses that nobody confirmed within a day, and those of closed accounts."""
    old = Q(confirmed_at=None, asked_at__lt=timezone.now() - CONFIRMED_WITHIN)
    ids = list(Subscription.objects.filter(old | Q(account__is_active=False)).values_list("id", flat=True)[:500])
    if ids:
        ledger.append(kind="channels.forgotten", subject="channels:erasers", payload={"subscriptions": ids})
    return Subscription.objects.filter(id__in=ids).delete()[0]
