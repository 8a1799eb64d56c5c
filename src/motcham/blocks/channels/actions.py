"""Writes notices, in the transaction of the act that they tell of; and spreads them to whom they concern."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.channels import rules
from motcham.blocks.channels.books import book_of
from motcham.blocks.channels.define import Cadence, Notice, Recipient, State, Told
from motcham.blocks.channels.models import APP, EMAIL, Delivery, Preference, Silence, Subscription
from motcham.blocks.channels.models import Notice as Row
from motcham.blocks.channels.queries import COLUMNS, topic_of

# Written out: one in every few acts tells, and the ORM takes several times as long as the database. What is told of the past
# (a replayed day, an old register taken in) is there to be read and goes out to nobody.
INSERT = """
INSERT INTO channels_notice ("to", language, template, facts, created_at, synthetic, entry_id, spread_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
TOO_OLD = timedelta(days=2)


def send(
    *,
    to: str,
    template: str,
    facts: Mapping[str, Any],
    at: datetime,
    entry_id: int,
    language: str = "vi",
    synthetic: bool = False,
) -> None:
    """Tell whoever a subject concerns what happened to it, in the caller's transaction; a notice of the same act is sent once."""
    now = timezone.now()
    spread_at = now if at < now - TOO_OLD else None
    with connection.cursor() as cursor:
        cursor.execute(INSERT, (to, language, template, json.dumps(facts), at, synthetic, entry_id, spread_at))


def publish(
    *,
    subject: str,
    template: str,
    about: str,
    path: str,
    at: datetime,
    entry_id: int,
    category: str = "",
    facts: Mapping[str, Any] | None = None,
    synthetic: bool = False,
) -> None:
    """Tell whoever subscribed to a subject, in the caller's transaction. `about` and `path` are public words and a public page;
    `category` is what subscribers may have narrowed their wish to."""
    said = {**(facts or {}), "about": about[:200], "path": path, "category": category}
    send(to=subject, template=template, facts=said, at=at, entry_id=entry_id, synthetic=synthetic)


def spread(*, most: int = 200) -> int:
    """Write the deliveries of one batch of notices: in the app at once, by e-mail as their readers wish; return how many.
    Each is a transaction of its own: one may concern thousands, and one that fails does not hold up the others."""
    done, failed = 0, None
    for notice_id in list(Row.objects.filter(spread_at=None).order_by("id").values_list("id", flat=True)[:most]):
        try:
            with transaction.atomic():
                done += _spread_one(notice_id)
        except Exception as error:  # noqa: BLE001 -- it is raised below, after the others had their turn
            failed = failed or error
    if failed is not None and not done:
        raise failed
    return done


def _spread_one(notice_id: int) -> int:
    found = Row.objects.select_for_update(skip_locked=True).filter(id=notice_id, spread_at=None)
    for row in found.values_list(*COLUMNS):
        _spread(Notice(*row))
    return Row.objects.filter(id__in=found.values("id")).update(spread_at=timezone.now())


def _spread(notice: Notice) -> None:
    told = book_of(notice.to).recipients(notice)
    accounts = [each.account_id for each in told.recipients if each.account_id]
    topic = topic_of(notice.template)
    cadences = dict(Preference.objects.filter(account__in=accounts, topic=topic).values_list("account_id", "cadence"))
    confirmed = _confirmed(accounts)
    silent = set(Silence.objects.filter(to=notice.to).values_list("recipient", flat=True))
    rows = []
    for each in told.recipients:
        if each.account_id:
            rows.append(_delivery(notice, each, told, APP, State.SENT))
        cadence = Cadence(cadences.get(each.account_id or 0, Cadence.NOW))
        has_address = each.may_have_email or each.account_id in confirmed
        if has_address and cadence != Cadence.NEVER and each.key not in silent:
            # A digest goes to the address of the account; the contact of one case would get one for that case alone.
            digest = each.digest or (cadence == Cadence.DAILY and each.account_id in confirmed)
            chosen = replace(each, language=confirmed.get(each.account_id or 0, each.language))
            rows.append(_delivery(notice, chosen, told, EMAIL, State.WAITING, digest=digest))
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _confirmed(accounts: list[int]) -> dict[int, str]:
    """Return which accounts have a confirmed address, each with the language they chose for it."""
    if not accounts:
        return {}
    known = Subscription.objects.filter(account__in=accounts, confirmed_at__isnull=False, to__startswith="account:")
    return {account_id: language for account_id, language in known.values_list("account_id", "language") if account_id}


def _delivery(notice: Notice, to: Recipient, told: Told, channel: str, state: State, *, digest: bool = False) -> Delivery:
    now = timezone.now()
    return Delivery(
        notice_id=notice.id,
        recipient=to.key,
        channel=channel,
        account_id=to.account_id,
        agency_id=told.agency_id,
        language=to.language,
        digest=digest,
        state=state,
        next_at=None if state == State.SENT else rules.next_digest(now) if digest else now,
        settled_at=now if state == State.SENT else None,
    )
