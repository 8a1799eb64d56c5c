"""Reads notices, what an account was told, what is stuck, and how sending is doing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min

from motcham.blocks.channels import rules, transports
from motcham.blocks.channels.books import desk_links, unsealed
from motcham.blocks.channels.define import Item, Letter, Link, MailHealth, Notice, State, Stuck, Topic, letters
from motcham.blocks.channels.models import APP, EMAIL, Delivery, Preference, Subscription
from motcham.blocks.channels.models import Notice as Row
from motcham.blocks.identity.define import Actor

COLUMNS = ("id", "to", "language", "template", "facts", "created_at", "synthetic", "entry_id")
PLAIN = "news"
COUNTED = 99
# Asked for on every page of whoever is signed in, where the ORM would take longer to say it than the database to answer.
UNREAD = """
SELECT count(*) FROM (
    SELECT 1 FROM channels_delivery WHERE account_id = %s AND channel = %s AND read_at IS NULL LIMIT %s
) AS counted
"""


def notices(*, to: str) -> tuple[Notice, ...]:
    """Return what was told about a subject, in the order of its acts."""
    rows = Row.objects.filter(to=to).order_by("entry_id", "template").values_list(*COLUMNS)
    return tuple(Notice(*row) for row in rows)


def letter_of(template: str) -> Letter:
    """Return the letter of a template; the plain one where its definition is gone or never came."""
    return letters.get(template) or letters[PLAIN]


def topic_of(template: str) -> Topic:
    """Return what a notice is about, by its letter."""
    return letter_of(template).topic


def told(*, account_id: int, before: int | None = None, unread_only: bool = False, most: int = 25) -> list[Item]:
    """Return one page of what an account was told, newest first, with those below the id `before`."""
    rows = Delivery.objects.filter(account_id=account_id, channel=APP).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    if unread_only:
        rows = rows.filter(read_at=None)
    found = rows.values_list("id", "notice__to", "notice__template", "notice__facts", "notice__created_at", "read_at")
    return [Item(*row) for row in found[:most]]


def unread(*, account_id: int) -> int:
    """Return how many notices an account has not read, counted up to one more than 99."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [account_id, APP, COUNTED + 1])
        return int(cursor.fetchone()[0])


def unread_words(*, account_id: int) -> str:
    """Return how many notices an account has not read, as it is shown: nothing for none, and no number beyond 99."""
    found = unread(account_id=account_id)
    return "" if not found else str(found) if found <= COUNTED else f"{COUNTED}+"


def subscriptions(*, to: str) -> int:
    """Return how many people follow a subject."""
    return Subscription.objects.filter(to=to, confirmed_at__isnull=False).count()


def stuck(*, by: Actor, agencies: Collection[int] | None, before: int | None = None, most: int = 25) -> list[tuple[Stuck, Link]]:
    """Return one page of what could not be delivered for good, each with where an officer finds what it is about; what the
    officer may not read is left out."""
    rows = Delivery.objects.filter(state__in=[State.FAILED, State.UNCERTAIN]).order_by("-id")
    if agencies is not None:
        rows = rows.filter(agency_id__in=agencies)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = rows.values_list(
        "id", "notice__to", "notice__template", "state", "error", "permanent", "attempts", "notice__created_at"
    )
    every = [Stuck(row[0], row[1], row[2], State(row[3]), row[4], row[5], row[6], row[7]) for row in found[:most]]
    links = desk_links({each.subject for each in every}, by)
    return [(each, links[each.subject]) for each in every if each.subject in links]


def mail_works() -> bool:
    """Tell whether e-mail leaves this house."""
    return transports.way() != ""


def mail_health() -> MailHealth:
    """Return how sending is doing."""
    rows = Delivery.objects.filter(channel=EMAIL)
    counts = dict(rows.values_list("state").annotate(Count("id")))
    waiting = rows.filter(state=State.WAITING)
    oldest = waiting.aggregate(Min("next_at"))["next_at__min"]
    return MailHealth(transports.way(), counts, oldest, missing_settings())


def missing_settings() -> Sequence[str]:
    """Return the settings without which no e-mail leaves."""
    needed = {
        "MOTCHAM_SMTP_URL": settings.SMTP_URL,
        "MOTCHAM_MAIL_FROM": settings.MAIL_FROM,
        "MOTCHAM_PUBLIC_URL": settings.PUBLIC_URL,
    }
    return [name for name, value in needed.items() if not value]


def errors(*, most: int = 10) -> list[tuple[str, bool, int]]:
    """Return what went wrong lately, how often, and whether trying again could help."""
    rows = Delivery.objects.exclude(error="").filter(channel=EMAIL).values_list("error", "permanent").annotate(found=Count("id"))
    return list(rows.order_by("-found")[:most])


def cadences(*, account_id: int) -> dict[str, str]:
    """Return what an account chose."""
    return dict(Preference.objects.filter(account=account_id).values_list("topic", "cadence"))


def address_state(*, account_id: int) -> tuple[str, bool, str]:
    """Return the confirmed address of an account as it may be shown, whether another waits to be confirmed, and the language."""
    rows = Subscription.objects.filter(account=account_id, to=f"account:{account_id}").order_by("id")
    confirmed = [row for row in rows if row.confirmed_at]
    shown = rules.masked(unsealed(confirmed[-1])) if confirmed else ""
    return shown, len(confirmed) < len(rows), rows[len(rows) - 1].language if rows else ""
