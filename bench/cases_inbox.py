"""`cases-inbox`: the pages of the inbox, at 100 thousand and at 1 million cases, for every list, depth and set of permissions.

What is timed is the server's time of `queries.inbox` with its statement, as the page and the API call it. Reference: itself
at a tenth of the cases.
"""

from __future__ import annotations

import json
import subprocess
import sys

from bench.fill import fill
from bench.measure import NotMeasured, Stand, conclude, percentile, say, stand

LIMIT = {"p95_ms": 30, "growth": 1.3}
SMALL, LARGE = 100_000, 1_000_000


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    found = {}
    for number in (SMALL, LARGE):
        with stand() as made:
            say(f"  {number:,} cases in {fill(made.url, number, events=False):.0f} s")
            found[number] = pages(made)
    worst = max(found[LARGE].items(), key=lambda item: percentile(item[1], 0.95))
    every = [value for values in found[LARGE].values() for value in values]
    # Growth is that of the mean over all kinds of page: single pages of a millisecond differ by chance alone.
    growth = _mean(found[LARGE]) / _mean(found[SMALL])
    p95 = percentile(worst[1], 0.95)
    return conclude(
        "cases-inbox",
        cases=LARGE,
        p50_ms=percentile(every, 0.5),
        p95_ms=percentile(every, 0.95),
        worst=worst[0],
        worst_p95_ms=p95,
        reference=f"the same at {SMALL} cases",
        ratio=growth,
        limit=LIMIT,
        holds=p95 <= LIMIT["p95_ms"] and growth <= LIMIT["growth"],
    )


def _mean(found: dict[str, list[float]]) -> float:
    return sum(sorted(values)[len(values) // 2] for values in found.values()) / len(found)


def pages(made: Stand) -> dict[str, list[float]]:
    """Return the milliseconds of each kind of page."""
    done = subprocess.run([sys.executable, "-m", "bench.cases_inbox"], env=made.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    found: dict[str, list[float]] = json.loads(done.stdout)
    for name, values in found.items():
        say(f"    {name:<42} p50 {percentile(values, 0.5):>7.2f}  p95 {percentile(values, 0.95):>7.2f} ms")
    return found


def main() -> None:
    """Time every kind of page in this process, and print the times."""
    import time

    import django

    django.setup()
    from django.utils import timezone

    from motcham.blocks.cases import queries
    from motcham.blocks.identity import api as identity
    from motcham.blocks.identity.define import Actor, Grant, Permission

    agencies = sorted(identity.agencies(), key=lambda each: each.code)
    ward = next(each for each in agencies if each.code == "ward.26740")
    large = next(each for each in agencies if each.kind == "department")

    def holding(*ids: int | None) -> Actor:
        return Actor(Actor.ACCOUNT, grants=frozenset(Grant(Permission.CASE_READ, each) for each in ids))

    actors = {
        "a ward": holding(ward.id),
        "a department": holding(large.id),
        "40 agencies": holding(*(each.id for each in agencies[:40])),
        "all 201 agencies, one by one": holding(*(each.id for each in agencies)),
        "the city": holding(None),
    }
    found: dict[str, list[float]] = {}
    for who, actor in actors.items():
        for queue in queries.Queue:
            for depth in (0, 1, 10):
                name = f"{queue.value}, {who}, page {depth + 1}"
                after = None
                for _ in range(depth):
                    after = queries.inbox(actor=actor, queue=queue, after=after, now=timezone.now()).after or after
                times = found.setdefault(name, [])
                for _ in range(20):
                    started = time.perf_counter()
                    queries.inbox(actor=actor, queue=queue, after=after, now=timezone.now())
                    times.append((time.perf_counter() - started) * 1000)
        times = found.setdefault(f"counts beside the lists, {who}", [])
        for _ in range(20):
            started = time.perf_counter()
            queries.inbox_counts(actor=actor, now=timezone.now())
            times.append((time.perf_counter() - started) * 1000)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
