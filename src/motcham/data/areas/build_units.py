"""The administrative units of every date for which there is a list, and which of them became which.

Facts only (code, name, date) are taken from the lists; the table is our own. Part of `build.py`, run by hand.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from motcham.data.areas.spelling import fold, spell

HERE = Path(__file__).parent
CITY = "79"
MERGED = ("74", "77", "79")
LISTS = ("2021-02-01", "2025-01-01", "2025-03-01")
IN_FORCE = "2025-07-01"
LATEST = "2026-04-30"
LAST_DAY_OF_DISTRICTS = "2025-06-30"
KINDS = {
    "commune": {"Phường": "ward", "Xã": "commune", "Thị trấn": "town", "Đặc khu": "special_zone"},
    "district": {"Quận": "urban_district", "Huyện": "rural_district", "Thị xã": "district_town", "Thành phố": "district_city"},
    "province": {"Tỉnh": "province", "Thành phố": "municipality"},
}
ENGLISH = {
    "ward": "Ward",
    "commune": "Commune",
    "town": "Township",
    "special_zone": "Special Zone",
    "urban_district": "District",
    "rural_district": "District",
    "district_town": "Town",
    "district_city": "City",
    "province": "Province",
    "municipality": "City",
}


@dataclass(frozen=True)
class Row:
    """One unit in one span of days; the key is (code, valid_from)."""

    code: str
    valid_from: str
    valid_to: str
    level: str
    name: str
    district: str
    province: str
    listed: str

    @property
    def kind(self) -> str:
        """Return what its own name says it is: the lists' column of types is wrong for some."""
        return next(kind for start, kind in KINDS[self.level].items() if self.name.startswith(start + " "))

    @property
    def name_en(self) -> str:
        """Return the name without marks, the kind after it; a number stands after the kind."""
        start = next(start for start in KINDS[self.level] if self.name.startswith(start + " "))
        bare = fold(self.name[len(start) + 1 :]).title()
        english = ENGLISH[self.kind]
        return f"{english} {bare}" if bare.isdigit() else f"{bare} {english}"


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    """Write a CSV file with Unix line ends, so that a rebuild changes only what changed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


# Of each list, by its date, what each code names.
Named = dict[str, dict[str, tuple[str, ...]]]


def day_before(day: str) -> str:
    """Return the day before."""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def lists(source: Path) -> dict[str, list[dict[str, str]]]:
    """Return the three-level lists by their date, in one form."""
    folder = source / "vn_admin"
    found = {day: read_rows(folder / f"gso_3level_{day}_hcmc.csv") for day in LISTS[:2]}
    found[LISTS[2]] = [
        {
            **row,
            "province_name": row["province_full_name"],
            "district_name": row["district_full_name"],
            "ward_name": row["ward_full_name"],
        }
        for row in read_rows(folder / "gso_3level_2025-03-01_vietnam_MIT_with_english.csv")
    ]
    return found


def resolutions(day: str) -> list[dict[str, str]]:
    """Return what the resolutions in force from a day say of communes."""
    return [row for row in read_rows(HERE / "resolutions.csv") if row["in_force"] == day and row["level"] == "commune"]


def runs(named: Named, fresh: dict[str, set[str]]) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    """Yield (code, valid_from, valid_to, last list, facts) of what each code named: a span ends where the facts change, where the
    code leaves the lists, or where a resolution gave the unit other land (`fresh`, codes by day)."""
    days = sorted(named)
    ends = dict(zip(days, [*(day_before(day) for day in days[1:]), LAST_DAY_OF_DISTRICTS], strict=True))
    for code in sorted({code for found in named.values() for code in found}):
        begun = ""
        for place, day in enumerate(days):
            facts = named[day].get(code)
            if facts is None:
                continue
            begun = begun or day
            after = days[place + 1] if place + 1 < len(days) else ""
            if not after or named[after].get(code) != facts or code in fresh.get(after, set()):
                yield code, begun, ends[day], day, facts
                begun = ""


def old_communes(found: dict[str, list[dict[str, str]]]) -> list[Row]:
    """Return the communes of before 2025-07-01: of the city by three lists, of the two provinces by one."""
    rows = []
    redrawn = {(row["district"], row["new_name"]) for row in resolutions(LISTS[1])}
    for province in MERGED:
        named: Named = {
            day: {
                row["ward_code"]: (spell(row["ward_name"]), row["district_code"])
                for row in found[day]
                if row["province_code"] == province
            }
            for day in LISTS
        }
        named = {day: units for day, units in named.items() if units}
        fresh = {LISTS[1]: {code for code, (name, district) in named.get(LISTS[1], {}).items() if (district, name) in redrawn}}
        rows += [
            Row(code, since, until, "commune", name, district, province, last)
            for code, since, until, last, (name, district) in runs(named, fresh)
        ]
    return rows


def districts(found: dict[str, list[dict[str, str]]], became: list[dict[str, str]]) -> list[Row]:
    """Return the districts; one without communes (Côn Đảo) is only in the table of what became what."""
    rows = []
    for province in MERGED:
        named: Named = {
            day: {row["district_code"]: (spell(row["district_name"]),) for row in found[day] if row["province_code"] == province}
            for day in LISTS
        }
        if province == "77":
            islands = next(row for row in became if len(row["old_ward_code"]) == 3 or row["old_ward"].startswith("Huyện "))
            named[LISTS[2]][islands["old_ward_code"].lstrip("0")] = (spell(islands["old_ward"]),)
        named = {day: units for day, units in named.items() if units}
        rows += [
            Row(code, since, until, "district", name, "", province, last) for code, since, until, last, (name,) in runs(named, {})
        ]
    return rows


def provinces(source: Path, found: dict[str, list[dict[str, str]]]) -> tuple[list[Row], list[list[str]]]:
    """Return the provinces before and after, and which became which: each went whole (202/2025/QH15)."""
    before = {row["province_code"]: spell(row["province_name"]) for row in found[LISTS[2]]}
    after = {
        row["province_code"]: spell(row["province_full_name"])
        for row in read_rows(source / f"vn_admin/gso_2level_{LATEST}_vietnam.csv")
    }
    went: dict[str, Counter[str]] = defaultdict(Counter)
    for row in read_rows(source / "vn_admin/ward_old_to_new_2025-07-01_vietnam.csv"):
        went[row["old_province_code"]][row["new_province_code"]] += 1
    target = {old: counts.most_common(1)[0][0] for old, counts in went.items()}
    joined = Counter(target.values())
    rows, links = [], []
    for code, name in sorted(before.items()):
        since = LISTS[0] if code == CITY else LISTS[2]
        if target[code] == code and joined[code] == 1 and after[code] == name:
            rows.append(Row(code, since, "", "province", name, "", code, LATEST))
            continue
        rows.append(Row(code, since, LAST_DAY_OF_DISTRICTS, "province", name, "", code, LISTS[2]))
        links.append([code, since, target[code], IN_FORCE, "full", "202/2025/QH15", "computed"])
    kept = {row.code for row in rows if not row.valid_to}
    rows += [
        Row(code, IN_FORCE, "", "province", name, "", code, LATEST) for code, name in sorted(after.items()) if code not in kept
    ]
    return rows, links


def communes_in_force(source: Path) -> list[tuple[Row, str]]:
    """Return the 168 with their English names: both official lists must agree on codes and names."""
    now, then = (
        {
            row["ward_code"]: row
            for row in read_rows(source / f"vn_admin/gso_2level_{day}_vietnam.csv")
            if row["province_code"] == CITY
        }
        for day in (LATEST, IN_FORCE)
    )
    assert set(now) == set(then), "the two lists name different units"
    rows = []
    for code, row in sorted(now.items()):
        name = spell(row["ward_full_name"])
        assert name == spell(then[code]["ward_full_name"]), f"{code} changed its name between the two lists"
        rows.append((Row(code, IN_FORCE, "", "commune", name, "", CITY, LATEST), row["ward_full_name_en"]))
    return rows


def clauses(source: Path) -> dict[str, str]:
    """Return the clause of 1685/NQ-UBTVQH15 by the name of the unit that it makes; five units stay as they were (clause 164)."""
    text = spell((source / "vn_admin/1685_NQ-UBTVQH15.md").read_text(encoding="utf-8").replace("*", ""))
    text = text[: text.index("Điều 2. Hiệu lực")]
    found = {}
    numbered = re.split(r" (\d+)\\\. ", text)[1:]
    for number, words in zip(numbered[::2], numbered[1::2], strict=True):
        if "tên gọi" not in words:
            continue
        name = spell(words.rpartition("tên gọi")[2].strip(" .").removeprefix("là "))
        found[name[:1].upper() + name[1:]] = f"Điều 1 khoản {number}"
    assert len(found) == 163, f"{len(found)} clauses make a unit"
    return found


def successions(rows: list[Row], became: list[dict[str, str]], source: Path) -> list[list[str]]:
    """Return which commune became which, with the law that says so."""
    by_name = {(row.district, row.name, row.valid_from): row for row in rows if row.level == "commune"}
    links = []
    for law in resolutions(LISTS[1]):
        old = by_name[law["district"], law["old_name"], LISTS[0]]
        new = by_name[law["district"], law["new_name"], LISTS[1]]
        basis = f"{law['law']} {law['clause']}"
        links.append([old.code, old.valid_from, new.code, new.valid_from, law["extent"], basis, law["trust"]])
    ended = {(row.district, row.name): row for row in rows if row.level == "commune" and row.valid_to == day_before(LISTS[2])}
    for (district, name, since), new in by_name.items():
        if since == LISTS[2] and (old_one := ended.get((district, name))):
            links.append([old_one.code, old_one.valid_from, new.code, since, "full", "none", "computed"])
    last = {row.code: row for row in rows if row.valid_to == LAST_DAY_OF_DISTRICTS and row.level != "province"}
    says = clauses(source)
    for row in became:
        old = last[row["old_ward_code"].lstrip("0") if len(row["old_ward_code"]) < 5 else row["old_ward_code"]]
        assert old.name == spell(row["old_ward"]), row
        basis = f"1685/NQ-UBTVQH15 {says.get(spell(row['new_ward']), 'Điều 1 khoản 164')}"
        links.append([old.code, old.valid_from, row["new_ward_code"], IN_FORCE, row["kind(full|partial)"], basis, "computed"])
    return links


def build(source: Path, places: dict[str, list[str]]) -> None:
    """Write `areas.csv` and `successions.csv`; `places` are the inner point and the box of each unit that has a polygon."""
    found = lists(source)
    became = read_rows(source / "vn_admin/ward_old_to_new_2025-07-01_hcmc.csv")
    now = communes_in_force(source)
    assert {row.code for row, _english in now} == set(places), "the lists and the polygons name different areas"
    old = [*old_communes(found), *districts(found, became)]
    top, top_links = provinces(source, found)
    english = {(row.code, row.valid_from): name for row, name in now}
    rows = [*(row for row, _english in now), *old, *top]
    order = {"province": 0, "district": 1, "commune": 2}
    lines = [
        [
            row.code,
            row.valid_from,
            row.valid_to,
            row.level,
            row.kind,
            row.name,
            english.get((row.code, row.valid_from), row.name_en),
            row.district,
            row.province,
            row.listed,
            *(places[row.code] if (row.code, row.valid_from) in english else [""] * 6),
        ]
        for row in sorted(rows, key=lambda row: (order[row.level], row.code, row.valid_from))
    ]
    header = "code,valid_from,valid_to,level,kind,name,name_en,district,province,listed_on,lon,lat,west,south,east,north"
    write_rows(HERE / "areas.csv", header, lines)
    links = sorted([*successions(rows, became, source), *top_links], key=lambda link: (link[3], link[0], link[1], link[2]))
    write_rows(HERE / "successions.csv", "old_code,old_from,code,valid_from,extent,basis,trust", links)
