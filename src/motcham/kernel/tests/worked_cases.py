"""The worked cases of the clock: read for the tests, rendered for `docs/reference/clock.md` (run this module to write it)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import yaml

from motcham.kernel import clock
from motcham.kernel.calendar import CITY, DayKind, shipped_rows
from motcham.kernel.clock import Pause
from motcham.kernel.terms import Limit, Unit

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "clock.md"


@dataclass(frozen=True)
class WorkedCase:
    """One line of the table."""

    id: str
    law: str
    limit: Limit
    started_at: datetime
    pauses: tuple[Pause, ...]
    extra: tuple[Limit, ...]
    due_at: datetime | None
    provisional: bool
    why: str
    record: dict[str, object]


def instant(text: str) -> datetime:
    """Read a time of the city; 24:00 is the last moment of its day."""
    day, hour = text.split()
    at = time.max if hour == "24:00" else time.fromisoformat(hour)
    return datetime.combine(datetime.fromisoformat(day), at, CITY)


def limit(text: str) -> Limit:
    """Read a limit such as "1 working_days by 15:00"."""
    amount, unit, *cutoff = text.split()
    return Limit(int(amount), Unit(unit), time.fromisoformat(cutoff[1]) if cutoff else None)


def worked_cases() -> list[WorkedCase]:
    """Return the table."""
    return [_case(record) for record in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))]


def _case(record: dict) -> WorkedCase:
    due = record["due"].removesuffix(" provisional")
    return WorkedCase(
        id=record["id"],
        law=record["law"],
        limit=limit(record["limit"]),
        started_at=instant(record["started"]),
        pauses=tuple(Pause(instant(start), instant(end) if end else None) for start, end in record.get("pauses", [])),
        extra=tuple(limit(text) for text in record.get("extensions", [])),
        due_at=instant(due) if due else None,
        provisional=record["due"].endswith("provisional"),
        why=record["why"],
        record=record,
    )


def rendered() -> str:
    """Return the reference page: the rules from the clock's own docstring, then the table, then the days that are not what they seem."""
    rules = inspect.getdoc(clock) or ""
    lines = [
        "<!-- Written by `python -m motcham.kernel.tests.worked_cases`; do not edit. -->",
        "# The legal clock",
        "",
        rules.rstrip(),
        "",
    ]
    lines += ["## Worked cases", "", "Each was calculated by hand; the tests run them all against the shipped calendar.", ""]
    lines += ["| case | limit | received | pauses, extensions | due | why | law |", "|---|---|---|---|---|---|---|"]
    for each in worked_cases():
        record = each.record
        more = [f"paused {start} to {end or '…'}" for start, end in record.get("pauses", [])]
        more += [f"+ {text}" for text in record.get("extensions", [])]
        cells = (each.id, record["limit"], record["started"], "; ".join(more), record["due"] or "nothing", each.why, each.law)
        lines.append("| " + " | ".join(str(cell).replace("_", " ") for cell in cells) + " |")
    lines += [
        "",
        "## The calendar",
        "",
        "Days that are not what their weekday says; Saturdays and Sundays are off otherwise. Office hours 7:30–11:30 and 13:00–17:00.",
        "",
    ]
    lines += ["| date | | what | status | legal basis |", "|---|---|---|---|---|"]
    for row in shipped_rows():
        if row.kind is not DayKind.ANNOUNCED_THROUGH:
            lines.append(
                f"| {row.on:%Y-%m-%d %a} | {'worked' if row.kind is DayKind.MAKEUP else 'off'} | {row.name} | {row.status} | {row.legal_basis} |"
            )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(rendered(), "utf-8")
