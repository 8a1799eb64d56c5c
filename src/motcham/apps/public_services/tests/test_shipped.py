"""What the package carries: the whole catalogue, read once in seconds, with its known faults found."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from motcham.apps.public_services import catalogue, shipped
from motcham.apps.public_services.definitions import business_household, food_safety, land_transaction, poor_household
from motcham.apps.public_services.life_events import life_events
from motcham.apps.public_services.making import form_of
from motcham.apps.public_services.models import Disagreement
from motcham.apps.public_services.models import Procedure as Version
from motcham.blocks.identity.testing import system

pytestmark = pytest.mark.django_db
NAMED = [
    "2.000986",
    "2.000815",
    "1.004873",
    "1.000894",
    "1.000656",
    "1.001612",
    "1.004194",
    "2.001827",
    "1.011607",
    "2.001035",
    "1.001193",
]


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """Import what the package carries once for this module, and take it back."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        shipped.load(by=system)
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("whole")
def test_the_whole_catalogue_is_there_and_a_second_time_changes_nothing():
    assert catalogue.loaded().procedures == 2117
    assert shipped.load(by=system) == 0


@pytest.mark.usefixtures("whole")
def test_every_title_of_the_index_that_belongs_to_another_record_is_found():
    rows = Disagreement.objects.filter(rule="other_procedure").values_list("code", flat=True)

    assert len(set(rows)) == 17
    assert {"3.000286", "1.002544", "2.001428"} <= set(rows)
    assert not Version.objects.filter(code__in=rows).exclude(facts__offers=[]).exists()


@pytest.mark.usefixtures("whole")
def test_every_procedure_that_is_promised_a_form_has_papers_and_offers():
    for code in NAMED:
        found = catalogue.procedure(code=code)
        assert found.papers and found.offers and found.laws, code


@pytest.mark.usefixtures("whole")
def test_every_step_of_a_guide_is_a_procedure_that_exists():
    codes = {step.code for guide in life_events() for step in guide.steps}

    assert {each.code for each in catalogue.procedures(codes=codes)} == codes
    assert {guide.title for guide in life_events()} >= {"Có con", "Mở quán ăn", "Mất người thân", "Chuyển chỗ ở"}


@pytest.mark.usefixtures("whole")
def test_no_fee_has_a_number_below_a_thousand_and_no_limit_lacks_a_unit():
    for found in catalogue.every():
        for offer in found.offers:
            assert offer.fee_vnd is None or offer.fee_vnd == 0 or offer.fee_vnd >= 1000, found.code
            assert (offer.value is None) == (offer.unit == ""), found.code


FULL_FORMS = (business_household, food_safety, land_transaction, poor_household)


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("form", FULL_FORMS, ids=lambda module: module.procedure.code)
def test_a_full_form_says_what_the_catalogue_says(form):
    said, published = form.procedure, catalogue.published(code=form.procedure.code)

    for fact in ("title", "field", "agencies", "levels", "subjects", "decision"):
        assert getattr(said, fact) == getattr(published, fact), fact
    assert set(said.papers) <= set(published.papers)
    assert [_terms(each) for each in said.offers] == [_terms(each) for each in published.offers]


@pytest.mark.usefixtures("whole")
def test_a_form_asks_for_every_paper_but_those_that_its_answers_are():
    left = {
        form.procedure.code: [
            paper.name[:30]
            for paper in catalogue.published(code=form.procedure.code).papers
            if paper not in form.procedure.papers and not paper.is_note and not re.search("[uủ][ỷy] quyền", paper.group)
        ]
        for form in FULL_FORMS
    }

    assert left == {
        "1.001612": ["Giấy đề nghị đăng ký hộ kinh d"],
        "2.001827": ["Đơn đề nghị cấp Giấy chứng nhậ"],
        "2.001035": [],
        "1.011607": ["Giấy đề nghị rà soát hộ nghèo,"],
    }


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("mo quan com can giay gi", "1.001612"),
        ("giay vstp lam mam", "2.001827"),
        ("xin so ho ngheo", "1.011607"),
        ("công chứng giấy cho đất", "2.001035"),
    ],
)
def test_its_page_is_found_and_leads_to_the_form(words, code):
    found = Client().get("/procedures/", {"q": words}).content.decode()
    assert f"/procedures/{code}/" in found

    page = Client().get(f"/procedures/{code}/").content.decode()
    address = f"/new/{form_of(code)}/"
    assert f'href="{address}"' in page
    assert Client().get(address).status_code == 200


def _terms(offer):
    return (offer.channel, offer.value, offer.unit, offer.fee_kind, offer.fee_vnd)
