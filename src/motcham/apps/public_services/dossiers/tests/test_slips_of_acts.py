"""An act of a dossier and its slip: ordered with the act, printed with its facts, handed to whoever may have it, taken back with it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Slip
from motcham.apps.public_services.dossiers.tests.papers import accepts_with_others, acts, desk, printed, row_of, text_of
from motcham.apps.public_services.dossiers.tests.test_dossier import KEY, at, case_of, filed, officer, step
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import a_document, print_orders
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import a_citizen, system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def kinds(opened) -> list[str]:
    found = Slip.objects.filter(case_id=opened.id).exclude(kind="declaration").order_by("id")
    return list(found.values_list("kind", flat=True))


def the_receipt() -> Slip:
    return Slip.objects.filter(kind="receipt").order_by("-id")[0]


def slips_of(opened) -> list[str]:
    """Return the words of the slips of a dossier, without what was declared."""
    return printed(opened.id)[1:]


def test_what_was_declared_is_printed_for_whoever_filed():
    opened = filed()
    [text] = printed(opened.id)
    assert "BẢN KHAI ĐÃ GỬI" in text.upper() and row_of(opened).code in text
    for said in ("Trần Thị Bình", "20/05/1990", "0901 234 567", "12 Lê Lợi", "Những điều tôi khai là đúng"):
        assert said in text, said
    assert "bạn" not in text.lower(), "it is read by those who were not asked"
    code = case_of(opened).code
    page = Client().get(f"/track/{code}/").content.decode()
    assert "Bản khai đã gửi" in page
    assert Client().get(f"/dossiers/of/{code}/slips/{Slip.objects.get().id}.pdf")["Content-Type"] == "application/pdf"


def test_the_acceptance_orders_the_receipt_with_what_the_dossier_says():
    opened = filed()
    assert kinds(opened) == []
    step(opened, states.ACCEPTED, "2026-03-04 10:00")
    [text] = slips_of(opened)
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".upper() in text.upper() and "03/2025/TT-VPCP" in text
    for said in (
        row_of(opened).code,
        f"Mã tra cứu: {cases.show_code(case_of(opened).code)}",
        "Trần Thị Bình",
        "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân (1.004873)",
        "Nộp trực tuyến",
        "09 giờ 00 phút, ngày 02/03/2026",
        "10 giờ 00 phút, ngày 04/03/2026",
        "17 giờ 00 phút, ngày 09/03/2026",
        "3 ngày làm việc",
        "Phí, lệ phí: 0 đ",
        "Nhận trực tiếp tại quầy",
        f"https://motcham.example/track/{case_of(opened).code[:4]}",
    ):
        assert said in text, said
    # Brought to a counter: what everybody has to bring is what was accepted.
    assert "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân" in text and "Hộ chiếu hoặc Thẻ căn cước" not in text


def test_whoever_holds_the_code_downloads_the_slip_and_nobody_else_does():
    opened, other = filed(), filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    slip = the_receipt()
    code = case_of(opened).code
    address = f"/dossiers/of/{code}/slips/{slip.id}.pdf"
    assert address in Client().get(f"/track/{code}/").content.decode()
    waiting = Client().get(address)
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    print_orders()
    got = Client().get(address)
    assert got["Content-Type"] == "application/pdf" and "Trần Thị Bình" in text_of(got.content)
    assert Client().get(f"/dossiers/of/{case_of(other).code}/slips/{slip.id}.pdf").status_code == 404
    assert Client().get(f"/dossiers/of/0000000000000/slips/{slip.id}.pdf").status_code == 404
    assert Client().get(f"/dossiers/{opened.id}/slips/{slip.id}.pdf").status_code == 302
    assert desk("ward.26743").get(f"/dossiers/{opened.id}/slips/{slip.id}.pdf").status_code == 404


def test_an_officer_who_opens_a_slip_has_looked_at_the_dossier():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    print_orders()
    assert desk().get(f"/dossiers/{opened.id}/slips/{the_receipt().id}.pdf").status_code == 200
    view = cases.case_by_id(opened.id, actor=system)
    assert [each.facts["what"] for each in view.events if each.kind == "look"] == ["file"]


def test_a_request_for_papers_names_them_and_a_refusal_its_reason():
    opened, other = filed(), filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    step(opened, states.ASKED, "2026-03-02 11:00", message="Tờ khai thiếu chữ ký", papers_asked=["paper_1"])
    step(other, states.NOT_ACCEPTED, "2026-03-02 11:00", message="Không thuộc thẩm quyền của phường")
    assert kinds(opened) == ["receipt", "supplement"] and kinds(other) == ["refusal"]
    asked = slips_of(opened)[1]
    assert "Phiếu yêu cầu bổ sung".upper() in asked.upper()
    assert "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân" in asked and "Tờ khai thiếu chữ ký" in asked
    assert "Không thuộc thẩm quyền của phường" in slips_of(other)[0]


def test_a_dossier_accepted_after_it_was_completed_gets_its_receipt_then():
    opened = filed()
    step(opened, states.ASKED, "2026-03-02 10:00", message="Thiếu tờ khai")
    assert kinds(opened) == ["supplement"]
    step(opened, states.IN_PROGRESS, "2026-03-03 11:00")
    assert kinds(opened) == ["supplement", "receipt"]


def test_a_stop_and_an_apology_are_written_with_their_reasons():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    who = officer(opened)
    cases.extend(by=who, case_id=opened.id, reason="Chờ xác minh", until=date(2026, 3, 10), at=at("2026-03-04 09:00"))
    step(opened, states.IN_PROGRESS, "2026-03-04 10:05")
    step(opened, states.STOPPED, "2026-03-05 10:00", message="Người nộp không bổ sung")
    assert kinds(opened) == ["receipt", "apology", "stop"]
    _receipt, apology, stop = slips_of(opened)
    assert "Chờ xác minh" in apology and "05/03/2026" in apology and "10/03/2026" in apology
    assert "Người nộp không bổ sung" in stop and "10 giờ 00 phút, ngày 05/03/2026" in stop
    told = [each.template for each in channels.notices(to=f"case:{opened.id}")]
    assert told == ["dossier_accepted", "dossier_apology", "dossier_stopped"]


def test_a_dossier_of_before_the_circular_has_the_forms_of_its_time():
    opened = filed(on="2025-03-03 09:00")
    step(opened, states.ACCEPTED, "2025-03-03 10:00")
    step(opened, states.IN_PROGRESS, "2025-03-03 10:05")
    step(opened, states.STOPPED, "2025-03-03 11:00", message="Ngừng theo đề nghị")
    # The circular of that time had no form for a stop, so none is made up.
    assert kinds(opened) == ["receipt"]
    assert "01/2018/TT-VPCP" in slips_of(opened)[0]


def test_a_slip_goes_with_the_act_that_is_taken_back():
    opened, browser = filed(), desk()
    accepts_with_others(browser, opened)
    print_orders()
    slip = the_receipt()
    code = case_of(opened).code
    assert Client().get(f"/dossiers/of/{code}/slips/{slip.id}.pdf").status_code == 200
    assert browser.post("/desk/undo/").status_code == 302
    slip.refresh_from_db()
    assert slip.withdrawn_at is not None and row_of(opened).accepted_at is None
    assert Client().get(f"/dossiers/of/{code}/slips/{slip.id}.pdf").status_code == 404
    page = Client().get(f"/track/{code}/").content.decode()
    assert "<s>Giấy tiếp nhận hồ sơ và hẹn trả kết quả</s>" in page
    accepts_with_others(browser, opened)
    assert kinds(opened) == ["receipt", "receipt"]


def test_a_slip_taken_back_before_it_was_printed_never_is():
    opened, browser = filed(), desk()
    accepts_with_others(browser, opened)
    browser.post("/desk/undo/")
    assert print_orders() == 0 and documents.owned(owner=f"case:{opened.id}") == ()


def test_a_slip_lies_in_the_wallet_of_whoever_filed_signed_in_and_leaves_it_when_taken_back():
    who, browser = a_citizen(), desk()
    read = answers(papers_by="counter")
    opened = cases.open_case(NewCase(type_key=KEY, answers=read, channel="web"), by=who)
    accepts_with_others(browser, opened)
    print_orders()
    assert [each.owner for each in documents.wallet(holder=who.ref)] == [f"case:{opened.id}"]
    browser.post("/desk/undo/")
    assert documents.wallet(holder=who.ref) == ()
    printed(opened.id)
    assert [each.document.name[:8] for each in documents.wallet(holder=who.ref)] == ["Bản khai"]


def test_files_that_were_sent_stand_on_the_receipt_as_electronic():
    sent = [a_document().id, a_document().id]
    read = answers(papers_by="sent", paper_1=[str(sent[0])], paper_2=[str(sent[1])])
    new = NewCase(type_key=KEY, answers=read, channel="web", documents=sent, at=at("2026-03-02 09:00"))
    opened = cases.open_case(new, by=Actor.anonymous())
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    assert "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân Có" in slips_of(opened)[0]
    row = row_of(opened)
    assert (row.papers, row.digitised) == (2, 2)


def test_the_control_slip_tells_the_way_through_the_offices_and_names_nobody():
    opened, browser = filed(), desk()
    acts(browser, opened, "2")
    acts(browser, opened, "4")
    got = browser.post(f"/dossiers/{opened.id}/control/")
    text = text_of(got.content)
    assert "PHIẾU KIỂM SOÁT" in text.upper() and "Đang xử lý" in text and "Trần Thị Bình" not in text
    assert case_of(opened).code not in text.replace("-", "")
    assert desk("ward.26743").post(f"/dossiers/{opened.id}/control/").status_code == 404


def test_nobody_stands_behind_a_replayed_dossier_so_it_has_no_slip():
    read = answers(papers_by="counter")
    new = NewCase(type_key=KEY, answers=read, channel="web", synthetic=True, at=at("2026-03-02 09:00"))
    opened = cases.open_case(new, by=Actor.system("replay"))
    cases.take_step(by=system, case_id=opened.id, to=states.ACCEPTED, at=at("2026-03-02 10:00"))
    assert kinds(opened) == [] and documents.orders(owner=f"case:{opened.id}") == ()
    assert row_of(opened).accepted_at is not None
