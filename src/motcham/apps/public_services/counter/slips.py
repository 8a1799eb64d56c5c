"""The list that goes with a bundle of paper. No form of a circular is in the sources for it, so it bears no form's number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcham.apps.public_services.slips.form import moment
from motcham.blocks.documents.define import FactList, Grid, Sheet, Template
from motcham.kernel.terms import LegalBasis
from motcham.ui import formats

COLUMNS = ("STT", "Mã hồ sơ", "Thủ tục", "Số giấy tờ giao", "Số giấy tờ nhận", "Ghi chú")
WIDTHS = (1, 4, 8, 2, 2, 4)
SIGN_HERE = "(ký, ghi rõ họ tên)" + "\n" * 5


def compose(said: Mapping[str, Any]) -> Sheet:
    """Return the list as a page."""
    rows = tuple(
        (
            str(number),
            each["code"],
            each["title"],
            str(each["given"]),
            "" if each["came"] is None else str(each["came"]),
            each["note"],
        )
        for number, each in enumerate(said["lines"], 1)
    )
    made = formats.local(said["made_at"])
    facts = FactList(
        (
            ("Bên giao", said["giver"]),
            ("Bên nhận", said["taker"]),
            ("Giao lúc", moment(said["made_at"])),
            ("Nhận lúc", moment(said["received_at"])),
            ("Số hồ sơ", str(len(rows))),
            ("Số giấy tờ", str(sum(each["given"] for each in said["lines"]))),
            ("Ghi chú của bên nhận", said["note"]),
        )
    )
    return Sheet(
        title="Danh sách giao nhận hồ sơ giấy",
        agency=said["giver"],
        code=said["code"],
        dated=made.date(),
        parts=(facts, Grid(COLUMNS, rows, widths=WIDTHS), Grid(("Người giao", "Người nhận"), ((SIGN_HERE, SIGN_HERE),))),
        footer=f"Danh sách giao nhận {said['code']} · lập lúc {made:%H:%M} ngày {made:%d/%m/%Y}",
        is_wide=True,
    )


bundle = Template(
    "public_services.bundle", "Danh sách giao nhận hồ sơ giấy", compose, LegalBasis("118/2025/NĐ-CP", trust="memory")
)
