"""The dated tables of fees that the package carries, read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from motcham import data
from motcham.blocks.payments.define import FeeKind, FeeRule


@cache
def rules() -> tuple[FeeRule, ...]:
    """Return every fee rule, in force or not."""
    return tuple(_rule(row) for row in data.rows("fees.csv"))


@cache
def kinds() -> Mapping[str, FeeKind]:
    """Return the kinds of fee by their keys."""
    return {row["key"]: FeeKind(**row) for row in data.rows("fee_kinds.csv")}


@cache
def kind_of() -> Mapping[str, str]:
    """Return the kind of fee of each procedure for which it is known, by its national code."""
    return {row["procedure"]: row["fee_kind"] for row in data.rows("fee_procedures.csv")}


def _rule(row: Mapping[str, str]) -> FeeRule:
    numbers = {name: int(row[name]) if row[name] else None for name in ("first", "amount_after", "most")}
    ends = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    rest = {**row, **numbers, "amount": int(row["amount"]), "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": ends}
    return FeeRule(**rest)  # type: ignore[arg-type]
