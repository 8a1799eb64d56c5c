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

from motcham.project import supervisor
from motcham.project.postgres import Cluster
from motcham.project.testing import PATIENCE, Installation, free_port, is_alive, until


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


def test_what_ignores_the_signal_to_stop_is_killed_with_all_that_it_started() -> None:
    stubborn = "import os, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); print(f'pid {os.getpid()}', flush=True); signal.pause()"
    script = f"""
import sys
from motcham.project.processes import Process
from motcham.project.supervisor import Supervisor
class Stubborn(Process):
    argv = [sys.executable, "-c", {stubborn!r}]
services = [Stubborn("stubborn", ())]
whole = Supervisor(services=services, prepare=(), cluster=None, env={{}})
sys.exit(whole.run(health=lambda: True, say_ready=lambda: None, told_to_stop=lambda: False))
"""
    pids: list[int] = []
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        while len(pids) < 2:
            pids += [int(number) for number in re.findall(r"pid (\d+)", run.stdout.readline())]
        run.send_signal(signal.SIGTERM)
        code = run.wait(timeout=PATIENCE)
    left = [pid for pid in pids if is_alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert (code, left) == (0, [])


@pytest.mark.parametrize("is_ready", [True, False])
def test_the_waits_of_a_stop_end_before_ten_seconds_are_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_ready: bool
) -> None:
    monkeypatch.setattr(Cluster, "is_ready", lambda cluster: is_ready)
    *asked, (last, _ends_at_once) = Cluster(tmp_path).stop_signals()
    assert last == signal.SIGKILL
    waits = [
        max(seconds, supervisor.STOPPED_WITHIN - supervisor.GRACE - supervisor.RUSHED) if number == signal.SIGINT else seconds
        for number, seconds in asked
    ]
    assert supervisor.GRACE + sum(waits) <= supervisor.STOPPED_WITHIN < 10
