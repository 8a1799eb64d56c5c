"""The receipt of a dossier, with the day on which its result is promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcham.apps.public_services.slips.form import Dossier, Part, about, moment, template
from motcham.blocks.documents.define import FactList, Grid
from motcham.ui import formats


@dataclass(frozen=True)
class Paper:
    """One paper that was handed in."""

    name: str
    originals: int = 0
    copies: int = 0
    is_electronic: bool = False


@dataclass(frozen=True)
class Receipt:
    """What is said when a dossier is accepted."""

    dossier: Dossier
    accepted_at: datetime
    papers: tuple[Paper, ...] = ()
    submitted_at: datetime | None = None
    appointment: datetime | None = None
    limit: str = ""
    channel: str = ""
    result_by: str = ""
    phone: str = ""
    fee_vnd: int | None = None
    ask_at: str = ""


def parts(facts: Receipt) -> tuple[Part, ...]:
    """Return the parts of the page."""
    fee = "" if facts.fee_vnd is None else formats.money(facts.fee_vnd)
    times = FactList(
        (
            ("Cách nộp", facts.channel),
            ("Nộp lúc", moment(facts.submitted_at)),
            ("Tiếp nhận hợp lệ lúc", moment(facts.accepted_at)),
            ("Thời hạn giải quyết", facts.limit),
            ("Hẹn trả kết quả", moment(facts.appointment)),
            ("Cách nhận kết quả", facts.result_by),
            ("Phí, lệ phí", fee),
            ("Điện thoại của người nộp", facts.phone),
            ("Hỏi về hồ sơ tại", facts.ask_at),
        )
    )
    rows = tuple(
        (str(number), each.name, _count(each.originals), _count(each.copies), "Có" if each.is_electronic else "")
        for number, each in enumerate(facts.papers, 1)
    )
    columns = ("STT", "Tên giấy tờ", "Bản chính", "Bản sao", "Bản điện tử")
    papers = (Grid(columns, rows, heading="Giấy tờ đã nhận", widths=(1, 7, 1.6, 1.6, 1.8)),) if rows else ()
    return (about(facts.dossier), times, *papers)


def _count(number: int) -> str:
    return str(number) if number else ""


slip = template("receipt", Receipt, parts)
