"""The result of a dossier: drawn, looked at, signed for the agency, checked by anyone, lent for a while, withdrawn where it was wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.tests.papers import desk, printed, row_of, text_of
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed, step
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, type_of
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import Soundness
from motcham.blocks.documents.testing import a_pdf, a_photo, print_orders
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import a_citizen, client_of, system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
DRAWN = {
    "title": "Giấy xác nhận tình trạng hôn nhân",
    "fields": ["name", "born_on"],
    "text": "Xác nhận chưa đăng ký kết hôn với ai.\nGiấy này có giá trị 6 tháng.",
    "issue": "1",
}


def settled(*, by: Actor | None = None):
    """Return a dossier that is being settled."""
    new = NewCase(type_key="public_services.dossier:1.004873", answers=answers(papers_by="counter"), channel="web")
    opened = cases.open_case(new, by=by or Actor.anonymous())
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to)
    return opened


def result_of(opened):
    [found] = documents.results(owner=f"case:{opened.id}")
    return found


def draw(opened, browser=None, **changes):
    return (browser or desk()).post(f"/dossiers/{opened.id}/result/", {**DRAWN, **changes})


def test_a_result_is_drawn_signed_checked_and_settles_the_dossier():
    opened = settled()
    assert draw(opened).status_code == 302
    case = case_of(opened)
    assert (case.step, case.outcome, row_of(opened).electronic_result) == (states.DONE, "done", True)
    print_orders()
    result = result_of(opened)
    assert result.is_valid and result.agency_code == "ward.26740"
    stranger = Client()
    page = stranger.get(f"/track/{case.code}/").content.decode()
    assert f"/verify/{result.code}/" in page and DRAWN["title"] in page
    pdf = stranger.get(f"/dossiers/of/{case.code}/results/{result.code}.pdf").content
    text = text_of(pdf)
    assert "Trần Thị Bình" in text and "20/05/1990" in text and "Giấy này có giá trị 6 tháng." in text
    assert "079190000123" not in text
    assert documents.verify(pdf).soundness is Soundness.INTACT
    checked = stranger.post(f"/verify/{result.code}/", {"file": SimpleUploadedFile("ket-qua.pdf", pdf, "application/pdf")})
    assert checked.status_code == 200 and "Trần Thị Bình" not in checked.content.decode()
    assert documents.verify(pdf[:-40] + b"x" * 40).soundness is not Soundness.INTACT


def test_a_look_at_it_first_signs_nothing_and_names_itself_a_preview():
    opened = settled()
    preview = draw(opened, issue="", preview="1")
    # The browser sends the one button that was pressed.
    assert preview["Content-Type"] == "application/pdf"
    text = text_of(preview.content)
    assert "BẢN XEM TRƯỚC" in text and "Trần Thị Bình" in text
    assert documents.results(owner=f"case:{opened.id}") == () and case_of(opened).step == states.IN_PROGRESS


def test_nothing_is_signed_that_says_nothing_and_what_was_typed_stays():
    opened = settled()
    answer = draw(opened, text=" ")
    assert answer.status_code == 422 and DRAWN["title"] in answer.content.decode()
    assert documents.results(owner=f"case:{opened.id}") == () and case_of(opened).step == states.IN_PROGRESS


def test_without_a_key_of_the_agency_nothing_is_settled(settings):
    settings.DEMO = False
    opened = settled()
    answer = draw(opened)
    assert answer.status_code == 422 and "agency-key" in answer.content.decode()
    assert case_of(opened).step == states.IN_PROGRESS


def test_another_agency_and_a_dossier_not_accepted_have_no_result_to_draw():
    opened = settled()
    assert draw(opened, desk("ward.26743")).status_code == 404
    new = filed()
    answer = draw(new)
    assert answer.status_code in (400, 403, 409) and documents.results(owner=f"case:{new.id}") == ()


def test_files_go_with_the_result_by_their_fingerprint():
    opened = settled()
    sent = SimpleUploadedFile("bang-goc.pdf", a_pdf(), "application/pdf")
    assert draw(opened, files=[sent]).status_code == 302
    text = printed(opened.id)[-1]
    assert "bang-goc.pdf" in text and re.search(r"[0-9a-f]{16}", text)
    assert any(each.name == "bang-goc.pdf" for each in documents.owned(owner=f"case:{opened.id}"))
    page = Client().get(f"/track/{case_of(opened).code}/").content.decode()
    assert "bang-goc.pdf" in page


def test_it_lies_in_the_wallet_and_is_lent_for_a_while():
    who = a_citizen()
    opened = settled(by=who)
    draw(opened)
    print_orders()
    held = next(each for each in documents.wallet(holder=who.ref) if each.result)
    assert held.result.code == result_of(opened).code
    token = documents.share(document_id=held.document.id, by=who, lasts=timedelta(hours=1))
    lent = Client().post(f"/shared/{token}/")
    assert lent.status_code == 200 and "Trần Thị Bình" in text_of(lent.content)


def address(opened):
    code = case_of(opened).code
    return f"/track/{code[:4]}-{code[4:8]}-{code[8:]}/"


def test_the_wallet_names_the_dossier_that_each_paper_comes_from_and_leads_there():
    who = a_citizen()
    opened, other = settled(by=who), settled()
    draw(opened)
    print_orders()
    page = client_of(who).get("/account/documents/").text
    assert page.count(f'href="{address(opened)}"') == page.count('id="paper-') > 0
    assert str(type_of(case_of(opened)).label) in page.split(f'href="{address(opened)}"')[1].split("</a>")[0]
    # A paper that lies in the wallet, of a dossier that the account does not follow, leads nowhere.
    found = documents.receive(stream=a_photo(), filename="lạ.jpg", by=who, purpose="papers")
    documents.attach(document_ids=[found.id], owner=f"case:{other.id}", by=who)
    page = client_of(who).get("/account/documents/").text
    assert "lạ.jpg" in page and address(other) not in page


def test_a_wrong_result_is_withdrawn_with_its_reason_and_another_takes_its_place():
    opened, browser = settled(), desk()
    draw(opened, browser)
    print_orders()
    first = result_of(opened)
    address = f"/dossiers/{opened.id}/results/{first.code}/withdraw/"
    assert desk("ward.26743").post(address, {"reason": "x"}).status_code == 404
    browser.post(address, {"reason": " "})
    assert result_of(opened).withdrawn_at is None
    browser.post(address, {"reason": "Sai ngày sinh"})
    assert result_of(opened).withdrawn_reason == "Sai ngày sinh" and row_of(opened).electronic_result is False
    code, told = case_of(opened).code, lambda: [each.template for each in channels.notices(to=f"case:{opened.id}")]
    assert told().count("dossier_result_withdrawn") == 1
    assert "Sai ngày sinh" in Client().get(f"/verify/{first.code}/").content.decode()
    assert "Sai ngày sinh" in Client().get(f"/track/{code}/").content.decode()
    before = told().count("dossier_done")
    assert draw(opened, browser).status_code == 302
    assert told().count("dossier_done") == before + 1
    assert row_of(opened).electronic_result is True and case_of(opened).step == states.DONE
    assert [each.withdrawn_at is None for each in documents.results(owner=f"case:{opened.id}")] == [False, True]


def test_a_button_that_is_pressed_twice_signs_one_result():
    opened, browser = settled(), desk()
    version = re.search(r'name="version" value="(\d+)"', browser.get(f"/dossiers/{opened.id}/result/").text)[1]
    assert draw(opened, browser, version=version).status_code == 302
    again = draw(opened, browser, version=version)
    assert again.status_code == 422 and DRAWN["title"] in again.text
    assert len(documents.results(owner=f"case:{opened.id}")) == 1
    # Another one, on purpose, from a page that shows the first.
    version = re.search(r'name="version" value="(\d+)"', again.text)[1]
    assert [draw(opened, browser, version=version).status_code for _press in range(2)] == [302, 422]
    assert len(documents.results(owner=f"case:{opened.id}")) == 2


def test_a_link_to_a_result_that_was_withdrawn_says_so_before_it_is_opened():
    who = a_citizen()
    opened = settled(by=who)
    draw(opened)
    print_orders()
    held = next(each for each in documents.wallet(holder=who.ref) if each.result)
    address = f"/shared/{documents.share(document_id=held.document.id, by=who, lasts=timedelta(hours=1))}/"
    assert "notice-late" not in Client().get(address).text
    documents.withdraw(code=held.result.code, reason="Sai ngày sinh", by=system)
    shown = Client().get(address).text
    assert "notice-late" in shown and "Sai ngày sinh" in shown
    assert "Sai ngày sinh" in client_of(who).get("/account/documents/").text


def test_a_dossier_settled_on_paper_has_no_electronic_result_and_one_of_another_system_is_said():
    paper, elsewhere = filed(), filed()
    for opened, said in ((paper, False), (elsewhere, True)):
        step(opened, states.ACCEPTED, "2026-03-02 10:00")
        step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
        step(opened, states.DONE, "2026-03-03 10:00", electronic_result=said)
    assert (row_of(paper).electronic_result, row_of(elsewhere).electronic_result) == (False, True)
