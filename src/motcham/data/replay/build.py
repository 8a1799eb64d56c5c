"""Build `stream.csv` from the open request data of another city: arrival, channel and handling time, and nothing else.

Run by hand: `python -m motcham.data.replay.build FILE`. Left out are rows that no citizen sent (crews' own reports,
council offices), the one letter (not a channel of 1022), and every column that says what, where or who.
"""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path

CHANNELS = {"Call": "phone", "Mobile App": "app", "Self Service": "web", "Email": "email"}
OUTCOMES = {"Closed": "answered", "Cancelled": "refused"}


def read_time(text: str) -> datetime:
    """Return the time as the source writes it, to the minute."""
    return datetime.strptime(text, "%m/%d/%y %H:%M")  # noqa: DTZ007 - only differences are kept


def main(source: Path) -> None:
    """Write the rows in order of arrival; what has no closing time, or was sent elsewhere, stays open."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        sent = [row for row in csv.DictReader(file) if row["requestsource"] in CHANNELS]
    sent.sort(key=lambda row: (read_time(row["createddate"]), row["srnumber"]))
    first = read_time(sent[0]["createddate"])
    with (Path(__file__).parent / "stream.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["minute", "channel", "outcome", "handling_minutes"])
        for row in sent:
            arrived = read_time(row["createddate"])
            outcome = OUTCOMES.get(row["status"], "") if row["closeddate"] else ""
            handling = (read_time(row["closeddate"]) - arrived).total_seconds() / 60 if outcome else None
            minute = (arrived - first).total_seconds() / 60
            writer.writerow([int(minute), CHANNELS[row["requestsource"]], outcome, "" if handling is None else int(handling)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
