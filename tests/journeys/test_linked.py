"""A mother and a linked dossier: she asks once for three things; three agencies answer, each its part by a limit of its own and with a
signed result; one paper is mended on the way for the ward, one for the police alone, every result is checked, and she rates."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.conftest import Person
from tests.journeys.test_dossier import acts, apart, sends
from tests.journeys.test_offices import enters

from motcham.apps.public_services import finding, shipped
from motcham.apps.public_services.dossiers.models import Dossier, Link
from motcham.apps.public_services.testing import known
from motcham.blocks.documents.testing import print_orders
from motcham.blocks.identity.define import Actor

WARD, POLICE, INSURANCE = "Cán bộ phường Sài Gòn", "Cán bộ Công an Thành phố", "Cán bộ Bảo hiểm xã hội"
NOTE, AGREED = "Giấy chứng sinh", "Văn bản đồng ý của chủ hộ"
WORK = {
    WARD: ("Đăng ký khai sinh", "Giấy khai sinh", "Đã đăng ký khai sinh cho cháu Trần Minh An."),
    POLICE: (
        "Đăng ký thường trú",
        "Thông báo kết quả đăng ký thường trú",
        "Cháu Trần Minh An đã được đăng ký thường trú cùng mẹ.",
    ),
    INSURANCE: ("Cấp thẻ bảo hiểm y tế", "Thẻ bảo hiểm y tế", "Đã cấp thẻ bảo hiểm y tế cho cháu Trần Minh An."),
}
"""What each agency answers, the name of its paper, and what the paper says."""
CHILD = {
    "child_name": "Trần Minh An", "child_born_at": "Bệnh viện Từ Dũ", "name": "Trần Thị Bình", "personal_number": "079190000123", "phone": "0901234567", "address": "12 Lê Lợi",
    "born_on-day": "20", "born_on-month": "5", "born_on-year": "1990",
}  # fmt: skip


@pytest.fixture(autouse=True)
def house(city: None, settings, live_server, tmp_path: Path) -> Iterator[None]:
    """Have the procedure in the catalogue, files and keys of this test alone, and an address that stands on paper."""
    settings.HOME, settings.PUBLIC_URL = tmp_path, live_server.url
    shipped.load(by=Actor.system("test"))
    finding.index()  # as each web process does when it starts
    with known():
        yield


def fills(mother: Person, typed: dict[str, str], chosen: tuple[str, ...]) -> None:
    """Go through the pages of a form: what is asked by name is typed, of every choice what she means, else the first answer; of
    papers the note of birth is sent."""
    page = mother.page
    for _page in range(20):
        if page.url.endswith("/review/"):
            return
        for name, value in typed.items():
            field = page.locator(f"[name='{name}']:visible")
            if field.count() and not field.first.input_value():
                field.first.fill(value)
        if page.locator("select[name=area]:visible").count():
            page.locator("select[name=area]").select_option("26740")
        for group in page.locator("fieldset:visible").all():
            if group.locator("input[type=radio], input[type=checkbox]").count() and not group.locator("input:checked").count():
                meant = [each for words in chosen for each in group.locator("label", has_text=words).all()]
                (meant or [group.locator("label").first])[0].click()
        if page.locator("input[type=file]:visible").count():
            sends(mother, NOTE, "black")
        mother.finds_no_barrier()
        with page.expect_navigation():
            mother.clicks("Tiếp tục")
    raise AssertionError(f"the form does not end: {page.url}")


def files(mother: Person) -> Dossier:
    """Find the procedure, answer everything once, send it."""
    mother.goes_to("/procedures/")
    mother.page.get_by_role("searchbox").first.fill("khai sinh")
    mother.presses("Enter")
    mother.page.locator("a[href*='2.000986']").first.click()
    mother.page.get_by_role("link", name="Nộp hồ sơ").first.click()
    born = timezone.localdate() - timedelta(days=20)
    day = {f"child_born_on-{part}": str(getattr(born, part)) for part in ("day", "month", "year")}
    fills(mother, CHILD | day, ("Tôi gửi ảnh hoặc tệp PDF", "Bản điện tử", "Cho chính tôi", "Cùng mẹ"))
    mother.reads("Phí, lệ phí")
    mother.chooses("Những điều tôi khai là đúng")
    mother.finds_no_barrier()
    mother.clicks("Gửi", exact=True)
    mother.clicks("Theo dõi")
    mother.reads("Mới đăng ký")
    return Dossier.objects.get()


def answers_a_part(officer: Person, door: str) -> None:
    """Find the part of one's own agency in the list, draw its result, sign it."""
    work, paper, words = WORK[door]
    officer.goes_to("/desk/")
    officer.page.locator(".cases a", has_text=work).first.click()
    officer.reads("Phần việc của hồ sơ liên thông")
    if door == WARD:
        officer.reads("red.jpg")  # the note of birth that was sent anew, not the one before
    officer.clicks("Lập kết quả và ký số")
    officer.writes("Tên giấy tờ", paper)
    officer.writes("Nội dung", words)
    officer.finds_no_barrier()
    officer.clicks("Ký số và kết thúc phần việc")
    officer.reads("Đã cấp")
    officer.finds_no_barrier()
    apart(print_orders)


def asks_for_a_paper(police: Person, mother: Person) -> None:
    """Let one agency ask for one paper of its own part, and the mother send that one, while the other two go on."""
    police.goes_to("/desk/")
    police.page.locator(".cases a", has_text=WORK[POLICE][0]).first.click()
    police.opens("Yêu cầu bổ sung giấy tờ")
    police.page.locator("#act-5 label", has_text=AGREED).click()
    police.page.locator("#q-5-message").fill("Xin gửi bản đồng ý của chủ hộ có chữ ký.")
    police.finds_no_barrier()
    acts(police, "5")
    mother.page.reload()
    box = mother.page.locator("section", has=mother.page.locator("#asked-1"))
    expect(box).to_contain_text("cần bạn bổ sung")
    expect(box).to_contain_text("Xin gửi bản đồng ý của chủ hộ có chữ ký.")
    expect(mother.page.locator("#parts + ul > li", has_text="Yêu cầu bổ sung giấy tờ")).to_have_count(1)
    mother.finds_no_barrier()
    sends(mother, AGREED, "blue")
    mother.clicks("Gửi cho")
    mother.reads("làm tiếp phần việc: Đăng ký thường trú")
    expect(mother.page.locator("#asked-1")).to_have_count(0)
    expect(mother.page.locator("#parts + ul > li", has_text="Yêu cầu bổ sung giấy tờ")).to_have_count(0)
    mother.finds_no_barrier()
    police.page.reload()
    police.reads("blue.jpg")
    expect(police.page.locator("#act-5")).to_have_count(0)


def test_a_mother_asks_once_and_three_agencies_answer_each_with_a_signed_result(city, person: Callable):
    mother = person()
    dossier = files(mother)

    ward = enters(person, WARD, wide=True)
    ward.goes_to(f"/desk/{dossier.case_id}/")
    acts(ward, "2")
    acts(ward, "4")
    ward.opens("Yêu cầu bổ sung giấy tờ")
    ward.page.locator("#act-5 label", has_text=NOTE).click()
    ward.page.locator("#q-5-message").fill("Ảnh giấy chứng sinh bị mờ; xin chụp lại.")
    acts(ward, "5")

    mother.page.reload()
    mother.reads("Ảnh giấy chứng sinh bị mờ")
    sends(mother, NOTE, "red")
    mother.clicks("Gửi", exact=True)
    mother.reads("Phường Sài Gòn đang giữ việc này")
    parts = mother.page.locator("#parts + ul > li")
    expect(parts).to_have_count(3)
    for agency, (work, _paper, _words) in zip(("Phường Sài Gòn", "Công an", "Bảo hiểm xã hội"), WORK.values(), strict=True):
        part = parts.filter(has_text=work)
        expect(part).to_contain_text(agency)
        expect(part.locator("time")).not_to_have_count(0)
    mother.finds_no_barrier()

    asks_for_a_paper(enters(person, POLICE, wide=True), mother)

    ward.page.reload()
    expect(ward.page.locator("#act-5")).to_have_count(0)
    ward.reads("red.jpg")
    for door in WORK:
        officer = ward if door == WARD else enters(person, door, wide=True)
        answers_a_part(officer, door)
        mother.page.reload()
        mother.reads(f"đã xong phần việc: {WORK[door][0]}")
        if door != WARD:
            # What the others said and sent is not theirs to read.
            officer.goes_to(f"/desk/{dossier.case_id}/")
            officer.reads_nowhere("Bệnh viện Từ Dũ")
            officer.reads_nowhere(WORK[WARD][1])
    ward.goes_to(f"/desk/{dossier.case_id}/")
    ward.finds_no_barrier()
    ward.opens("Đã giải quyết xong")
    ward.page.locator("#act-9 label", has_text="Có").first.click()
    acts(ward, "9")
    acts(ward, "10")

    mother.page.reload()
    mother.reads("Đã trả kết quả")
    mother.finds_no_barrier()
    here = mother.page.url
    for number, (_work, paper, _words) in enumerate(WORK.values()):
        mother.goes_to(here)
        mother.reads(paper)
        with mother.page.expect_download() as download:
            mother.page.get_by_role("link", name="Tải về (PDF)").nth(number).click()
        mother.goes_to(beneath_the_qr(Path(download.value.path())))
        mother.reads("Kết quả còn giá trị")
        mother.reads(paper)
    mother.finds_no_barrier()
    mother.page.locator("input[type=file]").set_input_files(download.value.path())
    mother.clicks("Kiểm tra tệp")
    mother.reads("không sai một byte")
    mother.goes_to(here)
    mother.chooses("Rất tốt")
    mother.clicks("Gửi đánh giá")
    dossier.refresh_from_db()
    assert (dossier.case.rating, dossier.electronic_result, dossier.channel) == (5, True, 2) and not Link.objects.exists()


def beneath_the_qr(paper: Path) -> str:
    """Return the address to which the QR code of a paper leads: it stands beneath it."""
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.read_bytes())).pages)
    found = re.search(r"https?://[^\s]+", text)
    assert found, text
    return found[0]
