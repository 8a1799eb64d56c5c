"""Entering what no source gives: a limit or a fee of a procedure, with the document that it rests on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.apps.public_services import catalogue, law
from motcham.apps.public_services.define import Channel, NotStated
from motcham.apps.public_services.models import StatedFact
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger

MOST_DAYS, MOST_VND = 3650, 10_000_000_000
UNITS = ("working_days", "days", "working_hours", "hours", "minutes", "months")


@transaction.atomic
def state(
    *,
    by: Actor,
    code: str,
    fact: str,
    channel: str,
    value: int | None,
    unit: str,
    document: str,
    article: str,
    valid_from: date | None,
) -> StatedFact:
    """State a limit or a fee from a day on; what was stated before of the same kind ends there."""
    by.demand(Permission.SYSTEM_OPERATE)
    found = catalogue.procedure(code=code)
    known = StatedFact.objects.select_for_update().filter(code=found.code, fact=fact, channel=channel, valid_to=None).first()
    wrong = _wrong(fact=fact, channel=channel, value=value, unit=unit, document=document, valid_from=valid_from)
    if known is not None and valid_from is not None and valid_from < known.valid_from:
        wrong["valid_from"] = _("Another one holds from a later day on. Enter that day or a later one.")
    if wrong or value is None or valid_from is None:
        raise NotStated(fields=wrong)
    if known is not None:
        known.valid_to = valid_from
        known.save(update_fields=["valid_to"])
    row = StatedFact.objects.create(
        code=found.code,
        fact=fact,
        channel=channel,
        value=value,
        unit=unit if fact == law.LIMIT else "",
        document=document.strip(),
        article=article.strip(),
        valid_from=valid_from,
        recorded_at=timezone.now(),
    )
    facts = {name: getattr(row, name) for name in ("fact", "channel", "value", "unit", "document", "article", "valid_from")}
    ledger.append(kind="public_services.fact_stated", subject=f"procedure:{found.code}", payload={"by": by.ref, **facts})
    law.forget_stated()
    transaction.on_commit(law.forget_stated)
    return row


def _wrong(*, fact: str, channel: str, value: int | None, unit: str, document: str, valid_from: date | None) -> dict[str, str]:
    """Return what must be mended, by field."""
    wrong = {}
    if fact not in (law.LIMIT, law.FEE):
        wrong["fact"] = _("Choose what you enter.")
    if channel not in ("", *Channel):
        wrong["channel"] = _("Choose a way to hand in, or all.")
    if value is None or not 0 <= value <= (MOST_DAYS if fact == law.LIMIT else MOST_VND):
        wrong["value"] = _("Enter a whole number, 0 or more: of days, or of đồng.")
    if fact == law.LIMIT and unit not in UNITS:
        wrong["unit"] = _("Choose what the limit is counted in.")
    if not document.strip() or len(document.strip()) > 100:
        wrong["document"] = _("Enter the number of the document, for example 123/2015/NĐ-CP. Nothing is shown without one.")
    if valid_from is None:
        wrong["valid_from"] = _("Enter the first day on which it holds.")
    return wrong
