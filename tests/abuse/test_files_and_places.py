"""Files that are bombs or lies, by every door; places in the sea, swapped, or nowhere; dates that cannot be; addresses to be called."""

from __future__ import annotations

import io
import json
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from motcham.apps.feedback_1022.open311 import photos
from motcham.apps.feedback_1022.open311.models import Wanted
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

pytestmark = pytest.mark.django_db
WARD = "ward.26740"
WORDS = "Đèn tắt trước số 12, đã ba đêm rồi."
REPORT = "/new/feedback_1022.report"
OPEN311 = "/open311/v2/requests.json"
LIGHT = "infrastructure.street_light"


def png_bomb() -> bytes:
    """Return a picture of a few kilobytes that unpacks to 2.5 gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    head = (50_000).to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(50_000))) + chunk(b"IEND", b"")


def tall_gif() -> bytes:
    return b"GIF89a\xff\xff\xff\xff\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02D\x01\x00;"


def good() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (64, 64), "#c33").save(kept, "JPEG")
    return kept.getvalue()


BAD = {
    "png bomb": ("a.png", png_bomb()),
    "gif bomb": ("a.gif", tall_gif()),
    "zip bomb": ("a.jpg", b"PK\x03\x04" + b"\x00" * 1000),
    "svg": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "billion laughs": ("a.svg", b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>'),
    "html": ("photo.jpg", b"<html><script>alert(1)</script>"),
    "program": ("photo.jpg", b"MZ" + b"\x00" * 500),
    "cut off": ("photo.jpg", good()[:300]),
    "too large": ("photo.jpg", good() + b"\x00" * (10 * 1024 * 1024 + 1)),
    "empty": ("photo.jpg", b""),
}


@pytest.fixture(autouse=True)
def unhurried(db: None) -> None:
    forget_callers()
    identity.an_agency(code=WARD, area_code=WARD[-5:])


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_at_the_public_form_and_the_words_stay(kind):
    name, content = BAD[kind]
    client = Client(raise_request_exception=False)
    answer = client.post(f"{REPORT}/3/", {"description": WORDS, "photos": SimpleUploadedFile(name, content, "image/jpeg")})
    assert answer.status_code == 422
    assert WORDS in client.get(f"{REPORT}/3/").text


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_open311_and_opens_no_half_report(kind):
    name, content = BAD[kind]
    sent = {"service_code": LIGHT, "lat": "10.7769", "long": "106.7031", "address_string": "Đồng Khởi", "description": WORDS}
    answer = Client(raise_request_exception=False).post(
        OPEN311, {**sent, "media": SimpleUploadedFile(name, content, "image/jpeg")}
    )
    if kind == "empty":
        assert answer.status_code in (200, 400)
        return
    assert 400 <= answer.status_code < 500
    assert json.loads(answer.content)[0]["description"]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_the_api(kind):
    name, content = BAD[kind]
    answer = Client(raise_request_exception=False).post("/api/v1/attachments", {"file": SimpleUploadedFile(name, content)})
    assert 400 <= answer.status_code < 500 and answer.json()["title"]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_in_the_answer_of_an_officer_and_the_words_stay(kind):
    name, content = BAD[kind]
    officer = identity.an_officer(role="ward_officer", agency_code=WARD)
    new = NewCase(
        type_key="feedback_1022.report",
        answers={"category": LIGHT, "description": WORDS},
        channel="web",
        place=Place(106.7031, 10.7769, area_code=WARD[-5:], address="Đồng Khởi"),
        agency_id=officer.posts[0].agency_id,
    )
    opened = cases.open_case(new, by=identity.system)
    client = identity.client_of(officer, raise_request_exception=False)
    page = client.get(f"/desk/{opened.id}/").text
    field = next((each for each in ("answered-after", "answered-photos", "progress-photos") if f'name="{each}"' in page), None)
    key = (field or "note-x").split("-")[0]
    upload = {field: SimpleUploadedFile(name, content, "image/jpeg")} if field else {}
    answer = client.post(f"/desk/{opened.id}/act/", {"act": key, f"{key}-message": WORDS, **upload})
    assert answer.status_code < 500
    if answer.status_code != 302:
        assert WORDS in answer.text


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\a.jpg",
        "a\x00.jpg",
        "a\r\nX-Evil: 1.jpg",
        "con.jpg",
        "." * 500,
        "👨‍👩‍👧.jpg",
        "a" * 5000,
        "\u202egpj.exe",
        "<b>.jpg",
    ],
)
def test_a_name_of_a_file_leads_nowhere(name):
    client = Client(raise_request_exception=False)
    answer = client.post(f"{REPORT}/3/", {"description": WORDS, "photos": SimpleUploadedFile(name or "a", good(), "image/jpeg")})
    assert answer.status_code in (302, 400, 422)
    assert "<b>.jpg" not in client.get(f"{REPORT}/3/").text


# --- where


NOWHERE = {
    "the sea": (107.5, 9.5),
    "the middle of an ocean": (-160.0, 0.0),
    "null island": (0, 0),
    "swapped": (10.7769, 106.7031),
    "the antipodes": (-73.2969, -10.7769),
    "the pole": (106.7, 90),
    "beyond the pole": (106.7, 91),
    "round the world": (466.7, 10.77),
    "not a number": ("NaN", "NaN"),
    "infinite": ("inf", "-inf"),
    "huge": ("1e308", "1e308"),
    "endless": ("9" * 5000, "1"),
    "hexadecimal": ("0x6A", "0xA"),
    "with commas": ("106,7031", "10,7769"),
    "words": ("here", "there"),
    "half": (106.7, ""),
}


@pytest.mark.parametrize("where", NOWHERE)
def test_a_place_that_is_none_is_told_so_everywhere_and_what_was_typed_stays(where):
    lon, lat = NOWHERE[where]
    client = Client(raise_request_exception=False)
    form = client.post(f"{REPORT}/4/", {"place-lon": lon, "place-lat": lat, "place-address": "12 Đồng Khởi"})
    assert form.status_code in (200, 302, 422)
    assert "12 Đồng Khởi" in client.get(f"{REPORT}/4/").text

    answers = {"category": LIGHT, "description": WORDS, "name": "Nguyễn Văn A", "phone": "0901234567"}
    program = client.post(
        "/api/v1/cases/feedback_1022.report",
        {"answers": {**answers, "place": {"lon": lon, "lat": lat}}},
        content_type="application/json",
    )
    assert 400 <= program.status_code < 500 and program.json()["fields"]

    city = client.post(OPEN311, {"service_code": LIGHT, "lat": lat, "long": lon, "description": WORDS})
    assert 400 <= city.status_code < 500 and json.loads(city.content)[0]["description"]
    assert Case.objects.count() == 0

    for path in (
        f"/places/?lon={lon}&lat={lat}",
        f"/1022/reports/?lon={lon}&lat={lat}&box={lon},{lat},{lon},{lat}",
        f"/ogc/collections/areas/items?bbox={lon},{lat},{lon},{lat}",
        f"/open311/v2/requests.json?lat={lat}&long={lon}&radius=9e99",
    ):
        assert client.get(path).status_code < 500, path


DAYS = (
    "0001-01-01",
    "9999-12-31",
    "2999-01-01",
    "2026-02-30",
    "0000-00-00",
    "2026-1-1",
    "٢٠٢٦-٠١-٠١",
    "now",
    "-1",
    "9" * 50,
    "2026-01-01T00:00:00+25:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
)


@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_cannot_be_breaks_no_page(day):
    client = Client(raise_request_exception=False)
    for path in (
        f"/board/?on={day}&month={day}&day={day}&until={day}",
        f"/board/closing/{day}.json",
        f"/board/tomorrow/?on={day}",
        f"/board/figures.json?month={day}&on={day}",
        f"/places/?on={day}&q=Bến+Nghé",
        f"/places/find.json?on={day}&q=x",
        f"/places/26740/{day}/",
        f"/ogc/collections/units/items?datetime={day}",
        f"/ogc/collections/units/items?datetime={day}/{day}",
        f"/ogc/collections/units/items/26740@{day}",
        f"/open311/v2/requests.json?start_date={day}&end_date={day}",
        f"/open311/v2/requests.json?updated_after={day}&updated_before={day}",
        f"/open311/v2/servicerequestupdates.json?start_date={day}&end_date={day}",
        f"/1022/reports/?since={day}&until={day}&days={day}&on={day}",
        f"/1022/reports.atom?days={day}",
        f"/1022/promises/?on={day}&month={day}",
    ):
        answer = client.get(path)
        assert answer.status_code < 500, path


# --- whom we call


INSIDE = (
    "http://127.0.0.1/", "http://localhost:22/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://0.0.0.0/",
    "http://0x7f000001/", "http://2130706433/", "http://127.1/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://user@127.0.0.1/",
    "http://[::1", "http://a:99999/", "http://a:b/", "http://" + "a" * 300 + ".example/", "http://é/é", "http:///", "http://127.0.0.1:80\\@evil.example/",
    "http://127.0.0.1/\u2028", "http://ex ample/", "https://.../", "http://\x00/", "http://127.0.0.1%00.example/", "http://xn--a/",
)  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_no_address_of_a_photo_makes_the_house_call_itself_and_none_stops_the_worker(url):
    sent = {"service_code": LIGHT, "lat": "10.7769", "long": "106.7031", "address_string": "Đồng Khởi", "description": WORDS}
    answer = Client(raise_request_exception=False).post(OPEN311, {**sent, "media_url": url})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        return
    assert Wanted.objects.count() == 1
    for _each in range(photos.TRIES):
        Wanted.objects.update(next_at=timezone.now())
        photos.due()
    # What cannot be had is given up, told to the officer, and tried no more.
    assert Wanted.objects.count() == 0


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)", "//127.0.0.1/", "ftp://a/b", "data:image/png,x"]
)
def test_only_the_web_is_called(url):
    sent = {"service_code": LIGHT, "lat": "10.7769", "long": "106.7031", "address_string": "Đồng Khởi", "description": WORDS}
    assert Client().post(OPEN311, {**sent, "media_url": url}).status_code == 400
    assert Case.objects.count() == 0
