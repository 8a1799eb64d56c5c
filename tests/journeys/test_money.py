"""Money: somebody pays on a telephone and looks at the receipt, a clerk takes cash, a finance officer pays back and compares the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.conftest import Person
from tests.journeys.test_offices import enters

from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Bill, Way

HANDS = pytest.mark.parametrize("keyboard", [False, True], ids=["by pointer", "by keyboard"])


@pytest.fixture
def bill(city: None, settings: Any, tmp_path: Path) -> Callable[..., Bill]:
    """Make bills of the ward in a city whose gateway is made up."""
    settings.PAYOS_URL, settings.PAYOS_KEYS, settings.HOME = (
        "demo",
        ("demo-client", "demo-api-key", "demo-checksum-key"),
        tmp_path,
    )

    def make(*, procedure: str = "2.000815", channel: str = "direct", words: str = "Chứng thực 2 bản sao") -> Bill:
        fee = payments.fee(procedure=procedure, channel=channel, on=date(2026, 11, 22), units=5, copies=2)
        ward = identity.agency(code="ward.26740").id
        return payments.bill(
            by=system, subject="case:journey", agency_id=ward, items=[payments.item_of(fee, words=words)], payer="Lê Thị Lan"
        )

    return make


@HANDS
def test_somebody_pays_with_a_bank_and_keeps_the_receipt(bill, person, keyboard):
    lan: Person = person(keyboard=keyboard)
    owed = bill()
    lan.goes_to(f"/payments/{owed.code}/")
    lan.reads("226/2016/TT-BTC")
    lan.finds_no_barrier()
    lan.clicks("Nộp 14.000 đ trực tuyến")
    lan.reads("Quét bằng ứng dụng ngân hàng")
    lan.finds_no_barrier()
    lan.clicks("Mở trang thanh toán")
    lan.finds_no_barrier()
    lan.clicks("Quay lại, không nộp")
    lan.reads("Bạn đã quay lại mà chưa nộp")
    lan.finds_no_barrier()
    lan.goes_to(f"/payments/{owed.code}/")
    lan.clicks("Mở trang thanh toán")
    lan.clicks("Nộp tiền", exact=True)
    lan.reads("Đã nộp")
    lan.finds_no_barrier()
    lan.clicks("Xem biên nhận")
    lan.reads("Lê Thị Lan")
    lan.finds_no_barrier()


def test_somebody_learns_why_it_is_free_without_any_script(bill, person):
    lan: Person = person(script=False)
    free = bill(procedure="1.001193", channel="online", words="Đăng ký khai sinh")
    lan.goes_to(f"/payments/{free.code}/")
    lan.reads("Không phải nộp vì nộp hồ sơ trực tuyến")
    lan.clicks("Xem biên nhận")
    lan.reads("Tổng cộng")


@HANDS
def test_the_ward_takes_cash_and_the_city_pays_back_and_compares(bill, person, keyboard, tmp_path):
    owed, other = bill(), bill()
    clerk = enters(person, "Cán bộ phường Sài Gòn", wide=True, keyboard=keyboard)
    clerk.goes_to(f"/payments/desk/{owed.id}/")
    clerk.finds_no_barrier()
    clerk.clicks("Đã thu 14.000 đ")
    clerk.reads("Tiền mặt tại quầy")

    payments.take(by=system, bill_id=other.id, way=Way.TRANSFER, reference="FT26326001")
    finance = enters(person, "Cán bộ tài chính của Thành phố", wide=True, keyboard=keyboard)
    finance.reads("28.000 đ")
    finance.reads("FT26326001")
    finance.finds_no_barrier()
    finance.goes_to(f"/payments/desk/{owed.id}/")
    finance.finds_no_barrier()
    finance.writes("Lý do, như người nộp sẽ đọc", "Thu nhầm hồ sơ")
    finance.clicks("Hoàn tiền", exact=True)
    finance.reads("Đã ghi nhận hoàn tiền.")
    finance.reads("Thu nhầm hồ sơ")

    finance.goes_to("/payments/desk/")
    report = tmp_path / "report.csv"
    today = timezone.localdate().isoformat()
    report.write_text(f"orderCode,reference,amount,transactionDateTime\n9,FTX,7000,{today} 08:00:00\n")
    finance.page.locator("input[type=file]").set_input_files(report)
    finance.clicks("So sánh")
    finance.reads("Báo cáo của cổng có, sổ tại đây không có")
    finance.finds_no_barrier()
