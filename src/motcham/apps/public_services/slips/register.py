"""The book of an office: which dossiers it took, until when, and how they ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from motcham.apps.public_services.slips.form import day, form_of, forms, moment
from motcham.blocks.documents.define import FactList, Grid, Sheet, Template
from motcham.kernel.terms import LegalBasis
from motcham.ui import formats


@dataclass(frozen=True)
class Line:
    """One dossier of the book."""

    code: str
    procedure: str
    applicant: str
    accepted_at: datetime | None = None
    channel: str = ""
    appointment: datetime | None = None
    returned_at: datetime | None = None
    status: str = ""
    note: str = ""


@dataclass(frozen=True)
class Register:
    """The book of an office for a stretch of days."""

    agency: str
    since: date
    until: date
    issued_at: datetime
    lines: tuple[Line, ...]
    parent_agency: str = ""
    place: str = ""


COLUMNS = ("STT", "Mã hồ sơ", "Thủ tục", "Người nộp", "Cách nộp", "Tiếp nhận", "Hẹn trả", "Đã trả", "Trạng thái", "Ghi chú")
WIDTHS = (1, 3.6, 5, 4, 2.4, 3, 3, 3, 3, 2.6)


def compose(said: Mapping[str, Any]) -> Sheet:
    """Return the book as a page."""
    facts = msgspec.convert(said, Register)
    form = form_of("register", facts.until)
    issued = formats.local(facts.issued_at)
    rows = tuple(
        (
            str(number),
            each.code,
            each.procedure,
            each.applicant,
            each.channel,
            moment(each.accepted_at),
            moment(each.appointment),
            moment(each.returned_at),
            each.status,
            each.note,
        )
        for number, each in enumerate(facts.lines, 1)
    )
    return Sheet(
        title=form.name,
        agency=facts.agency,
        parent=facts.parent_agency,
        form=f"Mẫu số {form.number} ({form.circular})",
        place=facts.place,
        dated=issued.date(),
        parts=(
            FactList((("Từ ngày", day(facts.since)), ("Đến ngày", day(facts.until)), ("Số hồ sơ", str(len(rows))))),
            Grid(COLUMNS, rows, widths=WIDTHS),
        ),
        footer=f"{form.name} · lập lúc {issued:%H:%M} ngày {issued:%d/%m/%Y}",
        is_wide=True,
    )


_newest = [each for each in forms() if each.kind == "register"][-1]
slip = Template("public_services.register", _newest.name, compose, LegalBasis(_newest.circular))
