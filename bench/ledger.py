"""`ledger`: entries appended durably by many writers and folded into the signed tree; proofs; and both again at a million.

Reference: a plain INSERT of the same bytes into a table without any index, by the same writers, in turn.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from bench import measure
from bench.measure import NotMeasured, Stand, conclude, percentile, say, stand

LIMIT = {"folded_per_second": 1500, "proof_p95_ms": 5.0, "append_growth": 1.3}
PROCESSES, THREADS = 2, 12
SMALL, LARGE = 10_000, int(os.environ.get("BENCH_ENTRIES", "1000000"))
DATA = '{"type":"feedback_1022.report","due_at":"2026-11-25T10:00:00Z","agency":"ward.26734","fields":"9f86d081884c7d659a2feaa0c55ad015"}'
APPEND = ("SELECT ledger_append(%s, %s, %s::jsonb, NULL)", ("case.opened", "case:0192f7a2-7f1e-7c3a-9d55-0a61c2f3b411", DATA))
PLAIN = (
    "INSERT INTO bench_plain VALUES (%s, %s, now(), %s, %s, %s)",
    ("case.opened", APPEND[1][1], b"s" * 16, (DATA * 2)[:230].encode(), b"c" * 32),
)
TABLE = "CREATE TABLE bench_plain (kind text, subject text, recorded_at timestamptz, salt bytea, payload bytea, commitment bytea)"


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand(prepare=False) as made:
        made.run("migrate")
        with connect(made) as own:
            own.execute(TABLE)
        made.start("sequencer")
        fill(made, SMALL)
        small = rounds(made, f"at {signed(made):,} entries")
        folding = fill(made, LARGE)
        large = rounds(made, f"at {signed(made):,} entries")
        proofs = prove(made, 2_000)
    growth = small["append"] / large["append"]
    p95 = percentile(proofs, 0.95)
    folded = min(small["folded"], large["folded"])
    holds = folded >= LIMIT["folded_per_second"] and p95 <= LIMIT["proof_p95_ms"] and growth <= LIMIT["append_growth"]
    return conclude(
        "ledger",
        reference="plain INSERT of the same bytes into an unindexed table, same writers",
        ratio=large["append"] / large["plain"],
        limit=LIMIT,
        holds=holds,
        append_per_second=large["append"],
        append_p50_ms=large["p50"],
        append_p99_ms=large["p99"],
        folded_per_second=folded,
        reference_per_second=large["plain"],
        bulk_folded_per_second=folding,
        append_growth=growth,
        proof_p50_ms=percentile(proofs, 0.5),
        proof_p95_ms=p95,
        entries=LARGE,
    )


def rounds(made: Stand, title: str) -> dict[str, float]:
    """Append and insert in turn; return the medians."""
    found: dict[str, list[float]] = {"append": [], "plain": [], "folded": [], "p50": [], "p99": []}
    say(f"  {title}")
    for _ in range(measure.ROUNDS):
        before, began = signed(made), time.monotonic()
        rate, times = load(made, APPEND)
        written = len(times)
        wait(lambda goal=before + written: signed(made) >= goal)
        folded = written / (time.monotonic() - began)
        plain, _ = load(made, PLAIN)
        p50, p99 = percentile(times, 0.5) * 1000, percentile(times, 0.99) * 1000
        for name, value in {"append": rate, "plain": plain, "folded": folded, "p50": p50, "p99": p99}.items():
            found[name].append(value)
        say(
            f"    append {rate:>7,.0f}/s  p50 {p50:5.1f}  p99 {p99:6.1f} ms   folded and signed {folded:>7,.0f}/s   plain INSERT {plain:>7,.0f}/s"
        )
    return {name: percentile(values, 0.5) for name, values in found.items()}


def load(made: Stand, statement: tuple[str, Any]) -> tuple[float, list[float]]:
    """Run one statement in transactions of its own from many connections; return the rate and the times."""
    context = multiprocessing.get_context("fork")
    queue: Any = context.Queue()
    began = time.monotonic()
    writers = [context.Process(target=_writer, args=(made.url, statement, queue)) for _ in range(PROCESSES)]
    for writer in writers:
        writer.start()
    times = [each for _ in writers for each in queue.get()]
    took = time.monotonic() - began
    for writer in writers:
        writer.join()
    return len(times) / took, times


def _writer(url: str, statement: tuple[str, Any], queue: Any) -> None:
    end = time.monotonic() + measure.SECONDS
    times: list[float] = []

    def write() -> None:
        with psycopg.connect(url, autocommit=True, prepare_threshold=None) as own:
            while (began := time.monotonic()) < end:
                own.execute(*statement)
                times.append(time.monotonic() - began)

    threads = [threading.Thread(target=write) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put(times)


def fill(made: Stand, size: int) -> float:
    """Append until the log has so many entries; return how many a second were placed and signed."""
    began, before = time.monotonic(), signed(made)
    with connect(made) as own:
        for start in range(before, size, 10_000):
            own.execute(
                "SELECT count(ledger_append('case.moved', 'case:' || n, %s::jsonb, NULL)) FROM generate_series(%s::int, %s::int) AS n",
                (DATA, start, min(start + 10_000, size) - 1),
            )
    wait(lambda: signed(made) >= size)
    rate = (size - before) / (time.monotonic() - began)
    say(f"  filled to {size:,} at {rate:,.0f}/s, appended and folded beside one another")
    return rate


def prove(made: Stand, number: int) -> list[float]:
    """Make and check proofs of random entries; return the milliseconds each took to make."""
    os.environ.update(made.env)
    import django

    django.setup()
    from django.db import connection

    from motcham.blocks.ledger import api, rules
    from motcham.blocks.ledger.notes import Checkpoint, Note

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(entry_id), max(entry_id) FROM ledger_entry")
        low, high = cursor.fetchone()
    times = []
    while len(times) < number:
        entry_id = random.randint(low, high)
        began = time.perf_counter()
        if not api.status([entry_id]):
            continue  # ids have gaps
        began = time.perf_counter()
        proof = api.proof(entry_id)
        times.append((time.perf_counter() - began) * 1000)
        checkpoint = Checkpoint.parse(Note.parse(proof.checkpoint).text)
        leaf = rules.leaf_hash(proof.commitment)
        if not rules.verify_inclusion(
            leaf=leaf, index=proof.position, size=checkpoint.size, path=proof.path, root=checkpoint.root
        ):
            raise NotMeasured(f"the proof of entry {entry_id} is false")
    connection.close()
    say(
        f"  {number:,} proofs at {checkpoint.size:,} entries: p50 {percentile(times, 0.5):.2f}  p95 {percentile(times, 0.95):.2f} ms"
    )
    return times


def connect(made: Stand) -> psycopg.Connection[Any]:
    """Open a connection."""
    return psycopg.connect(made.url, autocommit=True)


def signed(made: Stand) -> int:
    """Return how many entries a signed checkpoint covers."""
    with connect(made) as own:
        row = own.execute("SELECT coalesce(max(checkpoint_size), 0) FROM ledger_log").fetchone()
    return int(row[0]) if row else 0


def wait(true: Callable[[], bool], *, within: float = 300) -> None:
    """Wait until something holds."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise NotMeasured("the sequencer does not keep up")
        time.sleep(0.02)
