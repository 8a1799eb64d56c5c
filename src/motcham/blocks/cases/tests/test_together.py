"""Cases of several people: one files, the others confirm with an identity of their own or before an officer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import (
    ATTESTED,
    CONFIRMED,
    CaseType,
    Confirmer,
    NewCase,
    NotConfirmed,
    NotNamed,
    Opened,
    Step,
    StepNotOpen,
    Together,
)
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import KEY, OFFICERS, a_case_type, forget_callers, registered
from motcham.blocks.identity.define import Actor, LevelTooLow, SignInNeeded
from motcham.blocks.identity.testing import a_citizen, actor, an_agency, an_officer, client_of, forget
from motcham.blocks.ledger import api as ledger
from motcham.kernel.terms import Choice, Field, Kind

MINE, BINH, CUONG = "079190000123", "079191000456", "079060000321"
SEEN = Field(ATTESTED, "Seen", Kind.CHOICES, required=False, choices=(Choice("seen", "Seen"),))
HOW = tuple(Choice(key, key) for key in ("1:account", "2:account", "counter"))
TYPE = a_case_type(
    category="",
    fields=(
        Field("number", "Number", Kind.PERSONAL_NUMBER, identifies="personal_number"),
        Field("people", "People", Kind.GROUP, required=False, fields=(Field("number", "Number", Kind.PERSONAL_NUMBER, identifies="personal_number"),)),
        Field("is_joint", "Together?", Kind.YES_NO),
        Field(CONFIRMED, "Confirmed", Kind.CHOICES, choices=HOW, required=False, when=lambda answers: False),
    ),
    steps=(
        Step("desk", "At the office", roles=OFFICERS, leads_to=("done",)),
        Step("done", "Done", outcome="done", needs_all=True, asks=(SEEN,)),
    ),
    together=Together(
        lambda answers: bool(answers.get("is_joint")),
        lambda answers: tuple(Confirmer(str(n), each["number"]) for n, each in enumerate(answers.get("people") or (), 1)),
    ),
)  # fmt: skip


@pytest.fixture
def house(db: None) -> Iterator[CaseType]:
    forget()
    forget_callers()
    an_agency(code="test-desk", kind="desk")
    with registered(TYPE) as it:
        yield it
    forget()


pytestmark = pytest.mark.usefixtures("house")


def filed(*others: str, by: Actor | None = None) -> Opened:
    answers = {"number": MINE, "is_joint": bool(others), "people": [{"number": each} for each in others]}
    return cases.open_case(NewCase(type_key=KEY, answers=answers, channel="web"), by=by or Actor.anonymous())


def sure(who: Actor, level: int = 2) -> Actor:
    return replace(who, assurance=level)


def settle(opened: Opened, **answers: object) -> None:
    cases.take_step(by=actor(("desk_operator", opened.agency_id)), case_id=opened.id, to="done", answers=answers)


def kept(opened: Opened) -> object:
    return Case.objects.get(id=opened.id).answers.get(CONFIRMED)


def test_it_is_not_settled_before_everybody_confirmed():
    opened = filed(BINH, CUONG)
    with pytest.raises(NotConfirmed) as refused:
        settle(opened)
    assert refused.value.facts["missing"] == 2
    cases.confirm(by=sure(a_citizen()), case_id=opened.id, personal_number=BINH)
    with pytest.raises(NotConfirmed) as refused:
        settle(opened)
    assert refused.value.facts["missing"] == 1
    cases.confirm(by=sure(a_citizen()), case_id=opened.id, personal_number=CUONG)
    settle(opened)
    assert kept(opened) == ["1:account", "2:account"]


def test_an_officer_who_saw_them_says_so_and_that_is_kept():
    opened = filed(BINH)
    settle(opened, attested=["seen"])
    assert kept(opened) == ["counter"]


def test_a_case_of_one_person_waits_for_nobody():
    opened = filed()
    settle(opened)
    assert kept(opened) is None


def test_nobody_is_waited_for_in_a_case_that_is_made_up():
    answers = {"number": MINE, "is_joint": True, "people": [{"number": BINH}]}
    opened = cases.open_case(NewCase(type_key=KEY, answers=answers, channel="web", synthetic=True), by=Actor.anonymous())
    settle(opened)
    assert kept(opened) is None


def test_whoever_filed_it_cannot_confirm_for_the_others():
    filer = sure(a_citizen())
    opened = filed(BINH, by=filer)
    with pytest.raises(NotNamed):
        cases.confirm(by=filer, case_id=opened.id, personal_number=BINH)
    assert kept(opened) is None


def test_an_officer_of_the_agency_that_settles_it_confirms_for_nobody():
    opened = filed(BINH)
    with pytest.raises(NotNamed):
        cases.confirm(by=actor(("desk_operator", opened.agency_id)), case_id=opened.id, personal_number=BINH)
    assert kept(opened) is None


def test_an_account_confirms_for_one_person_and_a_number_only_once():
    opened, one = filed(BINH, CUONG), sure(a_citizen())
    cases.confirm(by=one, case_id=opened.id, personal_number=BINH)
    for number in (CUONG, BINH):
        with pytest.raises(NotNamed):
            cases.confirm(by=one, case_id=opened.id, personal_number=number)
    with pytest.raises(NotNamed):
        cases.confirm(by=sure(a_citizen()), case_id=opened.id, personal_number=BINH)
    assert kept(opened) == ["1:account"]


def test_a_number_that_the_case_does_not_name_confirms_nothing():
    opened = filed(BINH)
    with pytest.raises(NotNamed):
        cases.confirm(by=sure(a_citizen()), case_id=opened.id, personal_number=MINE)


def test_nobody_confirms_without_an_identity_that_is_sure_enough():
    opened = filed(BINH)
    with pytest.raises(SignInNeeded):
        cases.confirm(by=Actor.anonymous(), case_id=opened.id, personal_number=BINH)
    with pytest.raises(LevelTooLow):
        cases.confirm(by=sure(a_citizen(), 1), case_id=opened.id, personal_number=BINH)


def test_what_is_over_is_not_confirmed_any_more():
    opened = filed(BINH)
    settle(opened, attested=["seen"])
    with pytest.raises(StepNotOpen):
        cases.confirm(by=sure(a_citizen()), case_id=opened.id, personal_number=BINH)


def test_the_page_of_the_code_leads_there_and_the_confirmation_stands_in_the_log():
    opened, client = filed(BINH), client_of(a_citizen())
    address = f"/track/{opened.code}/confirm/"
    assert address.replace(opened.code, "") in client.get(f"/track/{opened.code}/").content.decode().replace("-", "").replace(
        opened.code, ""
    )
    page = client.get(address)
    assert page.status_code == 200 and MINE not in page.content.decode() and BINH not in page.content.decode()
    wrong = client.post(address, {"personal_number": CUONG, "statement": "yes"})
    assert wrong.status_code == 422 and f'value="{CUONG}"' in wrong.content.decode()
    assert client.post(address, {"personal_number": BINH}).status_code == 422
    assert client.post(address, {"personal_number": BINH, "statement": "yes"}).status_code == 302
    assert kept(opened) == ["1:account"]
    view = cases.case_by_code(opened.code)
    assert ledger.opening(view.events[-1].entry_id).kind == "case.confirmed"
    assert "confirm/" not in client.get(f"/track/{opened.code}/").content.decode()


def test_a_stranger_is_led_to_sign_in_and_comes_back():
    opened = filed(BINH)
    answer = Client().get(f"/track/{opened.code}/confirm/")
    assert answer.status_code == 302 and "next=" in answer["Location"] and opened.code in answer["Location"].replace("-", "")


def test_an_officer_is_asked_about_others_only_while_some_are_missing():
    joint, single = filed(BINH), filed()
    officer = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    assert f"done-{ATTESTED}" in officer.get(f"/desk/{joint.id}/").content.decode()
    assert f"done-{ATTESTED}" not in officer.get(f"/desk/{single.id}/").content.decode()
    cases.confirm(by=sure(a_citizen()), case_id=joint.id, personal_number=BINH)
    page = officer.get(f"/desk/{joint.id}/").content.decode()
    assert f"done-{ATTESTED}" not in page and "1:account" in page


def test_nobody_can_send_that_others_confirmed():
    read = cases.parse_answers(TYPE.fields, {"number": MINE, "is_joint": "no", CONFIRMED: ["counter"]}, now=None)  # type: ignore[arg-type]
    assert CONFIRMED not in read.answers
