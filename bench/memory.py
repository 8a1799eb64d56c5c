"""`memory`: what an installation at rest and the demo hold, each page divided among the processes that share it (PSS).

Reference: the database alone.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.measure import Stand, conclude, free_port, pss_megabytes, say, stand, tree, wait_for

LIMIT = {"rest_mb": 600, "demo_mb": 1500}
SETTLED = 20
DEMO_WATCHED = 60


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as made:
        address = made.web()
        made.start("worker")
        made.start("sequencer")
        for _ in range(200):
            wait_for(f"{address}/")
            wait_for(f"{address}/board/")
        time.sleep(SETTLED)
        parts = {name: pss_megabytes(tree(process.pid)) for name, process in made.running.items()}
        parts["database"] = pss_megabytes(made.database_pids())
        for name, size in parts.items():
            say(f"  {name:<12} {size:>7.1f} MB")
        rest = sum(parts.values())
    demo = _demo()
    say(f"  at rest {rest:.0f} MB, demo {demo:.0f} MB")
    return conclude(
        "memory",
        rest_mb=rest,
        **{f"{name}_mb": size for name, size in parts.items()},
        demo_mb=demo,
        reference=f"the database alone: {parts['database']:.0f} MB",
        ratio=rest / parts["database"] if parts["database"] else None,
        limit=LIMIT,
        holds=rest <= LIMIT["rest_mb"] and demo <= LIMIT["demo_mb"],
    )


def _demo() -> float:
    """Return the most that the demo held in its first minute, with everything it runs."""
    with stand(mode="demo", prepare=False) as made:
        if made.cluster:
            # `motcham up` starts a database of its own.
            made.cluster.stop(made.database)
            made.database = None
            made.env.pop("DATABASE_URL")
        port = free_port()
        up = made.start("up", PORT=str(port))
        wait_for(f"http://127.0.0.1:{port}/health/", within=600)
        most, ends = 0.0, time.monotonic() + DEMO_WATCHED
        while time.monotonic() < ends:
            wait_for(f"http://127.0.0.1:{port}/board/")
            most = max(most, pss_megabytes({*tree(up.pid), *made.database_pids()}))
            time.sleep(2)
        _stop(made, up.pid)
        return most


def _stop(made: Stand, pid: int) -> None:
    """Stop the demo, and see that nothing of it is left."""
    os.kill(pid, 15)
    deadline = time.monotonic() + 15
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline and made.running["up"].poll() is None:
        time.sleep(0.1)
    left = made.database_pids()
    if left:
        say(f"  left running: {left}")
