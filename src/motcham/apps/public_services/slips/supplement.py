"""The request to add or mend papers, said once and in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from motcham.apps.public_services.slips.form import Dossier, Part, about, day, template
from motcham.blocks.documents.define import FactList, Grid


@dataclass(frozen=True)
class Wanted:
    """One paper that is missing or wrong, and what is to be done about it."""

    paper: str
    what: str


@dataclass(frozen=True)
class Supplement:
    """What is said when something is missing."""

    dossier: Dossier
    wanted: tuple[Wanted, ...]
    reason: str = ""
    until: date | None = None
    ask_at: str = ""


def parts(facts: Supplement) -> tuple[Part, ...]:
    """Return the parts of the page."""
    rows = tuple((str(number), each.paper, each.what) for number, each in enumerate(facts.wanted, 1))
    return (
        about(facts.dossier),
        Grid(("STT", "Giấy tờ", "Nội dung cần bổ sung, hoàn thiện"), rows, heading="Cần bổ sung", widths=(1, 5, 7)),
        FactList((("Lý do", facts.reason), ("Bổ sung trước ngày", day(facts.until)), ("Hỏi về hồ sơ tại", facts.ask_at))),
    )


slip = template("supplement", Supplement, parts)
