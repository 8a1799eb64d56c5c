"""Steps that tell leave a notice, once, and whoever follows the case sees that they were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from motcham.blocks.cases import showing
from motcham.blocks.cases.actions import owner_of, take_step
from motcham.blocks.cases.define import CaseMoved, CaseType
from motcham.blocks.cases.models import CaseEvent
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.channels import api as channels
from motcham.blocks.identity.api import ensure_agency
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget, system

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
    return Client(headers={"Accept-Language": "en"}).get(f"/track/{code}/").content.decode()


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
