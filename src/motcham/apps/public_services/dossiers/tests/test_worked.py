"""The worked dossiers of docs/explanation/dossiers.md, each with its dates."""

from __future__ import annotations

from datetime import date

import pytest

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.tests.test_dossier import at, case_of, filed, local, officer, step
from motcham.blocks.cases import api as cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.mark.parametrize(
    "row",
    [
        ("2026-03-02 09:00", "2026-03-04 10:00", "", "", "", "2026-03-09 17:00"),
        ("2026-03-02 09:00", "2026-03-02 17:30", "", "", "", "2026-03-06 17:00"),
        ("2026-03-02 09:00", "2026-03-02 10:00", "2026-03-03 10:00", "2026-03-05 10:00", "", "2026-03-09 17:00"),
        ("2026-03-02 09:00", "2026-03-02 10:00", "", "", "2026-03-10", "2026-03-10 17:00"),
        ("2026-02-13 09:00", "2026-02-13 10:00", "", "", "", "2026-02-25 17:00"),
        ("2026-03-07 09:00", "2026-03-07 10:00", "", "", "", "2026-03-12 17:00"),
        ("2026-04-28 09:00", "2026-04-28 10:00", "", "", "", "2026-05-05 17:00"),
    ],
)
def test_a_worked_dossier_is_due_when_the_table_says(row):
    on, accepted, asked, sent, apology, due = row
    opened = filed(on=on)
    step(opened, states.ACCEPTED, accepted)
    if asked:
        step(opened, states.ASKED, asked, message="Thiếu chữ ký")
        step(opened, states.IN_PROGRESS, sent, as_filer=True)
    if apology:
        new = date.fromisoformat(apology)
        cases.extend(by=officer(opened), case_id=opened.id, reason="Chờ xác minh", until=new, at=at("2026-03-04 09:00"))
    assert local(case_of(opened).due_at) == due


def test_a_dossier_on_the_shelf_is_not_late_but_its_first_answer_is():
    opened = filed(on="2026-03-02 09:00")
    assert cases.became_late(now=at("2026-04-01 09:00")) == 0
    case = step(opened, states.ACCEPTED, "2026-04-01 10:00")
    assert case.late_at is None and local(case.due_at) == "2026-04-06 17:00"


def test_what_is_accepted_and_forgotten_becomes_late_once():
    opened = filed(on="2026-03-02 09:00")
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    assert cases.became_late(now=at("2026-03-05 17:01")) == 1
    assert local(case_of(opened).late_at) == "2026-03-05 17:00"
