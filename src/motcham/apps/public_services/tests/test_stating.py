"""What no source gives an official enters, with a document; nobody else, and never without one."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from motcham.apps.public_services import catalogue, stating
from motcham.apps.public_services.define import FeeKind, NotStated
from motcham.apps.public_services.models import StatedFact
from motcham.apps.public_services.tests.conftest import indexed, listed
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import system
from motcham.blocks.ledger.testing import written
from motcham.kernel.errors import Refused

pytestmark = pytest.mark.django_db
CODE = "1.777777"
TYPED = {"fact": "limit", "channel": "", "value": "5", "unit": "working_days", "document": "9/2026/QĐ-UBND", "article": "2"}
DAY = {"valid_from-day": "1", "valid_from-month": "8", "valid_from-year": "2026"}


@pytest.fixture(autouse=True)
def _a_procedure(read):
    read([listed(CODE)], [indexed(CODE, raw="Trực tiếp1Không có thông tin")])


def stated(**more):
    given = {"by": system, "code": CODE, "fact": "limit", "channel": "", "value": 5, "unit": "working_days", "article": ""}
    return stating.state(**{**given, "document": "9/2026/QĐ-UBND", "valid_from": date(2026, 8, 1), **more})


def test_what_was_entered_holds_from_its_day_on_and_is_in_the_log():
    before = written("public_services.fact_stated")

    stated()
    stated(fact="fee", value=50_000, unit="")

    offer = catalogue.procedure(code=CODE, on=date(2026, 8, 1)).offers[0]
    assert (offer.value, offer.unit, offer.basis) == (5, "working_days", "9/2026/QĐ-UBND")
    assert (offer.fee_kind, offer.fee_vnd) == (FeeKind.AMOUNT, 50_000)
    assert catalogue.procedure(code=CODE, on=date(2026, 7, 31)).offers[0].value is None
    assert written("public_services.fact_stated") == before + 2


def test_a_later_one_ends_the_one_before():
    stated()
    stated(value=3, valid_from=date(2026, 10, 1))

    assert catalogue.procedure(code=CODE, on=date(2026, 9, 30)).offers[0].value == 5
    assert catalogue.procedure(code=CODE, on=date(2026, 10, 1)).offers[0].value == 3


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"document": " "}, "document"),
        ({"value": None}, "value"),
        ({"value": -1}, "value"),
        ({"value": 9999}, "value"),
        ({"unit": "moons"}, "unit"),
        ({"fact": "colour"}, "fact"),
        ({"channel": "pigeon"}, "channel"),
        ({"valid_from": None}, "valid_from"),
    ],
)
def test_what_is_not_complete_is_refused_field_by_field(more, field):
    with pytest.raises(NotStated) as refused:
        stated(**more)

    assert field in refused.value.fields
    assert not StatedFact.objects.exists()


def test_nobody_else_enters_anything():
    with pytest.raises(Refused):
        stated(by=Actor.anonymous())


def test_an_official_enters_it_in_the_browser_and_loses_nothing_typed():
    testing.an_agency(code="stating-city")
    client = testing.client_of(testing.an_officer(role="administrator", agency_code="stating-city"))

    wrong = client.post(f"/procedures/{CODE}/state/", {**TYPED, **DAY, "document": ""})
    right = client.post(f"/procedures/{CODE}/state/", {**TYPED, **DAY})

    assert wrong.status_code == 400
    assert 'value="5"' in wrong.content.decode()
    assert right.status_code == 302
    assert StatedFact.objects.get().value == 5


def test_strangers_see_no_way_to_enter_anything():
    assert "/state/" not in Client().get(f"/procedures/{CODE}/").content.decode()
    assert Client().get(f"/procedures/{CODE}/state/").status_code == 302
