"""`near-reports`: the released reports of a kind around a point, at 100 thousand and at 1 million cases, in a crowded city.

Asked are points where something was reported, so that crowded places are asked as often as they are crowded, and the most
crowded cell of all. Reference: the same points at a tenth of the cases, where a tenth as many lie around each.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from typing import Any

import psycopg

from bench.fill import fill
from bench.measure import NotMeasured, Stand, conclude, percentile, say, stand

LIMIT = {"p95_ms": 20, "growth": 10}
SMALL, LARGE = 100_000, 1_000_000
POINTS, ROUNDS = 400, 3
# Places where something is going on: what was closed long ago is offered to nobody.
GOING_ON = "cell IS NOT NULL AND coalesce(closed_at, 'infinity') > now() - interval '30 days'"
POINT = f"""
SELECT lon, lat, category FROM cases_case WHERE {GOING_ON} AND ('x' || substr(md5(id::text), 1, 8))::bit(32)::int %% %s = 0 LIMIT %s
"""
CROWDED = f"""
SELECT avg(lon), avg(lat), category FROM cases_case WHERE {GOING_ON} GROUP BY cell, category ORDER BY count(*) DESC LIMIT 20
"""


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as few, stand() as many:
        for made, number in ((few, SMALL), (many, LARGE)):
            say(f"  {number:,} cases in {fill(made.url, number, events=False):.0f} s")
        points = points_of(many)
        small, large = in_turn(points, few, many)
    p95 = percentile(large["times"], 0.95)
    growth = percentile(large["times"], 0.5) / percentile(small["times"], 0.5)
    for name, each in (("small", small), ("large", large)):
        say(
            f"    {name}: p50 {percentile(each['times'], 0.5):.2f}, p95 {percentile(each['times'], 0.95):.2f}, "
            f"at most {max(each['times']):.2f} ms; {each['found'] / len(each['times']):.1f} found on average"
        )
    return conclude(
        "near-reports",
        cases=LARGE,
        p50_ms=percentile(large["times"], 0.5),
        p95_ms=p95,
        crowded_p95_ms=percentile(large["crowded"], 0.95),
        found=large["found"] / len(large["times"]),
        reference=f"the same points at {SMALL} cases, in turn: p50 {percentile(small['times'], 0.5):.2f} ms",
        ratio=growth,
        limit=LIMIT,
        holds=p95 <= LIMIT["p95_ms"] and growth <= LIMIT["growth"],
    )


def points_of(made: Stand) -> list[tuple[float, float, str]]:
    """Return where to ask: points of reports, then the most crowded cells."""
    with psycopg.connect(made.url) as connection:
        points = connection.execute(POINT, (LARGE // POINTS // 25, POINTS)).fetchall()
        crowded = connection.execute(CROWDED).fetchall()
    return [(row[0], row[1], row[2]) for row in (*points, *crowded)]


def in_turn(points: list[tuple[float, float, str]], *stands: Stand) -> list[dict[str, Any]]:
    """Return for each installation the milliseconds of each answer and how many were found, measured in turn."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.near_reports"], env=made.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for made in stands
    ]
    found: list[dict[str, Any]] = [{"times": [], "crowded": [], "found": 0} for _ in stands]
    try:
        for number in range(ROUNDS + 1):
            for process, each in zip(processes, found, strict=True):
                answer = _ask(process, points)
                # The first round warms: plans, pages, what Python has not met yet.
                if number:
                    each["times"] += answer["times"]
                    each["crowded"] += answer["times"][-20:]
                    each["found"] += answer["found"]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return found


def _ask(process: subprocess.Popen[str], points: list[tuple[float, float, str]]) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(points) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise NotMeasured("the process that asks what is near has ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


def main() -> None:
    """For each line of points, ask what is near each, and print the times."""
    import django

    django.setup()
    from motcham.blocks.cases import api as cases

    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        times, found = [], 0
        for lon, lat, category in json.loads(line):
            started = time.perf_counter()
            near = cases.near(lon=lon, lat=lat, type_key="feedback_1022.report", category=category, radius_m=100)
            times.append((time.perf_counter() - started) * 1000)
            found += len(near)
        print(json.dumps({"times": times, "found": found}), flush=True)


if __name__ == "__main__":
    main()
