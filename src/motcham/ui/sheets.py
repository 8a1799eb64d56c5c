"""A table as a spreadsheet file: cells that a program would take for a formula stay words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import IO, Any, TypeVar

import xlsxwriter  # type: ignore[import-untyped]
from django.conf import settings
from django.utils.translation import gettext as _

from motcham.kernel.calendar import CITY

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = TypeVar("Row")
Column = tuple[str, int, Callable[[Row], Any]]
"""A heading, the width, and the value of a row."""


def write(
    file: IO[bytes],
    *,
    title: str,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    most: int,
    cut: str,
) -> int:
    """Write rows one by one, so that only one is in memory; return how many. With `most` of them the words `cut` end the table;
    in a demo what it holds is labelled, as it is on every page."""
    # The file grows on the disk: constant memory.
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    bold, text = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    for place, (label, width, _value) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, label, bold)
    row = 0
    for row, one in enumerate(rows, 1):
        for place, (_label, _width, value) in enumerate(columns):
            found = value(one)
            if isinstance(found, datetime):
                sheet.write_datetime(row, place, found.astimezone(CITY).replace(tzinfo=None), moment)
            elif isinstance(found, int):
                sheet.write_number(row, place, found)
            elif found:
                sheet.write_string(row, place, str(found), text if str(found).startswith(FORMULA) else None)
    said = [cut] if row == most else []
    if settings.MODE == "demo":
        # A file leaves the page on which the same words stand.
        said.append(_("Replayed and generated data, for demonstration. These are not real cases."))
    for place, words in enumerate(said, row + 1):
        sheet.write_string(place, 0, words, bold)
    book.close()
    return row
