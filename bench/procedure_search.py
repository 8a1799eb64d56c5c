"""`procedure-search`: the questions of everyday life over the carried procedures, and over ten times as many.

Asked are all questions of `data/procedure_search/queries.csv`, as they are typed and without marks. Reference, run in turn:
PostgreSQL's full text search over the same titles without marks (`simple`, a GIN index, the words joined by OR, the best ten).
"""

from __future__ import annotations

import csv
import dataclasses
import gc
import io
import os
import time
from collections.abc import Callable, Sequence

import psycopg

from bench.measure import Stand, conclude, percentile, pss_megabytes, say, stand

LIMIT = {"p95_ms": 5, "first_hit": 0.85}
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
TIMES = 10


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    from motcham.apps.public_services import search as searching
    from motcham.data.areas.spelling import fold

    asked = _questions()
    texts = [text for query, _codes, _set in asked for text in (query, fold(query))]
    before, began = pss_megabytes([os.getpid()]), time.perf_counter()
    index = searching.Index(searching.carried(), searching.everyday_words())
    built, grown = time.perf_counter() - began, pss_megabytes([os.getpid()]) - before
    right = {kind: _right(index.search, [row for row in asked if row[2] == kind]) for kind in ("dev", "held", "first", "second")}
    entries = searching.carried()
    many = searching.Index(
        [dataclasses.replace(each, code=f"{number}{each.code}") for number in range(TIMES) for each in entries],
        searching.everyday_words(),
    )
    gc.freeze()
    spent = percentile(_times(index.search, texts, time.thread_time), 0.95)
    ours: list[float] = []
    larger: list[float] = []
    theirs: list[float] = []
    with stand(prepare=False) as made, psycopg.connect(_filled(made, entries), autocommit=True) as connection:
        plain = _right(lambda text: _full_text(connection, text), asked)
        for _ in range(ROUNDS):
            ours += _times(index.search, texts)
            theirs += _times(lambda text: _full_text(connection, text), texts)
            larger += _times(many.search, texts)
    for name, times in (("in memory", ours), (f"at {TIMES} times as many", larger), ("PostgreSQL full text", theirs)):
        say(f"  {name:<24} p50 {percentile(times, 0.5):>7.2f}  p95 {percentile(times, 0.95):>7.2f}  worst {max(times):>7.2f} ms")
    say(f"  first hit right: {right}, full text {plain:.3f}")
    p95 = percentile(ours, 0.95)
    first = sum(right[kind] * sum(row[2] == kind for row in asked) for kind in right) / len(asked)
    return conclude(
        "procedure-search",
        questions=len(asked),
        p50_ms=percentile(ours, 0.5),
        p95_ms=p95,
        worst_ms=max(ours),
        cpu_p95_ms=spent,
        p95_ms_at_ten_times=percentile(larger, 0.95),
        growth=percentile(larger, 0.95) / p95,
        build_s=built,
        grown_mb=grown,
        first_hit=first,
        first_hit_held=right["held"],
        first_hit_second=right["second"],
        first_hit_full_text=plain,
        reference="PostgreSQL full text over titles without marks",
        ratio=percentile(ours, 0.5) / percentile(theirs, 0.5),
        limit=LIMIT,
        holds=p95 <= LIMIT["p95_ms"] and min(first, right["held"], right["second"]) >= LIMIT["first_hit"],
    )


def _questions() -> list[tuple[str, list[str], str]]:
    from motcham import data

    rows = csv.DictReader(io.StringIO(data.text("procedure_search/queries.csv")))
    return [(row["query"], row["codes"].split(), row["set"]) for row in rows]


def _right(search: Callable[..., Sequence[object]], asked: Sequence[tuple[str, list[str], str]]) -> float:
    found = ((search(query), codes) for query, codes, _set in asked)
    return sum(bool(hits) and hits[0].code in codes for hits, codes in found) / len(asked)  # type: ignore[attr-defined]


def _times(search: Callable[[str], object], texts: Sequence[str], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    times = []
    for text in texts:
        began = clock()
        search(text)
        times.append((clock() - began) * 1000)
    return times


def _filled(made: Stand, entries: Sequence[object]) -> str:
    """Put the titles where the reference finds them, and return the address of the database."""
    from motcham.data.areas.spelling import fold

    with psycopg.connect(made.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE title (code text, title text, words tsvector)")
        with connection.cursor().copy("COPY title (code, title) FROM STDIN") as copy:
            for entry in entries:
                copy.write_row((entry.code, fold(entry.title)))  # type: ignore[attr-defined]
        connection.execute("UPDATE title SET words = to_tsvector('simple', title)")
        connection.execute("CREATE INDEX ON title USING gin (words)")
        connection.execute("VACUUM ANALYZE title")
    return made.url


@dataclasses.dataclass(frozen=True)
class _Row:
    code: str


def _full_text(connection: psycopg.Connection, text: str) -> list[_Row]:
    from motcham.apps.public_services.wording import words
    from motcham.data.areas.spelling import fold

    query = " | ".join(sorted({fold(word) for word in words(text)}))
    rows = connection.execute(
        "SELECT code FROM title, to_tsquery('simple', %s) asked WHERE words @@ asked ORDER BY ts_rank_cd(words, asked, 1) DESC LIMIT 10",
        [query],
    )
    return [_Row(code) for (code,) in rows.fetchall()]
