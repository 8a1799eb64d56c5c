"""A dossier that is filed at the counter for somebody: the questions as an officer asks them, what was typed so far, the scans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import asking
from motcham.apps.public_services.counter import vault
from motcham.apps.public_services.counter.models import Intake, Scan, Ticket
from motcham.blocks.cases.define import CaseType
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import HOLDS_UP, DocumentRef, Fault, HasRef
from motcham.kernel.terms import Field, Kind, Words

KEPT = timedelta(days=7)
REACH = frozenset({"phone", "email"})
LABELS: dict[str, Words] = {"name": _("Full name"), "phone": _("Telephone"), "email": _("E-mail")}
SIGNED = _("Statement of truth, as the applicant signed it on paper; it lies with the dossier")
NOT_NEEDED = _("Leave it open where the person has none: the code on paper is enough to follow the dossier.")


def fields_at_counter(case_type: CaseType) -> tuple[Field, ...]:
    """Return the questions of a form as an officer asks them: nobody needs a telephone, papers may stay on paper, and the
    statement of truth is signed by hand."""
    return tuple(_at_counter(replace(each, label=each.heading)) for each in case_type.fields)


def _at_counter(each: Field) -> Field:
    if each.kind is Kind.FILES:
        return replace(each, required=False, hint="")
    if each.name == asking.TRUTH:
        return replace(each, label=SIGNED)
    if each.identifies in REACH or each.kind in (Kind.PHONE, Kind.EMAIL):
        return replace(each, label=LABELS.get(each.identifies, each.label), required=False, hint=NOT_NEEDED, instead_of="")
    is_own_name = each.identifies == "name" and each.name == "name"
    return replace(each, label=LABELS["name"]) if is_own_name else each


def in_hand(ticket: Ticket, case_type: CaseType, *, begins: bool, page: UUID | None = None) -> Intake:
    """Return the form that was begun for a number; else a new one, kept at once where it `begins`, by one of two windows, under
    the id that its `page` was given."""
    wanted = {"ticket": ticket, "type_key": case_type.key, "case": None}
    if begins:
        new: dict[str, Any] = {"at": timezone.now()}
        if page and not Intake.objects.filter(id=page).exists():
            new |= {"id": page}
        return Intake.objects.get_or_create(**wanted, defaults=new)[0]
    return Intake.objects.filter(**wanted).first() or Intake(**wanted, at=timezone.now())


def typed_in(intake: Intake) -> dict[str, Any]:
    """Return what was typed so far."""
    return vault.opened(vault.FORM, intake.sealed, intake.id)


def digest(typed: Mapping[str, Any]) -> str:
    """Return a mark of what was typed."""
    return hashlib.sha256(json.dumps(typed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def filed_from(page: UUID | None, ticket: Ticket, typed: Mapping[str, Any]) -> UUID | None:
    """Return the dossier that was filed from a page by the same words: its button was pressed twice. Other words, on a page that
    somebody went back to, are another dossier."""
    row = Intake.objects.filter(id=page, ticket=ticket).exclude(case=None).first() if page else None
    return row.case_id if row and typed_in(row).get("of") == digest(typed) else None


def keep(intake: Intake, raw: Mapping[str, Any]) -> None:
    """Write down what was typed, so that nothing is lost whatever happens to the page."""
    intake.sealed, intake.at = vault.seal(vault.FORM, raw, intake.id), timezone.now()
    intake.save(update_fields=["sealed", "at"])


@dataclass(frozen=True)
class Page:
    """One scanned paper with its file and what the quality check said of it."""

    scan: Scan
    file: DocumentRef

    @property
    def faults(self) -> list[Words]:
        """Return what is wrong, each with what to do."""
        return [documents.FAULT_WORDS[Fault(each)] for each in self.scan.faults]

    @property
    def holds_up(self) -> bool:
        """Tell whether an officer has yet to decide on it."""
        return not self.scan.is_kept_as_is and bool(HOLDS_UP.intersection(self.scan.faults))


def add_scan(intake: Intake, field: Field, upload: Any, *, by: HasRef) -> Page:
    """Take in one scanned paper and look at its quality. Raises what `documents.receive` raises."""
    found = documents.receive(stream=upload, filename=upload.name or "", by=by, purpose=field.name)
    documents.keep(document_ids=[found.id], until=timezone.now() + KEPT)
    faults = documents.scan_faults(document_id=found.id)
    scan = Scan.objects.create(
        intake=intake, field=field.name, document_id=found.id, faults=[str(each) for each in faults], at=timezone.now()
    )
    return Page(scan, found)


def pages_of(intake: Intake) -> dict[str, list[Page]]:
    """Return the scans of a form by question, oldest first; a file that is gone is no page."""
    rows = list(Scan.objects.filter(intake=intake).order_by("id"))
    files = {each.id: each for each in documents.refs(each.document_id for each in rows)}
    found: dict[str, list[Page]] = {}
    for each in rows:
        if each.document_id in files:
            found.setdefault(each.field, []).append(Page(each, files[each.document_id]))
    return found


def decide(intake: Intake, *, dropped: Iterable[str], kept: Iterable[str], by: HasRef) -> None:
    """Take scans out, and keep others as they are although the check found something."""
    mine = {str(each.document_id): each for each in Scan.objects.filter(intake=intake)}
    gone = [mine[each] for each in set(dropped) if each in mine]
    documents.erase(document_ids=[each.document_id for each in gone], by=by, reason="scanned anew")
    Scan.objects.filter(id__in=[each.id for each in gone]).delete()
    as_is = [mine[each].id for each in set(kept) if each in mine]
    Scan.objects.filter(intake=intake, id__in=as_is).update(is_kept_as_is=True)


def answers_typed(raw: Mapping[str, Any], fields: Sequence[Field], scans: Mapping[str, Sequence[Page]]) -> dict[str, Any]:
    """Return what was typed together with the scans, as the reading of a form takes it: papers that were scanned count as
    sent with it, others lie at the counter."""
    named = {each.name for each in fields}
    found = {name: value for name, value in raw.items() if name in named}
    for each in fields:
        if each.kind is Kind.FILES:
            found[each.name] = [str(page.file.id) for page in scans.get(each.name, ())]
    if asking.PAPERS_BY in named:
        found[asking.PAPERS_BY] = asking.SENT if any(scans.values()) else asking.AT_COUNTER
    return found


def documents_of(scans: Mapping[str, Sequence[Page]]) -> list[UUID]:
    """Return the files of a form."""
    return [page.file.id for pages in scans.values() for page in pages]
