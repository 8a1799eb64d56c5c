"""`cases-open`: opening cases through the API, durable, each with its event, its entry of the log and its score event.

Reference: a bare Django view doing one INSERT on the same server and database, in turn.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request

import psycopg

from bench import measure
from bench.measure import Load, NotMeasured, Stand, conclude, cpu_seconds, in_turn, say, stand, wrk
from motcham.project.commands.web import THREADS

LIMIT = {"per_second": 500, "p95_ms": 150, "cpu_ms": 3.0, "cpu_ratio": 3.0}
BODY = {
    "channel": "app",
    "answers": {
        "category": "infrastructure.street_light",
        "place": {"lon": 106.7009, "lat": 10.7769, "address": "25 Lê Lợi"},
        "description": "Đèn đường tắt ba đêm nay ở đầu hẻm, trời tối rất khó đi.",
        "name": "Nguyễn Thị Thử",
        "phone": "0901234567",
    },
}
# Each request has a key of its own, as a client that may have to send again does.
SCRIPT = """
local body, token, seed = [==[%(body)s]==], "%(token)s", "%(seed)s"
local number = 0
request = function()
  number = number + 1
  return wrk.format("POST", "/api/v1/cases/feedback_1022.report", {["Content-Type"] = "application/json",
    ["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = seed .. number}, body)
end
"""
BARE = """
local body = [==[%(body)s]==]
request = function() return wrk.format("POST", "/insert", {["Content-Type"] = "application/json"}, body) end
"""


def run() -> bool:
    """Measure, and tell whether the limits hold."""
    with stand() as made:
        token = token_of(made, "intake_application", "desk.1022")
        address = made.web()
        bare = start_bare(made)
        if made.cluster:
            made.start("sequencer")
        made.start("worker")
        body = json.dumps(BODY, ensure_ascii=False)
        rounds = iter(range(10_000))

        def ours() -> Load:
            script = SCRIPT % {"body": body, "token": token, "seed": f"round-{next(rounds)}-"}
            everything = made.database_pid() or 0
            background = cpu_seconds(everything) if everything else 0.0
            load = wrk(address, roots=lambda: [made.running["web"].pid, *made.backends("web")], script=script)
            own = [made.running["web"].pid, *made.backends("web")]
            say(
                f"    of which the web server {cpu_seconds(own[0]):.1f} s in all, its backends {sum(map(cpu_seconds, own[1:])):.1f} s in all, "
                f"the whole database {cpu_seconds(everything) - background:.1f} s in this round"
            )
            return load

        def reference() -> Load:
            return wrk(bare, roots=lambda: [made.running["bare"].pid, *made.backends("bare")], script=BARE % {"body": body})

        try_once(f"{address}/api/v1/cases/feedback_1022.report", token)
        ours()  # warm
        before = counted(made)
        loads = in_turn(measure.ROUNDS, bare=reference, ours=ours)
        after = counted(made)
        say(f"  written: {after[0] - before[0]} cases, {after[1] - before[1]} events, {after[2] - before[2]} entries")
        mine, theirs = loads["ours"], loads["bare"]
        ratio = mine.cpu / theirs.cpu if theirs.cpu else None
        holds = (
            mine.per_second >= LIMIT["per_second"]
            and mine.p95 <= LIMIT["p95_ms"]
            and mine.cpu <= LIMIT["cpu_ms"]
            and ratio is not None
            and ratio <= LIMIT["cpu_ratio"]
            and mine.errors == 0
            and len({after[place] - before[place] for place in range(3)}) == 1
        )
        return conclude(
            "cases-open",
            per_second=mine.per_second,
            p50_ms=mine.p50,
            p95_ms=mine.p95,
            p99_ms=mine.p99,
            cpu_ms=mine.cpu,
            errors=mine.errors,
            reference=f"a bare Django view doing one INSERT with the ORM: {theirs.per_second:.0f}/s, {theirs.cpu:.2f} CPU ms",
            ratio=ratio,
            limit=LIMIT,
            holds=holds,
        )


def try_once(address: str, token: str) -> None:
    """Open one case, and say what was wrong if it cannot be."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, json.dumps(BODY).encode(), headers)) as answer:
            say(f"  {answer.status} {answer.read().decode()}")
    except urllib.error.HTTPError as problem:
        raise NotMeasured(f"{problem.code} {problem.read().decode()}") from problem


def token_of(made: Stand, role: str, agency: str) -> str:
    """Return an API token of a new post."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.token", role, agency], env=made.env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NotMeasured(done.stderr[-2000:])
    return done.stdout.strip()


def start_bare(made: Stand) -> str:
    """Start the reference with the settings of our web server, and return its address."""
    with psycopg.connect(made.url) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, "
            "body jsonb NOT NULL)"
        )
    port = measure.free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    made.start(
        "bare", [*command, "--blocking-threads", str(THREADS), "--no-ws", "--log-level", "warning", "bench.bare:application"]
    )
    measure.wait_for_port(port)
    return f"http://127.0.0.1:{port}"


def counted(made: Stand) -> tuple[int, int, int]:
    """Return how many cases, opening events and entries of openings there are."""
    with psycopg.connect(made.url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM cases_event WHERE kind = 'opened'), "
            "(SELECT count(*) FROM ledger_pending WHERE kind = 'case.opened') + (SELECT count(*) FROM ledger_entry WHERE kind = 'case.opened')"
        ).fetchone()
    assert row is not None
    return row
