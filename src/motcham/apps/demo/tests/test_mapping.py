"""The mapping: fixed for ever, true to the published shares, inside its area, and about nobody."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from motcham import data
from motcham.apps.demo import mapping, stream
from motcham.blocks.places import api as places
from motcham.blocks.places.define import Note

ON = date(2026, 11, 22)
LOOPS_AND_ROWS = (st.integers(0, 1000), st.integers(0, len(stream.rows()) - 1))


def test_a_report_is_fixed_by_loop_and_row() -> None:
    assert mapping.draw(0, 0, "field") == 0.8878712152150197
    assert mapping.report(3, 5, on=ON) == mapping.report(3, 5, on=ON)
    assert mapping.report(3, 5, on=ON) != mapping.report(4, 5, on=ON)


def test_fields_follow_the_published_shares() -> None:
    rows = range(len(stream.rows()))
    counts = Counter(mapping._category(0, row)["group"] for row in rows)
    published = {row["key"]: int(row["reports"]) / 14_707 for row in data.rows("feedback_groups.csv")}
    for group, share in published.items():
        assert abs(counts[group] / len(rows) - share) < 0.015, group


def test_reports_are_spread_over_all_areas() -> None:
    counts = Counter(mapping.pick(places.areas(on=ON), 0, row, "area").code for row in range(len(stream.rows())))
    assert len(counts) == 168
    assert max(counts.values()) < 2 * len(stream.rows()) / 168


@settings(max_examples=200, deadline=None)
@given(*LOOPS_AND_ROWS)
def test_the_point_lies_in_the_area_and_the_words_are_whole(loop: int, row: int) -> None:
    report = mapping.report(loop, row, on=ON)
    found = places.locate(lon=report.lon, lat=report.lat, on=ON)
    assert (found.note, found.area) == (Note.INSIDE, report.area)
    assert report.area.name in report.address
    for text in (report.text, report.address, mapping.answer(loop, row)):
        assert text
        assert not set("{}") & set(text)


@settings(max_examples=200, deadline=None)
@given(*LOOPS_AND_ROWS)
def test_the_person_is_clearly_nobody(loop: int, row: int) -> None:
    report = mapping.report(loop, row, on=ON)
    assert re.fullmatch(r"\+84500\d{6}", report.phone)
    assert re.fullmatch(r"\w+ \w+ [A-Z]", report.name)


def test_the_copied_stream_holds_only_numbers_and_our_own_words() -> None:
    for row in data.rows("replay/stream.csv"):
        assert set(row) == {"minute", "channel", "outcome", "handling_minutes"}
        assert row["channel"] in {"phone", "app", "web", "email"}
        assert row["outcome"] in {"answered", "refused", ""}
        assert row["minute"].isdigit()
        assert row["handling_minutes"].isdigit() or not row["handling_minutes"]


def test_every_category_has_words() -> None:
    for category in data.rows("feedback_categories.csv"):
        words = mapping.texts()[category["key"]]
        assert words["reports"]
        assert words["answers"]
