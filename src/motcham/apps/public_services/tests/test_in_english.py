"""Whoever reads in English reads English; what only the state can word is Vietnamese and marked as such, to be read aloud rightly."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from motcham.apps.public_services import naming
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.life_events import life_events
from motcham.apps.public_services.tests.conftest import detailed, indexed, listed
from motcham.blocks.cases.define import case_types
from motcham.ui import formats

pytestmark = pytest.mark.django_db
CODE = "1.000894"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NAMES = ("Một Chạm", "đồng", "Bình Điền", "Minh An", "Tiếng Việt")
"""Names that stand as they are amid English: of the house, of the money, of the language, and those of examples."""
CITED = re.compile(r"\b[\w.]+/(?:\d{4}/)?(?:QH\d+|(?:NĐ|QĐ|TT|NQ)-\w+)(?:, điều [\w.]+)?")
"""A law is cited as it cites itself."""


class Unmarked(HTMLParser):
    """Collects the Vietnamese text of a page that stands in no element marked as Vietnamese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marked = dict(attrs).get("lang")
        inherited = self.open[-1][1] if self.open else False
        if tag not in VOID:
            self.open.append((tag, inherited if marked is None else marked == "vi"))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        data = CITED.sub("", data)
        for name in NAMES:
            data = data.replace(name, "")
        is_marked = any(marked for _tag, marked in self.open[-1:])
        if formats.is_vietnamese(data) and not is_marked:
            self.found.append(data.strip())


def unmarked(path: str) -> list[str]:
    visitor = Client()
    visitor.cookies["language"] = "en"
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    parser = Unmarked()
    page = answer.content.decode()
    assert '<html lang="en">' in page
    # The title of a window has no language of its own.
    parser.feed(page[page.index("<body") :])
    return parser.found


def test_text_that_is_not_marked_is_found():
    parser = Unmarked()
    parser.feed('<p lang="vi">Đăng ký <b>kết hôn</b></p><br><p>Tờ khai</p>')

    assert parser.found == ["Tờ khai"]


@pytest.fixture
def catalogue(read):
    raw = "Trực tuyến3 Ngày làm việc50,000 Việt Nam ĐồngNộp qua cổng.Trực tiếp1Không có thông tin"
    steps = [step.code for guide in life_events() for step in guide.steps]
    read(
        [listed(code, f"Thủ tục số {code}") for code in {*steps, CODE}],
        [indexed(CODE, "Thủ tục số 1.000894", raw=raw)],
        [
            detailed(
                CODE,
                "Thủ tục số 1.000894",
                raw=raw,
                can_cu_phap_ly="Luật Hộ tịch Số: 60/2014/QH13",
                ket_qua_xu_ly="Giấy chứng nhận",
            )
        ],
    )


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "path",
    [
        "/procedures/",
        "/procedures/?q=ket+hon",
        "/procedures/?field=H%E1%BB%99+t%E1%BB%8Bch",
        f"/procedures/{CODE}/",
        "/procedures/conflicts/",
        "/procedures/unread/",
        "/services/",
        "/services/?q=ket+hon",
        f"/counter/book/?procedure={CODE}",
        "/track/",
        "/verify/",
    ],
)
def test_a_page_of_the_services_is_english_or_marked(path):
    assert unmarked(path) == []


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("guide", [each.key for each in life_events()])
def test_a_guide_is_english_or_marked(guide):
    assert unmarked(f"/procedures/events/{guide}/") == []


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(
    "key", [each.key for each in case_types if each.follows is follow and each.anyone_files and each.counted_as]
)
def test_a_full_form_is_english_or_marked_on_each_of_its_pages(key):
    assert unmarked(reverse("cases:service", args=[key])) == []
    seen = 0
    for number in range(1, 40):
        address = reverse("cases:new_page", args=[key, number])
        # A page that only some answers call for leads back to the first one.
        if Client().get(address).status_code == 200:
            assert unmarked(address) == []
            seen += 1
    assert seen


def test_what_people_call_a_procedure_leads_its_page_and_its_form_and_the_legal_name_stands_below(read):
    read([listed("2.000815", "Chứng thực bản sao từ bản chính giấy tờ")])
    name, english = naming.names()["2.000815"]
    visitor = Client()

    page, form = (
        visitor.get(path).content.decode() for path in ("/procedures/2.000815/", "/new/public_services.certified_copy/")
    )

    for one in (page, form):
        assert f"<h1>{name}</h1>" in one
        assert "Tên pháp lý:" in one
        assert one.index(name) < one.index("Tên pháp lý:") < one.index("Chứng thực bản sao từ bản chính")
    visitor.cookies["language"] = "en"
    assert f"<h1>{english}</h1>" in visitor.get("/procedures/2.000815/").content.decode()
