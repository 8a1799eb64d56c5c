"""What dossiers read of a procedure: its papers and its offers by channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time


@dataclass(frozen=True)
class Paper:
    """One line of what is handed in; `form` is the file of the form that the source names, `group` the case it is for."""

    name: str
    group: str = ""
    originals: int | None = None
    copies: int | None = None
    form: str = ""

    @property
    def is_note(self) -> bool:
        """Whether the line explains and asks for nothing: the source counts no original and no copy of it, and no form."""
        return not self.originals and not self.copies and not self.form


@dataclass(frozen=True)
class Offer:
    """How long and how much by one channel. `value` is None and `unit` empty where the source gives no limit."""

    channel: str
    value: int | None
    unit: str
    fee_kind: str
    fee_vnd: int | None = None
    fee_text: str = ""
    note: str = ""
    cutoff: time | None = None
    basis: str = ""


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure in one version; empty is what the source does not give, never a guess."""

    code: str
    version: int
    valid_from: date
    valid_to: date | None
    title: str
    field: str = ""
    issuer: str = ""
    agencies: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    decision: str = ""
    papers: tuple[Paper, ...] = ()
    offers: tuple[Offer, ...] = ()

    def offer(self, channel: str) -> Offer | None:
        """Return what holds by a channel for everybody: where its rows differ by case, the limit is left open."""
        rows = [each for each in self.offers if each.channel == channel]
        if rows and any((each.value, each.unit) != (rows[0].value, rows[0].unit) for each in rows):
            return replace(rows[0], value=None, unit="", note="")
        return rows[0] if rows else None
