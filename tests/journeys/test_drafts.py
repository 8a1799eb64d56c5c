"""A mother begins on her phone and goes on at a computer; two tabs never overwrite each other; her details and a paper serve again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.journeys.conftest import photo

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.testing import known

FORM = "/new/public_services.dossier:1.004873/"
SECOND = "Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó"


@pytest.fixture(autouse=True)
def catalogue() -> Iterator[None]:
    """Have the procedure in the catalogue."""
    with known():
        yield


def signs_in(person) -> None:
    person.goes_to("/")
    person.clicks("Người dân")


def sends(person, slot: str, name: str, mime: str, content: bytes) -> None:
    person.page.locator(f"[name={slot}]").set_input_files([{"name": name, "mimeType": mime, "buffer": content}])


def tells_who(person) -> None:
    person.writes("Họ và tên của bạn", "Trần Thị Bình")
    person.writes("Số định danh cá nhân", "079190000123")
    for part, value in (("day", "20"), ("month", "5"), ("year", "1990")):
        person.page.locator(f"[name=born_on-{part}]").fill(value)
    person.clicks("Tiếp tục")


def lives_at(person, street: str) -> None:
    person.writes("Điện thoại", "0901 234 567")
    person.selects("Phường, xã, đặc khu nơi bạn ở", "Phường Sài Gòn")
    person.writes("Số nhà, tên đường", street)


def test_a_form_goes_from_the_phone_to_the_computer_and_serves_the_next_one(city, person: Callable):
    phone, computer = person(script=False), person(wide=True)
    signs_in(phone)
    phone.goes_to(FORM)
    phone.chooses("Cho chính tôi")
    phone.clicks("Tiếp tục")
    tells_who(phone)
    phone.reads("giữ trong tài khoản 30 ngày")
    phone.goes_to("/new/")
    phone.reads("Đã khai 2 trên 5 bước")

    signs_in(computer)
    computer.goes_to("/new/")
    computer.finds_no_barrier()
    computer.page.locator(".card a.button").first.click()
    lives_at(computer, "12 Lê Lợi")
    phone.clicks("Tiếp tục")
    lives_at(phone, "99 Hai Bà Trưng")
    phone.clicks("Tiếp tục")
    computer.clicks("Tiếp tục")
    computer.reads("vừa được trả lời ở thẻ khác")
    computer.reads("99 Hai Bà Trưng")
    assert computer.page.get_by_label("Số nhà, tên đường").input_value() == "12 Lê Lợi"
    computer.finds_no_barrier()
    computer.clicks("Tiếp tục")

    computer.chooses("Tôi gửi ảnh hoặc tệp PDF")
    computer.clicks("Tiếp tục")
    sends(computer, "paper_1", "bảng kê.xlsx", "application/pdf", b"PK\x03\x04" + bytes(26) + b"xl/workbook.xml")
    sends(computer, "paper_2", "cũ.jpg", "image/jpeg", photo("white"))
    computer.clicks("Tiếp tục")
    computer.reads("Đây là bảng tính")
    computer.reads("cũ.jpg")
    computer.finds_no_barrier()
    sends(computer, "paper_1", "to.jpg", "image/jpeg", bytes(11 * 1024 * 1024))
    computer.reads("nhiều nhất nhận được 10 MB")
    sends(computer, "paper_1", "tờ khai.jpg", "image/jpeg", photo("black"))
    computer.clicks("Tiếp tục")
    computer.chooses("Bản điện tử")
    computer.clicks("Tiếp tục")
    computer.reads("12 Lê Lợi")
    computer.chooses("Những điều tôi khai là đúng")
    computer.chooses("Lưu họ tên, cách liên hệ và địa chỉ")
    computer.finds_no_barrier()
    computer.clicks("Gửi", exact=True)
    computer.page.wait_for_url("**/received/")
    first = Dossier.objects.get()

    phone.goes_to(FORM)
    phone.chooses("Cho chính tôi")
    phone.clicks("Tiếp tục")
    assert phone.page.get_by_label("Họ và tên của bạn").input_value() == "Trần Thị Bình"
    phone.reads("Lấy từ tài khoản của bạn")
    phone.clicks("Tiếp tục")
    phone.clicks("Tiếp tục")
    phone.chooses("Tôi gửi ảnh hoặc tệp PDF")
    phone.clicks("Tiếp tục")
    phone.reads("Dùng lại giấy đã nộp")
    phone.chooses("Dùng lại giấy đã nộp")
    sends(phone, "paper_1", "mới.jpg", "image/jpeg", photo("red"))
    phone.clicks("Tiếp tục")
    phone.chooses("Bản điện tử")
    phone.clicks("Tiếp tục")
    phone.chooses("Những điều tôi khai là đúng")
    phone.clicks("Gửi", exact=True)
    phone.page.wait_for_url("**/received/")
    assert Dossier.objects.exclude(case_id=first.case_id).get().reused == 1
