"""An old man at the counter: he takes a number, is called, the officer files his dossier with a scanned paper, he gets his result."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect
from tests.journeys.test_dossier import acts, apart

from motcham.apps.public_services.counter import actions_setup
from motcham.apps.public_services.counter.models import Ticket
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.testing import known
from motcham.blocks.documents.testing import a_page, print_orders
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system

OFFICER, LEADER = "Cán bộ phường Sài Gòn", "Lãnh đạo phường Sài Gòn"
OFFICE = "/counter/ward.26740/"
PAPER = "Giấy chứng sinh"


@pytest.fixture(autouse=True)
def catalogue(settings, tmp_path: Path) -> Iterator[None]:
    """Have the procedure in the catalogue, and files and keys of this test alone."""
    settings.HOME = tmp_path
    with known():
        yield


@pytest.fixture
def counter(city: None) -> None:
    """Open two desks at the ward."""
    for number in (1, 2):
        actions_setup.open_desk(by=system, agency_id=identity.agency(code="ward.26740").id, number=number)


def words_of(paper: Path) -> str:
    """Return what stands on a printed page, one space between any two words."""
    return unicodedata.normalize("NFC", " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(paper).pages).split()))


def signs_in(somebody, door: str = OFFICER) -> None:
    """Go through the door of a role."""
    somebody.goes_to("/")
    somebody.clicks(door)
    somebody.page.wait_for_url("**/desk/**")


def scans(officer, page, name: str) -> None:
    """Put a scan into the slot of the first paper."""
    out = io.BytesIO()
    page.save(out, "PNG")
    sent = [{"name": name, "mimeType": "image/png", "buffer": out.getvalue()}]
    officer.page.get_by_label(PAPER, exact=False).locator("visible=true").first.set_input_files(sent)


def fills_in(officer) -> None:
    """Write down what the old man says; he has neither telephone nor e-mail."""
    officer.chooses("Cho chính tôi")
    officer.writes("Họ và tên", "Trần Văn Cụ", exact=True)
    officer.writes("Số định danh cá nhân", "079040000123")
    for part, value in (("day", "2"), ("month", "9"), ("year", "1940")):
        officer.page.locator(f"[name=born_on-{part}]").fill(value)
    officer.selects("Phường, xã, đặc khu nơi người nộp ở", "Phường Sài Gòn")
    officer.writes("Số nhà, tên đường", "12 Lê Lợi")
    officer.chooses("Bản giấy, nhận tại quầy")
    officer.chooses("Những điều tôi khai là đúng")


def test_an_old_man_takes_a_number_and_goes_home_with_a_receipt(counter, person: Callable):
    machine = person(wide=True)
    signs_in(machine)
    machine.goes_to(OFFICE)
    machine.clicks("Bật máy lấy số")
    machine.reads("Thiết bị này đã là máy lấy số")
    machine.context.clear_cookies(name="sessionid")
    machine.goes_to(OFFICE)
    machine.finds_no_barrier()
    machine.chooses("Tôi thuộc diện ưu tiên")
    machine.clicks("Nộp hồ sơ")
    machine.reads("Bạn là người tiếp theo")
    ticket = Ticket.objects.get()
    machine.reads(ticket.label)
    machine.finds_no_barrier()

    screen = person(wide=True)
    screen.page.set_viewport_size({"width": 1920, "height": 1080})
    screen.goes_to(f"{OFFICE}screen/")
    screen.reads("Hiện chưa gọi ai")

    officer = person(wide=True)
    signs_in(officer)
    officer.goes_to("/counter/")
    officer.clicks("Quầy 2")
    officer.reads(ticket.label)
    officer.clicks("Gọi người tiếp theo")
    officer.reads("Đang ở quầy của bạn")
    officer.finds_no_barrier()
    screen.reads("Quầy 2")
    expect(screen.page.locator("#said")).to_have_text(f"Mời số {ticket.label} đến quầy 2")
    screen.finds_no_barrier()

    officer.writes("Thủ tục nào?", "khai sinh")
    officer.clicks("Tìm", exact=True)
    officer.goes_to(f"/counter/tickets/{ticket.id}/file/1.001193/")
    officer.finds_no_barrier()
    fills_in(officer)
    scans(officer, a_page(1000).rotate(7, fillcolor=245), "lech.png")
    officer.clicks("Nộp hồ sơ", exact=True)
    officer.reads("Bị lệch")
    officer.reads("Độ phân giải thấp")
    assert officer.page.get_by_label("Họ và tên", exact=True).input_value() == "Trần Văn Cụ"
    officer.finds_no_barrier()
    officer.page.locator("label", has_text="Bỏ ra").first.click()
    scans(officer, a_page(), "thang.png")
    officer.writes("Giữ lại bao nhiêu giấy tờ", "1")
    officer.clicks("Nộp hồ sơ", exact=True)
    officer.reads("Đã nộp hồ sơ")
    dossier = Dossier.objects.get()
    officer.reads(dossier.code)
    officer.finds_no_barrier()
    officer.clicks("Mở hồ sơ để tiếp nhận")
    officer.reads("thang.png")
    acts(officer, "2")
    acts(officer, "4")
    apart(print_orders)
    officer.page.reload()
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name="Giấy tiếp nhận hồ sơ").click()
    receipt = words_of(Path(download.value.path()))
    code = re.search(r"Mã tra cứu: (\S+)", receipt)[1]  # type: ignore[index]
    assert dossier.code in receipt and "Trần Văn Cụ" in receipt and PAPER in receipt
    officer.opens("Đã giải quyết xong")
    officer.page.locator("#act-9 label", has_text="Không").first.click()
    acts(officer, "9")
    acts(officer, "10")
    officer.goes_to(f"{OFFICE}desk/2/")
    officer.clicks("Đã xong")
    officer.reads("Quầy của bạn đang trống")

    # What is printed at the counter is enough to follow it at home: the number leads nowhere, the code beside it does.
    son = person()
    son.goes_to("/dossiers/")
    son.writes("Mã tra cứu", dossier.code)
    son.clicks("Xem hồ sơ")
    son.reads("Đây là mã hồ sơ")
    son.writes("Mã tra cứu", code)
    son.clicks("Xem hồ sơ")
    son.reads("Đã trả kết quả")
    son.finds_no_barrier()
    dossier.refresh_from_db()
    assert (dossier.channel, dossier.papers) == (1, 1) and dossier.handed_over_at is not None
    ticket.refresh_from_db()
    assert ticket.state == Ticket.DONE


def test_an_officer_serves_the_desk_by_the_keyboard_alone(counter, person: Callable):
    agency_id = identity.agency(code="ward.26740").id
    from motcham.apps.public_services.counter import actions_queue

    first, second = (actions_queue.take(by=system, agency_id=agency_id, letter="A") for _each in range(2))
    officer = person(wide=True, keyboard=True)
    signs_in(officer)
    officer.goes_to(f"{OFFICE}desk/1/")
    with officer.page.expect_navigation():
        officer.presses("n")
    officer.reads(first.label)
    with officer.page.expect_navigation():
        officer.presses("v")
    officer.reads(f"{first.label} đã đến")
    officer.finds_no_barrier()
    with officer.page.expect_navigation():
        officer.presses("n")
    officer.reads(second.label)
    officer.presses("/")
    officer.page.keyboard.type("1.001193")
    with officer.page.expect_navigation():
        officer.presses("Enter")
    officer.goes_to(f"/counter/tickets/{second.id}/file/1.001193/")
    officer.chooses("Cho chính tôi")
    officer.writes("Họ và tên", "Trần Văn Cụ", exact=True)
    officer.clicks("Lưu lại, hiện các mục còn phải hỏi")
    assert officer.page.get_by_label("Họ và tên", exact=True).input_value() == "Trần Văn Cụ"
    officer.finds_no_barrier()
    officer.clicks("Để sau")
    with officer.page.expect_navigation():
        officer.presses("d")
    officer.reads("Quầy của bạn đang trống")


def test_a_time_is_booked_on_a_phone_without_any_script(counter, person: Callable):
    from datetime import date, time

    actions_setup.enter_hours(
        by=system, agency_id=identity.agency(code="ward.26740").id, weekdays=range(7), begins=time(7, 30), ends=time(16, 30),
        minutes=30, places=2, valid_from=date(2025, 7, 1),
    )  # fmt: skip
    mother = person(script=False)
    mother.goes_to("/counter/book/")
    mother.clicks("Sài Gòn")
    mother.page.locator(".times label").nth(2).click()  # the next one may be over before it is booked
    mother.clicks("Đặt lịch", exact=True)
    mother.reads("Đã đặt lịch hẹn")
    mother.clicks("Đổi giờ")
    mother.page.locator(".times label").nth(3).click()
    mother.clicks("Đổi giờ", exact=True)
    mother.reads("Đã đổi giờ")
    mother.clicks("Hủy hẹn")
    mother.reads("Lịch hẹn này đã hủy")
