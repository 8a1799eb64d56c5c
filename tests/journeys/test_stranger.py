"""Those without an account: a stranger reads, follows and checks the city; somebody wronged by an official is heard unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from tests.journeys.test_offices import HANDS, a_report, enters

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.models import Case
from motcham.blocks.channels.testing import deliver, mail_server
from motcham.blocks.identity.testing import system
from motcham.blocks.indicators.testing import counted
from motcham.blocks.ledger import testing as ledger
from motcham.project.testing import PATIENCE

VERIFY = Path(__file__).parents[2] / "verify" / "src"
ATOM = "{http://www.w3.org/2005/Atom}"


def link_in(letter) -> str:
    """Return where the button of a letter leads, on this house."""
    text = letter.get_body(("plain",)).get_content()
    return next(word.removeprefix("https://example.vn") for word in text.split() if word.startswith("https://example.vn"))


@HANDS
def test_a_stranger_reads_filters_follows_an_area_stops_and_verifies_the_log(city, person, live_server, tmp_path, keyboard):
    lamp, flood = a_report("Lê Lợi"), a_report("Pasteur", category="infrastructure.flooding")
    cases.release(by=system, case_id=lamp.id, text="Đèn tắt cả tuần")
    cases.release(by=system, case_id=flood.id, text="Nước ngập sâu")
    stranger = person(wide=keyboard, keyboard=keyboard)
    stranger.goes_to("/")
    stranger.clicks("Người khác phản ánh gì")
    stranger.reads("Nước ngập sâu")
    stranger.finds_no_barrier()
    stranger.selects("Loại", "Đèn đường hư, tắt")
    if keyboard:
        stranger.clicks("Xem", exact=True)
    stranger.page.wait_for_url("**category=infrastructure.street_light**")
    stranger.reads("Đèn tắt cả tuần")
    stranger.reads_nowhere("Nước ngập sâu")
    assert stranger.page.locator(".dots a").count() >= 1

    # The feed says the same as the filtered list.
    feed = stranger.page.request.get(stranger.base + stranger.page.get_by_role("link", name="Atom").get_attribute("href"))
    entries = ElementTree.fromstring(feed.text()).findall(f"{ATOM}entry")
    assert len(entries) == 1 and "Đèn tắt cả tuần" in feed.text() and lamp.code not in feed.text()

    # A report is opened from the list.
    stranger.clicks("Đèn đường hư, tắt")
    stranger.reads("Đèn tắt cả tuần")
    stranger.finds_no_barrier()

    # The ward is followed by e-mail: a letter comes first, then news, then no more.
    with mail_server() as post:
        stranger.goes_to("/1022/reports/?area=26740")
        stranger.clicks("Báo cho tôi qua thư điện tử")
        stranger.finds_no_barrier()
        stranger.writes("Thư điện tử", "lan@vidu.vn")
        stranger.chooses("Ngay khi có")
        stranger.clicks("Gửi thư xác nhận cho tôi")
        stranger.finds_no_barrier()
        deliver()
        stranger.goes_to(link_in(post.got[-1][1]))
        stranger.finds_no_barrier()
        stranger.clicks("Xác nhận địa chỉ này")
        stranger.finds_no_barrier()
        news = a_report("Đồng Khởi")
        cases.release(by=system, case_id=news.id, text="Đèn chớp tắt")
        deliver()
        assert len(post.got) == 2
        letter = post.got[-1][1]
        stranger.goes_to(link_in(letter))
        stranger.reads("Đèn chớp tắt")
        stop = letter["List-Unsubscribe"].strip("<>").removeprefix("https://example.vn")
        stranger.goes_to(stop)
        stranger.finds_no_barrier()
        stranger.clicks("Ngừng nhận những thư này")
        stranger.reads("Địa chỉ của bạn đã được xóa")
        cases.release(by=system, case_id=a_report("Hàm Nghi").id, text="Đèn tắt nữa")
        deliver()
        assert len(post.got) == 2

    # The log holds. It remembers in a folder of its own: to the house's folder, each test's empty database is one brought back.
    assert ledger.settle_anew(tmp_path)
    stranger.goes_to("/")
    stranger.clicks("Sổ chứng")
    stranger.finds_no_barrier()
    seen = str(tmp_path / "seen.json")
    asked = [sys.executable, "-m", "motcham_verify", "ledger", f"{live_server.url}/ledger/", "--json", "--state", seen]
    environment = {**os.environ, "PYTHONPATH": str(VERIFY)}
    checked = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert checked.returncode == 0 and json.loads(checked.stdout)["holds"] is True, checked.stdout + checked.stderr


@HANDS
def test_who_accuses_an_official_is_heard_by_the_closed_desk_alone(city, person, keyboard):
    citizen = person(keyboard=keyboard)
    citizen.goes_to("/new/feedback_1022.report/?category=infrastructure.street_light")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", "Cán bộ phường đòi tiền mới cho sửa đèn.")
    citizen.clicks("Tiếp tục")
    citizen.reads("Phản ánh này đến")
    citizen.finds_no_barrier()
    citizen.writes("Số nhà, tên đường", "12 Lê Lợi")
    citizen.selects("Phường, xã hoặc đặc khu", "Phường Sài Gòn")
    citizen.clicks("Tiếp tục")
    citizen.clicks("Tiếp tục")
    citizen.writes("Tên của bạn", "Nguyễn Thị An")
    citizen.writes("Điện thoại", "0901 234 567")
    citizen.clicks("Tiếp tục")
    citizen.reads("Xem lại trước khi gửi")
    citizen.finds_no_barrier()
    citizen.clicks("Gửi", exact=True)
    citizen.reads("Đã nhận được")
    citizen.finds_no_barrier()
    citizen.clicks("Theo dõi")
    citizen.finds_no_barrier()
    case = Case.objects.get()
    assert case.confidential and case.agency.code == "desk.integrity"

    # The accused's ward, the operators and the leaders find it nowhere.
    counted()
    code = citizen.page.url.rstrip("/").split("/")[-1]
    for who in ("Cán bộ phường Sài Gòn", "Chủ tịch phường Sài Gòn", "Tổng đài viên 1022", "Lãnh đạo thành phố"):
        other = enters(person, who, wide=True)
        for path in (
            "/desk/?list=all",
            "/desk/?list=all&agency=all",
            f"/desk/?list=all&q={code}",
            "/board/cases/?figure=received",
            f"/desk/{case.id}/",
        ):
            other.goes_to(path)
            for sign in (str(case.id), case.title, "đòi tiền"):
                found = other.page.locator("main").inner_text()
                assert sign not in found.replace(path, ""), (who, path, sign)

    # The closed desk finds it at once.
    desk = enters(person, "Cán bộ bộ phận kín", wide=True, keyboard=keyboard)
    desk.finds_no_barrier()
    desk.hits(desk.page.locator("ul.cases a").first)
    desk.reads("Chỉ dành cho")
    desk.finds_no_barrier()
