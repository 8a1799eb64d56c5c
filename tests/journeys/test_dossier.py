"""A mother and a paper: she finds the procedure without tone marks, files from her phone, mends one paper, learns why it is free, gets
her receipt and a signed result that anybody can check, says that it was poor, and that is looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import expect
from tests.journeys.conftest import photo

from motcham.apps.public_services import finding, shipped
from motcham.apps.public_services.dossiers.models import Dossier, Link
from motcham.apps.public_services.testing import known
from motcham.blocks.documents.testing import print_orders
from motcham.blocks.identity.define import Actor

OFFICER = "Cán bộ phường Sài Gòn"
CODE = "1.004873"
PAPER = "Giấy xác nhận tình trạng hôn nhân"
FIRST, SECOND = "Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó", "Các giấy tờ chứng minh tình trạng hôn nhân"


@pytest.fixture(autouse=True)
def house(city: None, settings, tmp_path: Path) -> Iterator[None]:
    """Have the procedure in the catalogue that is searched and in the one that is filed by, and files and keys of this test alone."""
    settings.HOME = tmp_path
    shipped.load(by=Actor.system("test"))
    finding.index()  # as each web process does when it starts
    with known():
        yield


def sends(person, label: str, colour: str) -> None:
    """Put a photo into the slot of this paper."""
    sent = [{"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)}]
    person.page.get_by_label(label, exact=False).locator("visible=true").first.set_input_files(sent)


def acts(officer, step: str) -> None:
    """Take the dossier to a step by the act beside it."""
    act = officer.page.locator(f"#act-{step}")
    if act.get_attribute("open") is None:
        act.locator("summary").click()
    act.locator(".buttons button").last.click()
    officer.reads("Đã xong:")


def apart(act: Callable[[], Any]) -> Any:
    """Do something in a thread: signing and checking want a loop of their own, and the browser keeps the one of this thread."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def tells_who(mother) -> None:
    """Say who she is and where she lives; a personal number with a slip in it takes nothing from her."""
    mother.writes("Họ và tên của bạn", "Trần Thị Bình")
    mother.writes("Số định danh cá nhân", "12345")
    for part, value in (("day", "20"), ("month", "5"), ("year", "1990")):
        mother.page.locator(f"[name=born_on-{part}]").fill(value)
    mother.clicks("Tiếp tục")
    mother.reads("Ghi 12 chữ số")
    assert mother.page.get_by_label("Họ và tên của bạn").input_value() == "Trần Thị Bình"
    mother.writes("Số định danh cá nhân", "079190000123")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")
    mother.writes("Điện thoại", "0901 234 567")
    mother.selects("Phường, xã nơi bạn cư trú", "Phường Sài Gòn")
    mother.writes("Số nhà, tên đường", "12 Lê Lợi")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")


def says_why(mother) -> None:
    """Say what it is for; what no office may issue, or only once, is said before she goes anywhere."""
    mother.chooses("Để kết hôn")
    mother.clicks("Tiếp tục")
    mother.chooses("Tại cơ quan đại diện nước ngoài ở Việt Nam")
    mother.writes("Họ và tên người bạn sẽ kết hôn", "Lê Minh Đức")
    mother.writes("Bạn cần mấy bản?", "2")
    mother.clicks("Tiếp tục")
    mother.reads("phường, xã không được cấp giấy này")
    mother.reads("Để kết hôn thì chỉ được cấp 1 bản")
    mother.finds_no_barrier()
    mother.chooses("Tại phường, xã ở Việt Nam")
    mother.writes("Bạn cần mấy bản?", "1")
    mother.clicks("Tiếp tục")
    mother.chooses("Chưa kết hôn lần nào")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")
    mother.chooses("Rồi, và tôi nộp lại bản đó")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")


def test_a_mother_finds_files_mends_one_paper_gets_a_signed_result_and_rates(city, person: Callable):
    mother = person()
    mother.goes_to("/procedures/")
    mother.page.get_by_role("searchbox").first.fill("giay xac nhan tinh trang hon nhan")
    mother.presses("Enter")
    mother.page.locator(f"a[href*='{CODE}']").first.click()
    mother.finds_no_barrier()
    assert mother.page.get_by_role("link", name="Nộp hồ sơ").first.is_visible()
    mother.page.get_by_role("link", name="Nộp hồ sơ").first.click()
    mother.page.wait_for_url("**/new/public_services.marriage_status/")
    mother.reads("Giải quyết trong 3 ngày làm việc kể từ khi tiếp nhận")
    mother.chooses("Cho chính tôi")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")
    tells_who(mother)
    says_why(mother)
    mother.chooses("Tôi gửi ảnh hoặc tệp PDF")
    mother.clicks("Tiếp tục")
    sends(mother, FIRST, "black")
    sends(mother, SECOND, "white")
    mother.finds_no_barrier()
    mother.clicks("Tiếp tục")
    mother.chooses("Bản điện tử")
    mother.clicks("Tiếp tục")
    mother.reads("Xem lại trước khi gửi")
    mother.chooses("Những điều tôi khai là đúng")
    mother.reads("Không phải nộp vì nộp hồ sơ trực tuyến")
    mother.finds_no_barrier()
    mother.clicks("Gửi", exact=True)
    mother.reads("Bạn nhận phản hồi đầu tiên trước")
    mother.reads("mã cơ quan chính thức chưa công bố")
    mother.clicks("Theo dõi")
    mother.reads("Mới đăng ký")
    mother.finds_no_barrier()
    dossier = Dossier.objects.get()
    assert (dossier.channel, dossier.papers, dossier.accepted_at) == (2, 2, None)

    officer = person(wide=True)
    officer.goes_to("/")
    officer.clicks(OFFICER)
    officer.page.wait_for_url("**/desk/**")
    officer.goes_to("/desk/?list=new")
    officer.clicks("Thủ tục cấp Giấy xác nhận")
    officer.goes_to(f"/desk/{dossier.case_id}/")
    officer.reads(FIRST)
    officer.reads("Số bản giấy xác nhận xin cấp")
    officer.reads_nowhere("Bạn cần mấy bản")
    officer.finds_no_barrier()
    acts(officer, "2")
    acts(officer, "4")
    officer.opens("Yêu cầu bổ sung giấy tờ")
    officer.page.locator("#act-5 label", has_text=FIRST).click()
    officer.page.locator("#q-5-message").fill("Ảnh giấy cũ bị mờ; xin chụp lại.")
    acts(officer, "5")
    officer.finds_no_barrier()

    mother.page.reload()
    mother.reads("Ảnh giấy cũ bị mờ")
    assert mother.page.locator("input[name=mend-paper_1]").count() == 1
    assert mother.page.locator("input[name=mend-paper_2]").count() == 0
    mother.finds_no_barrier()
    sends(mother, FIRST, "red")
    mother.clicks("Gửi", exact=True)
    mother.reads("Phường Sài Gòn đang giữ việc này")

    officer.page.reload()
    expect(officer.page.locator("#act-5")).to_have_count(0)
    officer.reads("red.jpg")
    officer.clicks("Lập kết quả và ký số")
    officer.writes("Nội dung", "Xác nhận bà chưa đăng ký kết hôn với ai.")
    officer.writes("Tên giấy tờ", PAPER)
    officer.finds_no_barrier()
    officer.clicks("Ký số và kết thúc hồ sơ")
    officer.reads("Đã cấp")
    officer.finds_no_barrier()
    apart(print_orders)
    acts(officer, "10")

    mother.page.reload()
    mother.reads("Đã trả kết quả")
    mother.reads("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")
    mother.reads("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ")
    mother.finds_no_barrier()
    with mother.page.expect_download() as receipt:
        mother.page.get_by_role("link", name="Giấy tiếp nhận hồ sơ").click()
    assert Path(receipt.value.path()).read_bytes().startswith(b"%PDF")
    with mother.page.expect_download() as result:
        mother.clicks("Tải về (PDF)")
    here = mother.page.url
    mother.clicks("Kiểm tra thật giả")
    mother.reads("Kết quả còn giá trị")
    mother.page.locator("input[type=file]").set_input_files(result.value.path())
    mother.clicks("Kiểm tra tệp")
    mother.reads("không sai một byte")
    mother.finds_no_barrier()

    mother.goes_to(here)
    mother.chooses("Kém")
    mother.chooses("Đòi giấy tờ ngoài danh mục")
    mother.clicks("Gửi đánh giá")
    mother.reads("Đang xem xét vì đánh giá của bạn")
    mother.finds_no_barrier()
    dossier.refresh_from_db()
    assert dossier.case.rating == 2 and dossier.electronic_result is True and dossier.handed_over_at is not None
    assert dossier.accepted_at is not None and Link.objects.get().dossier_id == dossier.case_id
