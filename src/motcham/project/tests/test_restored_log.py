"""A restored database cannot sign a second history: the log refuses until it takes a new name."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from motcham.project.testing import Installation, until


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="mc-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def ask(installation: Installation, query: str) -> tuple[Any, ...]:
    with psycopg.connect(installation.cluster.url(), autocommit=True) as connection:
        return connection.execute(query).fetchone() or ()  # type: ignore[call-overload,no-any-return]


def append(installation: Installation, count: int) -> None:
    ask(
        installation, f"SELECT count(ledger_append('test.acted', 'test:' || n, '{{}}'::jsonb)) FROM generate_series(1, {count}) n"
    )


def log(installation: Installation) -> tuple[Any, ...]:
    """Return the log's name, how many entries are signed, its alarm, whether any entry waits for a place, and when this is so."""
    waiting = "EXISTS (SELECT FROM ledger_pending)"
    row = f"SELECT origin, checkpoint_size, alarm, {waiting}, clock_timestamp() FROM ledger_log"
    return ask(installation, f"{row} ORDER BY generation DESC LIMIT 1")


def test_after_a_restore_signing_is_refused_until_the_log_takes_a_new_name(folder: Path) -> None:
    key, backups = str(folder / "key"), str(folder / "backups")
    installation = Installation(folder)
    try:
        installation.wait_ready()
        assert installation.motcham("backup-key", key).returncode == 0
        append(installation, 5)
        until(lambda: signed_all(installation))
        assert installation.motcham("backup", backups, "--key", key).returncode == 0
        append(installation, 5)
        until(lambda: signed_all(installation))
        name, signed, *_, yesterday = log(installation)
        append(installation, 5)
        until(lambda: signed_all(installation))
        done = installation.motcham("backup", backups, "--key", key, "--wal-only", "--json")
        assert done.returncode == 0, done.stderr
        assert installation.stop() == 0

        done = installation.motcham("restore", backups, "--key", key, "--to", yesterday.isoformat(), "--json")
        assert done.returncode == 0, done.stderr
        installation = Installation(folder)
        installation.wait_ready()
        append(installation, 1)
        found = until(lambda: found if (found := log(installation))[2] else ())
        assert found[:4] == (name, signed, "rolled_back", True), "acts go on being recorded, and nothing is signed"

        assert installation.motcham("ledger", "new-origin", "--yes").returncode == 0
        until(lambda: signed_all(installation))
        found = log(installation)
        assert found[0] != name and found[1] > signed
    finally:
        installation.destroy()


def signed_all(installation: Installation) -> bool:
    """Tell, in one look, whether every entry has its place under a signature."""
    placed = "(SELECT count(*) FROM ledger_entry)"
    signed = f"checkpoint_size = {placed} AND NOT EXISTS (SELECT FROM ledger_pending) AND alarm = ''"
    return ask(installation, f"SELECT {signed} FROM ledger_log ORDER BY generation DESC LIMIT 1") == (True,)
