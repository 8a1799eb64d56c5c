"""Those who answer: an operator sorts what comes in, an officer promises, answers and publishes, a leader follows a number to its cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone
from tests.journeys.conftest import Person

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.models import Case
from motcham.blocks.documents.testing import a_document
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators.testing import counted

HANDS = pytest.mark.parametrize("keyboard", [False, True], ids=["by pointer", "by keyboard"])
WARD = "ward.26740"


def a_report(street: str, *, category: str = "infrastructure.street_light", words: str = "", days_ago: float = 0) -> Case:
    answers = {
        "category": category,
        "description": words or f"Đèn tắt ở {street}, gọi 0909 888 777.",
        "name": "Nguyễn Thị An",
        "phone": "+84901234567",
    }
    place = Place(106.7009, 10.7769, area_code="26740", address=f"212 {street}")
    at = timezone.now() - timedelta(days=days_ago)
    new = NewCase(
        type_key="feedback_1022.report", answers=answers, place=place, channel="app", documents=[a_document().id], at=at
    )
    return Case.objects.get(id=cases.open_case(new, by=Actor.anonymous()).id)


def enters(person: Callable[..., Person], who: str, **how: bool) -> Person:
    seated = person(**how)
    seated.goes_to("/")
    seated.clicks(who)
    seated.page.wait_for_url(lambda address: not address.rstrip("/").endswith(seated.base))
    return seated


@HANDS
def test_an_operator_takes_in_a_call_sends_it_on_merges_and_splits(city, person, keyboard):
    earlier = a_report("Lê Lợi", category="other.anything", words="Biển báo bị che.")
    operator = enters(person, "Tổng đài viên 1022", wide=True, keyboard=keyboard)

    # A call: it is written down on one page, and the operator sees that somebody reported it before.
    operator.clicks("Nhận cuộc gọi")
    operator.writes("Điện thoại", "0901 234 567")
    operator.writes("Tên người gọi", "Trần Văn Bình")
    operator.hits(operator.page.locator(".pick-search"), leads_on=False)
    operator.page.keyboard.type("viec khac")
    operator.presses("Enter")
    operator.writes("Số nhà, tên đường", "30 Lê Lợi")
    operator.selects("Phường, xã hoặc đặc khu", "Phường Sài Gòn")
    operator.writes("Nội dung phản ánh", "Biển báo bị che, và đèn cũng tắt.")
    operator.reads("Đã có ai báo chưa?")
    operator.finds_no_barrier()
    operator.clicks("Tiếp nhận")
    operator.reads("Đọc cho người gọi mã này")
    operator.reads("cần chuyển trong")
    operator.finds_no_barrier()
    call = Case.objects.get(channel="phone")

    # The caller spoke of two matters: the lamp is split off and finds its way by itself.
    operator.clicks("Tách việc thứ hai")
    operator.finds_no_barrier()
    operator.opens("Hạ tầng đô thị")
    operator.chooses("Đèn đường hư, tắt")
    operator.writes("Nội dung phản ánh", "Đèn tắt.")
    operator.clicks("Tách ra", exact=True)
    operator.finds_no_barrier()
    second = Case.objects.exclude(id__in=(earlier.id, call.id)).get()
    assert second.agency.code == WARD and second.split_from_id == call.id

    # The rest is what was reported before: it goes into the earlier report, which is sent on within the five minutes.
    operator.goes_to(f"/desk/{call.id}/")
    operator.clicks("Gộp với phản ánh khác về cùng việc")
    operator.writes("Mã của phản ánh kia", earlier.code)
    operator.clicks("So sánh")
    operator.reads("Giữ lại: được gửi trước")
    operator.finds_no_barrier()
    operator.clicks("Gộp lại")
    operator.finds_no_barrier()
    call.refresh_from_db()
    assert call.merged_into_id == earlier.id and call.outcome == "merged"
    operator.goes_to(f"/desk/{earlier.id}/")
    operator.opens("Chuyển cơ quan phụ trách")
    operator.finds_no_barrier()
    operator.hits(operator.page.locator("#act-assigned form .buttons button"))
    operator.reads("Đã xong: Chuyển cơ quan phụ trách.")
    earlier.refresh_from_db()
    assert earlier.agency.code == WARD and earlier.step == "assigned"


@HANDS
def test_an_officer_asks_promises_and_answers_from_the_phone_and_publishes(city, person, keyboard):
    case = a_report("Lê Lợi")
    officer = enters(person, "Cán bộ phường Sài Gòn", keyboard=keyboard)
    officer.finds_no_barrier()
    officer.clicks("Đèn đường hư, tắt · Lê Lợi")
    officer.page.wait_for_url("**/desk/*/")
    officer.finds_no_barrier()
    officer.opens("Hỏi thêm người phản ánh")
    officer.writes("Lời nhắn", "Xin cho biết số trụ đèn?")
    officer.hits(officer.page.locator("#act-asked form .buttons button"))
    officer.reads("tạm dừng")
    cases.take_step(by=Actor.system("filer"), case_id=case.id, to="accepted")
    officer.page.reload()

    # Work takes longer: a date is promised with a photo of how far it is.
    officer.opens("Báo tiến độ và hẹn ngày xong")
    officer.finds_no_barrier()
    on = timezone.localdate() + timedelta(days=3)
    for label, part in (("Ngày", on.day), ("Tháng", on.month), ("Năm", on.year)):
        officer.writes(label, str(part), exact=True)
    officer.attaches("navy")
    officer.writes("Lời nhắn", "Đang chờ bóng mới.")
    officer.hits(officer.page.locator("#act-promised form .buttons button"))
    officer.reads("Hẹn xong")
    officer.finds_no_barrier()

    # The answer begins with a text of the house, and has a photo of the camera.
    officer.opens("Trả lời")
    camera = officer.page.locator("#act-answered input[type=file]").first
    assert "image/" in camera.get_attribute("accept")
    officer.attaches("gold")
    officer.selects("Bắt đầu bằng mẫu", "Đã khắc phục")
    officer.hits(officer.page.locator("#act-answered button[name=fill]"), leads_on=False)
    assert "Lê Lợi" in officer.page.locator("#q-answered-message").input_value()
    officer.writes("Lời nhắn", "Đã thay bóng đèn trụ 12.")
    officer.hits(officer.page.locator("#act-answered form .buttons button"))
    officer.reads("Hồ sơ đã đóng.")

    # What everybody may read is masked by the machine and read once more by the officer.
    officer.opens("Công khai cho mọi người")
    officer.finds_no_barrier()
    proposed = officer.page.get_by_label("Nội dung mọi người đọc được").input_value()
    assert "0909" not in proposed and "Lê Lợi" in proposed
    officer.chooses("Hiện ảnh này")
    officer.clicks("Công khai", exact=True)
    officer.reads("Bây giờ ai cũng đọc được.")
    stranger = person()
    stranger.goes_to(f"/1022/reports/{cases.public_ref(case.id)}/")
    stranger.reads("Đã thay bóng đèn trụ 12.")
    stranger.finds_no_barrier()
    case.refresh_from_db()
    assert case.outcome == "answered" and len(case.documents) == 3


@HANDS
def test_an_officer_keeps_a_list_acts_on_many_takes_it_back_and_takes_the_list_out(city, person, tmp_path, keyboard):
    for street in ("Lê Lợi", "Nguyễn Huệ", "Đồng Khởi"):
        a_report(street)
    a_report("Pasteur", category="infrastructure.flooding")
    officer = enters(person, "Chủ tịch phường Sài Gòn", wide=True, keyboard=keyboard)
    officer.opens("Lọc thêm")
    officer.selects("Lĩnh vực", "Đèn đường hư, tắt")
    officer.hits(officer.page.locator("details.narrow button"))
    officer.opens("Lưu danh sách này")
    officer.finds_no_barrier()
    officer.writes("Tên danh sách", "Đèn của phường")
    officer.clicks("Lưu", exact=True)
    officer.reads("Đèn của phường")
    for place in (0, 1):
        officer.hits(officer.page.locator("ul.cases input[type=checkbox]").nth(place), key="Space")
    officer.clicks("Nhận xử lý")
    officer.reads("Lỡ tay?")
    assert Case.objects.filter(step="accepted").count() == 2
    officer.finds_no_barrier()
    officer.clicks("Hoàn tác")
    officer.reads("Đã hoàn tác")
    assert not Case.objects.filter(step="accepted").exists()
    with officer.page.expect_download() as arrives:
        officer.hits(officer.page.get_by_role("link", name="xuất XLSX"), leads_on=False)
    arrives.value.save_as(tmp_path / "list.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx").active.values)
    assert len(rows) == 4 and "Nguyễn Thị An" not in str(rows)


@HANDS
def test_a_leader_reads_the_board_as_of_a_day_and_goes_from_a_number_to_a_case(city, person, keyboard):
    for street in ("Lê Lợi", "Nguyễn Huệ", "Đồng Khởi"):
        a_report(street, days_ago=1)
    a_report("Pasteur")
    counted()
    leader = enters(person, "Lãnh đạo thành phố", wide=True, keyboard=keyboard)
    leader.finds_no_barrier()
    assert leader.page.locator(".stat-value").first.inner_text() == "1"
    leader.opens("Xem lại một ngày khác")
    yesterday = timezone.localdate() - timedelta(days=1)
    leader.writes_day("Tính đến hết ngày", yesterday)
    leader.clicks("Xem ngày đó")
    leader.reads("Số liệu như vào cuối ngày")
    leader.finds_no_barrier()
    assert leader.page.locator(".stat-value").first.inner_text() == "3"
    leader.goes_to("/board/")
    leader.hits(leader.page.get_by_role("link", name="xem danh sách").first)
    leader.reads("Đèn đường hư, tắt · Pasteur")
    leader.finds_no_barrier()
    leader.clicks("Đèn đường hư, tắt · Pasteur")
    leader.page.wait_for_url("**/desk/*/")
    leader.reads_nowhere("Nguyễn Thị An")
    leader.finds_no_barrier()
