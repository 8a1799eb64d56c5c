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
    """Return the log's name, how many entries are signed, how many wait for a place, and its alarm."""
    waiting = "(SELECT count(*) FROM ledger_pending)"
    found = ask(
        installation, f"SELECT origin, checkpoint_size, {waiting}, alarm FROM ledger_log ORDER BY generation DESC LIMIT 1"
    )
    return found or ("", 0, 0, "")


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
        yesterday, then = ask(installation, "SELECT clock_timestamp()")[0], log(installation)
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
        until(lambda: log(installation)[3])
        assert log(installation) == (then[0], then[1], 1, "rolled_back"), "acts go on being recorded, and nothing is signed"

        assert installation.motcham("ledger", "new-origin", "--yes").returncode == 0
        until(lambda: signed_all(installation))
        assert log(installation)[0] != then[0]
        assert log(installation)[1] > then[1]
    finally:
        installation.destroy()


def signed_all(installation: Installation) -> bool:
    """Tell, in one look, whether every entry has its place under a signature."""
    placed = "(SELECT count(*) FROM ledger_entry)"
    signed = f"checkpoint_size = {placed} AND NOT EXISTS (SELECT FROM ledger_pending) AND alarm = ''"
    return ask(installation, f"SELECT {signed} FROM ledger_log ORDER BY generation DESC LIMIT 1") == (True,)
