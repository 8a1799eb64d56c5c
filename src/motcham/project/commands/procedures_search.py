"""`motcham procedures search`: which procedure a person means, for one question or for a table of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import BinaryIO

import click

from motcham.apps.public_services.search import Hit, Index, carried, everyday_words
from motcham.project.console import Refusal, both, json_option
from motcham.project.spreadsheets import Table, text_of


@click.command()
@click.argument("text", nargs=-1)
@click.option(
    "--csv",
    "table",
    type=click.File("rb", lazy=True),
    help="Tệp CSV có cột query, '-' là đầu vào. / A CSV file with a column query, '-' for standard input.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Nhiều nhất bao nhiêu kết quả. / At most so many hits.",
)
@json_option
def search(*, text: tuple[str, ...], table: BinaryIO | None, limit: int, as_json: bool) -> None:
    """Tìm thủ tục bằng lời thường ngày, không cần dấu. / Find a procedure by everyday words, with or without marks.

    Bảng: mỗi dòng JSON là một query với hits của nó. / A table: each line of JSON is a query with its hits.
    """
    if (table is None) != bool(text):
        raise click.UsageError(both("Cần TEXT, hoặc --csv.", "Give either TEXT or --csv."))
    index = _index()
    for query in _queries(table) if table is not None else [" ".join(text)]:
        show(query, index.search(query, limit), as_json=as_json)


def _index() -> Index:
    """Return the index over the procedures in force; where there is no database, over those that the package carries."""
    from django.db import DatabaseError

    from motcham.apps.public_services import finding

    try:
        return finding.index()
    except DatabaseError:
        return Index(carried(), everyday_words())


def show(query: str, hits: Iterable[Hit], *, as_json: bool) -> None:
    """Print what a query found: one JSON object, or a line for each hit."""
    if as_json:
        click.echo(json.dumps({"query": query, "hits": [asdict(hit) for hit in hits]}, ensure_ascii=False))
        return
    click.echo(query)
    lines = [f"  {hit.score:.2f}  {hit.code}  {hit.title}" for hit in hits]
    click.echo("\n".join(lines) or "  " + both("Không thấy thủ tục nào.", "No procedure is found."))


def _queries(file: BinaryIO) -> Iterator[str]:
    """Yield the column query of a table."""
    with text_of(file) as source:
        rows = Table(source).rows
        header = next(rows)
        columns = [name.strip().casefold() for name in header]
        if "query" not in columns:
            raise Refusal(both("Bảng không có cột query.", f"The table has no column query; it names: {', '.join(header)}."))
        at = columns.index("query")
        for row in rows:
            yield row[at] if at < len(row) else ""
