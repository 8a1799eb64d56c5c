"""Taking files in: what is kept is what it says it is, bounded, and says nothing about where or with what it was made."""

from __future__ import annotations

import io
import resource
import struct
import zlib
from contextlib import suppress

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from motcham.blocks.documents import api, images, rules
from motcham.blocks.documents.define import (
    MAX_BYTES,
    DocumentKind,
    EmptyFile,
    Infected,
    NotKept,
    TakenAt,
    TooLarge,
    TooManyPixels,
    UnknownKind,
    Unreadable,
    WrongKind,
)
from motcham.blocks.documents.models import Document
from motcham.blocks.documents.testing import Sender, a_document, a_pdf, a_photo
from motcham.kernel.errors import Invalid

pytestmark = pytest.mark.django_db

BEN_THANH = TakenAt(lon=106.698056, lat=10.7725)
SECRETS = (b"Exif", b"NokiaPhone", b"http://ns.adobe.com/xap", b"10;46;21", b"NguyenVanA")


def a_telling_photo(form: str = "JPEG") -> bytes:
    """Return a picture, wider than high, that says where, how and by whom it was taken, to be turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "NokiaPhone"
    exif[0x8825] = {1: "N", 2: (10.0, 46.0, 21.0), 3: "E", 4: (106.0, 41.0, 53.0)}
    xmp = b'<x:xmpmeta xmlns:x="http://ns.adobe.com/xap/1.0/">NguyenVanA 10;46;21</x:xmpmeta>'
    more: dict[str, object] = {"comment": "NguyenVanA", "xmp": xmp} if form == "JPEG" else {"xmp": xmp}
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", "NguyenVanA 10;46;21")
        more = {"pnginfo": text}
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, form, exif=exif, **more)
    return out.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_stored_photo_says_nothing_of_place_device_or_person(form: str) -> None:
    sent = a_telling_photo(form)
    assert sum(secret in sent for secret in SECRETS) >= 2, "the sample must hold what is looked for"

    ref = a_document(content=sent, owner="case:1")

    for kept in (
        api.content(document_id=ref.id, owner="case:1"),
        api.response(document_id=ref.id, owner="case:1", thumbnail=True).content,
    ):
        assert [secret for secret in SECRETS if secret in kept] == []
        with Image.open(io.BytesIO(kept)) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "loop",
                "background",
                "timestamp",
                "duration",
            }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_upright_before_its_orientation_is_forgotten(form: str) -> None:
    ref = a_document(content=a_telling_photo(form), owner="case:1")

    with Image.open(io.BytesIO(api.content(document_id=ref.id, owner="case:1"))) as image:
        assert image.size == (ref.width, ref.height) == (60, 80)


def test_the_place_of_a_photo_is_offered_once_to_its_sender() -> None:
    ref = a_document(content=a_telling_photo())

    assert ref.taken_at_place is not None
    assert (ref.taken_at_place.lon, ref.taken_at_place.lat) == pytest.approx((BEN_THANH.lon, BEN_THANH.lat), abs=1e-5)
    assert api.refs([ref.id])[0].taken_at_place is None


@given(st.dictionaries(st.integers(0, 5), st.none() | st.sampled_from(["N", "s", b"W"]) | st.lists(st.floats(), max_size=4)))
def test_a_nonsense_position_is_no_position(gps: dict[int, object]) -> None:
    place = rules.taken_at(gps)

    assert place is None or (-180 <= place.lon <= 180 and -90 <= place.lat <= 90)


def test_nothing_of_a_file_lies_open_on_the_disk() -> None:
    photo = a_photo()
    a_document(content=photo, filename="Nguyễn Văn A.jpg")

    files = [file for file in (settings.HOME / "documents").rglob("*") if file.is_file()]
    assert len(files) >= 2
    for file in files:
        assert not file.read_bytes().startswith((b"\xff\xd8", b"%PDF"))
        assert file.stat().st_mode & 0o077 == 0
        assert file.suffix in ("", ".t")
    row = Document.objects.get()
    assert "Nguyễn".encode() not in bytes(row.name or b"")


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that claims this size over a few bytes of content."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_an_image_bomb_is_refused_before_it_is_decoded() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for side in (7000, 60_000):
        with pytest.raises(TooManyPixels, match="40 million points"):
            a_document(content=png_of(side, side))

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000, (
        "kilobytes: one decoded picture would take 190 MB"
    )
    assert not Document.objects.exists()


def test_a_large_photo_is_made_smaller() -> None:
    ref = a_document(content=a_photo(size=(6000, 4000)), owner="case:1")

    assert (ref.width, ref.height) == (3000, 2000)
    with Image.open(io.BytesIO(api.response(document_id=ref.id, owner="case:1", thumbnail=True).content)) as small:
        assert small.size == (480, 320)


def test_of_a_moving_picture_only_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)

    ref = a_document(content=out.getvalue(), owner="case:1")

    with Image.open(io.BytesIO(api.content(document_id=ref.id, owner="case:1"))) as image:
        assert getattr(image, "n_frames", 1) == 1
        red, _, blue = image.convert("RGB").getpixel((10, 10))
        assert red > 200 > blue


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_unusual_modes_are_kept(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (30, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")

    assert a_document(content=out.getvalue()).width == 30


def a_photo_of_many_scans() -> bytes:
    """Return a progressive JPEG whose last scan is repeated: small to send, long to decode."""
    out = io.BytesIO()
    Image.effect_noise((60, 40), 80).save(out, "JPEG", progressive=True)
    photo = out.getvalue()
    return photo[:-2] + photo[photo.rindex(b"\xff\xda") : -2] * 100 + photo[-2:]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (a_photo()[:-200], Unreadable),
        (a_photo()[:20], Unreadable),
        (a_photo(form="PNG")[:60], Unreadable),
        (a_photo(form="WEBP")[:30], Unreadable),
        (a_photo_of_many_scans(), Unreadable),
        (a_pdf()[:-10], Unreadable),
        (b"<html><script>alert(1)</script>%PDF-1.7\n%%EOF", WrongKind),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", WrongKind),
        (b"MZ\x90\x00", WrongKind),
        (b"GIF89a" + bytes(40), WrongKind),
        (b"PK\x03\x04" + bytes(30) + b"word/document.xml", WrongKind),
        (b"nothing that anybody knows", UnknownKind),
        (a_photo() + bytes(MAX_BYTES), TooLarge),
    ],
    ids=[
        "empty",
        "jpeg_cut",
        "jpeg_head",
        "png_cut",
        "webp_cut",
        "many_scans",
        "pdf_cut",
        "pdf_in_html",
        "svg",
        "program",
        "gif",
        "office",
        "unknown",
        "large",
    ],
)
def test_a_bad_file_is_refused_with_a_reason_and_leaves_nothing(content: bytes, error: type[Invalid]) -> None:
    before = len(list((settings.HOME / "documents").rglob("*")))

    with pytest.raises(error):
        a_document(content=content, filename="photo.jpg")

    assert len(list((settings.HOME / "documents").rglob("*"))) == before
    assert not Document.objects.exists()


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
def test_a_damaged_picture_is_kept_or_refused_but_never_a_crash(form: str, data) -> None:
    sound = bytearray(a_photo(form=form))
    for _ in range(data.draw(st.integers(1, 8))):
        sound[data.draw(st.integers(0, len(sound) - 1))] = data.draw(st.integers(0, 255))

    with suppress(Invalid):
        images.rewrite(bytes(sound), rules.kind_of(bytes(sound)))


def test_a_stream_is_not_read_beyond_the_limit() -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int, /) -> bytes:
            self.read_bytes += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(TooLarge):
        api.receive(stream=stream, filename="a.jpg", by=Sender(), purpose="test")
    assert stream.read_bytes == MAX_BYTES + 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo.png", "photo.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\an\\ảnh cống.jpeg", "ảnh cống.jpg"),
        ("gpj.\u202eexe", "gpj.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie x=1.jpg"),
        ("…", "….jpg"),
        ("..", "document.jpg"),
        ("", "document.jpg"),
        ("x" * 500 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_a_name_is_only_a_name(sent: str, kept: str) -> None:
    assert rules.neutral_name(sent, DocumentKind.JPEG) == kept


def test_a_pdf_is_kept_as_it_is() -> None:
    ref = a_document(content=a_pdf(), filename="đơn.pdf", owner="case:1")

    assert (ref.kind, ref.name, ref.width) == (DocumentKind.PDF, "đơn.pdf", None)
    assert api.content(document_id=ref.id, owner="case:1") == a_pdf()


@pytest.mark.parametrize(
    ("command", "error"), [("grep -q EICAR", None), ("false", Infected), ("sh -c 'exit 2'", NotKept), ("/no/such", NotKept)]
)
def test_the_operators_scanner_is_asked(settings, command: str, error: type[Exception] | None) -> None:
    settings.DOCUMENT_SCANNER = command
    sent = a_pdf() if error else a_pdf().replace(b"1.7", b"1.7 EICAR")

    if error is None:
        assert a_document(content=sent).size == len(sent)
    else:
        with pytest.raises(error):
            a_document(content=sent)
