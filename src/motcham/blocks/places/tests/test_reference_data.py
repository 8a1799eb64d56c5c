"""What the package carries says where it comes from and agrees with itself."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

from motcham import data
from motcham.blocks.places import api, queries
from motcham.blocks.places.define import Level

FOLDER = Path(str(resources.files(data)))
TRUST = {"found", "computed", "design", "memory_high", "memory", "memory_low"}


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


def test_the_lists_of_each_day_are_whole() -> None:
    def count(on: date, level: Level, province: str = "") -> int:
        return len(api.units(on=on, level=level, within=province))

    city = [count(on, Level.COMMUNE, "79") for on in (date(2021, 2, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 6, 30))]
    assert city == [312, 312, 273, 273]
    assert [count(date(2025, 3, 1), Level.COMMUNE, code) for code in ("79", "74", "77")] == [273, 91, 77]
    assert [count(date(2025, 3, 1), Level.DISTRICT, code) for code in ("79", "74", "77")] == [22, 9, 7]
    assert [count(on, Level.COMMUNE) for on in (date(2025, 7, 1), date(2026, 4, 30))] == [168, 168]
    assert [count(on, Level.PROVINCE) for on in (date(2025, 3, 1), date(2025, 7, 1))] == [63, 34]
    assert count(date(2025, 7, 1), Level.DISTRICT) == 0


def test_no_two_units_have_a_code_on_one_day() -> None:
    for on in (date(2021, 2, 1), date(2025, 1, 1), date(2025, 3, 1), date(2025, 7, 1), date(2026, 4, 30)):
        codes = Counter(unit.code for unit in queries.every_unit().values() if unit.is_valid_on(on))
        assert max(codes.values()) == 1


def test_successions_of_2025_07_01_lead_from_442_units_by_493_links_to_every_area() -> None:
    links = [
        each for each in queries.successions() if each.new.valid_from == date(2025, 7, 1) and each.new.level is Level.COMMUNE
    ]
    assert Counter(each.extent for each in links) == {"full": 395, "partial": 98}
    assert len({each.old.key for each in links}) == 442
    assert {each.new.key for each in links} == {area.key for area in api.areas(on=date(2026, 11, 22))}
    assert {each.basis.partition(" ")[0] for each in links} == {"1685/NQ-UBTVQH15"}


def test_what_ended_before_the_districts_did_says_what_it_became() -> None:
    ended = {unit.key for unit in queries.every_unit().values() if unit.valid_to and unit.level is not Level.DISTRICT}
    assert ended <= set(queries.links(forward=True))


def test_a_part_is_never_all_that_became_of_a_commune() -> None:
    for links in queries.links(forward=True).values():
        assert len(links) == 1 or {each.extent for each in links} == {"partial"}, links[0].old
        assert len(links) > 1 or links[0].extent == "full", links[0].old
