"""The nouns of the catalogue: a procedure with its papers, its offers by channel, its steps and its law."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from motcham.kernel.errors import Invalid, Missing
from motcham.kernel.terms import Limit, Unit


class Channel(StrEnum):
    """How a dossier is handed in."""

    ONLINE = "online"
    DIRECT = "direct"
    POST = "post"


class FeeKind(StrEnum):
    """What the source lets one say of a fee; only the first three carry a number."""

    FREE = "free"
    AMOUNT = "amount"
    EACH = "each"
    """So much for each page, copy or card."""
    FOREIGN = "foreign"
    """Stated in another currency."""
    UNCLEAR = "unclear"
    """The source contradicts itself, or leaves the amount to another document."""
    UNSTATED = "unstated"


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
    """How long and how much by one channel. `value` is None and `unit` empty where the source gives no limit; `basis` names the
    law where the limit is that of the dated legal table, `fee_basis` where the fee is that of a dated rule; `cutoff` is the hour after which a receipt counts from the next day."""

    channel: str
    value: int | None
    unit: str
    fee_kind: str
    fee_vnd: int | None = None
    fee_text: str = ""
    note: str = ""
    cutoff: time | None = None
    basis: str = ""
    fee_basis: str = ""

    @property
    def limit(self) -> Limit | None:
        """Return the limit as the clock counts it; None where there is none, or where it is counted in months."""
        unit = _CLOCK_UNITS.get(self.unit)
        return Limit(self.value, unit, self.cutoff) if self.value is not None and unit is not None else None


_CLOCK_UNITS = {
    "working_days": Unit.WORKING_DAYS,
    "days": Unit.CALENDAR_DAYS,
    "hours": Unit.HOURS,
    "working_hours": Unit.WORKING_HOURS,
    "minutes": Unit.MINUTES,
}


@dataclass(frozen=True)
class LegalText:
    """A law, decree or circular that the source names: its number, and what it is called there."""

    number: str
    title: str = ""


@dataclass(frozen=True)
class Result:
    """What one gets, under the code that the national catalogue has for it."""

    name: str
    code: str = ""


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure in one version; empty is what the source does not give, never a guess.

    `is_withheld` says that the page published under the code describes another procedure, so that nothing of it is shown.
    """

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
    kind: str = ""
    decision: str = ""
    papers: tuple[Paper, ...] = ()
    offers: tuple[Offer, ...] = ()
    steps: tuple[str, ...] = ()
    laws: tuple[LegalText, ...] = ()
    results: tuple[Result, ...] = ()
    conditions: tuple[str, ...] = ()
    reception: str = ""
    partners: str = ""
    address: str = ""
    sources: tuple[str, ...] = ()
    has_full_text: bool = False
    is_withheld: bool = False

    @property
    def groups(self) -> tuple[tuple[str, tuple[Paper, ...]], ...]:
        """Return the papers by the case they are for, in the order of the source."""
        found: dict[str, list[Paper]] = {}
        for paper in self.papers:
            found.setdefault(paper.group, []).append(paper)
        return tuple((name, tuple(papers)) for name, papers in found.items())

    def offer(self, channel: str) -> Offer | None:
        """Return what holds by a channel for everybody: where its rows differ by case, limit or fee are left open."""
        rows = [each for each in self.offers if each.channel == channel]
        if not rows:
            return None
        first = rows[0]
        if any((each.value, each.unit) != (first.value, first.unit) for each in rows):
            first = replace(first, value=None, unit="", note="")
        if any((each.fee_kind, each.fee_vnd) != (first.fee_kind, first.fee_vnd) for each in rows):
            texts = "; ".join(dict.fromkeys(each.fee_text for each in rows if each.fee_text))
            first = replace(first, fee_kind=FeeKind.UNCLEAR, fee_vnd=None, fee_text=texts)
        return first


@dataclass(frozen=True)
class Summary:
    """A procedure as lists show it."""

    code: str
    title: str
    field: str
    agencies: tuple[str, ...]
    levels: tuple[str, ...]
    issuer: str


@dataclass(frozen=True)
class Doubt:
    """A place that was not understood: which procedure and field, the text as it stands, and why."""

    code: str
    field: str
    text: str
    reason: str


@dataclass(frozen=True)
class Conflict:
    """Two sources that disagree about a procedure: what is shown, what was set aside and where it stands, and by which rule."""

    code: str
    field: str
    shown: str
    set_aside: str
    source: str
    rule: str


class UnknownForm(Invalid):
    """The file {file} has none of the known forms of procedures: its first columns are {columns}. Check that it is a list, an index, a table of channels or a full text."""

    code = "procedures.unknown_form"


class NotReadable(Invalid):
    """The file {file} cannot be read: {reason}. Nothing of it was imported."""

    code = "procedures.not_readable"


class NotStated(Invalid):
    """What you entered is not complete. Mend the fields named; what you typed is still there."""

    code = "procedures.not_stated"


class NoSuchProcedure(Missing):
    """There is no procedure {procedure} in the catalogue. Look for it by its name."""

    code = "procedures.unknown"
