"""What the package carries says where it comes from and agrees with itself."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

from motcham import data
from motcham.blocks.places import api

FOLDER = Path(str(resources.files(data)))
TRUST = {"found", "computed", "memory_high", "memory", "memory_low"}


def test_every_file_names_its_source_licence_and_date() -> None:
    sources = tomllib.loads(data.text("SOURCES.toml"))
    files = {
        path.relative_to(FOLDER) for path in FOLDER.rglob("*") if path.suffix not in {".py", ".pyc", ".md"} and path.is_file()
    }
    stated = {folder if (folder := f"{file.parent}/") in sources else str(file) for file in files} - {"SOURCES.toml"}
    assert stated == set(sources)
    for name, source in sources.items():
        assert source["what"] and source["source"] and source["licence"], name
        assert isinstance(source["as_of"], date), name


def test_every_area_has_its_committee_and_no_official_code_is_invented() -> None:
    agencies = data.rows("agencies.csv")
    assert {row["area_code"] for row in agencies if row["kind"] == "ward"} == {
        area.code for area in api.areas(on=date(2026, 11, 22))
    }
    assert {row["official_code"] for row in agencies} == {""}
    assert {row["trust"] for row in agencies} <= TRUST
    assert max(Counter(row["code"] for row in agencies).values()) == 1


def test_every_category_belongs_to_a_field_and_to_somebody() -> None:
    agencies = {row["code"] for row in data.rows("agencies.csv")} | {"ward"}
    groups = {row["key"] for row in data.rows("feedback_groups.csv")}
    categories = data.rows("feedback_categories.csv")
    assert {row["group"] for row in categories} == groups
    assert {row["agency"] for row in categories} <= agencies
    assert {row["emergency"] for row in categories} == {"yes", "no"}


def test_the_fields_add_up_to_the_published_total() -> None:
    assert sum(int(row["reports"]) for row in data.rows("feedback_groups.csv")) == 14_707


def test_successions_lead_from_442_units_by_493_links_to_every_area() -> None:
    links = data.rows("areas/successions.csv")
    assert Counter(row["extent"] for row in links) == {"full": 395, "partial": 98}
    assert len({(row["old_province"], row["old_code"]) for row in links}) == 442
    assert {(row["code"], row["valid_from"]) for row in links} == {
        (row["code"], row["valid_from"]) for row in data.rows("areas/areas.csv")
    }
