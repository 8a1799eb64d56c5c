"""A leader's directive: one agency leads, others each answer a part by a date of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.blocks.cases.define import CaseType, Filing, Part, Retention, Step
from motcham.kernel.terms import Answers, Field, Kind, LegalBasis, Limit, calendar_days

RULES = LegalBasis("Quy chế làm việc của UBND Thành phố", trust="design")
ARCHIVES = LegalBasis("33/2024/QH15", trust="memory")
OFFICERS = ("department_officer", "ward_officer", "agency_leader")


def by_date(filing: Filing) -> Limit | None:
    """Return the limit that the leader set by naming a date."""
    due_on = filing.answers.get("due_on")
    if not due_on:
        return None
    day = due_on if isinstance(due_on, date) else date.fromisoformat(due_on)
    return calendar_days(max((day - timezone.localdate(filing.at)).days, 1))


def not_past(value: Any, answers: Answers) -> str | None:
    """Refuse a date that has passed."""
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return later("Choose a day after today.") if day <= timezone.localdate() else None


def parts(filing: Filing) -> Iterable[Part]:
    """Open a part for each coordinating agency."""
    for task in filing.answers.get("tasks") or ():
        yield Part("directives.task", task["agency"], "directive.part", {"what": task["what"]})


STEPS = (
    Step("assigned", _("Assigned"), roles=OFFICERS, leads_to=("working", "reported")),
    Step("working", _("Under way"), act=_("Start work"), roles=OFFICERS, leads_to=("reported",)),
    Step("reported", _("Reported as done"), act=_("Report the result"), outcome="done", message_required=True, tells="answered"),
)

directive = CaseType(
    key="directives.directive",
    official_name="Nhiệm vụ do lãnh đạo Thành phố giao",
    label=_("Directive"),
    summary=_("A task that the city's leaders give to an agency, with parts for others."),
    legal_basis=RULES,
    limit="directive.task",
    asked_limit=by_date,
    in_force=date(2026, 1, 1),
    anyone_files=False,
    filed_by=("city_leader",),
    fields=(
        Field("subject", _("What is to be done"), longest=160),
        Field("content", _("Details"), Kind.LONG_TEXT, required=False, longest=4000),
        Field(
            "source_document",
            _("Document it rests on"),
            required=False,
            hint=_("Number and date, for example 123/TB-VP of 20/11/2026."),
        ),
        Field("lead", _("Leading agency"), Kind.AGENCY),
        Field(
            "due_on", _("To be done by"), Kind.DATE, required=False, check=not_past, hint=_("Left empty, the limit above holds.")
        ),
        Field(
            "tasks",
            _("Parts for other agencies"),
            Kind.GROUP,
            required=False,
            at_most=20,
            fields=(Field("agency", _("Agency"), Kind.AGENCY), Field("what", _("Its part"), longest=300)),
        ),
    ),
    steps=STEPS,
    route=lambda filing: str(filing.answers["lead"]),
    title=lambda filing: str(filing.answers["subject"]),
    parts=parts,
    extensions=2,
    extension_limit="directive.part",
    retention=Retention(years=10, legal_basis=ARCHIVES),
)

task = CaseType(
    key="directives.task",
    official_name="Phần việc phối hợp của nhiệm vụ được giao",
    label=_("Part of a directive"),
    summary=_("What one agency contributes to a directive."),
    legal_basis=RULES,
    limit="directive.part",
    in_force=date(2026, 1, 1),
    anyone_files=False,
    fields=(Field("what", _("Its part"), longest=300),),
    steps=STEPS,
    route=lambda filing: None,
    desk="department.office",
    title=lambda filing: str(filing.answers["what"]),
    extensions=1,
    extension_limit="directive.part",
    retention=Retention(years=10, legal_basis=ARCHIVES),
)
