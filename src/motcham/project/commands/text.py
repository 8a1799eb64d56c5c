"""`motcham text`: strike out of text what tells who somebody is, and measure how well that is done."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import click

from motcham.project.console import Refusal, both, json_option, progress, show
from motcham.project.spreadsheets import Table, text_of


@click.group()
def command() -> None:
    """Cần người đọc lại trước khi công bố. / Somebody has to read it again before it is published."""


@command.command()
@click.option("--csv", "table", type=click.Path(exists=True, dir_okay=False), help="Tệp CSV. / A CSV file.")
@click.option("--column", "columns", multiple=True, help="Cột cần che (lặp lại được). / The column to mask (may be repeated).")
def mask(table: str | None, columns: tuple[str, ...]) -> None:
    """Che từng dòng từ đầu vào chuẩn, hoặc các cột của một tệp CSV. / Mask standard input line by line, or columns of a CSV file."""
    if (table is None) != (not columns):
        raise click.UsageError("--csv và --column đi với nhau. / --csv and --column go together.")
    if table is None:
        _mask_lines()
    else:
        _mask_table(table, columns)


def _mask_lines() -> None:
    import django

    django.setup()
    from motcham.blocks.channels.api import mask as masked

    # Line by line, and broken letters replaced, so that a stream is answered as it comes and does not end half-way.
    for line in text_of(sys.stdin.buffer, newline="\n"):
        click.echo(masked(line.rstrip("\r\n")).encode())


def _mask_table(path: str, columns: tuple[str, ...]) -> None:
    import django

    django.setup()
    from motcham.blocks.channels.api import mask as masked

    with open(path, "rb") as file, text_of(file) as source, progress() as bar:
        task = bar.add_task("", total=os.path.getsize(path))
        table = Table(source)
        known = next(table.rows)
        if unknown := [each for each in columns if each not in known]:
            raise click.UsageError(f"Không có cột {', '.join(unknown)}; có: {', '.join(known)}. / No such column.")
        chosen = {place for place, name in enumerate(known) if name in columns}
        writer = csv.writer(_Echo(), delimiter=table.separator, lineterminator="\n")
        writer.writerow(known)
        for number, row in enumerate(table.rows, 1):
            writer.writerow([masked(cell) if place in chosen else cell for place, cell in enumerate(row)])
            if not number % 1_000:
                bar.update(task, completed=file.tell())


class _Echo:
    """Standard output as a table writes to it."""

    def write(self, row: str) -> None:
        """Write one row."""
        click.echo(row.encode(), nl=False)


@command.command()
@click.argument("examples", type=click.Path(exists=True, dir_okay=False), required=False)
@json_option
def measure(examples: str | None, as_json: bool) -> None:
    """Đo độ đúng và độ đủ trên tập câu đã đánh dấu. / Measure precision and recall on labelled sentences (⟦…⟧ marks what must go)."""
    import django

    django.setup()
    from motcham.blocks.channels import api

    score = api.measure_masking(Path(examples).read_text(encoding="utf-8") if examples else api.masking_examples())
    if not score.sentences:
        raise Refusal(both("Tệp không có câu nào để đo.", "The file has no sentence to measure by."))
    show(
        {
            "sentences": score.sentences,
            "precision": round(score.precision, 4),
            "recall": round(score.recall, 4),
            "missed": list(score.missed),
            "excess": list(score.excess),
        },
        as_json=as_json,
    )
