"""What all slips share: the dossier they are about, the form in force when it was received, and the frame of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from motcham import data
from motcham.blocks.documents.define import FactList, Grid, Sheet, Template
from motcham.kernel.errors import Invalid
from motcham.kernel.terms import LegalBasis
from motcham.ui import formats

Facts = TypeVar("Facts")
Part = FactList | Grid | str


class NoSuchSlip(Invalid):
    """No form of slip '{kind}' was in force on {on}. Use one of the forms of that day: {known}."""

    code = "public_services.no_such_slip"


@dataclass(frozen=True)
class Form:
    """One form of a circular, for dossiers received in its time."""

    kind: str
    number: str
    name: str
    circular: str
    received_from: date
    received_to: date | None


@dataclass(frozen=True)
class Dossier:
    """What each slip says of its dossier. What is empty is not known and is left out."""

    agency: str
    code: str
    procedure: str
    procedure_code: str
    received_on: date
    issued_at: datetime
    applicant: str = ""
    organisation: str = ""
    parent_agency: str = ""
    place: str = ""
    address: str = ""
    """Where its QR code leads: the page of the case."""
    lookup: str = ""
    """What to type there without a camera. It opens the dossier, which its number does not."""
    signed_by: str = ""
    """The title of the post that hands it out."""


@cache
def forms() -> tuple[Form, ...]:
    """Return every form there is or was."""
    return tuple(
        Form(
            row["kind"],
            row["number"],
            row["name"],
            row["circular"],
            date.fromisoformat(row["received_from"]),
            date.fromisoformat(row["received_to"]) if row["received_to"] else None,
        )
        for row in data.rows("slip_forms.csv")
    )


def form_of(kind: str, on: date) -> Form:
    """Return the form of a kind of slip for a dossier received on a day. Raises NoSuchSlip."""
    there = [each for each in forms() if each.received_from <= on and (each.received_to is None or on < each.received_to)]
    for each in there:
        if each.kind == kind:
            return each
    raise NoSuchSlip(kind=kind, on=f"{on:%d/%m/%Y}", known=", ".join(each.kind for each in there) or "-")


def template(kind: str, facts: type[Facts], parts: Callable[[Facts], tuple[Part, ...]], *, is_wide: bool = False) -> Template:
    """Return the template of a slip whose facts are a dataclass with a `dossier`, and whose parts are given by a function."""

    def compose(said: Mapping[str, Any]) -> Sheet:
        known = msgspec.convert(said, facts)
        return frame(kind, known.dossier, parts(known), is_wide=is_wide)  # type: ignore[attr-defined]

    newest = [each for each in forms() if each.kind == kind][-1]
    return Template(f"public_services.{kind}", newest.name, compose, LegalBasis(newest.circular))


def frame(kind: str, dossier: Dossier, parts: tuple[Part, ...], *, is_wide: bool = False) -> Sheet:
    """Put the parts of a slip under the head of its agency, with the form's number and name."""
    form = form_of(kind, dossier.received_on)
    issued = formats.local(dossier.issued_at)
    return Sheet(
        title=form.name,
        agency=dossier.agency,
        parent=dossier.parent_agency,
        form=f"Mẫu số {form.number} ({form.circular})",
        code=dossier.code,
        place=dossier.place,
        dated=issued.date(),
        parts=parts,
        address=dossier.address,
        signed_by=tuple(each for each in (dossier.signed_by,) if each),
        footer=f"{dossier.code} · lập lúc {issued:%H:%M} ngày {issued:%d/%m/%Y}",
        is_wide=is_wide,
    )


def about(dossier: Dossier) -> FactList:
    """Return who asked for what."""
    return FactList(
        (
            ("Người nộp hồ sơ", dossier.applicant),
            ("Tổ chức", dossier.organisation),
            ("Thủ tục", f"{dossier.procedure} ({dossier.procedure_code})"),
            ("Mã hồ sơ", dossier.code),
            ("Mã tra cứu", dossier.lookup),
        )
    )


def moment(at: datetime | None) -> str:
    """Return 09 giờ 14 phút, ngày 22/11/2026; empty where it is not known."""
    return f"{(local := formats.local(at)):%H} giờ {local:%M} phút, ngày {local:%d/%m/%Y}" if at else ""


def day(on: date | None) -> str:
    """Return 22/11/2026; empty where it is not known."""
    return f"{on:%d/%m/%Y}" if on else ""
