"""Papers handed in before: offered to whom they belong, used again with their consent, counted, and never anybody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import gettext

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.test_form import FORM, PAGES, TRUE, filled, send
from motcham.apps.public_services.papers_again import kind_of
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import FactList, Sheet, Template, templates
from motcham.blocks.documents.testing import a_pdf, a_photo, print_orders
from motcham.blocks.identity.testing import a_citizen, an_officer, client_of, system
from motcham.blocks.ledger.testing import written
from motcham.kernel.terms import LegalBasis

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAPERS = f"{FORM}6/"
EARLIER = "Giấy xác nhận tình trạng hôn nhân"


def begun(client: Client, pages=PAGES[:4]) -> str:
    """Fill in the pages before the papers; return the page of the papers."""
    address = FORM
    for values in pages:
        address = send(client, address, values)["Location"]
    assert address == PAPERS
    return client.get(PAPERS).text


def offered(page: str, slot: str) -> list[str]:
    return re.findall(rf'name="{slot}-reuse" value="([0-9a-f-]+)"', page)


def anew(client: Client) -> None:
    """Let the browser begin the next form."""
    client.cookies = type(client.cookies)({"sessionid": client.cookies["sessionid"].value})


def test_a_paper_handed_in_before_is_offered_used_again_and_counted():
    who = a_citizen()
    client = client_of(who)
    client.post(filled(client), TRUE)
    first = Dossier.objects.get()
    assert first.reused == 0
    anew(client)

    page = begun(client)
    ids = offered(page, "paper_2")
    assert ids == first.case.answers["paper_2"] and "earlier.jpg" in page
    assert offered(page, "paper_1") == [], "an application form says what is wanted this time"
    sent = client.post(PAPERS, {"paper_1": SimpleUploadedFile("form.jpg", a_photo(colour="red")), "paper_2-reuse": ids})
    assert sent.status_code == 302 and written("document.reused") == 1
    assert offered(client.get(PAPERS).text, "paper_2") == [], "what is in the slot is not offered again"
    client.post(sent["Location"], PAGES[5])
    assert client.post(f"{FORM}review/", TRUE)["Location"] == f"{FORM}received/"

    second = Dossier.objects.exclude(case_id=first.case_id).get()
    assert (second.reused, second.papers, second.digitised) == (1, 2, 2)
    (copy,) = second.case.answers["paper_2"]
    assert copy != ids[0] and UUID(copy) in second.case.documents
    was, now = (
        documents.content(document_id=UUID(one), owner=f"case:{row.case_id}") for one, row in ((ids[0], first), (copy, second))
    )
    assert was == now, "each dossier keeps its own, the same to the last byte"
    officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    words = gettext("%(paper)s (used again from an earlier dossier)") % {"paper": EARLIER}
    assert words.partition(EARLIER)[2] in officer.get(f"/desk/{second.case_id}/").text
    assert words.partition(EARLIER)[2] not in officer.get(f"/desk/{first.case_id}/").text
    documents.erase(owner=f"case:{first.case_id}", by=system)
    assert documents.refs([UUID(copy)])


def test_nobody_uses_the_paper_of_another_by_naming_it():
    owner = client_of(a_citizen())
    owner.post(filled(owner), TRUE)
    paper = Dossier.objects.get().case.answers["paper_2"][0]
    form = Dossier.objects.get().case.answers["paper_1"][0]
    strangers = (Client(), client_of(a_citizen()), client_of(an_officer(role="ward_officer", agency_code="ward.26743")))
    for stranger in strangers:
        page = begun(stranger)
        assert offered(page, "paper_2") == []
        for guess in (paper, str(uuid4()), "x", "' OR 1=1"):
            told = stranger.post(
                PAPERS, {"paper_1": SimpleUploadedFile("f.jpg", a_photo(colour=f"#{len(guess):06d}")), "paper_2-reuse": guess}
            )
            assert told.status_code == 422 and "q-paper_2-error" in told.text
    # Nor does the owner put a paper of another kind into a slot.
    anew(owner)
    begun(owner)
    assert owner.post(PAPERS, {"paper_2-reuse": form}).status_code == 422
    assert written("document.reused") == 0 and Dossier.objects.count() == 1


def test_taking_the_paper_out_again_counts_as_no_reuse():
    client = client_of(a_citizen())
    client.post(filled(client), TRUE)
    first = Dossier.objects.get()
    anew(client)
    ids = offered(begun(client), "paper_2")
    client.post(PAPERS, {"paper_1": SimpleUploadedFile("form.jpg", a_photo(colour="red")), "paper_2-reuse": ids})
    (copy,) = re.findall(r'name="paper_2-remove" value="([0-9a-f-]+)"', client.get(PAPERS).text)
    left = client.post(PAPERS, {"paper_2-remove": copy, "paper_2": SimpleUploadedFile("mới.jpg", a_photo(colour="blue"))})
    client.post(left["Location"], PAGES[5])
    client.post(f"{FORM}review/", TRUE)
    assert Dossier.objects.exclude(case_id=first.case_id).get().reused == 0


@pytest.fixture
def extract() -> Iterator[Template]:
    """Register a template of a result for the time of a test."""

    def compose(facts: Mapping[str, Any]) -> Sheet:
        return Sheet(title=EARLIER, agency="Ủy ban nhân dân phường", parts=(FactList((("Họ và tên", facts["name"]),)),))

    made = Template("test.marriage_status", EARLIER, compose, LegalBasis("60/2014/QH13"))
    templates.register(made, file=__file__)
    yield made
    templates.remove(made.key)


def test_a_signed_result_is_offered_where_a_form_asks_for_it_until_it_is_withdrawn(extract):
    who = a_citizen()
    documents.give_agency_key(agency_code="ward.26740", official_name="Phường", by=system)
    result = documents.issue(
        template=extract.key, facts={"name": "Trần Thị Bình"}, title=EARLIER, agency_code="ward.26740", agency_name="Phường",
        owner="case:1", by=system, holder=who.ref,
    )  # fmt: skip
    print_orders()
    client = client_of(who)
    page = begun(client)
    (held,) = documents.wallet(holder=who.ref)
    assert offered(page, "paper_2") == [str(held.document.id)]
    assert client.post(PAPERS, {"paper_2-reuse": str(held.document.id)}).status_code == 422, "the other paper is missing"
    (copy,) = re.findall(r'name="paper_2-remove" value="([0-9a-f-]+)"', client.get(PAPERS).text)
    assert documents.verify(documents.content(document_id=UUID(copy), owner="")).result.code == result.code

    documents.withdraw(code=result.code, reason="Sai ngày sinh", by=system)
    assert offered(begun(client_of(who)), "paper_2") == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Giấy chứng sinh do cơ sở y tế nơi trẻ em sinh ra cấp", "Giấy chứng sinh"),
        ("- Bản sao có chứng thực Giấy chứng nhận kết hôn (nếu có)", "Giấy chứng nhận kết hôn"),
        ("Trường hợp cấp lại thì phải nộp lại Giấy xác nhận cư trú.", "Giấy xác nhận cư trú"),
        ("Hộ chiếu/Thẻ căn cước công dân/Căn cước điện tử", "Giấy tờ tùy thân"),
        ("Tờ khai đăng ký khai sinh theo mẫu quy định", ""),
        ("Văn bản ủy quyền theo quy định của pháp luật", ""),
        ("Giấy đề nghị đăng ký hộ kinh doanh", ""),
        ("Giấy chứng nhận", ""),
        ("", ""),
    ],
)
def test_what_is_written_for_one_request_is_never_used_again(name, kind):
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("content", "name", "what"),
    [
        (b"MZ\x90\x00" + bytes(200), "don.pdf", "a program"),
        (b"PK\x03\x04" + bytes(30) + b"xl/workbook.xml" + bytes(30), "bang.xlsx", "a spreadsheet"),
        (b"PK\x03\x04" + b"\x00" * 2000, "ho-so.zip", "a packed archive"),
        (a_pdf("<</S/JavaScript/JS(app.alert\\(1\\))>>"), "to-khai.pdf", "a script"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "IMG_1.HEIC", "a photo in a form that not every device can show (HEIC)"),
    ],
    ids=["program", "spreadsheet", "archive", "script", "heic"],
)
def test_a_file_that_is_no_scan_is_called_by_its_name_and_the_others_are_kept(content, name, what):
    client = Client()
    begun(client)
    told = client.post(
        PAPERS,
        {"paper_1": SimpleUploadedFile(name, content, "application/pdf"), "paper_2": SimpleUploadedFile("tốt.jpg", a_photo())},
    )
    page = re.sub(r"\s+", " ", told.text)
    assert told.status_code == 422 and name in page and "tốt.jpg" in page and 'id="q-paper_1-error"' in page
    assert gettext(what) in page
    assert "tốt.jpg" in client.get(PAPERS).text and "Trần Thị Bình" in client.get(f"{FORM}2/").text


def test_a_name_that_turns_letters_round_does_not_turn_round_what_is_said_of_it():
    client = Client()
    begun(client)
    told = client.post(PAPERS, {"paper_1": SimpleUploadedFile("đơn\u202egpj.exe", b"MZ" + bytes(200))})
    assert told.status_code == 422 and "đơngpj.exe" in told.text and "\u202e" not in told.text


def test_the_same_file_under_two_papers_is_pointed_out_and_holds_nobody_up():
    client = Client()
    begun(client)
    same = {name: SimpleUploadedFile("quét.jpg", a_photo()) for name in ("paper_1", "paper_2")}
    onward = client.post(PAPERS, same)
    assert onward.status_code == 302
    assert "quét.jpg" in client.get(onward["Location"]).text
    client.post(onward["Location"], PAGES[5])
    assert "quét.jpg" in client.get(f"{FORM}review/").text
    forget_callers()
    assert client.post(f"{FORM}review/", TRUE)["Location"] == f"{FORM}received/"


@pytest.mark.parametrize(
    ("number", "year"), [("123456789", "1990"), ("079990000123", "1990"), ("000190000123", "1990"), ("079190000123", "2999")]
)
def test_a_wrong_number_or_a_birth_to_come_is_told_and_stays(number, year):
    client = Client()
    send(client, FORM, PAGES[0])
    typed = {**PAGES[1], "personal_number": number, "born_on-year": year}
    told = client.post(f"{FORM}2/", typed)
    assert told.status_code == 422 and number in told.text and f'value="{year}"' in told.text
    again = client.get(f"{FORM}2/").text
    assert number in again and "Trần Thị Bình" in again


def test_a_number_that_says_another_year_is_pointed_out_and_holds_nobody_up():
    client = Client()
    send(client, FORM, PAGES[0])
    assert client.post(f"{FORM}2/", {**PAGES[1], "born_on-year": "1991"}).status_code == 302
    page = client.get(f"{FORM}2/").text
    assert page.count("1991") >= 2 and "1990" in page
