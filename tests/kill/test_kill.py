"""Processes are killed under load: nothing acknowledged is lost, nothing stands half-written, all comes back by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytestmark = pytest.mark.kill

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("MOTCHAM_KILLS", "10"))
SEED = int(os.environ.get("MOTCHAM_KILL_SEED", "") or int.from_bytes(os.urandom(3)))
RECOMPUTE = """
from motcham.blocks.indicators import api
print(api.recompute().changed)
"""
# Events and entries name each other one to one; each case was opened once, and each case that is closed has its closing act.
ODD = {
    "events without their entry": """
        SELECT count(*) FROM cases_event e LEFT JOIN ledger_entry l ON l.entry_id = e.entry_id
        AND l.kind = 'case.' || e.kind AND l.subject = 'case:' || e.case_id WHERE l.entry_id IS NULL""",
    "entries without their event": """
        SELECT count(*) FROM ledger_entry l LEFT JOIN cases_event e ON l.entry_id = e.entry_id
        WHERE l.subject LIKE 'case:%' AND e.id IS NULL""",
    "entries with two events or two places": """
        SELECT (SELECT count(*) - count(DISTINCT entry_id) FROM cases_event)
        + (SELECT count(*) - count(DISTINCT entry_id) FROM ledger_entry)""",
    "gaps between places": "SELECT count(*) - max(position) - 1 FROM ledger_entry",
    "cases not opened once": """
        SELECT count(*) FROM cases_case c
        WHERE (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'opened') <> 1""",
    "events of no case": "SELECT count(*) FROM cases_event e WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = e.case_id)",
    "answers not given once": """
        SELECT count(*) FROM cases_case c WHERE (c.step = 'answered')::int
        <> (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'step' AND e.step = 'answered')""",
    "keys without their case": """
        SELECT count(*) FROM cases_idempotencykey k WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = k.case_id)""",
}


def holds_together(city, codes: dict[str, str], answered: set[str]) -> None:
    """Find everything that was acknowledged, exactly once, with its entries, counted and signed."""
    city.settles()
    kept = [code for (code,) in city.ask("SELECT code FROM cases_case")]
    assert sorted(kept) == sorted(code.replace("-", "") for code in codes.values()), (
        "each acknowledged key has one case, no other is there"
    )
    assert {name: city.ask(query) for name, query in ODD.items() if city.ask(query) != [(0,)]} == {}
    assert answered <= {str(id) for (id,) in city.ask("SELECT id FROM cases_case WHERE step = 'answered'")}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda code: city.call(f"/api/v1/cases/{code}"), codes.values()))
    assert [body["code"] if status == 200 else status for status, body in found] == list(codes.values())
    assert city.ask("SELECT received FROM indicators_tally WHERE scope = 'city' AND span = 'ever'") == [(len(codes),)]
    assert city.shell(RECOMPUTE)[-1] == "0", "the tallies are what counting anew finds"
    log_verifies(city)


def log_verifies(city) -> None:
    """Check the log as a stranger would."""
    command = [sys.executable, "-m", "motcham_verify", "ledger", f"http://127.0.0.1:{city.port}/ledger/", "--full"]
    env = {**city.env, "PYTHONPATH": str(ROOT / "verify/src"), "XDG_STATE_HOME": str(city.home.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_acknowledged_is_lost_whoever_is_killed(city, under_load, killer) -> None:
    assert city.ask("SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [("on", "on")]
    load = under_load(city)
    killing = killer(load, seed=SEED)
    print(f"MOTCHAM_KILL_SEED={SEED}")
    while killing.killed.total() < KILLS and not load.wrong:
        killing.kill()
    load.end()
    longest = ", ".join(f"{seconds:.1f} s ({victim})" for seconds, victim in sorted(killing.waits)[-3:])
    print(f"killed: {dict(killing.killed)}; longest without an answer: {longest}")
    print(f"{len(load.codes)} cases, {load.repeated} found again by their key, {len(load.answered)} answered; {dict(load.told)}")
    assert load.wrong == []
    holds_together(city, load.codes, load.answered)
    assert city.stop() == 0
    assert city.pids() == set()
