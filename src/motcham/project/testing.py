"""The pytest plugin of the whole repository: one embedded PostgreSQL for the run, shared by its workers, gone at the end;
and a real installation for the tests that need all of its processes.

It is a plugin and not a conftest because the settings, and with them the address of the database, are read before any
conftest is. DATABASE_URL names another server; MOTCHAM_POSTGRES the programs of another version.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import os
import secrets
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
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from motcham.kernel.calendar import CITY
from motcham.project.postgres import Cluster, is_alive, processes_in

Said = TypeVar("Said")

PATIENCE = 180.0
"""After so many seconds something is given up for lost. What works is awaited no longer than it takes, so this may be long: a machine
under load is slow, which is no defect of what is tested."""
FOR_PAGES = 60_000
"""The same for what a browser shows, in milliseconds."""
TURN_OF_DAY = timedelta(minutes=2)
FREE_PORTS = range(20_000, 32_000)
# What a run is told by its environment; whatever else is set for an installation on this machine is not meant for the tests.
TOLD = {"MOTCHAM_POSTGRES", "MOTCHAM_FUZZ", "MOTCHAM_FUZZ_SEED", "MOTCHAM_KILLS", "MOTCHAM_KILL_SEED"}

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The same examples in every run, so that what passed passes again; `make fuzz` draws new ones.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    derandomize="MOTCHAM_FUZZ" not in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
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
    for name in [each for each in os.environ if each.startswith("MOTCHAM_") and each not in TOLD]:
        del os.environ[name]
    os.environ["MOTCHAM_MODE"] = "test"
    os.environ["MOTCHAM_HOME"] = str(folder / "home")
    # A proxy that is set for packages is not for this machine itself.
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    if os.environ.get("DATABASE_URL"):
        return
    cluster = Cluster(folder / "home", durable=False)
    process = cluster.start()
    os.environ["DATABASE_URL"] = cluster.url()
    atexit.register(_stop, cluster, process, os.getpid())


def pytest_configure() -> None:
    """Ask no name server: what a name leads to is another thing on each machine, and where there is no network it takes long."""
    asks = socket.getaddrinfo

    def knows(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002, PLR0917 -- as it is called
        is_here = host in (None, "", "localhost", b"localhost") or str(host) in os.environ["DATABASE_URL"]
        return asks(host, port, family, type, proto, flags if is_here else flags | socket.AI_NUMERICHOST)

    socket.getaddrinfo = knows


def _stop(cluster: Cluster, process: subprocess.Popen[bytes], owner: int) -> None:
    if os.getpid() == owner:
        cluster.stop(process)
        cluster.destroy()


def _clean_up(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let the last minutes of the city's day pass: what a test begins today it would look for tomorrow."""
    now = datetime.now(CITY)
    ends = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), CITY)
    if ends - now < TURN_OF_DAY:
        threading.Event().wait((ends - now).total_seconds() + 1)


@pytest.fixture(autouse=True)
def all_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where a browser was served, let the server end what it was asked last: the tables are emptied after this."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    until(_nobody_is_served)


def _nobody_is_served() -> bool:
    from django.db import connection

    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE {others} AND state <> 'idle')")
        return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run Debian's Chromium, once for each worker: a second Playwright in the same thread is refused."""
    # Playwright runs a loop in this thread, which Django takes for asynchronous code of ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = launched(playwright, *CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


def launched(playwright: Playwright, *flags: str) -> Browser:
    """Start Debian's Chromium; its pages, and what is expected of them, are awaited patiently."""
    expect.set_options(timeout=FOR_PAGES)
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    chromium = playwright.chromium.launch(executable_path=program, args=list(flags), timeout=PATIENCE * 1000)
    chromium.on("context", lambda context: context.set_default_timeout(FOR_PAGES))
    return chromium


def free_port() -> int:
    """Return a port of this machine that nobody listens on, and that the kernel gives to nobody who asks for any."""
    while True:
        port = secrets.choice(FREE_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(holds: Callable[[], Said], *, within: float = PATIENCE) -> Said:
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
        return self.output.read_text(errors="replace")

    def answers(self) -> bool:
        """Tell whether its web server reaches its database."""
        # Killed in the middle of its answer it breaks off, which is no error of the system's.
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=10) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def wait_ready(self) -> None:
        """Wait until it says that it is ready."""

        def ready() -> bool:
            assert self.process.poll() is None, self.said
            return f"ready http://127.0.0.1:{self.port}/" in self.said

        # The first start makes a database and takes in thousands of procedures: minutes on a machine that is busy.
        until(ready, within=2 * PATIENCE)

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
        return subprocess.run(command, env=self.env, capture_output=True, text=True, cwd="/", check=False, timeout=PATIENCE)

    def stop(self) -> int:
        """Stop it as an operator does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def destroy(self) -> None:
        """End whatever is left of it and forget its data."""
        self.process.kill()
        self.process.wait()
        self.cluster.stop()
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until(lambda: not self.pids())
        self.cluster.destroy()
