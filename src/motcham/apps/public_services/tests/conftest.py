"""A small catalogue in the published forms, with the real traps in it."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from motcham.apps.public_services import importing
from motcham.blocks.identity.testing import system

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
HEADS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
Reading = Callable[..., importing.Report]


def listed(code: str = "1.001193", ten: str = "Thủ tục đăng ký khai sinh", **more: str) -> dict[str, str]:
    """Return a row of the official list."""
    row = {"ma_so": code, "ten": ten, "co_quan_ban_hanh": "Bộ Tư pháp", "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã"}
    return {**row, "linh_vuc": "Hộ tịch", **more}


def indexed(code: str = "1.001193", ten: str = "Thủ tục đăng ký khai sinh", raw: str = "", **more: str) -> dict[str, str]:
    """Return a row of the index."""
    row = {"ma_thu_tuc": code, "ten_thu_tuc": ten, "ministry_slug": "bo-tu-phap", "cap_thuc_hien": "Cấp xã"}
    row |= {"loai_thu_tuc": "", "linh_vuc": "Hộ tịch", "doi_tuong_thuc_hien": "Công dân Việt Nam"}
    row |= {"co_quan_co_tham_quyen": "", "so_quyet_dinh": "163/QĐ-BTP"}
    return {**row, "cach_thuc_thuc_hien_raw": HEADER + raw, **more}


def detailed(code: str = "1.001193", ten: str = "Thủ tục đăng ký khai sinh", raw: str = "", **more: str) -> dict[str, str]:
    """Return a record of full text."""
    row = {"ma_thu_tuc": code, "ten_thu_tuc": ten, "linh_vuc": "Hộ tịch", "cap_thuc_hien": "Cấp xã"}
    row |= {"trinh_tu_thuc_hien": "Bước 1: Nộp hồ sơ.\nBước 2: Nhận kết quả.", "cach_thuc_thuc_hien": HEADER + raw}
    row |= {"thanh_phan_ho_so": f"--{HEADS}- Giấy chứng sinh.1 bản chính", "can_cu_phap_ly": "", "ket_qua_xu_ly": ""}
    return {**row, "yeu_cau_dieu_kien": "Không", "co_quan_thuc_hien": "", **more}


def channelled(code: str = "1.001193", **more: str) -> dict[str, str]:
    """Return a row of the table of channels."""
    row = {"ma_thu_tuc": code, "channel": "Trực tiếp", "duration_value": "3", "duration_unit": "Ngày làm việc"}
    return {**row, "fee_kind": "free", "fee_vnd": "0", **more}


@pytest.fixture
def read(tmp_path: Path) -> Reading:
    """Return a function that writes rows into files and imports them."""

    def reading(*groups: Sequence[Mapping[str, Any]], on: date = date(2026, 7, 1)) -> importing.Report:
        paths = [_written(tmp_path, number, rows) for number, rows in enumerate(groups)]
        return importing.import_files(by=system, paths=paths, as_of=on)

    return reading


def _written(folder: Path, number: int, rows: Sequence[Mapping[str, Any]]) -> Path:
    if "trinh_tu_thuc_hien" in rows[0]:
        path = folder / f"{number}.jsonl.gz"
        path.write_bytes(gzip.compress("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()))
        return path
    path = folder / f"{number}.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
