"""A notice is written once, with the act that it tells of or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from motcham.blocks.channels import api

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def told(**changes):
    api.send(**{"to": "case:1", "template": "answered", "facts": {"step": "answered"}, "at": AT, "entry_id": 7, **changes})


def test_what_was_sent_can_be_read_by_its_subject_alone():
    told(language="en")
    told(to="case:2")
    (notice,) = api.notices(to="case:1")
    assert (notice.template, notice.facts, notice.created_at, notice.language) == ("answered", {"step": "answered"}, AT, "en")


def test_the_same_act_is_told_once():
    told()
    told()
    assert len(api.notices(to="case:1")) == 1


def test_two_acts_are_told_in_their_order_though_they_are_of_one_kind():
    told(entry_id=9)
    told(entry_id=8)
    assert [each.entry_id for each in api.notices(to="case:1")] == [8, 9]


def test_an_act_that_does_not_happen_is_told_to_nobody():
    with transaction.atomic():
        told()
        transaction.set_rollback(True)
    assert api.notices(to="case:1") == ()
