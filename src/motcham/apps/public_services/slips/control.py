"""The slip that goes with a dossier from desk to desk: who handed it to whom, when, and whether in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcham.apps.public_services.slips.form import Dossier, Part, about, moment, template
from motcham.blocks.documents.define import Grid


@dataclass(frozen=True)
class HandOver:
    """One hand-over between two desks."""

    given_by: str
    taken_by: str
    at: datetime
    due: datetime | None = None
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True)
class Control:
    """The way of a dossier through the offices."""

    dossier: Dossier
    hand_overs: tuple[HandOver, ...]


def parts(facts: Control) -> tuple[Part, ...]:
    """Return the parts of the page."""
    rows = tuple(
        (each.given_by, each.taken_by, moment(each.at), moment(each.due), each.outcome, each.note) for each in facts.hand_overs
    )
    columns = ("Bên giao", "Bên nhận", "Giao lúc", "Hạn giải quyết", "Kết quả", "Ghi chú")
    return (about(facts.dossier), Grid(columns, rows, heading="Giao nhận", widths=(4, 4, 3, 3, 3, 4)))


slip = template("control", Control, parts, is_wide=True)
