"""The pytest plugin of the whole repository: one embedded PostgreSQL for the run, shared by its workers, gone at the end;
and a real installation for the tests that need all of its processes.

It is a plugin and not a conftest because the settings, and with them the address of the database, are read before any
conftest is. DATABASE_URL names another server; MOTCHAM_POSTGRES the programs of another version.
"""

from __future__ import annotations

import atexit
import contextlib
import os
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
from typing import TypeVar

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from motcham.project.postgres import Cluster, is_alive, processes_in

Said = TypeVar("Said")

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# A loaded machine is slow, which is no defect of what is tested.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Give the run a home of its own, and a database where none is named."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="motcham-test-"))
    # Passed through by the user that runs the database when the tests are run by root.
    folder.chmod(0o711)
    # At exit, and not in a hook of pytest, because a settings error ends the run before there are hooks.
    atexit.register(_clean_up, folder, os.getpid())
    os.environ["MOTCHAM_MODE"] = "test"
    os.environ["MOTCHAM_HOME"] = str(folder / "home")
    if os.environ.get("DATABASE_URL"):
        return
    cluster = Cluster(folder / "home", durable=False)
    process = cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()
    atexit.register(_stop, cluster, process, os.getpid())


def _stop(cluster: Cluster, process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() == owner:
        cluster.stop(process)
        cluster.destroy()


def _clean_up(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run Debian's Chromium, once for each worker: a second Playwright in the same thread is refused."""
    # Playwright runs a loop in this thread, which Django takes for asynchronous code of ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(holds: Callable[[], Said], *, within: float = 60.0) -> Said:
    """Wait until something holds and return what it said then; fail after `within` seconds."""
    changed = threading.Event()
    deadline = time.monotonic() + within
    while not (said := holds()):
        assert time.monotonic() < deadline, "it did not come about"
        changed.wait(0.05)
    return said


class Installation:
    """A running `motcham up` in a folder of its own."""

    def __init__(self, folder: Path, *, mode: str = "production") -> None:
        self.home = folder / "home"
        self.port = free_port()
        self.cluster = Cluster(self.home)
        self.output = folder / "output"
        # The database is its own, whatever the tests use.
        self.env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "MOTCHAM_EMBEDDED"}}
        self.env |= {"MOTCHAM_HOME": str(self.home), "MOTCHAM_MODE": mode, "PORT": str(self.port), "MOTCHAM_TLS": "0"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "motcham.project.cli", "up"],
                env=self.env,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything it has printed."""
        return self.output.read_text()

    def answers(self) -> bool:
        """Tell whether its web server reaches its database."""
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5).status == 200  # type: ignore[no-any-return]
        return False

    def wait_ready(self) -> None:
        """Wait until it says that it is ready."""

        def ready() -> bool:
            assert self.process.poll() is None, self.said
            return f"ready http://127.0.0.1:{self.port}/" in self.said

        # The first start makes a database and takes in thousands of procedures: minutes on a machine that is busy.
        until(ready, within=240)

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

    def motcham(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of the command line in this installation."""
        command = [sys.executable, "-m", "motcham.project.cli", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, cwd="/", check=False, timeout=120)

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def destroy(self) -> None:
        """End whatever is left of it and forget its data."""
        self.process.kill()
        self.process.wait()
        self.cluster.stop()
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self.cluster.destroy()
