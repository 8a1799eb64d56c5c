"""Two people marry: she files from her phone, he confirms from his, the officer settles it when both have said yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.testing import known

OFFICER, CITIZEN = "Cán bộ phường Sài Gòn", "Người dân"
HERS, HIS = "079198000222", "079093000777"


@pytest.fixture(autouse=True)
def catalogue() -> Iterator[None]:
    """Have no procedure in the catalogue but those of the tests: the form knows its own."""
    with known():
        yield


def day(person, name: str, on: tuple[str, str, str]) -> None:
    for part, value in zip(("day", "month", "year"), on, strict=True):
        person.page.locator(f"[name={name}-{part}]").fill(value)


def fills(her) -> None:
    """Answer every page; the first age that she types for him is too young."""
    her.goes_to("/new/public_services.marriage/")
    her.chooses("Bên nữ")
    her.finds_no_barrier()
    her.clicks("Tiếp tục")
    her.writes("Họ và tên của bạn", "Phạm Thu Hà")
    her.writes("Số định danh cá nhân", HERS)
    day(her, "born_on", ("14", "2", "1998"))
    her.clicks("Tiếp tục")
    her.writes("Điện thoại", "0904 555 666")
    her.selects("Phường, xã nơi một trong hai người cư trú", "Phường Sài Gòn")
    her.writes("Địa chỉ của bạn", "8 Pasteur, Phường Sài Gòn")
    her.clicks("Tiếp tục")
    her.chooses("Chưa kết hôn lần nào")
    her.clicks("Tiếp tục")
    her.writes("Họ và tên người bạn kết hôn", "Lê Minh Đức")
    her.writes("Số định danh cá nhân của người đó", "079209000777")
    day(her, "other_born_on", ("11", "8", "2009"))
    her.writes("Người đó cư trú ở đâu?", "45 Nguyễn Huệ, Phường Sài Gòn")
    her.clicks("Tiếp tục")
    her.reads("Theo luật phải từ đủ 20 tuổi (52/2014/QH13, điều 8)")
    her.finds_no_barrier()
    her.writes("Số định danh cá nhân của người đó", HIS)
    day(her, "other_born_on", ("11", "8", "1993"))
    her.clicks("Tiếp tục")
    her.reads("Cả hai cùng đến một lần")
    her.chooses("Đã ly hôn")
    her.clicks("Tiếp tục")
    her.writes("Cuộc hôn nhân đó chấm dứt theo giấy tờ nào?", "Tòa án nhân dân khu vực 1, 12/2024/HNGĐ-ST")
    her.clicks("Tiếp tục")
    her.chooses("Tôi mang đến quầy")
    her.clicks("Tiếp tục")


def test_she_files_he_confirms_and_the_officer_settles_it(city, person: Callable):
    her = person()
    fills(her)
    her.reads("Xem lại trước khi gửi")
    her.chooses("Những điều tôi khai là đúng")
    her.clicks("Gửi", exact=True)
    her.reads("Đánh dấu mọi điều cam đoan")
    her.chooses("Hai chúng tôi tự nguyện kết hôn")
    her.finds_no_barrier()
    her.clicks("Gửi", exact=True)
    her.reads("Người cùng yêu cầu phải xác nhận")
    her.finds_no_barrier()
    case = Dossier.objects.get().case

    officer = person(wide=True)
    officer.goes_to("/")
    officer.clicks(OFFICER)
    officer.page.wait_for_url("**/desk/**")
    officer.goes_to(f"/desk/{case.id}/")
    officer.reads("Còn người cùng yêu cầu chưa xác nhận")
    for step in ("2", "4"):
        act(officer, step)
    officer.opens("Đã giải quyết xong")
    officer.page.locator("#act-9 label", has_text="Không").first.click()
    officer.page.locator("#act-9 .buttons button").last.click()
    officer.reads("Còn 1 người cùng yêu cầu chưa xác nhận")
    officer.finds_no_barrier()

    him = person()
    him.goes_to("/")
    him.clicks(CITIZEN)
    him.page.wait_for_load_state()
    him.goes_to(f"/track/{case.code}/")
    him.clicks("Tôi là người cùng yêu cầu")
    him.reads("Xác nhận bạn cùng yêu cầu")
    him.reads_nowhere("Tòa án")
    him.reads_nowhere("Phạm Thu Hà")
    him.finds_no_barrier()
    him.writes("Số định danh cá nhân của bạn", HERS)
    him.chooses("Tôi cũng yêu cầu việc này")
    him.clicks("Xác nhận", exact=True)
    him.reads("Số này không phải của người cùng yêu cầu nào")
    assert him.page.get_by_label("Số định danh cá nhân của bạn").input_value() == HERS
    him.writes("Số định danh cá nhân của bạn", HIS)
    him.clicks("Xác nhận", exact=True)
    him.reads("Bạn đã xác nhận")
    him.reads("Một người cùng yêu cầu đã xác nhận")

    officer.goes_to(f"/desk/{case.id}/")
    officer.reads("bằng tài khoản của mình")
    officer.opens("Đã giải quyết xong")
    expect(officer.page.locator("#act-9 [name='9-attested']")).to_have_count(0)
    officer.page.locator("#act-9 label", has_text="Không").first.click()
    act(officer, "9")
    case.refresh_from_db()
    assert (case.outcome, case.answers["confirmed"]) == ("done", ["1:account"])


def act(officer, step: str) -> None:
    """Take the dossier to a step by the act beside it."""
    found = officer.page.locator(f"#act-{step}")
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    found.locator(".buttons button").last.click()
    officer.reads("Đã xong:")
