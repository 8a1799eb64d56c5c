"""`motcham places`: which area a point lies in, and what an address names, for one or for a table of any size."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, BinaryIO, TextIO

import click

from motcham.blocks.places import api as places
from motcham.blocks.places.define import Found, Located, Note, Row, Unit
from motcham.project.console import both, json_option, progress, show
from motcham.project.spreadsheets import Table, text_of

# By which of its new columns a table is summed up at the end.
COUNTED = {"locate": 2, "find": 7}

on_option = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Theo địa giới ngày nào; mặc định hôm nay. / As of which day; today if not given.",
)
csv_option = click.option(
    "--csv", "table", type=click.File("rb", lazy=True), help="Tệp CSV, '-' là đầu vào. / A CSV file, '-' for standard input."
)
out_option = click.option("--out", type=click.Path(dir_okay=False, writable=True), help="Ghi ra tệp. / Write to a file.")


@click.group()
def command() -> None:
    """Không cần cơ sở dữ liệu. / Needs no database."""


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float, required=False)
@click.argument("lat", type=float, required=False)
@csv_option
@out_option
@on_option
@json_option
def locate(
    *, lon: float | None, lat: float | None, table: BinaryIO | None, out: str | None, on: datetime | None, as_json: bool
) -> None:
    """Điểm (kinh độ, vĩ độ) thuộc xã, phường nào. / Which area a point lies in.

    Bảng cần cột lon, lat; kết quả giữ mọi cột và thêm code, name, note, candidates. / A table has columns lon and lat.
    """
    day = on.date() if on else None
    if table is not None and lon is None:
        _table(table, out, as_json, "locate", lambda rows: places.locate_table(rows, on=day))
    elif lon is None or lat is None or table is not None:
        raise click.UsageError(both("Cần LON LAT, hoặc --csv.", "Give either LON LAT or --csv."))
    else:
        found = _located(*_swapped(lon, lat, places.locate(lon=lon, lat=lat, on=day), day))
        show(found if as_json else {**found, "candidates": _listed(found["candidates"])}, as_json=as_json)


@command.command()
@click.argument("text", nargs=-1)
@csv_option
@out_option
@on_option
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Nhiều nhất bao nhiêu khả năng. / At most so many candidates.",
)
@json_option
def find(
    *, text: tuple[str, ...], table: BinaryIO | None, out: str | None, on: datetime | None, limit: int, as_json: bool
) -> None:
    """Một địa chỉ, cũ hay mới, có thể là xã, phường nào. / What an address, of any year since 2021, may name.

    Bảng cần cột text; mỗi khả năng là một dòng. / A table has a column text; each candidate is a row.
    """
    day = on.date() if on else None
    if table is not None and not text:
        _table(table, out, as_json, "find", lambda rows: places.find_table(rows, on=day, limit=limit))
    elif not text or table is not None:
        raise click.UsageError(both("Cần TEXT, hoặc --csv.", "Give either TEXT or --csv."))
    else:
        _print_found(places.find(text=" ".join(text), on=day, limit=limit), as_json=as_json)


def _key(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "valid_from": f"{unit.valid_from}", "name": unit.name}


def _listed(candidates: list[dict[str, str]]) -> str:
    return ", ".join(f"{each['name']} ({each['code']}, {each['valid_from']})" for each in candidates)


def _swapped(lon: float, lat: float, found: Located, day: date | None) -> tuple[Located, str]:
    """Tell, as in a table, where a point outside would lie with its two numbers exchanged."""
    other = places.locate(lon=lat, lat=lon, on=day) if found.note is Note.OUTSIDE else found
    return (
        (Located(Note.OUTSIDE, None, other.candidates), "swapped")
        if other is not found and other.candidates
        else (found, found.note)
    )


def _located(found: Located, note: str) -> dict[str, Any]:
    area = _key(found.area) if found.area else {"code": "", "valid_from": "", "name": ""}
    return {**area, "note": str(note), "candidates": [_key(unit) for unit in found.candidates]}


def _print_found(found: Found, *, as_json: bool) -> None:
    candidates = [places.facts(candidate=each, on=found.on) for each in found.candidates]
    if as_json:
        certain = _key(found.certain) if found.certain else None
        facts = {"text": found.text, "on": f"{found.on}", "certain": certain, "candidates": candidates, "more": found.more}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    if not candidates:
        click.echo("Không nhận ra xã, phường nào. / No area is recognised.")
    for each in found.candidates:
        unit = each.unit
        until = f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "nay"
        click.echo(f"{each.score:>3}  {unit.name} ({unit.code}, {unit.valid_from:%d/%m/%Y} - {until})  {each.relation}")
        for heir in each.heirs:
            click.echo(f"       {heir.extent:<8} {heir.unit.name} ({heir.unit.code}, {heir.unit.valid_from:%d/%m/%Y})")
    if found.more:
        click.echo(f"+{found.more}")


def _table(
    table: BinaryIO, out: str | None, as_json: bool, what: str, make: Callable[[Iterator[list[str]]], Iterator[Row]]
) -> None:
    """Write a table row by row; on a terminal a bar shows how much of the file is read."""
    if out and _is_same(table, out):
        raise click.UsageError(both("--out là chính tệp đang đọc.", "--out is the very file that is read."))
    size = _size(table)
    # What is there is written over only when the table can be read.
    with text_of(table) as source:
        rows = make(Table(source).rows)
        header = next(rows)
        with _target(out) as target, progress() as bar:
            task = bar.add_task("", total=size)
            writer = csv.writer(target, lineterminator="\n")
            if not as_json:
                writer.writerow([*header.given, *header.added])
            counts: Counter[str] = Counter()
            counted, length = COUNTED[what], len(header.given)
            for number, row in enumerate(rows, 1):
                if as_json:
                    target.write(json.dumps(_facts(row, header), ensure_ascii=False) + "\n")
                else:
                    writer.writerow((*row.given, *row.added) if len(row.given) == length else _joined(row, length))
                counts[row.added[counted] or "none"] += 1
                if not number % 20_000 and size:
                    bar.update(task, completed=table.tell())
    click.echo(", ".join(f"{name}: {number}" for name, number in counts.most_common()), err=True)


def _facts(row: Row, header: Row) -> dict[str, object]:
    """Return a row as programs read it."""
    added = row.whole or dict(zip(header.added, row.added, strict=True))
    return {**dict(zip(header.given, row.given, strict=False)), **added}


def _joined(row: Row, length: int) -> list[str]:
    """Return a row with its new cells under their names; cells beyond the header come last."""
    missing = [""] * (length - len(row.given))
    return [*row.given[:length], *missing, *row.added, *row.given[length:]]


def _is_same(table: BinaryIO, out: str) -> bool:
    try:
        return os.path.samestat(os.fstat(table.fileno()), os.stat(out))
    except OSError:
        return False


def _size(table: BinaryIO) -> int | None:
    if not table.seekable():
        return None
    size = table.seek(0, io.SEEK_END)
    table.seek(0)
    return size


@contextmanager
def _target(out: str | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    with open(out, "w", encoding="utf-8", newline="") as file:
        yield file
