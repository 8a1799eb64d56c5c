"""Builders for tests of other blocks and apps: a small case type, registered while a test runs, and cases of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from motcham.blocks.cases import filters, pages_inbox, throttle
from motcham.blocks.cases.actions_open import open_case
from motcham.blocks.cases.define import CaseType, NewCase, Opened, Retention, Step, case_types
from motcham.blocks.cases.forms import parse_answers
from motcham.blocks.cases.law import forget_calendar
from motcham.blocks.cases.scenarios import Story, StoryDiffers, stories
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Choice, Field, Kind, LegalBasis

__all__ = [
    "KEY",
    "LAW",
    "OFFICERS",
    "Story",
    "StoryDiffers",
    "a_case",
    "a_case_type",
    "forget",
    "forget_callers",
    "parse_answers",
    "registered",
    "stories",
]

LAW = LegalBasis("QĐ 1478/QĐ-UBND")
forget_callers = throttle.forget
OFFICERS = ("desk_operator", "ward_officer", "department_officer")
KEY = "testing.report"


def a_case_type(**changes: Any) -> CaseType:
    """Return a small case type: a desk, a question to the one who filed, an answer."""
    values: dict[str, Any] = {
        "key": KEY,
        "official_name": "Phản ánh thử",
        "label": "Test report",
        "legal_basis": LAW,
        "limit": "1022.answer",
        "fields": (
            Field("kind", "Kind", kind=Kind.CHOICE, choices=(Choice("lamp", "Lamp"), Choice("noise", "Noise"))),
            Field("description", "Description", kind=Kind.LONG_TEXT, personal=True),
            Field("name", "Name", identifies="name", required=False),
            Field("phone", "Phone", kind=Kind.PHONE, identifies="phone", required=False),
        ),
        "steps": (
            Step("desk", "At the office", roles=OFFICERS, leads_to=("asked", "answered")),
            Step("asked", "Waiting for you", roles=("filer", *OFFICERS), leads_to=("desk",), pauses=True),
            Step("answered", "Answered", outcome="answered"),
        ),
        "route": lambda filing: None,
        "title": lambda filing: "Test report",
        "retention": Retention(5, LAW),
        "in_force": date(2020, 1, 1),
        "desk": "test-desk",
        "category": "kind",
        "rated": True,
        "extensions": 1,
        "extension_limit": "1022.answer.extension",
        **changes,
    }
    return CaseType(**values)


@contextmanager
def registered(case_type: CaseType | None = None) -> Iterator[CaseType]:
    """Have a case type known for as long as a test needs it."""
    case_type = case_type or a_case_type()
    case_types.register(case_type, file=__file__)
    forget_calendar()
    try:
        yield case_type
    finally:
        case_types.remove(case_type.key)
        forget_calendar()


def forget() -> None:
    """Empty what the process keeps of the database and of who tried how often: between tests."""
    throttle.forget()
    forget_calendar()
    filters.forget()
    pages_inbox._counted_by_words.cache_clear()


def a_case(*, by: Actor | None = None, agency_id: int | None = None, at: datetime | None = None, **changes: Any) -> Opened:
    """Open a case of the registered type."""
    answers = {"kind": "lamp", "description": "Đèn tắt", "name": "Nguyễn Văn A", "phone": "0900000000"}
    values: dict[str, Any] = {"type_key": KEY, "answers": answers, "channel": "web", "agency_id": agency_id, "at": at, **changes}
    return open_case(NewCase(**values), by=by or Actor.anonymous())
