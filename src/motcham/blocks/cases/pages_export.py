"""A list as a spreadsheet: what lists show, row by row, without what identifies anybody, and with an entry of who took it out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.blocks.cases import actions_desk, filters, lists, queries, showing, widgets
from motcham.blocks.cases.define import CaseLine, case_types, type_of
from motcham.blocks.cases.lists import Wanted
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui import sheets

MOST_ROWS = 5_000
PER_READ = 500


@guarded(Permission.CASE_EXPORT)
@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Give a list as an XLSX file, at most 5,000 rows; its entry is written before the first of them leaves."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = filters.read(request.GET, actor)
    # One row of memory at a time: the file grows on the disk, and is gone when it was sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115 – closed by the response
    count = _write(file, wanted, actor, timezone.now())
    actions_desk.note_export(by=actor, wanted=wanted, rows=count)
    file.seek(0)
    name = f"mot-cham-{wanted.queue}-{widgets.today():%Y%m%d}.xlsx"
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=sheets.XLSX, headers={"Cache-Control": "private, no-store"}
    )


def _write(file: IO[bytes], wanted: Wanted, actor: Actor, now: datetime) -> int:
    said = _("Cut at %(most)s rows: narrow the list, by ward or by kind, to take out the rest.") % {"most": MOST_ROWS}
    rows = _lines(wanted, actor, now)
    return sheets.write(file, title=_("Cases"), columns=_columns(now), rows=rows, most=MOST_ROWS, cut=said)


def _columns(now: datetime) -> list[tuple[str, int, Any]]:
    """Return (heading, width, value of a row) of each column; nothing in them identifies anybody who filed."""
    of_case: list[tuple[str, int, Any]] = [
        (_("Case"), 38, lambda line: str(line.id)),
        (_("Title"), 48, lambda line: line.title),
        (_("Kind"), 22, lambda line: str(type_of(line).label)),
        (_("Category"), 30, lambda line: filters.category_label(line.category) if line.category else ""),
        (_("Agency"), 34, lambda line: showing.agency_name(line.agency_id)),
        (_("Ward"), 24, lambda line: widgets.area_name(line.area_code) if line.area_code else ""),
        (_("Step"), 28, lambda line: filters.step_label(line.step)),
        (_("Received"), 17, lambda line: line.received_at),
        (_("Due"), 17, lambda line: line.due_at or ""),
        (_("Left"), 18, lambda line: showing.hours_left(line, now)),
        (_("Late since"), 17, lambda line: line.late_at or ""),
        (_("Answered"), 17, lambda line: line.closed_at or ""),
        (_("People who joined"), 12, lambda line: line.joined),
    ]
    columns = [(name, width, lambda row, value=value: value(row[0])) for name, width, value in of_case]
    number, holder = (_("Number of the dossier"), 26, lambda row: row[2]), (_("Holder"), 24, lambda row: row[1])
    return [columns[0], number, *columns[1:7], holder, *columns[7:]]


def _lines(wanted: Wanted, actor: Actor, now: datetime) -> Iterator[tuple[CaseLine, str, str]]:
    """Yield the cases of a list with whoever holds them and the numbers that agencies call them by, page by page, only of agencies whose lists the actor may take out."""
    after, left = None, MOST_ROWS
    while left:
        page = lists.find(wanted, actor=actor, after=after, most=min(PER_READ, left), now=now, permission=Permission.CASE_EXPORT)
        holders, numbers = showing.holders_of(page.held), _numbers(page.lines)
        yield from ((line, holders.get(line.id, ""), numbers.get(line.id, "")) for line in page.lines)
        left -= len(page.lines)
        after = page.after
        if after is None:
            return


def _numbers(found: Sequence[CaseLine]) -> dict[UUID, str]:
    """Return the numbers of cases: that of a part is that of its whole, by which whoever filed speaks of it."""
    whole = {line.id: line.id for line in found} | queries.wholes_of([line.id for line in found])
    given: dict[UUID, str] = {}
    for asked in {each.numbers_of for each in case_types if each.numbers_of}:
        given |= {case_id: number for case_id, (number, _words) in asked(set(whole.values())).items()}
    return {case_id: given.get(of, "") for case_id, of in whole.items()}
