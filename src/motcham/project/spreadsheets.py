"""CSV files as people hand them over: in the letters and with the separators that spreadsheets write, rubbish among the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, TextIO

from motcham.project.console import Refusal, both

LONGEST_QUOTED = 20  # lines: an opened quotation mark that nobody closes must not swallow the file
NOTHING = "\x1f"  # separates cells in no file


def text_of(file: BinaryIO, *, newline: str = "") -> TextIO:
    """Return the text of a file in the encodings that spreadsheets and editors write; what is no letter in it is replaced."""
    file = file if hasattr(file, "peek") else io.BufferedReader(file)  # type: ignore[type-var]
    start = file.peek(2)[:2]
    if start in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\0" in start:  # without its mark: the empty half of a plain letter tells which half comes first
        encoding = "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    return io.TextIOWrapper(file, encoding=encoding, errors="replace", newline=newline)


class Table:
    """A table as it is read: its rows, and what separates their cells; empty lines are no rows."""

    def __init__(self, source: TextIO) -> None:
        csv.field_size_limit(10_000_000)
        lines = iter(source)
        first = next(lines, "").lstrip("\ufeff")
        if not first.strip():
            raise Refusal(
                both("Tệp trống, hoặc dòng đầu không có tên cột.", "The file is empty, or its first line names no column.")
            )
        self.separator = max(",;\t|", key=first.count)
        separators = first.count(self.separator)
        # In a table of one column a comma belongs to the text: nobody puts addresses in quotation marks by hand.
        splits = self.separator if separators else NOTHING
        self.rows = filter(None, csv.reader(chain([first], _whole(lines, splits, separators)), delimiter=splits))


def _whole(lines: Iterable[str], separator: str, separators: int) -> Iterator[str]:
    """Yield lines with those joined that one quoted cell covers; a quotation mark that is never closed covers its line alone.

    It is not closed where the next line looks like a row of its own, or where too many lines would be covered.
    """
    held: list[str] = []
    for line in lines:
        if held and separators and line.count(separator) >= separators and not _closes(line, separator):
            yield from _closed(held, separator)
            held = []
        held.append(line)
        if "".join(held).count('"') % 2 == 0:
            yield "".join(held)
            held = []
        elif len(held) > LONGEST_QUOTED:
            yield from _closed(held, separator)
            held = []
    yield from _closed(held, separator)


def _closes(line: str, separator: str) -> bool:
    """Tell whether a line ends a cell that was opened before it: its first quotation mark stands after words, at the end of a cell."""
    before, mark, after = line.partition('"')
    return bool(mark and before and not before.endswith(separator) and after[:1] in ("", "\r", "\n", separator))


def _closed(held: list[str], separator: str) -> Iterator[str]:
    """Yield lines with the quotation mark that nobody closed closed at the end of its line, where it opens a cell; else without."""
    for line in held:
        text, at = line.rstrip("\r\n"), line.rfind('"')
        if line.count('"') % 2 == 0:
            yield line
        elif at == 0 or line[at - 1] == separator:
            yield f'{text}"\n'
        else:
            yield f"{text[:at]}{text[at + 1 :]}\n"
