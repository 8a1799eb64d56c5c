"""`motcham up`, with its real processes: ready, restart, stop, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcham.project.testing import PATIENCE, Installation, free_port, until


@pytest.fixture
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="mc-"))
    folder.chmod(0o711)
    made = Installation(folder)
    yield made
    made.destroy()
    shutil.rmtree(folder, ignore_errors=True)


def test_what_dies_comes_back_and_sigterm_stops_all_of_it_in_order(installation: Installation) -> None:
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

    assert installation.stop() == 0
    until(lambda: not installation.pids())
    assert re.search("received fast shutdown request", installation.said), "the database is stopped in order, not killed"


def test_a_killed_supervisor_leaves_no_process_behind_and_starts_again(installation: Installation) -> None:
    installation.wait_ready()
    assert len(installation.pids_of("web")) > 1, "the web server has workers that could be left behind"
    installation.process.kill()
    installation.process.wait()
    until(lambda: not installation.pids())
    again = Installation(installation.home.parent)
    try:
        again.wait_ready()
        again.process.send_signal(signal.SIGINT)
        assert again.process.wait(timeout=PATIENCE) == 0
        until(lambda: not again.pids())
    finally:
        again.process.kill()
        again.process.wait()


def test_a_second_supervisor_of_the_same_folder_and_a_taken_port_are_refused(installation: Installation) -> None:
    installation.wait_ready()
    second = subprocess.run(
        [sys.executable, "-m", "motcham.project.cli", "up", "--port", str(free_port())],
        env={**os.environ, "MOTCHAM_HOME": str(installation.home)}, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert second.returncode == 1
    assert "running already" in second.stderr
    other = subprocess.run(
        [sys.executable, "-m", "motcham.project.cli", "up", "--port", str(installation.port)],
        env={**os.environ, "MOTCHAM_HOME": str(installation.home.parent / "other")}, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert other.returncode == 1
    assert f"Port {installation.port} is used" in other.stderr


def test_output_that_nobody_reads_does_not_hold_the_supervisor_up() -> None:
    read, write = os.pipe()
    code = "from motcham.project.supervisor import say\nfor n in range(5000): say('x' * 200)"
    done = subprocess.run([sys.executable, "-c", code], stdout=write, timeout=PATIENCE, check=False)
    os.close(read)
    os.close(write)
    assert done.returncode == 0
