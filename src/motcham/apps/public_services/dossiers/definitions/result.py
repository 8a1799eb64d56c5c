"""The result of a dossier as its agency draws it: our own frame, for the texts of the official papers are not in the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from motcham.blocks.documents.define import FactList, Grid, Sheet, Template
from motcham.kernel.terms import LegalBasis
from motcham.ui import formats

TEMPLATE = "dossiers.result"


@dataclass(frozen=True)
class Attached:
    """A file that goes with a result, known by its digest."""

    name: str
    size: str
    sha256: str


@dataclass(frozen=True)
class Result:
    """What a result says."""

    title: str
    agency: str
    dossier: str
    issued_at: datetime
    text: str
    lines: tuple[tuple[str, str], ...] = ()
    attached: tuple[Attached, ...] = ()
    parent_agency: str = ""
    place: str = ""
    signed_by: str = ""
    is_draft: bool = False


def compose(said: Mapping[str, Any]) -> Sheet:
    """Return a result as a page; signing adds who signed, when, and the code by which it is checked."""
    facts = msgspec.convert(said, Result)
    issued = formats.local(facts.issued_at)
    draft = ("BẢN XEM TRƯỚC, chưa ký, không có giá trị.",) if facts.is_draft else ()
    lines = (FactList(facts.lines),) if facts.lines else ()
    rows = tuple((str(number), each.name, each.size, each.sha256) for number, each in enumerate(facts.attached, 1))
    columns = ("STT", "Tên tệp", "Cỡ", "Dấu vân tay (SHA-256)")
    files = (Grid(columns, rows, heading="Tệp kèm theo", widths=(1, 4, 2, 8)),) if rows else ()
    return Sheet(
        title=facts.title,
        agency=facts.agency,
        parent=facts.parent_agency,
        form=f"Hồ sơ số {facts.dossier}",
        place=facts.place,
        dated=issued.date(),
        parts=(*draft, *lines, *(each.strip() for each in facts.text.split("\n") if each.strip()), *files),
        signed_by=tuple(each for each in (facts.signed_by,) if each),
        footer=f"{facts.dossier} · lập lúc {issued:%H:%M} ngày {issued:%d/%m/%Y}",
    )


result = Template(TEMPLATE, "Kết quả giải quyết thủ tục hành chính", compose, LegalBasis("118/2025/NĐ-CP", trust="found"))
