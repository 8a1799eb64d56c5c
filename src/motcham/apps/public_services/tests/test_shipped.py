"""What the package carries: the whole catalogue, read once in seconds, with its known faults found."""

from __future__ import annotations

import pytest

from motcham.apps.public_services import catalogue, shipped
from motcham.apps.public_services.life_events import life_events
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
