"""What a person keeps with their account so that forms are filled in with it: given by themselves, sealed, used for nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.blocks.cases import widgets
from motcham.blocks.cases.define import CaseType
from motcham.blocks.cases.drafts import own_account
from motcham.blocks.cases.models import Details
from motcham.blocks.cases.vault import keyring
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.places import api as places
from motcham.kernel.terms import Answers, Choice, Field, Kind

PURPOSE = "case.details"
KEPT = timedelta(days=730)
VOUCHED = ("personal_number", "birth")
"""What says who somebody is before the law: kept and filled in only where an electronic identity of level 2 vouches for them."""


def not_to_come(value: object, answers: Answers) -> str | None:
    """Refuse a day that is still to come."""
    return later("This day is still to come.") if str(value) > timezone.localdate().isoformat() else None


@cache
def fields() -> tuple[Field, ...]:
    """Return what can be kept, as questions."""
    wards = tuple(Choice(each.code, each.name) for each in sorted(places.areas(), key=lambda area: widgets.area_order(area.name)))
    return (
        Field("name", _("Full name"), required=False, identifies="name", longest=120, prefill="name"),
        Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, required=False, hint=_("The 12 digits on the citizen card."), identifies="personal_number", prefill="personal_number"),
        Field("birth", _("Date of birth"), Kind.DATE, required=False, identifies="birth", check=not_to_come, prefill="birth"),
        Field("phone", _("Telephone"), Kind.PHONE, required=False, identifies="phone", prefill="phone"),
        Field("email", _("E-mail"), Kind.EMAIL, required=False, identifies="email", prefill="email"),
        Field("area", _("Ward, commune or special zone"), Kind.CHOICE, required=False, choices=wards, personal=True, prefill="area"),
        Field("address", _("House number and street"), required=False, identifies="address", longest=300, prefill="address"),
    )  # fmt: skip


def asked_of(actor: Actor) -> tuple[Field, ...]:
    """Return what can be kept of somebody who came in as this actor did."""
    return tuple(each for each in fields() if actor.assurance >= 2 or each.name not in VOUCHED)


def of(actor: Actor) -> dict[str, Any]:
    """Return what is kept with the actor's own account, as answers; only as much as the way in vouches for."""
    account_id = own_account(actor)
    row = Details.objects.filter(account_id=account_id).first() if account_id else None
    if row is None:
        return {}
    known = _unseal(row)
    return {each.name: known[each.name] for each in asked_of(actor) if known.get(each.name)}


def _unseal(row: Details) -> dict[str, Any]:
    return dict(json.loads(keyring().unseal(PURPOSE, bytes(row.sealed), str(row.account_id).encode())))


@transaction.atomic
def keep(said: Mapping[str, Any], *, by: Actor) -> None:
    """Keep details with the actor's own account: those that are said are written anew, without a value they are forgotten."""
    account_id = own_account(by)
    if account_id is None:
        return
    mine = {each.name for each in asked_of(by)} & set(said)
    row = Details.objects.select_for_update().filter(account_id=account_id).first()
    known = {**(_unseal(row) if row else {}), **{name: said[name] for name in mine}}
    known = {name: value for name, value in known.items() if value not in (None, "", [])}
    if not known:
        Details.objects.filter(account_id=account_id).delete()
    else:
        sealed = keyring().seal(PURPOSE, json.dumps(known, ensure_ascii=False).encode(), str(account_id).encode())
        Details.objects.update_or_create(account_id=account_id, defaults={"sealed": sealed, "at": timezone.now()})
    account = f"account:{account_id}"
    payload = {"items": sorted(known), "purpose": "fill in forms", "by": account}
    ledger.append(kind="case.details_kept", subject=account, payload=payload)


def forget(*, by: Actor) -> None:
    """Forget all details of the actor's own account at once."""
    with transaction.atomic():
        if Details.objects.filter(account_id=own_account(by) or 0).delete()[0]:
            ledger.append(kind="case.details_erased", subject=by.ref, payload={"by": by.ref})


def forget_old(now: datetime) -> int:
    """Forget what nobody changed for two years, and what closed accounts had; return how many."""
    return Details.objects.filter(Q(at__lt=now - KEPT) | Q(account__closed_at__isnull=False)).delete()[0]


def typed(each: Field, known: Mapping[str, Any]) -> Any:
    """Return a detail as somebody would type it as the answer to a question, None where it is not known or does not fit."""
    value = known.get(each.prefill) if each.prefill and each.kind is not Kind.FILES else None
    if value in (None, "", []):
        return None
    match each.kind:
        case Kind.DATE:
            year, month, day = str(value).split("-")
            return {"day": str(int(day)), "month": str(int(month)), "year": year}
        case Kind.PHONE:
            return widgets.shown_phone(str(value))
        case Kind.CHOICE:
            return value if value in {choice.key for choice in each.choices} else None
        case _:
            return value


def fill(fields: Iterable[Field], raw: dict[str, Any], known: Mapping[str, Any]) -> frozenset[str]:
    """Fill what was not answered yet with details, in place; return which answers are those of the account."""
    same = set()
    for each in fields:
        value = typed(each, known)
        if value is not None and raw.setdefault(each.name, value) == value:
            same.add(each.name)
    return frozenset(same)


def same_in(case_type: CaseType, answers: Answers, known: Mapping[str, Any]) -> list[str]:
    """Return the questions of a form that are answered as the account has it."""
    asked = [each for each in case_type.fields if each.prefill and each.kind is not Kind.FILES]
    return [each.name for each in asked if answers.get(each.name) and answers[each.name] == known.get(each.prefill)]


def said_in(case_type: CaseType, answers: Answers) -> dict[str, Any]:
    """Return the details that the answers to a form say of whoever filled it in."""
    asked = [each for each in case_type.fields if each.prefill and each.kind is not Kind.FILES]
    return {each.prefill: answers[each.name] for each in asked if answers.get(each.name)}
