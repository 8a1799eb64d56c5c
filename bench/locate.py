"""`locate`: which area points lie in, many at once: as the block's verb, and as the command line with a table of them.

The points are spread over the city's box, a third of them inside; written with five decimals, as phones and spreadsheets
do, so that some lie on corners. Reference: one by one, as a web process asks.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from bench.measure import ROUNDS, NotMeasured, conclude, say

LIMIT = {"points_per_second": 50_000}
POINTS = int(os.environ.get("BENCH_POINTS", "1000000"))
ALONE = 5_000
ON = date(2026, 1, 1)
BOX = (106.31, 10.31, 107.59, 11.51)


def run() -> bool:
    """Measure, and tell whether the limit holds."""
    from motcham.blocks.places import api as places

    chance = random.Random(22)
    lons = [round(chance.uniform(BOX[0], BOX[2]), 5) for _ in range(POINTS)]
    lats = [round(chance.uniform(BOX[1], BOX[3]), 5) for _ in range(POINTS)]
    places.locate_many(lons=lons[:1000], lats=lats[:1000], on=ON)
    bulk, alone, table = [], [], []
    for _ in range(ROUNDS):
        bulk.append(POINTS / _seconds(lambda: places.locate_many(lons=lons, lats=lats, on=ON)))
        alone.append(ALONE / _seconds(lambda: [places.locate(lon=lons[at], lat=lats[at], on=ON) for at in range(ALONE)]))
        rate, peak = _table(lons, lats)
        table.append(rate)
        say(f"  {bulk[-1]:>12,.0f} points/s in bulk {alone[-1]:>10,.0f} one by one {rate:>10,.0f} through the command line")
    middle = sorted(bulk)[len(bulk) // 2]
    through = sorted(table)[len(table) // 2]
    return conclude(
        "locate",
        points=POINTS,
        points_per_second=middle,
        cli_points_per_second=through,
        cli_peak_mb=peak,
        one_by_one_per_second=sorted(alone)[len(alone) // 2],
        reference="the same points one by one",
        ratio=middle / sorted(alone)[len(alone) // 2],
        limit=LIMIT,
        holds=min(middle, through) >= LIMIT["points_per_second"],
    )


def _seconds(act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - began


def _table(lons: list[float], lats: list[float]) -> tuple[float, float]:
    """Return the rows a second and the peak of memory of `motcham places locate --csv`, its start included."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
        rows = (f"{at},{lon},{lat},ghi chú {at}\n" for at, (lon, lat) in enumerate(zip(lons, lats, strict=True)))
        with source.open("w") as file:
            file.write("id,lon,lat,note_of_theirs\n")
            file.writelines(rows)
        argv = [sys.executable, "-m", "motcham.project.cli", "places", "locate", "--csv", str(source), "--out", str(target)]
        began = time.perf_counter()
        process = subprocess.Popen(argv, stderr=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _most_memory(process.pid))
            time.sleep(0.05)
        took = time.perf_counter() - began
        if process.returncode:
            raise NotMeasured(f"motcham places locate ended with {process.returncode}")
        with target.open() as file:
            assert sum(1 for _ in file) == len(lons) + 1
    return len(lons) / took, peak


def _most_memory(pid: int) -> float:
    """Return the most megabytes a process held so far; 0 where it has ended."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0
