"""Who is in charge of a report: by kind, place and time, from dated rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from motcham import data
from motcham.apps.feedback_1022 import routing
from motcham.apps.feedback_1022.definitions.report import report
from motcham.blocks.cases.define import Filing, Place

pytestmark = pytest.mark.django_db
HERE = Place(106.7009, 10.7769, "26740")
MONDAY_NOON, MONDAY_NIGHT, SUNDAY_NOON = (datetime(2026, 3, day, hour, tzinfo=UTC) for day, hour in ((2, 5), (2, 16), (1, 5)))


def filed(category, *, at=MONDAY_NOON, place=HERE, **answers):
    return Filing({"category": category, **answers}, place, "web", at)


def test_noise_goes_to_the_ward_by_day_and_to_the_police_at_night():
    assert routing.agency_of(filed("order.noise")) == "ward.26740"
    assert routing.agency_of(filed("order.noise", at=MONDAY_NIGHT)) == "department.public_security"


def test_wrong_parking_goes_elsewhere_on_days_off():
    assert routing.agency_of(filed("order.parking")) == "ward.26740"
    assert routing.agency_of(filed("order.parking", at=SUNDAY_NOON)) == "department.public_security"


def test_a_rule_does_not_hold_before_its_day():
    assert routing.agency_of(filed("order.noise", at=datetime(2021, 3, 1, 16, tzinfo=UTC))) == "ward.26740"


def test_what_no_rule_routes_goes_to_the_desk():
    assert routing.agency_of(filed("other.anything")) is None
    assert routing.agency_of(filed("order.noise", place=None)) is None


def test_every_rule_names_a_known_kind_and_a_known_agency():
    kinds = {row["key"] for row in data.rows("feedback_categories.csv")}
    agencies = {row["code"] for row in data.rows("agencies.csv")} | {routing.WARD}

    assert [rule for rule in routing.rules() if rule.category not in kinds or rule.agency not in agencies] == []
    assert routing.CLOSED_DESK in agencies


def test_an_accusation_goes_to_the_closed_desk_whatever_its_kind():
    assert report.confidential(filed("admin.late", description="Cán bộ phường vòi tiền")) == routing.CLOSED_DESK
    assert report.confidential(filed("infrastructure.flooding", description="Ngập", about_office=["yes"])) == routing.CLOSED_DESK
    assert report.confidential(filed("infrastructure.flooding", description="Ngập nước")) is None


def test_reports_about_people_are_never_shown_to_others():
    assert report.joinable({"category": "infrastructure.flooding"})
    assert not report.joinable({"category": "bus.driving"})
    assert not report.joinable({"category": "infrastructure.flooding", "description": "Công an phường nhận hối lộ"})


def test_every_extra_question_is_asked_of_its_kinds_alone():
    pole = report.field_named("pole")
    passable = report.field_named("passable")

    assert pole.when({"category": "infrastructure.street_light"})
    assert not pole.when({"category": "order.noise"})
    assert not passable.when({"category": "infrastructure.tree"})
    assert passable.when({"category": "infrastructure.tree", "blocks_road": True})
