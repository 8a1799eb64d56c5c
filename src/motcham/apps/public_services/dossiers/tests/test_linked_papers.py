"""What one agency of a linked dossier asks for: asked once, answered with one paper, the others go on; and what it takes to verify."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.tests.papers import desk, printed, row_of
from motcham.apps.public_services.dossiers.tests.test_linked import (
    CHILD,
    INSURANCE,
    KEY,
    POLICE,
    WARD,
    officer,
    page_of,
    part,
)
from motcham.apps.public_services.national_portal import payload
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseView, NewCase, NoExtensionLeft, OftenEnough, StepNotOpen, case_types
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import Fault
from motcham.blocks.documents.testing import a_page, a_photo
from motcham.blocks.identity.testing import a_citizen, an_agency, forget, system
from motcham.kernel.calendar import CITY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
WHY = "Bản đồng ý của chủ hộ chưa có chữ ký."
ASKS = {states.PAPERS: ["paper_2"]}


def at(moment: str) -> datetime:
    return datetime.fromisoformat(f"2026-{moment}:00").replace(tzinfo=CITY)


def linked(channel: str = "web", **more: str) -> Any:
    """Return a linked dossier, filed on a Monday at nine and accepted at ten, with both of its papers."""
    for code in (POLICE, INSURANCE):
        an_agency(code=code, kind="department")
    forget()
    filer = a_citizen()
    sent = [documents.receive(stream=a_photo(), filename=f"{name}.jpg", by=filer, purpose=name) for name in ("one", "two")]
    said = {**CHILD, "lives_with": "else", "head_name": "Trần Văn Năm", "papers_by": "sent", **more}
    files = {"paper_1": [str(sent[0].id)], "paper_2": [str(sent[1].id)]}
    read = cases.parse_answers(
        case_types[KEY].fields, answers(**said) | files, files=[each.id for each in sent], now=timezone.now()
    )
    assert read.errors == {}
    new = NewCase(type_key=KEY, answers=read.answers, channel=channel, documents=read.documents, at=at("11-09 09:00"))
    opened = cases.open_case(new, by=filer)
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to, at=at("11-09 10:00"))
    return opened


def whole(dossier: Any) -> CaseView:
    return cases.case_by_id(dossier.id, actor=system)


def view(dossier: Any, agency: str) -> CaseView:
    return cases.case_by_id(part(dossier, agency).id, actor=system)


def asks(dossier: Any, agency: str, moment: str) -> None:
    cases.take_step(by=system, case_id=part(dossier, agency).id, to=states.ASKED, message=WHY, answers=ASKS, at=at(moment))


def answers_it(dossier: Any, agency: str, moment: str) -> None:
    cases.answer_part(by=a_citizen(), whole_id=dossier.id, part_id=part(dossier, agency).id, message="Đã ký.", at=at(moment))


def field(dossier: Any, agency: str, name: str) -> str:
    return f"part-{part(dossier, agency).id.hex[-8:]}-{name}"


def sends(dossier: Any, agency: str, **more: Any) -> Any:
    address = f"/track/{dossier.code}/parts/{part(dossier, agency).id}/"
    return Client().post(address, {field(dossier, agency, name): value for name, value in more.items()})


def a_file(name: str = "moi.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_photo(), content_type="image/jpeg")


def test_each_agency_gets_a_copy_of_the_papers_that_its_part_needs_and_of_no_other():
    dossier = linked()
    own = {agency: set(view(dossier, agency).answers) & {"paper_1", "paper_2"} for agency in (WARD, POLICE, INSURANCE)}
    assert own == {WARD: {"paper_1"}, POLICE: {"paper_2"}, INSURANCE: set()}
    [copy] = view(dossier, POLICE).documents
    assert copy not in whole(dossier).documents
    page, here = officer(POLICE), f"/desk/{part(dossier, POLICE).id}/"
    assert f"{here}files/{copy}/" in page.get(here).text
    assert page.get(f"{here}files/{copy}/").status_code == 200
    assert page.get(f"{here}files/{whole(dossier).documents[1]}/").status_code == 404


def test_whoever_filed_reads_who_asks_for_what_and_nobody_else_stands():
    dossier = linked()
    sent = {"5-papers_asked": ["paper_2"], "5-message": WHY, **{f"5-answer_by-{name}": "" for name in ("day", "month", "year")}}
    answer = officer(POLICE).post(f"/desk/{part(dossier, POLICE).id}/act/", {"act": "5", **sent})
    assert answer.status_code == 302, answer.content.decode()
    shown = page_of(dossier)
    box = shown[shown.index("asked-1") :].partition("</section>")[0]
    assert WHY in box and "Văn bản đồng ý của chủ hộ" in box and "Giấy chứng sinh" not in box
    assert field(dossier, POLICE, "paper_2") in box and box.count('type="file"') == 2
    label = box.split(f'for="q-{field(dossier, POLICE, "paper_2")}"')[1].split("</label>")[0]
    assert gettext("the agency asks for it") in label and gettext("(optional)") not in label
    stands = {agency: part(dossier, agency).state for agency in (WARD, POLICE, INSURANCE)}
    assert stands == {WARD: "open", POLICE: "paused", INSURANCE: "open"}
    assert [each.template for each in channels.notices(to=f"case:{dossier.id}")].count("dossier_part_asked") == 1
    assert WHY not in officer(INSURANCE).get(f"/desk/{part(dossier, INSURANCE).id}/").text


def test_where_no_paper_is_named_the_words_or_a_file_are_needed_and_neither_is_called_optional():
    dossier = linked()
    cases.take_step(by=system, case_id=part(dossier, POLICE).id, to=states.ASKED, message=WHY, at=at("11-10 10:00"))
    shown = page_of(dossier)
    for name in ("photos", "message"):
        label = shown.split(f'for="q-{field(dossier, POLICE, name)}"')[1].split("</label>")[0]
        assert gettext("one of the two") in label and gettext("(optional)") not in label


def a_scan(name: str = "scan.jpg", **changes: Any) -> SimpleUploadedFile:
    out = io.BytesIO()
    a_page(**changes).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def taking_in(dossier: Any, agency: str) -> str:
    return f"/desk/{dossier.id}/parts/{part(dossier, agency).id}/"


def test_what_is_brought_on_paper_for_a_part_is_scanned_where_the_whole_is_held():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    here = taking_in(dossier, POLICE)
    counter = officer(WARD)
    assert here in counter.get(f"/desk/{dossier.id}/").text
    assert WHY in counter.get(here).text
    # A ward elsewhere reads neither the whole nor the part, nor does the agency of another part.
    assert {officer(INSURANCE).get(here).status_code, desk("ward.26743").get(here).status_code} == {404}
    words = {field(dossier, POLICE, "message"): "Ông ngoại mang tới."}
    again = counter.post(here, words)
    assert again.status_code == 422 and "Ông ngoại mang tới." in again.text and part(dossier, POLICE).state == "paused"
    assert counter.post(here, words | {field(dossier, POLICE, "paper_2"): a_scan()}).status_code == 302
    assert part(dossier, POLICE).state == "open" and len(view(dossier, POLICE).documents) == 2
    shown = page_of(dossier)
    assert "scan.jpg" in shown and "Ông ngoại mang tới." in shown and "asked-1" not in shown
    assert counter.get(here).status_code == 302 and here not in counter.get(f"/desk/{dossier.id}/").text


def test_the_agency_of_the_part_scans_it_as_well_and_sees_no_more_of_the_whole():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    here, own, police = taking_in(dossier, POLICE), f"/desk/{part(dossier, POLICE).id}/", officer(POLICE)
    assert here in police.get(own).text
    page = police.get(here)
    assert (
        page.status_code == 200
        and WHY in page.text
        and answers()["name"] not in page.text
        and dossier.code[:4] + "-" not in page.text
    )
    sent = police.post(here, {field(dossier, POLICE, "paper_2"): a_scan()})
    assert sent.status_code == 302 and sent["Location"] == own and part(dossier, POLICE).state == "open"
    assert len(view(dossier, POLICE).documents) == 2 and "scan.jpg" in page_of(dossier)
    assert police.get(f"/desk/{dossier.id}/").status_code == 404
    # A part is named with its own whole alone.
    other = linked(name="Lê Thị Hoa")
    asks(other, POLICE, "11-10 10:00")
    assert police.get(f"/desk/{dossier.id}/parts/{part(other, POLICE).id}/").status_code == 404


def test_a_scan_that_cannot_be_read_waits_until_it_is_scanned_anew_or_kept_as_it_is():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    here, counter, name = taking_in(dossier, POLICE), officer(WARD), field(dossier, POLICE, "paper_2")
    dark = counter.post(here, {name: a_scan("toi.jpg", paper=90, ink=10), field(dossier, POLICE, "message"): "Bà mang tới."})
    assert dark.status_code == 422 and part(dossier, POLICE).state == "paused" and "Bà mang tới." in dark.text
    assert "toi.jpg" in dark.text and str(documents.FAULT_WORDS[Fault.DARK]) in dark.text
    [token] = re.findall(rf'name="{name}-kept" value="([^"]+)"', dark.text)
    assert counter.post(here, {f"{name}-kept": token}).status_code == 422
    # Nobody else brings it back, and for no other part.
    assert officer(POLICE).post(here, {f"{name}-kept": token, f"{name}-as-is": token}).status_code == 422
    anew = {f"{name}-kept": token, f"{name}-drop": token, name: a_scan("sang.jpg")}
    assert counter.post(here, anew).status_code == 302
    shown = page_of(dossier)
    assert "sang.jpg" in shown and "toi.jpg" not in shown


def test_an_officer_keeps_a_scan_as_it_is_where_there_is_no_better():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    here, counter, name = taking_in(dossier, POLICE), officer(WARD), field(dossier, POLICE, "paper_2")
    dark = counter.post(here, {name: a_scan("toi.jpg", paper=90, ink=10)})
    [token] = re.findall(rf'name="{name}-kept" value="([^"]+)"', dark.text)
    assert counter.post(here, {f"{name}-kept": token, f"{name}-as-is": token}).status_code == 302
    assert "toi.jpg" in page_of(dossier) and part(dossier, POLICE).state == "open"
    assert counter.post(here, {f"{name}-kept": token, f"{name}-as-is": token}).status_code == 302, "the agency waits no more"


def test_the_slip_names_the_agency_that_asks():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    slip = next(each for each in printed(dossier.id) if WHY in each)
    assert "department.public_security" in slip and "ward.26740" not in slip


def test_online_the_clocks_of_the_part_and_of_the_whole_stand_until_the_answer_and_run_on_then():
    dossier = linked()
    due = part(dossier, INSURANCE).due_at
    assert whole(dossier).line.due_at == at("11-12 17:00")
    asks(dossier, POLICE, "11-10 10:00")
    assert (whole(dossier).line.due_at, whole(dossier).line.state, whole(dossier).line.step) == (
        None,
        "paused",
        states.IN_PROGRESS,
    )
    cases.became_late(now=at("11-12 18:00"))
    assert whole(dossier).line.late_at is None and part(dossier, INSURANCE).late_at is not None
    answers_it(dossier, POLICE, "11-12 10:00")
    assert whole(dossier).line.due_at == part(dossier, POLICE).due_at == at("11-16 17:00")
    assert whole(dossier).line.state == "open" and part(dossier, INSURANCE).due_at == due


def test_at_a_counter_the_whole_gets_the_two_days_of_its_circular_once_and_does_not_stand():
    dossier = linked(channel="counter")
    before = whole(dossier).line.due_at
    assert before == at("12-08 17:00"), "20 working days, without 24 November"
    asks(dossier, POLICE, "11-10 10:00")
    assert (whole(dossier).line.due_at, whole(dossier).line.state) == (at("12-10 17:00"), "open")
    asks(dossier, INSURANCE, "11-10 11:00")
    answers_it(dossier, POLICE, "11-12 10:00")
    assert whole(dossier).line.due_at == at("12-10 17:00") and part(dossier, POLICE).state == "open"
    told = cases.extend(
        by=system, case_id=dossier.id, reason="Chờ xác minh", until=at("12-15 10:00").date(), at=at("12-01 10:00")
    )
    assert told == at("12-15 17:00"), "what the law adds takes nothing from the one apology"


def test_the_whole_goes_on_when_the_last_of_two_agencies_has_its_answer():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    asks(dossier, INSURANCE, "11-10 11:00")
    answers_it(dossier, POLICE, "11-11 10:00")
    assert whole(dossier).line.state == "paused"
    cases.take_step(by=system, case_id=part(dossier, INSURANCE).id, to=states.STOPPED, message="Thôi", at=at("11-12 10:00"))
    assert whole(dossier).line.state == "open" and whole(dossier).line.due_at == at("11-16 17:00")
    assert "không còn chờ giấy tờ" in page_of(dossier)


def test_one_paper_is_sent_anew_and_stays_with_the_whole_its_copy_with_the_agency():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    first = whole(dossier).answers["paper_2"]
    assert sends(dossier, POLICE, paper_2=a_file(), message="Đã có chữ ký").status_code == 302
    now, theirs = whole(dossier), view(dossier, POLICE)
    assert now.answers["paper_2"] != first and now.answers["paper_1"] and set(first) <= {str(each) for each in now.documents}
    assert theirs.line.step == states.IN_PROGRESS and len(theirs.documents) == 2
    assert not set(theirs.documents) & set(now.documents)
    owner = f"case:{theirs.line.id}"
    [new] = theirs.answers["paper_2"]
    assert [
        each.owner for each in documents.wallet(holder=f"account:{now.filer_account_id}") if str(each.document.id) == new
    ] == []
    assert documents.content(document_id=theirs.documents[-1], owner=owner)
    page = officer(POLICE).get(f"/desk/{theirs.line.id}/").text
    assert "Đã có chữ ký" in page and new in page


def test_a_paper_that_the_ward_asked_for_reaches_each_part_that_needs_it_and_no_other():
    dossier = linked()
    before = {agency: view(dossier, agency) for agency in (WARD, POLICE, INSURANCE)}
    note = {states.PAPERS: ["paper_1"]}
    cases.take_step(by=system, case_id=dossier.id, to=states.ASKED, message="Ảnh mờ", answers=note, at=at("11-10 10:00"))
    assert Client().post(f"/track/{dossier.code}/add/", {"mend-paper_1": a_file()}).status_code == 302
    now = {agency: view(dossier, agency) for agency in (WARD, POLICE, INSURANCE)}
    [old], [new] = before[WARD].answers["paper_1"], now[WARD].answers["paper_1"]
    assert new != old and new not in {str(each) for each in whole(dossier).documents}
    assert {now[agency].version - before[agency].version for agency in (POLICE, INSURANCE)} == {0}
    page, here = officer(WARD), f"/desk/{now[WARD].line.id}/"
    assert page.get(f"{here}files/{new}/").status_code == 200
    shown = page.get(here).text
    assert "moi.jpg" in shown[shown.index("Giấy tờ kèm theo") :].partition("</section>")[0]


def test_what_the_ward_asked_for_is_brought_to_its_counter_and_reaches_the_parts_as_well():
    dossier, ward = linked(), officer(WARD)
    first, part_first = whole(dossier).answers["paper_1"], view(dossier, WARD).answers["paper_1"]
    note = {states.PAPERS: ["paper_1"]}
    cases.take_step(by=system, case_id=dossier.id, to=states.ASKED, message="Ảnh mờ", answers=note, at=at("11-10 10:00"))
    here = f"/desk/{dossier.id}/"
    shown = ward.get(here).text
    assert 'name="4-paper_1"' in shown and 'name="4-paper_2"' not in shown and 'name="8-paper_1"' not in shown
    refused = ward.post(f"{here}act/", {"act": "4", "4-paper_1": SimpleUploadedFile("x.jpg", b"MZ" + b"x" * 99)})
    assert refused.status_code == 422 and whole(dossier).line.step == states.ASKED
    assert ward.post(f"{here}act/", {"act": "4", "4-paper_1": a_file()}).status_code == 302
    now = whole(dossier)
    assert now.line.step == states.IN_PROGRESS and now.answers["paper_1"] != first
    assert len(now.documents) == 3 and now.events[-1].facts["mended"] == ["paper_1"]
    assert view(dossier, WARD).answers["paper_1"] not in (part_first, now.answers["paper_1"])
    assert "moi.jpg" in page_of(dossier)


def test_sent_twice_it_is_answered_once_and_the_words_are_not_lost():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    assert sends(dossier, POLICE, message="Tôi gửi đây").status_code == 302
    again = sends(dossier, POLICE, message="Tôi gửi đây lần nữa")
    assert again.status_code == 409 and "Tôi gửi đây lần nữa" in again.text
    assert sum("Tôi gửi đây" in each.message for each in whole(dossier).events) == 1


@pytest.mark.parametrize("wrong", [{}, {"paper_2": SimpleUploadedFile("a.jpg", b"MZ\x90\x00" * 99)}])
def test_what_is_no_answer_leaves_the_question_with_what_was_written(wrong):
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    answer = sends(dossier, POLICE, **wrong, **({"message": "Ảnh đây"} if wrong else {}))
    assert answer.status_code == 422 and part(dossier, POLICE).step == states.ASKED
    assert ("Ảnh đây" in answer.text) is bool(wrong)


def test_only_the_parts_of_this_dossier_are_answered_with_its_code():
    dossier, other = linked(), linked(name="Lê Thị Hoa")
    asks(other, POLICE, "11-10 10:00")
    answer = Client().post(f"/track/{dossier.code}/parts/{part(other, POLICE).id}/", {"message": "x"})
    assert answer.status_code == 409 and part(other, POLICE).step == states.ASKED
    with pytest.raises(StepNotOpen):
        answers_it(other, INSURANCE, "11-11 10:00")


def test_an_agency_asks_once_and_the_ward_not_twice_by_way_of_its_part():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    answers_it(dossier, POLICE, "11-11 10:00")
    with pytest.raises(OftenEnough):
        asks(dossier, POLICE, "11-12 10:00")
    assert 'id="act-5"' not in officer(POLICE).get(f"/desk/{part(dossier, POLICE).id}/").text
    assert 'id="act-5"' in officer(INSURANCE).get(f"/desk/{part(dossier, INSURANCE).id}/").text
    cases.take_step(by=system, case_id=dossier.id, to=states.ASKED, message=WHY, answers=ASKS, at=at("11-12 11:00"))
    with pytest.raises(OftenEnough):
        asks(dossier, WARD, "11-12 12:00")


def test_while_an_agency_waits_the_whole_stands_whatever_the_ward_asks_besides():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    cases.take_step(by=system, case_id=dossier.id, to=states.ASKED, message=WHY, answers=ASKS, at=at("11-10 11:00"))
    answers_it(dossier, POLICE, "11-11 10:00")
    assert whole(dossier).line.state == "paused", "the ward has no answer yet"
    cases.take_step(by=system, case_id=dossier.id, to=states.IN_PROGRESS, at=at("11-12 10:00"))
    assert whole(dossier).line.due_at == at("11-16 17:00")


def test_going_on_taken_back_within_its_minute_the_whole_waits_again():
    dossier, police = linked(), officer(POLICE)
    asks(dossier, POLICE, "11-10 10:00")
    id_of = part(dossier, POLICE).id
    go_on = {"step": f"public_services.linked_part:{states.IN_PROGRESS}", "case": [str(id_of)]}
    assert police.post("/desk/bulk/", go_on).status_code == 302
    assert whole(dossier).line.state == "open" and 'id="asked-1"' not in page_of(dossier)
    assert police.post("/desk/undo/").status_code == 302
    assert part(dossier, POLICE).step == states.ASKED and whole(dossier).line.state == "paused"
    assert WHY in page_of(dossier) and 'id="asked-1"' in page_of(dossier)


def test_the_police_takes_two_days_more_to_verify_a_residence_and_the_whole_with_it():
    dossier = linked()
    id_of = part(dossier, POLICE).id
    cases.extend(by=system, case_id=id_of, reason="Cần xác minh nơi ở của chủ hộ.", at=at("11-11 10:00"))
    assert part(dossier, POLICE).due_at == whole(dossier).line.due_at == at("11-16 17:00")
    shown = page_of(dossier)
    assert "Cần xác minh nơi ở của chủ hộ." in shown and "cần thêm thời gian" in shown
    assert [each.template for each in channels.notices(to=f"case:{dossier.id}")].count("dossier_part_longer") == 1
    with pytest.raises(NoExtensionLeft):
        cases.extend(by=system, case_id=id_of, reason="Nữa", at=at("11-11 11:00"))
    told = cases.extend(by=system, case_id=dossier.id, reason="Chờ", until=at("11-18 10:00").date(), at=at("11-12 10:00"))
    assert told == at("11-18 17:00")


def test_only_where_a_law_was_read_there_is_time_to_verify():
    online, direct = linked(), linked(channel="counter", name="Lê Thị Hoa")
    offered = 'id="act-extend"'
    assert offered in officer(POLICE).get(f"/desk/{part(online, POLICE).id}/").text
    assert "63/2024/NĐ-CP, điều 8" in officer(POLICE).get(f"/desk/{part(online, POLICE).id}/").text
    assert offered not in officer(INSURANCE).get(f"/desk/{part(online, INSURANCE).id}/").text
    assert offered not in officer(POLICE).get(f"/desk/{part(direct, POLICE).id}/").text
    with pytest.raises(NoExtensionLeft):
        cases.extend(by=system, case_id=part(direct, POLICE).id, reason="Xác minh", at=at("11-11 10:00"))


def test_whoever_withdraws_ends_the_parts_too():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    answer = Client().post(f"/track/{dossier.code}/leave/", {"to": states.WITHDRAWN, "why": "Nộp lại sau"})
    assert answer.status_code == 302
    assert whole(dossier).outcome == "withdrawn" and row_of(dossier).settled_at is None
    assert {each.state for each in whole(dossier).sub_cases} == {"closed"}
    assert 'id="act-' not in officer(POLICE).get(f"/desk/{part(dossier, POLICE).id}/").text


def test_the_national_portal_is_told_that_the_applicant_is_asked_for_a_paper():
    dossier = linked()
    assert payload.dossier(row_of(dossier), whole(dossier), {})["TrangThaiHoSo"] == states.IN_PROGRESS
    asks(dossier, POLICE, "11-10 10:00")
    told = payload.dossier(row_of(dossier), whole(dossier), {})
    assert told["TrangThaiHoSo"] == states.ASKED and "NgayHenTra" not in told
    answers_it(dossier, POLICE, "11-12 10:00")
    assert payload.dossier(row_of(dossier), whole(dossier), {})["TrangThaiHoSo"] == states.IN_PROGRESS


def test_the_ward_sees_that_an_agency_waits_and_finds_the_dossier_among_those_that_wait():
    dossier = linked()
    asks(dossier, POLICE, "11-10 10:00")
    assert WHY in desk(WARD).get(f"/desk/{dossier.id}/").text
    assert str(dossier.id) in desk(WARD).get("/desk/?list=waiting").text
