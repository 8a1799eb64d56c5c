"""What the national portal is told, under the names of its dictionary: only what that asks for, and only what is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from motcham.apps.public_services import asking, sources, states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import client
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.cases.define import PAUSED, REUSED, CaseLine, CaseView, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import BillState
from motcham.ui import formats

PERSONAL = ("name", "personal_number", "email", "phone")
"""What is opened of an applicant, by the names of our forms; a form that asks for less tells less."""
APPLICANT, HOUSE = "Người nộp hồ sơ", "Hệ thống Một Chạm"
"""Who acted, where it was no officer: the name of an applicant is told once, as that of the dossier."""
DONE_HERE = {
    "opened": "Nộp hồ sơ",
    "apologised": "Xin lỗi và hẹn lại ngày trả kết quả",
    "extended": "Gia hạn thời gian giải quyết",
    "transferred": "Chuyển hồ sơ",
    "taken_back": "Lấy lại bước vừa thực hiện",
    "reopened": "Mở lại hồ sơ để đính chính",
    "due_changed": "Tính lại ngày hẹn theo lịch làm việc",
    "part_asked": "Cơ quan phối hợp yêu cầu bổ sung giấy tờ",
    "part_went_on": "Cơ quan phối hợp tiếp tục giải quyết",
    "part_extended": "Cơ quan phối hợp cần thêm thời gian xác minh",
    "part_undone": "Cơ quan phối hợp lấy lại bước vừa thực hiện",
    "result_issued": "Cấp kết quả điện tử",
    "result_withdrawn": "Thu hồi kết quả đã cấp",
}
"""What was done, where it is no step: a step has its name in the national dictionary."""


def dossier(row: Dossier, view: CaseView, personal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message of a dossier as it stands; what is unknown is left out."""
    line, answers = view.line, view.answers
    procedure = sources.find(code=row.procedure, version=row.version)
    is_company = _is_company(row)
    said: dict[str, Any] = {
        "MaHoSo": row.code,
        "MaTTHC": row.procedure,
        "TenTTHC": procedure.title if procedure else str(type_of(line).official_name),
        "TenLinhVuc": procedure.field if procedure else "",
        "KenhThucHien": str(row.channel),
        "SoGiayToChuHoSo": answers.get("tax_code") if is_company else personal.get("personal_number"),
        "ChuHoSo": answers.get("company") if is_company else personal.get("name"),
        "LoaiDoiTuong": _code(row.applicant),
        "Email": personal.get("email"),
        "SoDienThoai": personal.get("phone"),
        "TrichYeuHoSo": line.title,
        "NgayNopHoSo": _moment(view.filed_at),
        "NgayTiepNhan": _moment(row.accepted_at),
        "NgayHenTra": _moment(line.due_at),
        "TrangThaiHoSo": _state(line),
        "NgayKetThucXuLy": _moment(row.settled_at),
        "NgayTra": _moment(row.handed_over_at),
        "NgayTuChoi": _moment(line.closed_at) if line.step == states.NOT_ACCEPTED else None,
        "DonViXuLy": identity.agency(id=line.agency_id).official_name,
        "HoSoCoThanhPhanSoHoa": _code(row.digitised > 0),
        "TaiKhoanDuocXacThucVoiVNeID": _code(row.is_known_by_vneid),
        "DuocThanhToanTrucTuyen": _code(row.payment),
        "DSKetNoiCSDL": [{"MaCSDL": code} for code in client.codes_of(row.sources)],
        "TaiLieuNop": _papers(view),
        "DanhSachLePhi": _fees(view),
        "DanhSachHoSoBoSung": _new_days(view),
        "DanhSachGiayToKetQua": _results(view),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _state(line: CaseLine) -> str:
    """Return the state of a dossier; one that stands because an agency asked for a paper for its part waits for its applicant."""
    return states.ASKED if line.state == PAUSED and line.step in (states.ACCEPTED, states.IN_PROGRESS) else line.step


def progress(message: Message, code: str) -> dict[str, Any]:
    """Return the message of one act in a dossier."""
    agency = identity.agency(id=message.agency_id).official_name
    name, title = _who(message.actor)
    state = states.BY_CODE.get(message.step)
    said = {
        "MaHoSo": code,
        "NguoiXuLy": name,
        "ChucDanh": title,
        "ThoiDiemXuLy": _moment(message.at),
        "PhongBanXuLy": agency,
        "NoiDungXuLy": DONE_HERE.get(message.kind) or (state.name if state else message.step),
        "TrangThai": message.step,
        "NgayKetThucTheoQuyDinh": _moment(message.due_at),
    }
    return {field: value for field, value in said.items() if value}


def _who(actor: str) -> tuple[str, str]:
    """Return who acted: an officer by name and title, anyone else by what they are."""
    first = actor.partition(" for ")[0]
    if not first.startswith("post:"):
        return (HOUSE if first.startswith("system") else APPLICANT), ""
    post_id = int(first.removeprefix("post:"))
    found = identity.holders(post_ids=[post_id]).get(post_id)
    return (found.name, found.title) if found else (HOUSE, "")


def _papers(view: CaseView) -> list[dict[str, str]]:
    labels = {each.name: str(each.label) for each in type_of(view.line).fields if each.name.startswith("paper")}
    again = view.answers.get(REUSED) or {}
    return [
        {"TenTepDinhKem": labels[name], "DuocSoHoa": "1", "DuocTaiSuDung": _code(name in again) or ""}
        for name, files in view.answers.items()
        if name in labels and isinstance(files, list)
        for _file in files
    ]


def _fees(view: CaseView) -> list[dict[str, Any]]:
    return [
        {"TenPhiLePhi": str(item.words), "Gia": item.amount}
        for bill in payments.bills(subject=f"case:{view.line.id}")
        if bill.state is not BillState.CANCELLED
        for item in bill.items
    ]


def _new_days(view: CaseView) -> list[dict[str, str]]:
    """Return the days that were put off by an apology, each with the day before it."""
    told = [each.facts for each in view.events if each.kind == "apologised"]
    days = [(facts.get("due_before"), facts.get("due_at")) for facts in told]
    return [
        {"NgayHenTraTruoc": _moment(datetime.fromisoformat(old)), "NgayHenTraMoi": _moment(datetime.fromisoformat(new))}
        for old, new in days
        if old and new
    ]


def _results(view: CaseView) -> list[dict[str, str]]:
    # One that is being signed has its code and its page already, which says so.
    return [
        {
            "MaGiayToKetQua": each.code,
            "DuongDanTepTinKetQua": f"{settings.PUBLIC_URL}{reverse('documents:result', args=[each.code])}",
        }
        for each in documents.results(owner=f"case:{view.line.id}")
        if each.withdrawn_at is None
    ]


def _moment(at: datetime | None) -> str:
    return formats.local(at).strftime("%Y%m%d%H%M%S") if at else ""


def _code(value: int | None) -> str | None:
    return None if value is None else str(int(value))


def personal_of(row: Dossier, view: CaseView) -> tuple[str, ...]:
    """Return which of the sealed answers are to be opened for the message: of a company not who filed for it."""
    wanted = PERSONAL[2:] if _is_company(row) else PERSONAL
    return tuple(name for name in wanted if name in view.sealed_fields)


def _is_company(row: Dossier) -> bool:
    return row.applicant == asking.NATIONAL_KINDS[asking.COMPANY]
