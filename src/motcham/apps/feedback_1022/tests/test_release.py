"""An officer releases a report: masked words proposed, photos chosen, neighbours told, taken back; nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client

from motcham.apps.feedback_1022.tests.reports import reported
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NoSuchCase
from motcham.blocks.identity.testing import a_citizen, an_officer, client_of

pytestmark = pytest.mark.django_db


def officer(agency="company.drainage", role="department_officer"):
    return client_of(an_officer(role=role, agency_code=agency))


def release(client, opened, **data):
    return client.post(f"/desk/{opened.id}/release/", {"text": "Nước ngập trước nhà ông Nguyễn Văn Tư", **data})


def test_the_form_proposes_the_words_with_what_tells_who_struck_out():
    opened = reported(text="Nhà bà Trần Thị Hoa ngập, gọi 0901 234 567.", release=False)

    page = officer().get(f"/desk/{opened.id}/").content.decode()
    proposed = page.split('id="release"')[1].split("<textarea")[1].split("</textarea>")[0]

    assert "Nhà bà •••" in proposed
    assert "0901" not in proposed


def test_what_is_released_is_masked_once_more_whatever_was_sent():
    opened = reported(release=False)
    release(officer(), opened, reply="Đã báo anh Lê Văn Tám, 0901234567")

    case = cases.public_case(cases.public_ref(opened.id))
    assert case.text == "Nước ngập trước nhà ông •••"
    assert case.reply == "Đã báo anh •••, •••"


@pytest.mark.parametrize("who", ["stranger", "citizen", "other agency"])
def test_nobody_else_can_release_it(who):
    opened = reported(release=False)
    client = {
        "stranger": Client,
        "citizen": lambda: client_of(a_citizen()),
        "other agency": lambda: officer("ward.26740", "ward_officer"),
    }[who]()

    assert release(client, opened).status_code in (302, 403, 404)
    with pytest.raises(NoSuchCase):
        cases.public_case(cases.public_ref(opened.id))


def test_it_is_taken_back_at_once():
    opened = reported()
    officer().post(f"/desk/{opened.id}/release/", {"withdraw": "1"})

    with pytest.raises(NoSuchCase):
        cases.public_case(cases.public_ref(opened.id))


def test_without_words_nothing_is_released():
    opened = reported(release=False)
    release(officer(), opened, text="  ")

    with pytest.raises(NoSuchCase):
        cases.public_case(cases.public_ref(opened.id))


def test_somebody_else_was_quicker():
    opened = reported(release=False)
    release(officer(), opened, version="99")

    with pytest.raises(NoSuchCase):
        cases.public_case(cases.public_ref(opened.id))
