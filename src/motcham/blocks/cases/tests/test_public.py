"""What everybody may read of a case, and what lies near a point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.cases import actions, api, rules
from motcham.blocks.cases.define import CaseType, NoSuchCase, NotItsDocument, Opened, Place
from motcham.blocks.cases.models import CaseEvent
from motcham.blocks.cases.testing import KEY, a_case, a_case_type, registered
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import an_agency, an_officer, forget

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LON, LAT = 106.7004321, 10.7769876
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    """Have a case type of which lamps may be joined, and its desk."""
    forget()
    an_agency(code="test-desk", kind="desk")
    with registered(a_case_type(joinable=lambda answers: answers["kind"] == "lamp")) as found:
        yield found
    forget()


@pytest.fixture
def officer() -> Actor:
    """Somebody at the desk."""
    return an_officer(role="desk_operator", agency_code="test-desk")


def somewhere(lon: float = LON, lat: float = LAT, **changes: object) -> Opened:
    return a_case(place=Place(lon, lat, "26740", address="12 Lê Lợi"), at=MONDAY, **changes)  # type: ignore[arg-type]


def around(lon: float = LON, lat: float = LAT, **changes: object) -> list[str]:
    values = {"type_key": KEY, "category": "lamp", "now": MONDAY, **changes}
    return [each.case.public_ref for each in api.near(lon=lon, lat=lat, **values)]  # type: ignore[arg-type]


def test_nothing_is_public_before_an_officer_released_it(officer: Actor) -> None:
    opened = somewhere()
    assert api.public_cases().cases == ()
    assert around() == []
    with pytest.raises(NoSuchCase):
        api.public_case(rules.public_ref(opened.id))
    with pytest.raises(NotPermitted):
        api.release(by=Actor.anonymous(), case_id=opened.id, text="Đèn tắt")
    ref = api.release(by=officer, case_id=opened.id, text="Đèn tắt", at=MONDAY)
    assert [each.public_ref for each in api.public_cases().cases] == [ref] == around()
    assert CaseEvent.objects.filter(case_id=opened.id).latest("id").kind == "released"


def test_a_public_case_holds_what_was_released_and_a_rounded_point(officer: Actor) -> None:
    opened = somewhere()
    case = api.public_case(api.release(by=officer, case_id=opened.id, text="Đèn đường tắt", at=MONDAY))
    assert (case.lon, case.lat, case.area_code, case.text) == (106.7004, 10.777, "26740", "Đèn đường tắt")
    shown = repr(case)
    for hidden in ("Nguyễn Văn A", "0900000000", "Đèn tắt", "Lê Lợi", opened.code, "10.77698"):
        assert hidden not in shown


def test_taking_it_back_leaves_nothing_public(officer: Actor) -> None:
    opened = somewhere()
    ref = api.release(by=officer, case_id=opened.id, text="Đèn tắt", at=MONDAY)
    api.withdraw(by=officer, case_id=opened.id, reason="Có tên người", at=MONDAY)
    assert (api.public_cases().cases, around()) == ((), [])
    with pytest.raises(NoSuchCase):
        api.public_case(ref)


def test_only_files_of_the_case_can_be_released(officer: Actor) -> None:
    with pytest.raises(NotItsDocument):
        api.release(by=officer, case_id=somewhere().id, text="", documents=[uuid4()])


def test_a_kind_that_may_not_be_joined_is_never_found_near(officer: Actor) -> None:
    answers = {"kind": "noise", "description": "Ồn", "name": "", "phone": ""}
    api.release(by=officer, case_id=somewhere(answers=answers).id, text="Ồn", at=MONDAY)
    assert around(category="noise") == []
    assert len(api.public_cases().cases) == 1


def test_what_is_near_is_told_from_what_is_not_and_closed_ones_fade(officer: Actor) -> None:
    here, there = somewhere(), somewhere(LON + 0.0015)
    refs = [api.release(by=officer, case_id=each.id, text="Đèn tắt", at=MONDAY) for each in (here, there)]
    assert around(radius_m=50) == refs[:1]
    assert around(radius_m=200) == refs
    actions.take_step(by=officer, case_id=here.id, to="answered", at=MONDAY + timedelta(hours=1))
    assert around(radius_m=200) == refs[::-1]
    assert around(radius_m=200, now=MONDAY + timedelta(days=40)) == refs[1:]


def test_pages_of_released_cases_lose_and_repeat_nothing(officer: Actor) -> None:
    for hour in range(7):
        opened = a_case(at=MONDAY + timedelta(hours=hour // 2), place=Place(LON, LAT, "26740"))
        api.release(by=officer, case_id=opened.id, text=str(hour), at=MONDAY + timedelta(days=1))
    for order in ("received_at", "released_at"):
        seen, page = [], api.public_cases(most=3, order=order)
        while True:
            seen += [each.text for each in page.cases]
            if page.after is None:
                break
            page = api.public_cases(most=3, order=order, after=page.after)
        assert sorted(seen) == [str(each) for each in range(7)]
    assert len(api.public_cases(area_code="26740", category="lamp", type_key=KEY, state="open").cases) == 7
    assert api.public_cases(state="closed").cases == api.public_cases(area_code="1").cases == ()
    assert len(api.public_cases(box=(106, 10, 107, 11), since=MONDAY, until=MONDAY + timedelta(hours=1)).cases) == 2


@given(st.uuids())
def test_a_public_reference_leads_back_to_its_case(case_id: UUID) -> None:
    assert rules.read_ref(rules.public_ref(case_id)) == case_id


@given(st.text(max_size=40))
def test_a_reference_that_is_none_leads_nowhere(text: str) -> None:
    found = rules.read_ref(text)
    assert found is None or rules.read_ref(rules.public_ref(found)) == found


@given(
    st.floats(102, 110),
    st.floats(8, 24),
    st.floats(0, rules.NEAR_MOST),
    st.floats(0, 6.283),
)
def test_the_nine_cells_around_a_point_cover_the_radius(lon: float, lat: float, away: float, angle: float) -> None:
    other_lat = lat + math.degrees(away * math.sin(angle) / rules.EARTH)
    other_lon = lon + math.degrees(away * math.cos(angle) / (rules.EARTH * math.cos(math.radians(lat))))
    assert rules.cell_of(other_lon, other_lat) in rules.cells_around(lon, lat)
    assert abs(rules.metres(lon, lat, other_lon, other_lat) - away) < 0.5
