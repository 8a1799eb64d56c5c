"""The page of the export: what was refused and why, sent again by whoever may act there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import sending
from motcham.apps.public_services.national_portal.models import Message
from motcham.apps.public_services.national_portal.pages import why
from motcham.apps.public_services.national_portal.testing import House, Server
from motcham.blocks.identity.testing import an_officer, client_of
from motcham.blocks.ledger.testing import written

pytestmark = pytest.mark.django_db
PAGE = "/desk/national-portal/"


def refused(house: House, server: Server) -> tuple[str, int]:
    """Have a dossier refused; return its number and that of the message."""
    code = Dossier.objects.get(case_id=house.files().id).code
    server.portal.refusing = {code: "TTHC_HET_HIEU_LUC"}
    sending.send_due()
    return code, Message.objects.get().pk


def test_an_officer_sees_what_was_refused_and_why_and_sends_it_again(house: House, server: Server):
    code, message_id = refused(house, server)
    officer: Client = client_of(house.officer)
    text = officer.get(PAGE).content.decode()
    assert code in text and "TTHC_HET_HIEU_LUC" in text and "Trần Thị Bình" not in text
    server.portal.refusing = {}
    assert officer.post(f"{PAGE}{message_id}/").status_code == 302
    sending.send_due()
    assert f"{PAGE}{message_id}/" not in officer.get(PAGE).content.decode() and server.portal.told[code] == ["1"]


@pytest.mark.parametrize(("status", "said"), [(503, "http_503"), (403, "key"), (0, "silent")])
def test_an_officer_reads_why_it_is_tried_again_and_pushes_it(house: House, server: Server, settings, status: int, said: str):
    code, there = Dossier.objects.get(case_id=house.files().id).code, settings.NATIONAL_PORTAL_URL
    if status == 403:
        settings.NATIONAL_PORTAL_KEY = "not ours"
    elif status:
        server.portal.failing = [status]
    else:
        settings.NATIONAL_PORTAL_URL = "http://127.0.0.1:9"
    assert sending.send_due() == 0
    settings.NATIONAL_PORTAL_URL, settings.NATIONAL_PORTAL_KEY = there, "test-key"
    message, officer = Message.objects.get(), client_of(house.officer)
    text = officer.get(PAGE).content.decode()
    assert message.said == said and escape(why(message.problem, said)) in text
    assert code in text and f'action="{PAGE}{message.pk}/"' in text
    assert sending.send_due() == 0, "its time has not come"
    assert client_of(house.inspector).post(f"{PAGE}{message.pk}/").status_code == 403
    assert client_of(an_officer(role="ward_officer", agency_code="ward.26743")).post(f"{PAGE}{message.pk}/").status_code == 404
    assert officer.post(f"{PAGE}{message.pk}/", {"leave": "yes"}).status_code == 404, "only what was refused can be left"
    assert officer.post(f"{PAGE}{message.pk}/").status_code == 302 and written("national_portal.sent_again") == 1
    assert sending.send_due() == 1 and server.portal.told[code] == ["1"]


def test_what_was_taken_is_shown_with_its_receipt(house: House, server: Server):
    opened = house.files()
    code = Dossier.objects.get(case_id=opened.id).code
    house.steps(opened, states.ACCEPTED, "2026-03-02 10:00")
    sending.send_due()
    text = client_of(house.officer).get(PAGE).content.decode()
    receipts = Message.objects.values_list("receipt", flat=True)
    assert code in text and all(each and each in text for each in receipts)
    assert code not in client_of(an_officer(role="ward_officer", agency_code="ward.26743")).get(PAGE).content.decode()


def test_an_inspector_sees_it_and_may_not_act(house: House, server: Server):
    code, message_id = refused(house, server)
    inspector = client_of(house.inspector)
    text = inspector.get(PAGE).content.decode()
    assert code in text and f"{PAGE}{message_id}/" not in text
    assert inspector.post(f"{PAGE}{message_id}/").status_code == 403


def test_another_ward_sees_nothing_of_it(house: House, server: Server):
    code, message_id = refused(house, server)
    other = client_of(an_officer(role="ward_officer", agency_code="ward.26743"))
    assert code not in other.get(PAGE).content.decode()
    assert other.post(f"{PAGE}{message_id}/").status_code == 404


def test_a_house_that_is_not_connected_says_so(house: House):
    text = client_of(house.officer).get(PAGE).content.decode()
    assert 'class="notice' in text and "notice-near" in text


def test_the_applicant_reads_what_was_opened_and_why(house: House, server: Server):
    opened = house.files()
    sending.send_due()
    text = Client().get(f"/track/{opened.code}/").content.decode()
    for words in ("Hệ thống tự động", "Họ và tên người nộp, Số định danh cá nhân của người nộp, Điện thoại", "để đồng bộ hồ sơ"):
        assert words in text
