"""The dictionary of the national portal, held against messages written by hand."""

from __future__ import annotations

from typing import Any

import pytest

from motcham.apps.public_services import states
from motcham.apps.public_services.national_portal.dictionary import DOSSIER, PROGRESS, Fault, entries, faults

NEW: dict[str, Any] = {
    "MaHoSo": "H29.26740-260302-0001",
    "MaTTHC": "1.004873",
    "TenTTHC": "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    "KenhThucHien": "2",
    "ChuHoSo": "Trần Thị Bình",
    "LoaiDoiTuong": "0",
    "TrichYeuHoSo": "Cấp Giấy xác nhận tình trạng hôn nhân",
    "NgayNopHoSo": "20260302090000",
    "TrangThaiHoSo": "1",
    "DonViXuLy": "Ủy ban nhân dân phường Sài Gòn",
    "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí hộ tịch", "Gia": 0}],
}
STEP = {
    "MaHoSo": NEW["MaHoSo"],
    "NguoiXuLy": "Nguyễn Văn An",
    "ThoiDiemXuLy": "20260302100000",
    "PhongBanXuLy": "Ủy ban nhân dân phường Sài Gòn",
    "NoiDungXuLy": "Được tiếp nhận",
    "TrangThai": "2",
}


def test_a_message_that_says_what_is_asked_for_has_no_fault():
    assert faults(DOSSIER, NEW) == [] and faults(PROGRESS, STEP) == []


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("MaHoSo", "", "absent"),
        ("ChuHoSo", None, "absent"),
        ("KenhThucHien", "4", "value"),
        ("KenhThucHien", 2, "kind"),
        ("TrangThaiHoSo", "11", "value"),
        ("NgayNopHoSo", "2026-03-02T09:00", "kind"),
        ("MaTTHC", "1" * 41, "long"),
        ("DanhSachLePhi", "Lệ phí", "kind"),
        ("DanhSachLePhi", [7], "kind"),
        ("MaBiMat", "x", "unknown"),
    ],
)
def test_each_mistake_is_named_by_its_field(field: str, value: Any, why: str):
    assert faults(DOSSIER, {**NEW, field: value}) == [Fault(field, why)]


@pytest.mark.parametrize("price", [-1, 2.5, True, "8000"])
def test_a_fee_is_a_whole_number_of_dong(price: Any):
    wrong = {**NEW, "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí", "Gia": price}]}
    assert faults(DOSSIER, wrong) == [Fault("DanhSachLePhi[0].Gia", "kind")]


def test_what_a_state_brings_with_it_is_asked_for_from_that_state_on():
    assert [each.field for each in faults(DOSSIER, {**NEW, "TrangThaiHoSo": "2"})] == ["NgayTiepNhan", "NgayHenTra"]
    assert [each.field for each in faults(DOSSIER, {**NEW, "TrangThaiHoSo": "3"})] == ["NgayTuChoi"]
    assert [each.field for each in faults(DOSSIER, {**NEW, "TrangThaiHoSo": "10"})] == [
        "NgayTiepNhan",
        "NgayKetThucXuLy",
        "NgayTra",
    ]


def test_only_what_tells_of_somebody_may_be_absent_where_nothing_personal_is_opened():
    without = {name: value for name, value in NEW.items() if name not in ("ChuHoSo", "MaTTHC")}
    assert faults(DOSSIER, without, but_personal=True) == [Fault("MaTTHC", "absent")]


def test_the_states_are_those_of_the_national_dictionary():
    allowed = next(each.allowed for each in entries(DOSSIER) if each.name == "TrangThaiHoSo")
    assert allowed == set(states.BY_CODE)


def test_a_fault_never_quotes_what_stands_in_a_field():
    assert "079" not in str(faults(DOSSIER, {**NEW, "SoGiayToChuHoSo": "079190000123" * 5}))
