"""A dossier filed at the desk: for an old man without a telephone, with scans that are looked at, once, with the code on paper."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from motcham.apps.public_services.counter import actions_queue, filing, tasks
from motcham.apps.public_services.counter.models import Intake, Scan, Ticket
from motcham.apps.public_services.counter.tests.conftest import Counter
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.slips import form as slips
from motcham.apps.public_services.slips import issuing
from motcham.apps.public_services.slips.receipt import Receipt
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import case_types
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import Fault
from motcham.blocks.documents.testing import a_page, print_orders
from motcham.blocks.identity.testing import an_agency, client_of

SAID = {
    "on_behalf": "self",
    "name": "Trần Văn Cụ",
    "personal_number": "079040000123",
    "born_on-day": "2",
    "born_on-month": "9",
    "born_on-year": "1940",
    "phone": "",
    "area": "26740",
    "address": "12 Lê Lợi",
    "result_by": "counter",
    "truth": ["yes"],
    "originals": "2",
}


def a_scan(page: Image.Image, name: str = "to-khai.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    page.save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


@pytest.fixture
def desk(counter: Counter):
    """Return the counter, the browser of its officer, and the address of the form for the person at desk 1."""
    forget_callers()
    ticket = counter.take()
    counter.call()
    return counter, client_of(counter.officer), f"/counter/tickets/{ticket.id}/file/1.001193/"


def test_an_old_man_without_a_telephone_has_his_dossier_filed(desk):
    counter, client, address = desk
    answer = client.post(address, {**SAID, "file": "yes", "paper_1": a_scan(a_page())})
    assert answer.status_code == 302, answer.content.decode()
    dossier = Dossier.objects.get()
    assert (dossier.channel, dossier.taken_in_by_id, dossier.papers) == (1, counter.agency_id, 1)
    assert dossier.case.channel == "counter" and dossier.case.filer_id is None and "phone" not in dossier.case.answers
    assert dossier.case.answers["truth"] == ["yes"] and dossier.case.answers["papers_by"] == "sent"
    page = client.get(answer["Location"]).content.decode()
    code = dossier.case.code
    assert dossier.code in page and f"{code[:4]}-{code[4:8]}-{code[8:]}" in page and "Trần Văn Cụ" not in page
    assert "079040000123" not in page
    assert dossier.code in client.get("/counter/ward.26740/desk/1/").content.decode()
    assert Intake.objects.get().originals == 2


def test_whoever_has_the_paper_follows_the_dossier_by_its_code(desk, client):
    _counter, officer, address = desk
    officer.post(address, {**SAID, "file": "yes"})
    answer = client.get(f"/track/{Dossier.objects.get().case.code}/")
    assert answer.status_code == 200 and "Mới đăng ký" in answer.content.decode()


def test_without_a_scan_the_papers_count_as_lying_at_the_counter(desk):
    _counter, client, address = desk
    client.post(address, {**SAID, "file": "yes"})
    dossier = Dossier.objects.get()
    assert dossier.papers == 0 and dossier.case.answers["papers_by"] == "counter"


def test_the_list_of_what_is_wrong_names_each_question_once(desk):
    _counter, client, address = desk
    page = client.post(address, {**SAID, "name": "", "truth": [], "file": "yes"}).content.decode()
    listed = re.search(r'<div class="summary".*?</div>', page, re.S)[0]
    assert listed.count("Cam đoan") == listed.count("Họ và tên") == 1, listed


def test_nobody_reads_that_no_papers_are_asked_while_the_answers_still_decide_it(desk):
    _counter, client, address = desk
    death, none = address.replace("1.001193", "1.000656"), "không yêu cầu giấy tờ"
    assert none not in client.get(death).content.decode()
    asked = client.post(death, {"notice": "none", "look": "yes"}).content.decode()
    assert none not in asked and 'name="paper_2"' in asked and 'name="paper_1"' not in asked


def test_nothing_typed_is_lost_when_something_is_wrong(desk):
    _counter, client, address = desk
    answer = client.post(address, {**SAID, "personal_number": "123", "file": "yes", "paper_1": a_scan(a_page())})
    assert answer.status_code == 422 and not Dossier.objects.exists()
    for page in (answer.content.decode(), client.get(address).content.decode()):
        assert 'value="Trần Văn Cụ"' in page and 'value="123"' in page and "to-khai" in page
    assert b"Tr\xe1\xba\xa7n" not in bytes(Intake.objects.get().sealed)


def test_a_poor_scan_waits_for_a_decision_of_the_officer(desk):
    _counter, client, address = desk
    blank = a_scan(Image.new("L", (2100, 2970), 250))
    answer = client.post(address, {**SAID, "file": "yes", "paper_1": blank})
    assert answer.status_code == 422 and Scan.objects.get().faults == [str(Fault.BLANK)]
    scan = Scan.objects.get()
    assert client.get(f"/counter/scans/{scan.document_id}/").status_code == 200
    assert client.post(address, {**SAID, "file": "yes", "as_is": [str(scan.document_id)]}).status_code == 302
    assert Dossier.objects.get().papers == 1


def test_a_poor_scan_is_taken_out_and_scanned_anew(desk):
    _counter, client, address = desk
    client.post(address, {**SAID, "look": "yes", "paper_1": a_scan(Image.new("L", (2100, 2970), 250))})
    gone = str(Scan.objects.get().document_id)
    client.post(address, {**SAID, "look": "yes", "drop": [gone], "paper_1": a_scan(a_page(), "anew.png")})
    assert Scan.objects.get().faults == [] and client.get(f"/counter/scans/{gone}/").status_code == 404


def test_a_file_that_is_no_paper_is_refused_in_words_and_the_rest_stays(desk):
    _counter, client, address = desk
    wrong = SimpleUploadedFile("x.exe", b"MZ" * 100, "application/octet-stream")
    answer = client.post(address, {**SAID, "look": "yes", "paper_1": wrong})
    assert answer.status_code == 422 and "x.exe" in answer.content.decode() and 'value="Trần Văn Cụ"' in answer.content.decode()


def test_a_form_that_is_sent_twice_is_one_dossier(desk):
    _counter, client, address = desk
    assert client.post(address, {**SAID, "file": "yes"}).status_code == 302
    intake = Intake.objects.get()
    Intake.objects.filter(id=intake.id).update(case=None, sealed=None)
    assert client.post(address, {**SAID, "file": "yes"}).status_code == 302
    assert Dossier.objects.count() == 1


def page_of(client, address: str) -> str:
    """Return by what a page that shows the form is known."""
    return re.search(r'name="once" value="([0-9a-f-]{36})"', client.get(address).text)[1]


def test_a_button_that_is_pressed_twice_files_one_dossier_and_both_presses_lead_to_it(desk):
    _counter, client, address = desk
    once = page_of(client, address)
    answers = [client.post(address, {**SAID, "file": "yes", "once": once}) for _press in range(2)]
    assert {each.status_code for each in answers} == {302} and answers[0]["Location"] == answers[1]["Location"]
    assert Dossier.objects.count() == 1 and not Intake.objects.filter(case=None).exists()


def test_going_back_and_writing_something_else_is_another_dossier(desk):
    _counter, client, address = desk
    once = page_of(client, address)
    client.post(address, {**SAID, "file": "yes", "once": once})
    client.post(address, {**SAID, "originals": "7", "file": "yes", "once": once})
    assert Dossier.objects.count() == 2
    assert page_of(client, address) != once


def test_the_form_that_was_kept_is_the_one_that_is_filed(desk):
    _counter, client, address = desk
    once = page_of(client, address)
    assert client.post(address, {**SAID, "look": "yes", "once": once}).status_code == 200
    assert str(Intake.objects.get().id) == once == page_of(client, address)
    client.post(address, {**SAID, "file": "yes", "once": once})
    assert str(Intake.objects.get().id) == once and Dossier.objects.count() == 1


def test_a_slip_of_the_dossier_is_printed_for_the_applicant_by_the_office_alone(desk):
    counter, client, address = desk
    page = client.post(address, {**SAID, "file": "yes"})["Location"]
    dossier = Dossier.objects.get()
    now = timezone.now()
    said = slips.Dossier("Phường Sài Gòn", dossier.code, "Xác nhận", "1.001193", now.date(), now, applicant="Trần Văn Cụ")
    issuing.slip(kind="receipt", facts=Receipt(said, accepted_at=now), owner=f"case:{dossier.case_id}", by=counter.officer)
    assert "Giấy tiếp nhận hồ sơ" not in client.get(page).content.decode()
    print_orders()
    text = client.get(page).content.decode()
    assert "Giấy tiếp nhận hồ sơ" in text
    document_id = documents.orders(owner=f"case:{dossier.case_id}")[0].document_id
    slip = f"{page}{document_id}/"
    assert slip in text and client.get(slip).content.startswith(b"%PDF-")
    assert client_of(counter.stranger).get(slip).status_code == 404
    assert client.get(f"{page}{dossier.case_id}/").status_code == 404


def test_the_statement_must_be_signed(desk):
    _counter, client, address = desk
    said = {name: value for name, value in SAID.items() if name != "truth"}
    assert client.post(address, {**said, "file": "yes"}).status_code == 422 and not Dossier.objects.exists()


def test_an_officer_of_another_office_sees_neither_form_nor_scan_nor_code(desk):
    counter, client, address = desk
    client.post(address, {**SAID, "look": "yes", "paper_1": a_scan(a_page())})
    scan, stranger = Scan.objects.get(), client_of(counter.stranger)
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/counter/scans/{scan.document_id}/").status_code == 404
    answer = client.post(address, {**SAID, "file": "yes"})
    assert stranger.get(answer["Location"]).status_code == 404


def test_what_was_typed_for_somebody_who_left_is_kept_and_not_filed(desk):
    counter, client, address = desk
    actions_queue.close(by=counter.officer, ticket_id=Ticket.objects.get().id, came=False)
    answer = client.post(address, {**SAID, "file": "yes"})
    assert answer.status_code == 422 and 'value="Trần Văn Cụ"' in answer.content.decode() and not Dossier.objects.exists()
    assert client.get(address).status_code == 409
    actions_queue.put_back(by=counter.officer, ticket_id=Ticket.objects.get().id)
    counter.call()
    assert 'value="Trần Văn Cụ"' in client.get(address).content.decode()


def test_what_was_filed_is_written_under_the_number_when_it_is_closed(desk):
    counter, client, address = desk
    client.post(address, {**SAID, "file": "yes"})
    actions_queue.close(by=counter.officer, ticket_id=Ticket.objects.get().id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM ledger_pending WHERE kind = 'counter.done'")
        assert str(Dossier.objects.get().case_id) in str(cursor.fetchone()[0])


def test_a_second_dossier_is_filed_for_the_same_person(desk):
    _counter, client, address = desk
    for _each in range(2):
        assert client.post(address, {**SAID, "file": "yes"}).status_code == 302
    assert Dossier.objects.count() == 2 and Intake.objects.count() == 2


def test_the_desk_leads_on_to_a_form_in_hand(desk):
    _counter, client, address = desk
    client.post(address, {**SAID, "look": "yes"})
    assert address in client.get("/counter/ward.26740/desk/1/").content.decode()


def test_a_form_that_was_begun_and_left_is_forgotten_after_a_week(desk):
    _counter, client, address = desk
    client.post(address, {**SAID, "look": "yes"})
    Intake.objects.update(at=timezone.now() - timedelta(days=8))
    tasks.forget()
    assert not Intake.objects.exists()


def test_a_procedure_that_is_not_there_has_no_form(desk):
    _counter, client, address = desk
    assert client.get(address.replace("1.001193", "9.999999")).status_code == 404


def full_forms() -> list[str]:
    """Return the codes of the procedures that have a form of their own."""
    return sorted(each.counted_as for each in case_types if each.follows is follow and each.anyone_files and each.counted_as)


@pytest.mark.parametrize("code", full_forms())
def test_every_form_of_its_own_is_asked_at_the_counter_without_a_defect(desk, code):
    _counter, client, address = desk
    address = address.replace("1.001193", code)
    assert client.get(address).status_code == 200
    for pressed in ({"look": "yes"}, {"file": "yes"}, {"more": "children"}, {"file": "yes", "originals": "many"}):
        answer = client.post(address, pressed)
        assert answer.status_code == (422 if "file" in pressed else 200)
    assert not Dossier.objects.exists()


def test_a_linked_dossier_is_filed_at_the_counter_and_becomes_three_when_it_is_accepted(desk):
    counter, client, address = desk
    for code in ("department.public_security", "centre.social_insurance"):
        an_agency(code=code, kind="department")
    address = address.replace("1.001193", "2.000986")
    born = timezone.localdate() - timedelta(days=20)
    said = {"child_name": "Trần Minh An", "child_sex": "female", "child_born_at": "Bệnh viện Từ Dũ", "lives_with": "mother"}
    said |= {"filer_is": "mother"}
    said |= {"child_born_on-day": born.day, "child_born_on-month": born.month, "child_born_on-year": born.year}
    answer = client.post(address, {**SAID, **said, "file": "yes"})
    assert answer.status_code == 302, answer.content.decode()
    dossier = Dossier.objects.get()
    assert (dossier.procedure, dossier.case.parent_id) == ("2.000986", None)
    cases.take_step(by=counter.officer, case_id=dossier.case_id, to="2")
    works = type(dossier.case).objects.filter(parent_id=dossier.case_id).values_list("category", flat=True)
    assert sorted(works) == ["birth", "health_card", "residence"]


def test_no_question_at_the_counter_speaks_to_the_officer_as_if_they_applied():
    forms = [each for each in case_types if each.follows is follow]
    labels = [str(asked.label) for each in forms for asked in filing.fields_at_counter(each)]
    assert len(forms) > 10 and [each for each in labels if "bạn" in each.lower()] == []
