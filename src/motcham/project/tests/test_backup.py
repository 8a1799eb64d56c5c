"""Backup and restore with a real cluster: to a time, sealed, the old data set aside."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from motcham.project.backup import BackupProblem, Store, back_up, forget_older, restore
from motcham.project.postgres import Cluster
from motcham.project.sealed import NotSealed

KEY = bytes(range(32))


class House:
    """A cluster that runs, and the folder of its backups."""

    def __init__(self, folder: Path) -> None:
        self.cluster = Cluster(folder / "home")
        self.store = Store(folder / "backups", KEY)
        self.process: subprocess.Popen[bytes] | None = self.cluster.start()
        self.run("CREATE TABLE acts (what text)")

    def run(self, query: str) -> list[str]:
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[call-overload]
            return [str(row[0]) for row in cursor.fetchall()] if cursor.description else []

    def act(self, what: str) -> datetime:
        """Write something, and return a time at which it is there and nothing later is."""
        self.run(f"INSERT INTO acts VALUES ('{what}')")
        return datetime.fromisoformat(self.run("SELECT clock_timestamp()")[0])

    def acts(self) -> list[str]:
        return self.run("SELECT what FROM acts ORDER BY what")

    def start(self) -> None:
        self.process = self.cluster.start()

    def stop(self) -> None:
        if self.process:
            self.cluster.stop(self.process)
            self.process = None


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="mc-"))
    folder.chmod(0o711)
    made = House(folder)
    yield made
    made.stop()
    made.cluster.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_restore_to_a_time_brings_back_what_was_there_then_and_nothing_later(house: House) -> None:
    document = house.cluster.home / "documents" / "ab" / "cd1.t"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"an attachment")
    house.act("1 before the copy")
    back_up(house.cluster, house.store)
    then = house.act("2 after the copy")
    house.act("3 too late")
    back_up(house.cluster, house.store, base=False)
    house.act("4 never backed up")
    house.stop()
    document.unlink()

    facts = restore(house.cluster, house.store, to=then)
    house.start()
    assert house.acts() == ["1 before the copy", "2 after the copy"]
    assert document.read_bytes() == b"an attachment"
    assert Path(str(facts["before"])).joinpath("PG_VERSION").exists(), "the old data is set aside"

    # Life goes on, is backed up, and is restored again, on from the restored state.
    house.act("5 after the restore")
    back_up(house.cluster, house.store, base=False)
    house.stop()
    restore(house.cluster, house.store)
    house.start()
    assert house.acts() == ["1 before the copy", "2 after the copy", "5 after the restore"]


def test_a_restore_that_cannot_be_done_leaves_everything_as_it_was(house: House) -> None:
    before = house.act("1")
    back_up(house.cluster, house.store)
    with pytest.raises(BackupProblem, match="Stop the installation"):
        restore(house.cluster, house.store)
    house.stop()
    with pytest.raises(BackupProblem, match="No base copy had ended before"):
        restore(house.cluster, house.store, to=before - timedelta(hours=1))
    with pytest.raises(BackupProblem, match="does not reach that time"):
        restore(house.cluster, house.store, to=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(NotSealed):
        restore(house.cluster, Store(house.store.folder, bytes(32)))
    house.start()
    assert house.acts() == ["1"]


def test_neither_words_nor_keys_can_be_read_in_a_backup(house: House) -> None:
    (house.cluster.home / "keys").mkdir()
    (house.cluster.home / "keys" / "field.key").write_text("KEYKEYKEY")
    (house.cluster.home / "ledger").mkdir()
    (house.cluster.home / "ledger" / "checkpoint").write_text("REMEMBERED")
    house.act("a private matter")
    back_up(house.cluster, house.store)
    files = list(house.store.folder.iterdir())
    assert {path.name.split("-")[0] for path in files} == {"base", "wal"}
    assert not any(b"private matter" in path.read_bytes() or b"KEYKEYKEY" in path.read_bytes() for path in files)
    opened = b"".join(house.store.get(house.store.bases()[0]))
    assert b"PG_VERSION" in opened
    assert b"KEYKEYKEY" not in opened
    assert b"REMEMBERED" not in opened


def test_only_what_a_kept_copy_needs_is_kept(house: House) -> None:
    back_up(house.cluster, house.store)
    back_up(house.cluster, house.store)
    assert len(house.store.bases()) == 2
    first = house.store.bases()[0]
    long_ago = f"base-{datetime(2020, 1, 1, tzinfo=UTC):%Y%m%dT%H%M%S%fZ}"
    house.store.path(first).rename(house.store.path(f"{long_ago}_{long_ago.removeprefix('base-')}"))
    assert forget_older(house.cluster, house.store, days=30) > 1
    assert len(house.store.bases()) == 1
    house.act("1")
    back_up(house.cluster, house.store, base=False)
    house.stop()
    restore(house.cluster, house.store)
    house.start()
    assert house.acts() == ["1"]
