"""A dossier of any procedure: filed, accepted, asked for a paper once, settled, handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier, Slip
from motcham.apps.public_services.dossiers.tests.papers import desk
from motcham.apps.public_services.testing import CERTIFIED_COPY, EVERY, answers, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import (
    CaseType,
    NewCase,
    NoExtensionLeft,
    NoLimitGiven,
    NotYours,
    OftenEnough,
    Opened,
    ReasonMissing,
    TooLateToSay,
    WrongDay,
    case_types,
    type_of,
)
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import actor, system
from motcham.kernel.calendar import CITY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
KEY = "public_services.dossier:1.004873"
DEATH = {
    "is_theirs": "child", "dead_name": "Trần Văn Dũng", "lived": "known", "lived_at": "12 Lê Lợi", "died_on": "2026-02-28",
    "died_at": "Bệnh viện", "notice": "none",
}  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def filed(key: str = KEY, *, on: str = "2026-03-02 09:00", channel: str = "web", by: Actor | None = None, **changes) -> Opened:
    case_type = case_types[key]
    read = cases.parse_answers(case_type.fields, answers(**changes), now=at(on))
    assert read.errors == {}
    return cases.open_case(NewCase(type_key=key, answers=read.answers, channel=channel, at=at(on)), by=by or Actor.anonymous())


def officer(opened: Opened) -> Actor:
    return actor(("ward_officer", opened.agency_id))


def step(opened: Opened, to: str, on: str, *, as_filer: bool = False, message: str = "", **given) -> Any:
    by = Actor.anonymous() if as_filer else officer(opened)
    cases.take_step(by=by, case_id=opened.id, to=to, message=message, at=at(on), as_filer=as_filer, answers=given or None)
    return case_of(opened)


def case_of(opened: Opened) -> Any:
    return Dossier.objects.get(case_id=opened.id).case


def local(moment: datetime | None) -> str | None:
    return moment.astimezone(CITY).strftime("%Y-%m-%d %H:%M") if moment else None


def test_the_clock_begins_with_the_acceptance_and_both_times_are_kept():
    opened = filed()
    case = case_of(opened)
    assert (case.type_key, case.category, case.area_code) == ("public_services.dossier", "1.004873", "26740")
    assert (case.step, case.state, case.due_at) == (states.NEW, "paused", None)
    assert local(datetime.fromisoformat(case.clock["within"]["due"])) == "2026-03-03 09:00"
    case = step(opened, states.ACCEPTED, "2026-03-04 10:00")
    assert (local(case.filed_at), local(case.received_at)) == ("2026-03-02 09:00", "2026-03-04 10:00")
    assert local(case.due_at) == "2026-03-09 17:00" and "pauses" not in case.clock
    assert case.clock["variant"] == "1.004873@1"


def test_papers_are_asked_for_once_and_the_second_request_is_refused_with_its_law():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    case = step(opened, states.ASKED, "2026-03-03 10:00", message="Tờ khai thiếu chữ ký", papers_asked=["paper_1"])
    assert (case.state, case.due_at) == ("paused", None)
    case = step(opened, states.IN_PROGRESS, "2026-03-05 10:00", as_filer=True, message="Đã ký")
    assert local(case.due_at) == "2026-03-09 17:00"
    with pytest.raises(OftenEnough) as refused:
        step(opened, states.ASKED, "2026-03-05 11:00", message="Còn thiếu")
    assert "118/2025/NĐ-CP" in str(refused.value.facts["legal_basis"])
    assert list(Slip.objects.exclude(kind="declaration").order_by("id").values_list("kind", flat=True)) == [
        "receipt",
        "supplement",
    ]


def test_only_an_officer_accepts_what_was_completed_before_its_acceptance():
    opened = filed()
    step(opened, states.ASKED, "2026-03-02 10:00", message="Thiếu tờ khai")
    with pytest.raises(NotYours):
        step(opened, states.IN_PROGRESS, "2026-03-02 11:00", as_filer=True)
    case = step(opened, states.IN_PROGRESS, "2026-03-03 11:00")
    assert local(case.received_at) == "2026-03-03 11:00"


@pytest.mark.parametrize("to", [states.NOT_ACCEPTED, states.ASKED])
def test_no_refusal_and_no_request_without_a_reason(to):
    with pytest.raises(ReasonMissing):
        step(filed(), to, "2026-03-02 10:00", message="  ")


def test_the_applicant_withdraws_and_may_do_nothing_else():
    opened = filed()
    with pytest.raises(NotYours):
        step(opened, states.ACCEPTED, "2026-03-02 10:00", as_filer=True)
    case = step(opened, states.WITHDRAWN, "2026-03-02 10:00", as_filer=True)
    assert (case.state, case.outcome) == ("closed", "withdrawn")


def test_settled_is_when_the_time_ends_and_the_hand_over_comes_after():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    step(opened, states.DONE, "2026-03-03 10:00", electronic_result=True)
    case = step(opened, states.HANDED_OVER, "2026-03-12 10:00")
    assert (local(case.closed_at), case.outcome, case.late_at) == ("2026-03-03 10:00", "handed_over", None)
    row = Dossier.objects.get(case_id=case.id)
    assert row.electronic_result is True and local(row.handed_over_at) == "2026-03-12 10:00"


def test_an_apology_names_a_new_day_once_and_in_time():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")  # due on Thursday the 5th
    who = officer(opened)
    with pytest.raises(WrongDay):
        cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 7), at=at("2026-03-04 09:00"))
    with pytest.raises(TooLateToSay):
        cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 10), at=at("2026-03-05 09:00"))
    due = cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 10), at=at("2026-03-04 09:00"))
    assert local(due) == "2026-03-10 17:00"
    with pytest.raises(NoExtensionLeft):
        cases.extend(by=who, case_id=opened.id, reason="Lần nữa", until=date(2026, 3, 12), at=at("2026-03-05 09:00"))
    assert list(Slip.objects.exclude(kind="declaration").order_by("id").values_list("kind", flat=True)) == ["receipt", "apology"]


def test_what_is_due_the_same_day_is_apologised_for_on_that_day():
    opened = filed("public_services.death_registration", **DEATH)
    case = step(opened, states.ACCEPTED, "2026-03-02 10:00")
    assert local(case.due_at) == "2026-03-02 17:00"
    who = officer(opened)
    with pytest.raises(TooLateToSay):
        cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 6), at=at("2026-03-03 09:00"))
    due = cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 6), at=at("2026-03-02 16:00"))
    assert local(due) == "2026-03-06 17:00"


def test_whoever_accepts_names_the_day_where_no_limit_is_published():
    with known(*EVERY, replace(CERTIFIED_COPY, code="1.777777")):
        opened = filed("public_services.dossier:1.777777", applicant="citizen")
        with pytest.raises(NoLimitGiven):
            step(opened, states.ACCEPTED, "2026-03-02 10:00")
        with pytest.raises(WrongDay):
            step(opened, states.ACCEPTED, "2026-03-02 10:00", appointment="2026-03-08")
        case = step(opened, states.ACCEPTED, "2026-03-02 10:00", appointment="2026-03-04")
    assert local(case.due_at) == "2026-03-04 17:00"


def test_a_certified_copy_filed_online_is_due_the_day_it_is_accepted_as_the_decree_says():
    case = step(filed("public_services.dossier:2.000815", applicant="citizen"), states.ACCEPTED, "2026-03-02 10:00")
    assert local(case.due_at) == "2026-03-02 17:00" and case.clock["legal_basis"] == "23/2015/NĐ-CP, điều 7"


def test_no_other_day_is_promised_where_a_law_names_one(client):
    copy = "public_services.dossier:2.000815"
    case = step(filed(copy, applicant="citizen"), states.ACCEPTED, "2026-03-02 10:00", appointment="2026-03-06")
    assert local(case.due_at) == "2026-03-02 17:00"
    assert "06/03" not in client.get(f"/track/{case.code}/").content.decode()
    shown = desk().get(f"/desk/{filed(copy, applicant='citizen').id}/").content.decode()
    assert 'id="act-2"' in shown and "2-appointment" not in shown


def test_whoever_accepts_is_asked_for_the_day_where_no_law_names_one():
    with known(*EVERY, replace(CERTIFIED_COPY, code="1.777777")):
        opened = filed("public_services.dossier:1.777777", applicant="citizen")
        assert "2-appointment" in desk().get(f"/desk/{opened.id}/").content.decode()


def test_months_are_counted_by_the_calendar_from_the_acceptance():
    opened = filed("public_services.dossier:1.009999", applicant="citizen", papers_of="g1")
    case = case_of(opened)
    assert case.agency.code == "department.office"
    assert Dossier.objects.get(case_id=case.id).is_unrouted
    cases.take_step(by=system, case_id=opened.id, to=states.ACCEPTED, at=at("2026-07-31 10:00"))
    case.refresh_from_db()
    assert local(case.due_at) == "2026-09-30 23:59"


def test_the_number_of_an_agency_counts_up_by_day():
    codes = [
        Dossier.objects.get(case_id=filed(on=on).id).code for on in ("2026-03-02 09:00", "2026-03-02 10:00", "2026-03-03 09:00")
    ]
    assert codes == ["MC.26740-260302-0001", "MC.26740-260302-0002", "MC.26740-260303-0001"]


def test_a_case_is_read_by_the_version_it_was_opened_under():
    opened = filed()
    found: CaseType = type_of(case_of(opened))
    assert found.variant == "1.004873@1" and found.field_named("paper_1") is not None
