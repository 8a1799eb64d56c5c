"""Steps that tell leave a notice, once, and whoever follows the case sees that they were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from motcham.blocks.cases import showing
from motcham.blocks.cases.actions import owner_of, take_step
from motcham.blocks.cases.define import CaseMoved, CaseType
from motcham.blocks.cases.models import CaseEvent
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.channels import api as channels
from motcham.blocks.identity.api import ensure_agency
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget, system
from motcham.kernel.calendar import CITY

pytestmark = pytest.mark.django_db
TOLD = "đã báo cho bạn"


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    """Have a case type whose question is told, and whose answer is not."""
    forget()
    an_agency(code="test-desk", kind="desk")
    plain = a_case_type()
    with registered(
        a_case_type(steps=tuple(replace(each, tells="asked" if each.key == "asked" else "") for each in plain.steps))
    ) as it:
        yield it
    forget()


@pytest.fixture
def officer() -> Actor:
    """Somebody at the desk."""
    return an_officer(role="desk_operator", agency_code="test-desk")


def page_of(code: str) -> str:
    return Client().get(f"/track/{code}/").content.decode()


def test_a_step_that_tells_leaves_a_notice_that_names_its_entry(officer: Actor) -> None:
    opened = a_case(language="en")
    take_step(by=officer, case_id=opened.id, to="asked", message="Which post?")
    (notice,) = channels.notices(to=owner_of(opened.id))
    event = CaseEvent.objects.get(case_id=opened.id, kind="step")
    assert (notice.template, notice.language, notice.entry_id) == ("asked", "en", event.entry_id)
    assert "Which post?" not in str(notice.facts)


def test_a_step_that_does_not_tell_leaves_none_and_the_page_says_none(officer: Actor) -> None:
    opened = a_case()
    take_step(by=officer, case_id=opened.id, to="answered", message="Done.")
    assert channels.notices(to=owner_of(opened.id)) == ()
    assert TOLD not in page_of(opened.code)


def test_an_act_that_is_refused_or_undone_tells_nobody(officer: Actor) -> None:
    opened = a_case()
    with pytest.raises(CaseMoved):
        take_step(by=officer, case_id=opened.id, to="asked", message="?", version=99)
    with transaction.atomic():
        take_step(by=officer, case_id=opened.id, to="asked", message="?")
        transaction.set_rollback(True)
    assert channels.notices(to=owner_of(opened.id)) == ()


def test_whoever_follows_the_case_sees_that_they_were_told(officer: Actor) -> None:
    opened = a_case()
    assert TOLD not in page_of(opened.code)
    take_step(by=officer, case_id=opened.id, to="asked", message="Which post?")
    assert page_of(opened.code).count(TOLD) == 1


def test_an_agency_is_named_in_the_language_of_the_page():
    agency_id = ensure_agency(
        by=system,
        code="ward-named",
        official_name="Ủy ban nhân dân phường Nhiêu Lộc",
        name_en="People's Committee of Nhieu Loc Ward",
        kind="ward",
        valid_from=date(2025, 7, 1),
    )
    forget()
    with translation.override("en"):
        assert showing.agency_name(agency_id) == "Nhieu Loc Ward"
    with translation.override("vi"):
        assert showing.agency_name(agency_id) == "Phường Nhiêu Lộc"


def test_once_the_limit_has_passed_nobody_is_promised_an_answer_by_a_day_gone_by() -> None:
    now = timezone.now()
    ahead, gone_by = (page_of(a_case(at=each).code) for each in (now, now - timedelta(days=40)))
    assert ahead.count("Trả lời trước") == 3 and "vẫn phải trả lời" not in ahead
    assert "Trả lời trước" not in gone_by and "Cơ quan vẫn phải trả lời" in gone_by


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (datetime(2026, 11, 19, 9), "không tính thứ Bảy, Chủ nhật và ngày nghỉ lễ T3 24/11"),
        (datetime(2026, 11, 10, 9), "5 ngày làm việc · không tính thứ Bảy, Chủ nhật<"),
    ],
)
def test_whoever_counts_working_days_is_told_which_days_do_not_count(time_machine: Any, received: datetime, said: str) -> None:
    time_machine.move_to(received.replace(tzinfo=CITY))
    assert said in page_of(a_case().code)


def test_an_answered_case_and_a_limit_of_a_day_leave_nothing_to_count(time_machine: Any, officer: Actor) -> None:
    time_machine.move_to(datetime(2026, 11, 19, 9, tzinfo=CITY))
    opened = a_case()
    take_step(by=officer, case_id=opened.id, to="answered", message="Done")
    assert "không tính" not in page_of(opened.code)
