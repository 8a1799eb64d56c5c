"""The acts by which officers share out their work: who holds a case, taking back what was done by mistake, kept lists, reply texts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.cases import lists, parts, promises, vault
from motcham.blocks.cases.acting import locked, save
from motcham.blocks.cases.define import CLOSED, NoSuchHolder, NotYours
from motcham.blocks.cases.lists import Standing, Wanted
from motcham.blocks.cases.models import Case, ReplyTemplate, SavedFilter
from motcham.blocks.cases.refusals import CaseClosed, ListNameTaken
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, NotPermitted, Permission
from motcham.blocks.ledger import api as ledger

MOST_AT_ONCE = 500
LEADER = "agency_leader"


@transaction.atomic
def hold(
    *, by: Actor, case_id: UUID, post_id: int | None, reason: str = "", version: int | None = None, at: datetime | None = None
) -> None:
    """Give a case to a post of its agency, or to nobody. Whoever may act there may take it or pass it on; both are told in its timeline."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    _refuse_closed(case)
    _demand_colleague(case.agency_id, post_id)
    _hold(case, post_id, by=by, reason=reason, at=at)


def _hold(case: Case, post_id: int | None, *, by: Actor, reason: str, at: datetime) -> None:
    if case.holder_id == post_id:
        return
    before, case.holder_id = case.holder_id, post_id
    save(case, at)
    record(case, kind="held", by=by, at=at, message=reason, facts={"holder": post_id, "before": before})


@transaction.atomic
def hand_over(*, by: Actor, from_post: int, to_post: int | None, reason: str, agency_id: int, at: datetime | None = None) -> int:
    """Give every case that a colleague holds to another, or to nobody, with the reason (leave, illness); return how many."""
    by.demand(Permission.CASE_ACT, agency_id=agency_id)
    # One's own work may be left to a colleague; that of others is shared out by who leads, or by whoever takes it upon themselves.
    mine = {post.post_id for post in by.posts}
    if from_post not in mine and to_post not in mine and not by.holds(LEADER, agency_id=agency_id):
        raise NotYours()
    _demand_colleague(agency_id, to_post)
    at = at or timezone.now()
    rows = Case.objects.select_for_update(of=("self",)).filter(holder_id=from_post, agency_id=agency_id).exclude(state=CLOSED)
    moved = list(rows.order_by("due_at", "id")[:MOST_AT_ONCE])
    for case in moved:
        _hold(case, to_post, by=by, reason=reason, at=at)
    return len(moved)


def _demand_colleague(agency_id: int, post_id: int | None) -> None:
    if post_id is not None and post_id not in {each.post_id for each in identity.colleagues(agency_id=agency_id)}:
        raise NoSuchHolder()


def _refuse_closed(case: Case) -> None:
    if case.state == CLOSED:
        raise CaseClosed()


@transaction.atomic
def take_back(*, by: Actor, case_id: UUID, before: Standing, at: datetime | None = None) -> None:
    """Put a case back to where it stood before one's last act, as long as nothing happened since. The act stays in the
    timeline and in the log, with the taking back beside it."""
    case, at = locked(case_id, before.version + 1, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    _refuse_closed(case)
    earlier = vault.happening(case, kind="", at=at)
    was = {"step": case.step, "holder": case.holder_id}
    is_step = before.step != case.step
    case.step, case.state, case.clock, case.holder_id = before.step, before.state, dict(before.clock), before.holder_id
    case.due_at, case.provisional = (datetime.fromisoformat(before.due_at) if before.due_at else None), before.provisional
    if "unbegun" in case.clock:
        case.received_at = case.filed_at
    promises.take_back(case)
    save(case, at)
    record(case, kind="taken_back", by=by, at=at, is_public=is_step, facts=was, before=earlier)
    if case.parent_id and is_step:
        parts.taken_back(case, by=by, at=at)


@transaction.atomic
def keep_filter(*, by: Actor, name: str, wanted: Wanted, agency_id: int | None = None) -> int:
    """Keep a list under a name, for oneself or shared with an agency; one's own of that name is written over. Return its id.
    Raises ListNameTaken where a colleague shares one."""
    assert by.account_id is not None, "only people keep lists"
    if agency_id is not None:
        by.demand(Permission.CASE_ACT, agency_id=agency_id)
        theirs = SavedFilter.objects.filter(agency_id=agency_id, name=name).exclude(account_id=by.account_id)
        if theirs.exists() and not by.holds(LEADER, agency_id=agency_id):
            raise ListNameTaken()
    same = {"agency_id": agency_id} if agency_id else {"agency_id": None, "account_id": by.account_id}
    kept, _new = SavedFilter.objects.update_or_create(
        name=name, **same, defaults={"account_id": by.account_id, "wanted": wanted.as_data(), "kept_at": timezone.now()}
    )
    said = {"name": name, "shared_with": agency_id, "by": by.ref}
    ledger.append(kind="desk.filter_kept", subject=f"filter:{kept.pk}", payload=said)
    return int(kept.pk)


@transaction.atomic
def drop_filter(*, by: Actor, filter_id: int) -> None:
    """Remove a kept list: one's own, or one shared with the agency that one leads."""
    kept = SavedFilter.objects.filter(id=filter_id).first()
    may = kept is not None and (
        kept.account_id == by.account_id or (kept.agency_id and by.holds(LEADER, agency_id=kept.agency_id))
    )
    if kept is None or not may:
        raise NotPermitted(permission=Permission.CASE_ACT)
    ledger.append(kind="desk.filter_dropped", subject=f"filter:{kept.pk}", payload={"name": kept.name, "by": by.ref})
    kept.delete()


@transaction.atomic
def keep_template(
    *, by: Actor, agency_id: int, name: str, text: str, type_key: str = "", step: str = "", template_id: int | None = None
) -> int:
    """Write a reply text of an agency; who leads it decides how it answers. Return its id."""
    _demand_lead(by, agency_id)
    values = {"name": name, "text": text, "type_key": type_key, "step": step, "changed_at": timezone.now()}
    mine = ReplyTemplate.objects.filter(agency_id=agency_id)
    kept = mine.filter(id=template_id).first() if template_id else mine.filter(name=name).first()
    kept = kept or ReplyTemplate(agency_id=agency_id)
    for field, value in values.items():
        setattr(kept, field, value)
    kept.save()
    said = {"agency": agency_id, "name": name, "text": vault.digest_text(text), "by": by.ref}
    ledger.append(kind="desk.template_kept", subject=f"template:{kept.pk}", payload=said)
    return int(kept.pk)


@transaction.atomic
def drop_template(*, by: Actor, agency_id: int, template_id: int) -> None:
    """Remove a reply text of an agency."""
    _demand_lead(by, agency_id)
    kept = ReplyTemplate.objects.filter(id=template_id, agency_id=agency_id).first()
    if kept is not None:
        said = {"agency": agency_id, "name": kept.name, "by": by.ref}
        ledger.append(kind="desk.template_dropped", subject=f"template:{kept.pk}", payload=said)
        kept.delete()


def _demand_lead(by: Actor, agency_id: int) -> None:
    by.demand(Permission.CASE_ACT, agency_id=agency_id)
    if not by.is_system and not by.holds(LEADER, agency_id=agency_id):
        raise NotPermitted(permission=Permission.CASE_ACT)


def note_export(*, by: Actor, wanted: Wanted, rows: int) -> None:
    """Write that a list was taken out as a file: by whom, which list, how many rows."""
    by.demand(Permission.CASE_EXPORT)
    ledger.append(kind="cases.exported", subject=by.ref, payload={"by": by.ref, "list": wanted.as_data(), "rows": rows})


@transaction.atomic
def look_up_caller(*, by: Actor, phone: str, most: int = 5) -> list[UUID]:
    """Return the latest cases of whoever has this telephone number, each with its look; the number itself is not kept."""
    by.demand(Permission.CASE_OPEN)
    scope = lists.scope_of(by, Permission.CASE_READ, None)
    condition, values = lists.narrowed(Wanted(queue=lists.Queue.ALL), actor=by, scope=scope, now=timezone.now())
    values |= {"contacts": vault.versions_of([phone]), "most": most}
    mine = "" if scope is None else " AND agency_id = ANY(%(agencies)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM cases_case WHERE contacts && %(contacts)s::bytea[] AND {condition}{mine} "
            "ORDER BY received_at DESC LIMIT %(most)s",
            values,
        )
        found = [row[0] for row in cursor.fetchall()]
    ledger.append(kind="cases.caller_looked_up", subject=by.ref, payload={"by": by.ref, "found": len(found)})
    for case in Case.objects.filter(id__in=found):
        facts = {"purpose": "caller", "what": "case", "agencies": sorted(by.agency_ids)}
        record(case, kind="look", by=by, at=timezone.now(), facts=facts)
    return found
