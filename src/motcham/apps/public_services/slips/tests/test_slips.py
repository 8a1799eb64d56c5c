"""The slips of a dossier: the form in force, every fact in full Vietnamese, tagged for a reader, nothing that nobody said."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pypdf
import pytest

from motcham import data
from motcham.apps.public_services.slips import form, issuing
from motcham.apps.public_services.slips.apology import Apology
from motcham.apps.public_services.slips.control import Control, HandOver
from motcham.apps.public_services.slips.receipt import Paper, Receipt
from motcham.apps.public_services.slips.refusal import Refusal
from motcham.apps.public_services.slips.register import Line, Register
from motcham.apps.public_services.slips.stop import Stop
from motcham.apps.public_services.slips.supplement import Supplement, Wanted
from motcham.blocks.documents import api as documents
from motcham.blocks.documents import testing as document_testing
from motcham.blocks.documents.define import OrderState, templates

AT = datetime(2026, 11, 22, 2, 14, tzinfo=UTC)
DOSSIER = form.Dossier(
    agency="Ủy ban nhân dân phường Bến Nghé",
    parent_agency="Ủy ban nhân dân Thành phố Hồ Chí Minh",
    place="Thành phố Hồ Chí Minh",
    code="H29.1-261122-0420",
    procedure="Đăng ký khai sinh",
    procedure_code="1.001193",
    received_on=date(2026, 11, 22),
    issued_at=AT,
    applicant="Nguyễn Thị Ánh Tuyết",
    address="https://motcham.example/track/7K2M-09QX-4T1ZB/",
    signed_by="Công chức một cửa",
)
FACTS = {
    "receipt": Receipt(
        DOSSIER, AT, (Paper("Giấy chứng sinh", originals=1), Paper("Tờ khai", is_electronic=True)), appointment=AT, fee_vnd=0
    ),
    "supplement": Supplement(DOSSIER, (Wanted("Giấy chứng sinh", "Ảnh mờ, chụp lại rõ bốn góc"),), until=date(2026, 12, 1)),
    "refusal": Refusal(DOSSIER, "Không thuộc thẩm quyền của phường", remedy="Nộp tại nơi cư trú của cha hoặc mẹ"),
    "apology": Apology(DOSSIER, AT, "Chờ xác minh ở nơi cư trú cũ", datetime(2026, 11, 25, 9, tzinfo=UTC)),
    "stop": Stop(DOSSIER, AT, "Người nộp không bổ sung giấy tờ"),
    "control": Control(DOSSIER, (HandOver("Bộ phận một cửa", "Tư pháp - Hộ tịch", AT, outcome="Đúng hạn"),)),
    "register": Register(
        DOSSIER.agency, date(2026, 11, 1), date(2026, 11, 22), AT, (Line(DOSSIER.code, DOSSIER.procedure, "Trần Văn Đỗ", AT),)
    ),
}


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, one space between any two."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFC", " ".join(" ".join(page.extract_text() for page in pages).split()))


def printed(kind: str) -> bytes:
    return documents.render(template=f"public_services.{kind}", data=msgspec.to_builtins(FACTS[kind]))


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_slip_says_its_facts_in_full_vietnamese(kind: str) -> None:
    text = text_of(printed(kind))

    name = form.form_of(kind, date(2026, 11, 22)).name
    assert name in text
    for said in _texts(msgspec.to_builtins(FACTS[kind])):
        assert said in text or said.upper() in text, said


def _texts(facts: object) -> list[str]:
    if isinstance(facts, dict):
        return [text for value in facts.values() for text in _texts(value)]
    if isinstance(facts, list):
        return [text for value in facts for text in _texts(value)]
    # Days are written the Vietnamese way; other tests look at them.
    return [facts] if isinstance(facts, str) and facts and not facts[:4].isdigit() else []


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_a_slip_can_be_read_aloud(kind: str) -> None:
    root = pypdf.PdfReader(io.BytesIO(printed(kind))).trailer["/Root"]

    assert root["/Lang"] == "vi" and root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid" in root["/Metadata"].get_object().get_data().decode()


def test_a_slip_is_of_the_form_in_force_when_the_dossier_was_received() -> None:
    assert form.form_of("apology", date(2025, 9, 14)).name == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert form.form_of("apology", date(2025, 9, 15)).name == "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    with pytest.raises(form.NoSuchSlip, match="receipt, supplement"):
        form.form_of("stop", date(2025, 9, 14))


def test_an_old_dossier_gets_the_old_form_today() -> None:
    facts = msgspec.to_builtins(FACTS["apology"])
    facts["dossier"]["received_on"] = "2025-03-03"

    text = text_of(documents.render(template="public_services.apology", data=facts))

    assert "Phiếu xin lỗi và hẹn lại ngày trả kết quả" in text and "01/2018/TT-VPCP" in text


def test_each_circular_has_the_forms_that_it_names() -> None:
    rows = data.rows("slip_forms.csv")
    numbers = {
        circular: [row["number"] for row in rows if row["circular"] == circular] for circular in {row["circular"] for row in rows}
    }

    assert numbers == {
        "01/2018/TT-VPCP": ["01", "02", "03", "04", "05", "06"],
        "03/2025/TT-VPCP": ["01", "02", "03", "04", "05", "06", "07"],
    }
    assert (
        set(issuing.KINDS)
        == {row["kind"] for row in rows}
        == {each.key.split(".")[1] for each in templates if each.key.startswith("public_services.")} - {"bundle"}
    ), "the list of a bundle of papers is no form of a circular"


def test_what_nobody_said_is_not_on_the_page() -> None:
    text = text_of(documents.render(template="public_services.receipt", data=msgspec.to_builtins(Receipt(DOSSIER, AT))))

    assert "Hẹn trả kết quả" not in text and "Phí" not in text and "Giấy tờ đã nhận" not in text
    assert "Phí, lệ phí: 0 đ" in text_of(printed("receipt"))


def test_times_are_those_of_the_city() -> None:
    assert "Tiếp nhận hợp lệ lúc: 09 giờ 14 phút, ngày 22/11/2026" in text_of(printed("receipt"))


def test_what_somebody_typed_is_text_and_never_markup() -> None:
    facts = Refusal(DOSSIER, '#read("/etc/passwd") *đậm* [ngoặc] $x$ 李 \u202e')

    text = text_of(documents.render(template="public_services.refusal", data=msgspec.to_builtins(facts)))

    assert '#read("/etc/passwd") *đậm* [ngoặc] $x$ ?' in text


def test_a_long_book_goes_over_pages_with_its_head_on_each() -> None:
    lines = tuple(Line(f"H29.1-261122-{number:04}", "Đăng ký khai sinh", "Trần Văn Đỗ", AT) for number in range(60))
    facts = Register(DOSSIER.agency, date(2026, 11, 1), date(2026, 11, 22), AT, lines)

    pages = pypdf.PdfReader(
        io.BytesIO(documents.render(template="public_services.register", data=msgspec.to_builtins(facts)))
    ).pages

    assert len(pages) > 2 and all("Mã hồ sơ" in page.extract_text() for page in pages)
    assert pages[0].mediabox.width > pages[0].mediabox.height


@pytest.mark.django_db
def test_an_ordered_slip_is_printed_by_the_worker_and_belongs_to_its_case(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    owner = f"case:{uuid4()}"

    issuing.slip(kind="receipt", facts=FACTS["receipt"], owner=owner, by=document_testing.Sender("account:7"), holder="account:7")
    assert [each.state for each in documents.orders(owner=owner)] == [OrderState.WAITING]
    assert document_testing.print_orders() == 1

    [order] = documents.orders(owner=owner)
    [ref] = documents.owned(owner=owner)
    assert order.state is OrderState.PRINTED and order.document_id == ref.id
    assert ref.name == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả H29.1-261122-0420.pdf"
    assert "Nguyễn Thị Ánh Tuyết" in text_of(documents.content(document_id=ref.id, owner=owner))
    assert [each.document.id for each in documents.wallet(holder="account:7")] == [ref.id]


@pytest.mark.django_db
def test_a_slip_of_another_kind_or_time_is_refused_while_the_act_can_be_undone() -> None:
    sender = document_testing.Sender()
    with pytest.raises(TypeError, match="takes Stop, not Receipt"):
        issuing.slip(kind="stop", facts=FACTS["receipt"], owner="case:1", by=sender)
    old = Stop(msgspec.convert({**msgspec.to_builtins(DOSSIER), "received_on": "2024-01-02"}, form.Dossier), AT, "x")
    with pytest.raises(form.NoSuchSlip):
        issuing.slip(kind="stop", facts=old, owner="case:1", by=sender)
    assert documents.orders(owner="case:1") == ()
