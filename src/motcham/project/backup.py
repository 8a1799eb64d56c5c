"""Back the embedded database and the attachments up, sealed, and restore them as they were at any time since.

A backup folder holds `base-TIME.sealed` (a copy of the cluster), `wal-NAME.sealed` (everything written since, segment by
segment) and `file-NAME.sealed` (attachments, which are sealed once more). Keys, and what the log remembers outside the
database, are never in it: the first would open it, the second is there to tell that a restore took place.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, cast

import psycopg

from motcham.project.leash import leashed
from motcham.project.postgres import Cluster
from motcham.project.postgres_binaries import NoPostgres
from motcham.project.sealed import Sealer, Unsealed, unsealed

STAMP = "%Y%m%dT%H%M%S%fZ"
DOCUMENTS = "documents"
ARCHIVED_WITHIN = 60.0
Told = Callable[[int, int], None]


class BackupProblem(Exception):
    """A backup or a restore cannot be made; the message says why and what to do."""


def _problem(vi: str, en: str) -> BackupProblem:
    return BackupProblem(f"{vi} / {en}")


@dataclass(frozen=True)
class Store:
    """The folder of one installation's backups, and the key that opens them."""

    folder: Path
    key: bytes

    def path(self, name: str) -> Path:
        """Return where a name is kept."""
        return self.folder / f"{name}.sealed"

    def put(self, name: str, chunks: Iterator[bytes]) -> None:
        """Seal a stream under a name, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.folder / f".{name}.part"
        try:
            with partial.open("wb") as file:
                with Sealer(file, key=self.key, name=name) as sealer:
                    for chunk in chunks:
                        sealer.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(self.path(name))
        finally:
            partial.unlink(missing_ok=True)

    def get(self, name: str) -> Iterator[bytes]:
        """Give back what was put under a name; what follows "_" was added to it later and is not part of the seal."""
        with self.path(name).open("rb") as file:
            yield from unsealed(file, key=self.key, name=name.partition("_")[0])

    def names(self, kind: str) -> list[str]:
        """Return the names of one kind, in order."""
        return sorted(path.name.removesuffix(".sealed") for path in self.folder.glob(f"{kind}-*.sealed"))

    def bases(self) -> list[str]:
        """Return the copies of the whole that are complete, in order: each is named for its beginning and its end."""
        return [name for name in self.names("base") if "_" in name]


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _time_of(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)


# --- backing up


def back_up(cluster: Cluster, store: Store, *, base: bool = True, told: Told = lambda done, total: None) -> dict[str, object]:
    """Add to the backup folder what has come since the last time, and with `base` a new copy of the whole to start from."""
    if not cluster.is_ready():
        raise _problem("Cơ sở dữ liệu đi kèm không chạy: `motcham up`.", "The embedded database does not run: `motcham up`.")
    if not base and not (store.bases() and cluster.archive.exists()):
        raise _problem("Chưa có bản sao nền: bỏ --wal-only.", "There is no base copy yet: leave --wal-only out.")
    cluster.start_archiving()
    facts: dict[str, object] = {}
    if base:
        # A segment seen in the archive proves that the server archives now, before the copy relies on it.
        _close_segment(cluster)
        facts["base"] = _copy_base(cluster, store, told)
    until = datetime.now(UTC)
    _close_segment(cluster)
    facts["segments"] = _ship_segments(cluster, store)
    facts["files"] = _ship_files(cluster.home / DOCUMENTS, store)
    return {**facts, "until": until.isoformat()}


def _admin(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(cluster.url(user="postgres", database="postgres"), autocommit=True)


def _copy_base(cluster: Cluster, store: Store, told: Told) -> str:
    with _admin(cluster) as connection:
        row = connection.execute("SELECT sum(pg_database_size(oid))::bigint FROM pg_database").fetchone()
    total = int(str(row[0])) if row else 0
    options = ["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast", "--no-manifest", "--no-password"]
    command = [cluster.binaries.program("pg_basebackup"), "-d", cluster.url(user="postgres", database="postgres"), *options]
    name = f"base-{datetime.now(UTC):{STAMP}}"
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(leashed(command), stdout=subprocess.PIPE, stderr=errors, cwd="/", env=cluster.environment())

        def stream() -> Iterator[bytes]:
            assert process.stdout is not None
            done = 0
            with process.stdout as output:
                while chunk := output.read(1 << 20):
                    done += len(chunk)
                    told(min(done, total), total)
                    yield chunk
            # Asked before the file gets its name: a copy that broke off must not look whole.
            if process.wait() != 0:
                errors.seek(0)
                raise _problem("pg_basebackup không chạy được.", f"pg_basebackup failed: {errors.read().decode()}")

        try:
            store.put(name, stream())
        finally:
            process.kill()
            process.wait()
    # A restore to a time needs a copy that had ended before it.
    whole = f"{name}_{datetime.now(UTC):{STAMP}}"
    store.path(name).rename(store.path(whole))
    return whole


def _close_segment(cluster: Cluster) -> None:
    """End the current segment and wait until it is in the archive. A commit goes before, for a restore to this time to find."""
    with _admin(cluster) as connection:
        connection.execute("SELECT pg_logical_emit_message(true, 'motcham', 'backup')")
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
    last = str(row[0]) if row else ""
    deadline = time.monotonic() + ARCHIVED_WITHIN
    while not (cluster.archive / last).exists():
        if time.monotonic() > deadline:
            raise _problem(
                "Nhật ký chưa vào được kho: đĩa còn chỗ không?", "The log does not reach the archive: is the disk full?"
            )
        time.sleep(0.02)


def _ship_segments(cluster: Cluster, store: Store) -> int:
    """Move the archive into the backup."""
    shipped = 0
    for segment in sorted(cluster.archive.iterdir()):
        if not segment.name.startswith("."):
            store.put(f"wal-{segment.name}", _chunks(segment))
            segment.unlink()
            shipped += 1
    return shipped


def _ship_files(folder: Path, store: Store) -> int:
    have, shipped = set(store.names("file")), 0
    for path in sorted(folder.rglob("*")) if folder.exists() else []:
        name = "file-" + str(path.relative_to(folder)).replace("/", "~")
        if path.is_file() and not path.name.startswith(".") and name not in have:
            # One may be erased while we look.
            with contextlib.suppress(FileNotFoundError):
                store.put(name, _chunks(path))
                shipped += 1
    return shipped


def forget_older(cluster: Cluster, store: Store, *, days: int) -> int:
    """Forget copies older than `days`, what only they need, and attachments that have been erased; return how many files."""
    limit = datetime.now(UTC) - timedelta(days=days)
    kept = [name for name in store.bases() if _time_of(name.rpartition("_")[2]) >= limit] or store.bases()[-1:]
    if not kept:
        return 0
    begins = _time_of(kept[0].removeprefix("base-").partition("_")[0]).timestamp()
    documents = cluster.home / DOCUMENTS
    gone = [name for name in store.bases() if name < kept[0]]
    # A segment that was in the backup before the copy began lies before its starting point.
    gone += [name for name in store.names("wal") if not name.endswith(".history") and store.path(name).stat().st_mtime < begins]
    gone += [
        name
        for name in store.names("file")
        if not (documents / _path_in(name)).exists() and store.path(name).stat().st_mtime < begins
    ]
    for name in gone:
        store.path(name).unlink()
    return len(gone)


def _path_in(name: str) -> str:
    return name.removeprefix("file-").replace("~", "/")


# --- restoring


def restore(
    cluster: Cluster, store: Store, *, to: datetime | None = None, told: Told = lambda done, total: None
) -> dict[str, object]:
    """Put the database back as it was at `to`, else as late as the backup goes; what was there is set aside, not lost."""
    if cluster.running_pid():
        raise _problem("Hãy dừng hệ thống trước khi phục hồi.", "Stop the installation before a restore.")
    base = _base_before(store, to)
    cluster.prepare_folders()
    _unpack(cluster, store, base, told)
    stamp = f"{datetime.now(UTC):{STAMP}}"
    aside = {path: path.with_name(f"{path.name}.before-{stamp}") for path in (cluster.data, cluster.archive) if path.exists()}
    for path, other in aside.items():
        path.rename(other)
    (cluster.base / "data.new").rename(cluster.data)
    try:
        reached = _recover(cluster, to)
    except BaseException:
        # As if nothing had been tried.
        for path in (cluster.data, cluster.archive):
            shutil.rmtree(path, ignore_errors=True)
        for path, other in aside.items():
            other.rename(path)
        raise
    finally:
        shutil.rmtree(cluster.base / "restore", ignore_errors=True)
    files = _restore_files(cluster.home / DOCUMENTS, store)
    return {"base": base, "reached": reached, "files": files, "before": aside.get(cluster.data)}


def _base_before(store: Store, to: datetime | None) -> str:
    bases = store.bases()
    fit = [name for name in bases if to is None or _time_of(name.rpartition("_")[2]) <= to]
    if not fit:
        first = bases[0] if bases else "-"
        raise _problem(
            f"Không có bản sao nền nào xong trước lúc đó (bản đầu: {first}).",
            f"No base copy had ended before that time (the first: {first}).",
        )
    return fit[-1]


def _unpack(cluster: Cluster, store: Store, base: str, told: Told) -> None:
    """Open the copy and every segment, beside what is there; those that had not been shipped yet count too."""
    data, segments = cluster.base / "data.new", cluster.base / "restore"
    for folder in (data, segments):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    _extract(Unsealed(store.get(base)), data)
    names = store.names("wal")
    for number, name in enumerate(names, 1):
        with (segments / name.removeprefix("wal-")).open("wb") as file:
            file.writelines(store.get(name))
        told(number, len(names))
    for segment in cluster.archive.iterdir() if cluster.archive.exists() else []:
        if not segment.name.startswith(".") and not (segments / segment.name).exists():
            shutil.copy(segment, segments)
    (data / "pg_wal").mkdir(exist_ok=True, mode=0o700)
    (data / "recovery.signal").touch()
    cluster.own_all(data)
    cluster.own_all(segments)


def _extract(stream: Unsealed, folder: Path) -> None:
    """Write out a tar of folders and files, and nothing outside the folder. (Python's own filter is younger than Debian 12's Python.)"""
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as tar:
        for member in tar:
            path = folder / member.name
            content = tar.extractfile(member) if member.isfile() else None
            if ".." in path.parts or not path.is_relative_to(folder) or not (content or member.isdir()):
                raise _problem(f"Bản sao có mục lạ: {member.name}.", f"The copy holds something odd: {member.name}.")
            if content is None:
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
                continue
            with content, path.open("wb") as file:
                shutil.copyfileobj(content, file)
            path.chmod(0o600)


def _recover(cluster: Cluster, to: datetime | None) -> str | None:
    """Let the server replay the log up to the time, and stop it again; return the time of the last act it holds."""
    cluster.prepare_folders(archive=True)
    settings = {"restore_command": "'cp ../restore/%f %p'"}
    if to is not None:
        settings |= {"recovery_target_time": f"'{to.astimezone(UTC).isoformat()}'", "recovery_target_action": "'promote'"}
    log = cluster.base / "restore.log"
    log.unlink(missing_ok=True)
    try:
        process = cluster.start(log=log, within=24 * 3600, settings=settings)
    except NoPostgres as problem:
        if log.exists() and "before configured recovery target was reached" in log.read_text():
            raise _problem(
                "Bản sao lưu chưa đi tới lúc đó: bỏ --to để lấy lúc muộn nhất.",
                "The backup does not reach that time: leave --to out for the latest.",
            ) from problem
        raise
    try:
        with _admin(cluster) as connection:
            row = connection.execute("SELECT pg_last_xact_replay_timestamp()").fetchone()
    finally:
        cluster.stop(process)
        cluster.configure()
    return row[0].isoformat() if row and isinstance(row[0], datetime) else None


def _restore_files(folder: Path, store: Store) -> int:
    """Put back the attachments that are missing; those that are there are newer or the same."""
    restored = 0
    for name in store.names("file"):
        path = folder / _path_in(name)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = path.with_name(f".{path.name}.part")
            with partial.open("wb") as file:
                file.writelines(store.get(name))
            partial.rename(path)
            restored += 1
    return restored
