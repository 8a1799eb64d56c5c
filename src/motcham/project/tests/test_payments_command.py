"""`motcham payments`: what something costs, and a day compared."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from motcham.apps.public_services import importing
from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.payments import api
from motcham.blocks.payments.testing import a_bill, gateway_server, tell
from motcham.project.commands.payments import command

DAY = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def table(lines):
    return "\n".join(["orderCode,reference,amount,transactionDateTime", *(",".join(map(str, line)) for line in lines)]).encode()


@pytest.fixture
def day(tmp_path, db):
    """Return the lines of a day with three payments as the gateway would report them."""
    lines = []
    with gateway_server(tmp_path / "gateway") as gateway:
        for _ in range(3):
            attempt = api.pay(by=identity_testing.system, bill_id=a_bill().id, back="http://a")
            callback = gateway.transfer(attempt.order_code, at=DAY)
            tell(callback)
            data = callback["data"]
            lines.append([attempt.order_code, data["reference"], data["amount"], data["transactionDateTime"]])
    return lines


def test_the_command_line_says_what_differs_and_ends_with_1(day, tmp_path: Path):
    report = tmp_path / "day.csv"
    report.write_bytes(table(day))
    run = CliRunner().invoke(command, ["reconcile", str(report), "--day", "2026-11-20", "--json"])
    assert run.exit_code == 0 and json.loads(run.output) == {
        "day": "2026-11-20", "matched": 3, "sum_here": 150_000, "sum_there": 150_000, "refunds": None, "differences": [],
    }  # fmt: skip
    report.write_bytes(table(day[1:]))
    run = CliRunner().invoke(command, ["reconcile", str(report), "--day", "2026-11-20"])
    assert run.exit_code == 1 and f"reference={day[0][1]}" in run.output and "missing_there" in run.output
    report.write_bytes(b"nonsense")
    run = CliRunner().invoke(command, ["reconcile", str(report), "--day", "2026-11-20"])
    assert run.exit_code == 1 and "Traceback" not in run.output


@pytest.mark.django_db
def test_the_command_line_never_prints_nothing_for_not_published(tmp_path: Path):
    (listed := tmp_path / "list.csv").write_text(
        "ma_so,ten,co_quan_ban_hanh,co_quan_thuc_hien,linh_vuc\n1.001193,Khai sinh,Bộ,Xã,Hộ tịch\n", encoding="utf-8"
    )
    importing.import_files(by=identity_testing.system, paths=[listed])
    run = CliRunner().invoke(command, ["fee", "1.001193", "--on", "2024-05-28"])
    assert run.exit_code == 0 and "amount: chưa công bố" in run.output
    run = CliRunner().invoke(command, ["fee", "1.001193", "--on", "2024-05-29", "--json"])
    assert json.loads(run.output)["amount"] == 0
