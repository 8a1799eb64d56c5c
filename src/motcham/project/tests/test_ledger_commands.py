"""The processes of the log as an operator runs them: sequencer, witness, status, new origin."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection

from motcham.blocks.ledger import api, testing
from motcham.project.testing import PATIENCE, until

pytestmark = pytest.mark.django_db(transaction=True)


class Operator:
    def __init__(self, home: Path) -> None:
        found = connection.settings_dict
        place = {"user": found["USER"], "password": found["PASSWORD"], "host": found["HOST"], "port": found["PORT"]}
        address = f"postgresql:///{found['NAME']}?{urlencode({key: value for key, value in place.items() if value})}"
        self._environment = {**os.environ, "MOTCHAM_HOME": str(home), "DATABASE_URL": address}

    def runs(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run(
            self._command(*arguments, "--json"),
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    @contextlib.contextmanager
    def keeps(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(self._command(*arguments), env=self._environment)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "motcham.project.cli", *arguments]


def running(operator: Operator) -> tuple[int, dict[str, Any]] | None:
    """Return what is told of a log whose sequencer holds its lease: on a busy machine it may be late to renew it."""
    code, facts = operator.runs("ledger", "status")
    return (code, facts) if facts["running"] else None


def append_many(count: int) -> int:
    with testing.connect() as own:
        own.execute(f"SELECT count(ledger_append('k', 's', '{{}}')) FROM generate_series(1, {count})")
    return count


def signed_size() -> int:
    health = api.health()
    return health.signed_size if health else 0


def test_an_operator_runs_the_log_its_witness_and_a_new_name(tmp_path):
    operator = Operator(tmp_path)
    assert operator.runs("ledger", "status") == (1, {"state": "not started"})
    api.append(kind="k", subject="s", payload={})
    with operator.keeps("witness"), operator.keeps("sequencer", "--witness", "local"):
        until(lambda: signed_size() == 1)
        code, facts = until(lambda: running(operator))
        assert (code, facts["origin"], facts["alarm"]) == (0, "motcham.hcmc/1", None)
        assert facts["witness_key"].startswith("motcham.hcmc/witness+")
        assert operator.runs("ledger", "new-origin", "--yes") == (0, {"previous": "motcham.hcmc/1", "origin": "motcham.hcmc/2"})
        until(lambda: (api.checkpoint() or "").startswith("motcham.hcmc/2\n2\n"))
    assert operator.runs("ledger", "status")[0] == 1, "an orderly stop gives the lease back"


def test_a_killed_sequencer_is_followed_by_another_that_loses_nothing(tmp_path):
    operator = Operator(tmp_path)
    entries = 0
    for _ in range(3):
        entries += append_many(3000)
        process = subprocess.Popen(operator._command("sequencer"), env=operator._environment)
        until(lambda floor=entries - 3000: signed_size() > floor)
        process.kill()
        process.wait()
    entries += append_many(10)
    with operator.keeps("sequencer"):
        until(lambda: signed_size() == entries)
    with testing.connect() as own:
        row = own.execute("SELECT count(*), count(DISTINCT entry_id), max(position) FROM ledger_entry").fetchone()
    assert row == (entries, entries, entries - 1)
