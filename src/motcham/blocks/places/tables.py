"""Tables of points and of addresses, as people export them: decimal commas, rubbish among the rows.

Every row is answered: with its area, with candidates, or with what is wrong with it. A table of any size is read piece by piece.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from itertools import islice

from motcham.blocks.places import bulk, gazetteer
from motcham.blocks.places.define import Candidate, Located, Note, Row
from motcham.kernel.errors import Invalid

PIECE = 20_000
ALSO_CALLED = {
    "lon": ("lon", "lng", "long", "longitude", "kinh_do", "kinh độ", "x"),
    "lat": ("lat", "latitude", "vi_do", "vĩ độ", "y"),
    "text": ("text", "address", "dia_chi", "địa chỉ"),
}
LOCATED = ("code", "name", "note", "candidates")
FOUND = ("rank", "code", "valid_from", "valid_to", "name", "level", "score", "relation", "areas")


class NoSuchColumn(Invalid):
    """The first row of the table names no column {column}; it names: {columns}. Name it so, and try again."""

    code = "places.no_such_column"


def located(rows: Iterator[list[str]], *, on: date) -> Iterator[Row]:
    """Yield the header, then each row with the area of its point."""
    header = next(rows, [])
    at_lon, at_lat = _column(header, "lon"), _column(header, "lat")
    yield Row(tuple(header), _named(header, LOCATED))
    while piece := list(islice(rows, PIECE)):
        lons, wrong_lon = _numbers(piece, at_lon, "lon")
        lats, wrong_lat = _numbers(piece, at_lat, "lat")
        answers = bulk.locate_many(lons, lats, on=on)
        for row, answer, lon, lat, no_lon, no_lat in zip(piece, answers, lons, lats, wrong_lon, wrong_lat, strict=True):
            if answer.area is not None:
                yield Row(tuple(row), (answer.area.code, answer.area.name, "inside", ""))
                continue
            wrong = no_lon or no_lat
            note, found = (wrong, answer) if wrong else _swapped(answer, lon, lat, on)
            candidates = "|".join(f"{unit.code}@{unit.valid_from} {unit.name}" for unit in found.candidates)
            yield Row(tuple(row), ("", "", note, candidates))


def _swapped(answer: Located, lon: float, lat: float, on: date) -> tuple[str, Located]:
    """Tell where a point outside would lie with its two numbers exchanged; it is said and not taken for granted."""
    if answer.note is not Note.OUTSIDE or not (8 <= lon <= 12 and 105 <= lat <= 109):
        return str(answer.note), answer
    other = bulk.locate_many([lat], [lon], on=on)[0]
    return ("swapped", Located(Note.OUTSIDE, None, other.candidates)) if other.candidates else (str(answer.note), answer)


def _numbers(piece: list[list[str]], column: int, name: str) -> tuple[list[float], list[str]]:
    numbers, wrong = [], []
    for row in piece:
        text = row[column].strip() if column < len(row) else ""
        try:
            number = float(text if "." in text else text.replace(",", ".", 1))
        except ValueError:
            number = math.nan
        if math.isfinite(number) and text.isascii() and "_" not in text:
            numbers.append(number)
            wrong.append("")
        else:
            numbers.append(math.nan)
            wrong.append(f"bad_{name}" if text else f"no_{name}")
    return numbers, wrong


def found(rows: Iterator[list[str]], *, on: date, limit: int) -> Iterator[Row]:
    """Yield the header, then each row once for each candidate; a row without any is there with rank 0."""
    header = next(rows, [])
    column = _column(header, "text")
    yield Row(tuple(header), _named(header, FOUND))
    for row in rows:
        answer = gazetteer.search(row[column] if column < len(row) else "", on=on, limit=limit)
        if not answer.candidates:
            yield Row(tuple(row), ("0", *[""] * (len(FOUND) - 1)))
        for rank, each in enumerate(answer.candidates, 1):
            added = _candidate(rank, each, on)
            yield Row(tuple(row), added, {"rank": rank, **gazetteer.facts(each, on)})


def _candidate(rank: int, each: Candidate, on: date) -> tuple[str, ...]:
    unit = each.unit
    areas = "|".join(f"{area.code}@{area.valid_from} {area.name}" for area in each.communes(on))
    until = f"{unit.valid_to or ''}"
    return (f"{rank}", unit.code, f"{unit.valid_from}", until, unit.name, unit.level, f"{each.score}", each.relation, areas)


def _column(header: list[str], name: str) -> int:
    plain = [cell.strip().lower() for cell in header]
    for also in ALSO_CALLED[name]:
        if also in plain:
            return plain.index(also)
    raise NoSuchColumn(column=name, columns=", ".join(header)[:200])


def _named(header: list[str], added: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the new columns; one that the table has already is told apart."""
    return tuple(f"place_{name}" if name in header else name for name in added)
