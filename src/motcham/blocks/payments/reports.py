"""Reads the gateway's report of a day: CSV with the column names of its contract."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from motcham.blocks.payments import payos
from motcham.blocks.payments.define import Credit, WrongReport

# The names of the contract for a sum that came in; a report has more columns, which are left alone.
COLUMNS = ("orderCode", "reference", "amount", "transactionDateTime")
MOST_BYTES = 32 * 1024 * 1024


def read(report: bytes) -> list[Credit]:
    """Return the lines of a report: CSV with the gateway's own column names, comma or semicolon. Raises WrongReport."""
    if len(report) > MOST_BYTES:
        raise WrongReport(why=_("it is too large"))
    try:
        text = report.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise WrongReport(why=_("it is not in UTF-8")) from wrong
    first = text.partition("\n")[0]
    try:
        return list(_lines(csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")))
    except csv.Error as wrong:
        raise WrongReport(why=_("it is no table with commas or semicolons")) from wrong


def _lines(table: csv.DictReader[str]) -> Iterator[Credit]:
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise WrongReport(why=format_lazy(_("the column {name} is missing"), name=missing[0]))
    for number, row in enumerate(table, 2):
        try:
            yield payos.credit_of(_typed(row))
        except ValueError as wrong:
            said = format_lazy(_("line {number} is not in the form of the contract"), number=number)
            raise WrongReport(why=said) from wrong


def _typed(row: Mapping[str, str | None]) -> dict[str, object]:
    numbers = {
        name: int(text) for name in ("orderCode", "amount") if (text := (row[name] or "").strip()).isascii() and text.isdigit()
    }
    texts = {name: (row[name] or "").strip() for name in ("reference", "transactionDateTime")}
    return {**texts, **numbers}
