"""`motcham up`, with its real processes: ready, restart, stop, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motcham.project.postgres import Cluster, is_alive, processes_in

WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], object], *, within: float = WITHIN) -> None:
    """Wait until something holds; fail after `within` seconds."""
    changed = threading.Event()
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        changed.wait(0.05)


class Installation:
    """A running `motcham up` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.port = free_port()
        self.cluster = Cluster(self.home)
        self.output = folder / "output"
        # The database is its own, whatever the tests use.
        env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        env |= {"MOTCHAM_HOME": str(self.home), "MOTCHAM_MODE": "production", "PORT": str(self.port), "MOTCHAM_TLS": "0"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "motcham.project.cli", "up"],
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5).status == 200  # type: ignore[no-any-return]
        return False

    def wait_ready(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.said
            return f"ready http://127.0.0.1:{self.port}/" in self.said

        until(ready)

    def pids(self) -> set[int]:
        """Return every living process of this installation, the supervisor left out: by its environment, or by its data folder."""
        found = set(processes_in(self.cluster.data))
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    mine = f"MOTCHAM_HOME={self.home}\0".encode() in (entry / "environ").read_bytes()
                    if mine and is_alive(int(entry.name)):
                        found.add(int(entry.name))
        return found - {self.process.pid}

    def pids_of(self, verb: str) -> set[int]:
        """Return the processes that run a verb."""
        found = set()
        for pid in self.pids():
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").endswith(f"\0{verb}".encode()):
                    found.add(pid)
        return found


@pytest.fixture
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="mc-"))
    folder.chmod(0o711)
    made = Installation(folder)
    yield made
    made.process.kill()
    made.process.wait()
    made.cluster.stop()
    for pid in made.pids():
        os.kill(pid, signal.SIGKILL)
    made.cluster.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def test_what_dies_comes_back_and_sigterm_stops_all_of_it_within_ten_seconds(installation: Installation) -> None:
    installation.wait_ready()
    assert installation.answers()

    web = installation.pids_of("web")
    for pid in web:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: installation.answers() and not web & installation.pids())

    database = installation.cluster.running_pid()
    assert database
    os.kill(database, signal.SIGKILL)
    until(lambda: installation.cluster.running_pid() not in {database, None} and installation.answers())

    began = time.monotonic()
    installation.process.send_signal(signal.SIGTERM)
    assert installation.process.wait(timeout=10) == 0
    assert time.monotonic() - began < 10
    assert installation.pids() == set()
    assert re.search("received fast shutdown request", installation.said), "the database is stopped in order, not killed"


def test_a_killed_supervisor_leaves_no_process_behind_and_starts_again(installation: Installation) -> None:
    installation.wait_ready()
    assert len(installation.pids_of("web")) > 1, "the web server has workers that could be left behind"
    installation.process.kill()
    installation.process.wait()
    until(lambda: not installation.pids(), within=10)
    again = Installation(installation.home.parent)
    try:
        again.wait_ready()
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(timeout=10) == 0
        assert again.pids() == set()
    finally:
        again.process.kill()
        again.process.wait()


def test_a_second_supervisor_of_the_same_folder_and_a_taken_port_are_refused(installation: Installation) -> None:
    installation.wait_ready()
    second = subprocess.run(
        [sys.executable, "-m", "motcham.project.cli", "up", "--port", str(free_port())],
        env={**os.environ, "MOTCHAM_HOME": str(installation.home)}, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert second.returncode == 1
    assert "running already" in second.stderr
    other = subprocess.run(
        [sys.executable, "-m", "motcham.project.cli", "up", "--port", str(installation.port)],
        env={**os.environ, "MOTCHAM_HOME": str(installation.home.parent / "other")}, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert other.returncode == 1
    assert f"Port {installation.port} is used" in other.stderr


def test_output_that_nobody_reads_does_not_hold_the_supervisor_up() -> None:
    read, write = os.pipe()
    code = "from motcham.project.supervisor import say\nfor n in range(5000): say('x' * 200)"
    done = subprocess.run([sys.executable, "-c", code], stdout=write, timeout=30, check=False)
    os.close(read)
    os.close(write)
    assert done.returncode == 0
