"""A day of the city: a lamp is out; it is reported, asked about, mended, rated, counted and proven."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from motcham.blocks.cases.models import Case
from motcham.blocks.indicators import api as indicators
from motcham.blocks.ledger import testing as ledger
from motcham.project.testing import PATIENCE

VERIFY = Path(__file__).parents[2] / "verify" / "src"


def test_a_lamp_is_reported_mended_rated_counted_and_proven(city, person, live_server, tmp_path):
    citizen, officer, stranger = person(), person(wide=True), person(wide=True)

    # A citizen reports a lamp with a photo, first forgetting how to be reached.
    citizen.goes_to("/")
    citizen.finds_no_barrier()
    citizen.clicks("Báo một sự cố")
    citizen.opens("Hạ tầng đô thị")
    citizen.finds_no_barrier()
    citizen.chooses("Đèn đường hư, tắt")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", "Đèn tắt từ tối thứ Hai.")
    citizen.attaches("black")
    citizen.clicks("Tiếp tục")
    citizen.selects("Phường, xã hoặc đặc khu", "Phường Sài Gòn")
    citizen.writes("Số nhà, tên đường", "trước số 212 Lê Lợi")
    citizen.clicks("Tiếp tục")
    citizen.reads("Bao nhiêu bóng đèn hư?")
    citizen.clicks("Tiếp tục")
    citizen.writes("Tên của bạn", "Nguyễn Thị An")
    citizen.clicks("Tiếp tục")
    citizen.reads("Điền ít nhất một mục: Điện thoại, Thư điện tử")
    citizen.finds_no_barrier()
    citizen.writes("Điện thoại", "0901 234 567")
    citizen.clicks("Tiếp tục")
    citizen.reads("Xem lại trước khi gửi")
    citizen.finds_no_barrier()
    citizen.clicks("Gửi")
    citizen.reads("Đã nhận được")
    citizen.finds_no_barrier()
    citizen.clicks("Theo dõi")
    citizen.reads("Phường Sài Gòn đang giữ việc này")
    tracking = citizen.page.url

    # The ward's officer finds it and asks; the name stays masked until it is revealed.
    officer.goes_to("/")
    officer.clicks("Cán bộ phường Sài Gòn")
    officer.finds_no_barrier()
    officer.page.keyboard.press("j")
    officer.page.keyboard.press("Enter")
    officer.reads("Đèn tắt từ tối thứ Hai.")
    assert "Nguyễn Thị An" not in officer.page.content()
    officer.opens("Hỏi thêm người phản ánh")
    officer.finds_no_barrier()
    officer.page.locator("#act-asked textarea").fill("Xin cho biết số trụ đèn?")
    officer.clicks("Hỏi thêm người phản ánh")
    officer.reads("tạm dừng")

    # The citizen answers with another photo, and sees that the case was looked at.
    citizen.goes_to(tracking)
    citizen.reads("Xin cho biết số trụ đèn?")
    citizen.finds_no_barrier()
    citizen.writes("Lời nhắn của bạn", "Trụ số 12.")
    citizen.attaches("gray")
    citizen.clicks("Gửi")
    citizen.reads("Cơ quan đang xử lý")
    citizen.reads("Ai đã xem")
    citizen.reads("toàn bộ hồ sơ")

    # The officer answers with a photo of the work.
    officer.page.reload()
    officer.reads("Trụ số 12.")
    officer.page.keyboard.press("t")
    officer.page.locator("#act-answered textarea").fill("Đã thay bóng đèn trụ số 12.")
    officer.attaches("gold")
    officer.page.locator("#act-answered form button").last.click()
    officer.reads("Hồ sơ đã đóng.")

    # The citizen rates the answer.
    citizen.goes_to(tracking)
    citizen.reads("Đã thay bóng đèn trụ số 12.")
    assert citizen.page.locator(".photos img").count() == 3
    citizen.chooses("Rất tốt")
    citizen.clicks("Gửi đánh giá")
    citizen.reads("Được chấm 5 trên 5")
    citizen.finds_no_barrier()

    # The board counts it.
    assert indicators.fold()
    stranger.goes_to("/board/")
    assert stranger.page.locator(".stat-value").first.inner_text() == "1"
    stranger.reads("5,00")

    # A stranger verifies the log.
    assert ledger.settle_anew(settings.HOME)
    case = Case.objects.get()
    stranger.goes_to(tracking)
    stranger.clicks("kiểm chứng")
    assert "/ledger/entry/" in stranger.page.url
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "motcham_verify",
            "ledger",
            f"{live_server.url}/ledger/",
            "--json",
            "--state",
            str(tmp_path / "seen.json"),
        ],
        env={**os.environ, "PYTHONPATH": str(VERIFY)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["holds"] is True
    assert case.rating == 5 and case.outcome == "answered"


def test_a_report_is_sent_and_answered_without_any_script(city, person):
    citizen, officer = person(script=False), person(wide=True, script=False)
    citizen.goes_to("/new/feedback_1022.report/?category=infrastructure.street_light")
    citizen.clicks("Tiếp tục")
    citizen.writes("Bạn thấy gì?", "Đèn tắt.")
    citizen.attaches("black")
    citizen.clicks("Tiếp tục")
    citizen.clicks("Tiếp tục")
    citizen.reads("Cho biết ở đâu")
    citizen.selects("Phường, xã hoặc đặc khu", "Phường Sài Gòn")
    citizen.writes("Số nhà, tên đường", "12 Lê Lợi")
    citizen.clicks("Tiếp tục")
    citizen.clicks("Tiếp tục")
    citizen.writes("Tên của bạn", "Nguyễn Thị An")
    citizen.writes("Thư điện tử", "an@vidu.vn")
    citizen.clicks("Tiếp tục")
    citizen.clicks("Gửi")
    citizen.clicks("Theo dõi")
    citizen.reads("Phường Sài Gòn đang giữ việc này")

    officer.goes_to("/")
    officer.clicks("Cán bộ phường Sài Gòn")
    officer.clicks("Đèn đường hư, tắt")
    officer.page.locator("#act-answered summary").click()
    officer.page.locator("#act-answered textarea").fill("Đã thay bóng.")
    officer.page.locator("#act-answered form button").last.click()
    officer.reads("Hồ sơ đã đóng.")
    citizen.page.reload()
    citizen.reads("Đã thay bóng.")
