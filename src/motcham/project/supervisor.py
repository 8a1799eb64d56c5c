"""Keep the processes of an installation running, and stop them all: `motcham up`.

One thread: it starts every child (the kernel's parent-death signal follows the thread that forked), passes their output on,
notices who died, and restarts. A killed supervisor leaves nothing: each child is on a leash (see `leash`).
"""

from __future__ import annotations

import contextlib
import http.client
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from motcham.project.leash import leashed
from motcham.project.postgres import Cluster
from motcham.project.postgres_binaries import NoPostgres
from motcham.project.processes import Process

# The first restart is at once; a child that keeps dying waits longer each time, one that has lived this long starts afresh.
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
LIVED_WELL = 20.0
GRACE = 3.5
# All of it has stopped within 10 seconds; what the services leave of this the database has for its last checkpoint.
STOPPED_WITHIN, RUSHED = 9.0, 2.0
PATIENCE = 30.0
DATABASE = "database"
# A pipe that select calls writable takes this much without blocking.
PIPE_BUF = 4096


class CannotStart(Exception):
    """The installation cannot be started; the message says why and what to do."""


@dataclass
class Child:
    """A process of ours: how it is started, how it is doing."""

    name: str
    popen: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    restart_at: float | None = None
    tail: bytes = b""
    lines: list[str] = field(default_factory=list)

    def has_ended(self) -> bool:
        """Tell whether it has ended, without collecting it: its pid must not be reused while its group may be signalled."""
        if self.popen is None or self.popen.returncode is not None:
            return True
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.popen.pid, flags) is not None

    def signal_group(self, number: int) -> None:
        """Signal it and everything it started in its group."""
        if self.popen is not None and self.popen.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, number)

    def signal(self, number: int) -> None:
        """Signal the process itself."""
        if self.popen is not None and not self.has_ended():
            self.popen.send_signal(number)


class Supervisor:
    """Runs the database (where it is ours), the steps before, and the services."""

    def __init__(
        self, *, services: Sequence[Process], prepare: Sequence[Process], cluster: Cluster | None, env: Mapping[str, str]
    ) -> None:
        self.services = {process.name: process for process in services}
        self.steps = prepare
        self.cluster = cluster
        self.env = {**os.environ, **env, "PYTHONUNBUFFERED": "1"}
        self.children: dict[str, Child] = {}
        self.stops = 0
        self._told_to_stop: Callable[[], bool] = lambda: False
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()

    # --- the whole

    def run(self, *, health: Callable[[], bool], say_ready: Callable[[], None], told_to_stop: Callable[[], bool]) -> int:
        """Start everything, say so when it is there, keep it running until told to stop; return the exit code."""
        self._told_to_stop = told_to_stop
        self._listen_to_signals()
        try:
            if self.cluster and not self._start_database():
                return 0 if self.stops else 1
            for step in self.steps:
                if not self._run_step(step):
                    return 0 if self.stops else 1
            for name in self.services:
                self._start(name)
            self._wait_until_ready(health, say_ready)
            while not self.stops:
                self._pump(1.0)
            return 0
        finally:
            self.stop()

    def _wait_until_ready(self, health: Callable[[], bool], say_ready: Callable[[], None]) -> None:
        patience, ask_at = time.monotonic() + PATIENCE, 0.0
        while not self.stops:
            if time.monotonic() >= ask_at and self._all_run():
                if health():
                    say_ready()
                    return
                ask_at = time.monotonic() + 0.2
            if time.monotonic() > patience:
                patience = float("inf")
                self.log("up", "web chưa trả lời, xem lỗi ở trên / the web server does not answer yet: see the errors above")
            self._pump(0.2)

    def _listen_to_signals(self) -> None:
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, None)
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_stop)
        # A handler, because only a handled signal writes to the wake-up descriptor.
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop(self, *_: object) -> None:
        self.stops += 1

    def _all_run(self) -> bool:
        return all(child.popen is not None and not child.has_ended() for child in self.children.values())

    # --- starting

    def _start_database(self) -> bool:
        assert self.cluster is not None
        self.cluster.prepare()
        if pid := self.cluster.running_pid():
            raise CannotStart(
                f"Cơ sở dữ liệu của thư mục này đang chạy (pid {pid}): `motcham postgres stop`. / "
                f"The database of this folder is running already (pid {pid}): `motcham postgres stop`."
            )
        self._start(DATABASE)
        child = self.children[DATABASE]
        while not self.stops:
            if self.cluster.is_ready():
                self.cluster.ensure_database()
                return True
            self._pump(0.05)
            if child.failures > 3:
                raise CannotStart(f"PostgreSQL không khởi động được. / PostgreSQL does not start:\n{chr(10).join(child.lines)}")
        return False

    def _run_step(self, step: Process) -> bool:
        # A step may show a bar where somebody watches.
        child = self._spawn(Child(step.name), leashed(step.argv), errors=None if sys.stderr.isatty() else subprocess.STDOUT)
        self.children[step.name] = child
        while not self.stops and not child.has_ended():
            self._pump(0.5)
        if not child.has_ended():
            return False
        self._drain(child)
        self._collect(child)
        del self.children[step.name]
        assert child.popen is not None
        if child.popen.returncode != 0:
            self.log("up", f"{step.name}: exit {child.popen.returncode}")
        return child.popen.returncode == 0

    def _start(self, name: str) -> None:
        child = self.children.setdefault(name, Child(name))
        if name != DATABASE:
            self._spawn(child, leashed(self.services[name].argv))
            return
        assert self.cluster is not None
        try:
            self.cluster.prepare()
            self._spawn(child, self.cluster.command(), env=self.cluster.environment())
        except (NoPostgres, OSError) as problem:
            self.log("up", str(problem))
            self._plan_restart(child)

    def _spawn(
        self, child: Child, argv: list[str], *, env: Mapping[str, str] | None = None, errors: int | None = subprocess.STDOUT
    ) -> Child:
        popen = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            env=dict(env or self.env), cwd="/", start_new_session=True,
        )  # fmt: skip
        assert popen.stdout is not None
        os.set_blocking(popen.stdout.fileno(), False)
        self._selector.register(popen.stdout, selectors.EVENT_READ, child)
        child.popen, child.started_at, child.restart_at, child.tail = popen, time.monotonic(), None, b""
        return child

    # --- watching

    def _pump(self, seconds: float) -> None:
        """Pass output on and restart who died, for at most `seconds`."""
        now = time.monotonic()
        waits = [child.restart_at - now for child in self.children.values() if child.restart_at is not None]
        for key, _ in self._selector.select(max(0.0, min([seconds, *waits]))):
            if key.data is None:
                with contextlib.suppress(BlockingIOError):
                    self._wake_read.recv(4096)
            else:
                self._drain(key.data)
        if not self.stops and self._told_to_stop():
            self.stops = 1
        if self.stops:
            return
        for child in list(self.children.values()):
            if child.name not in self.services and child.name != DATABASE:
                continue
            if child.restart_at is None and child.has_ended():
                self._note_death(child)
            if child.restart_at is not None and child.restart_at <= time.monotonic():
                self._start(child.name)

    def _note_death(self, child: Child) -> None:
        self._drain(child)
        self._collect(child)
        if time.monotonic() - child.started_at > LIVED_WELL:
            child.failures = 0
        self._plan_restart(child)
        code = child.popen.returncode if child.popen else None
        self.log("up", f"{child.name} đã dừng, đang khởi động lại / {child.name} ended ({code}), restarting")

    def _plan_restart(self, child: Child) -> None:
        child.restart_at = time.monotonic() + PAUSES[min(child.failures, len(PAUSES) - 1)]
        child.failures += 1

    def _collect(self, child: Child) -> None:
        """Reap an ended child, after killing what it left in its group."""
        if child.popen is None or child.popen.returncode is not None:
            return
        child.signal_group(signal.SIGKILL)
        child.popen.wait()
        if child.popen.stdout and not child.popen.stdout.closed:
            self._selector.unregister(child.popen.stdout)
            child.popen.stdout.close()

    def _drain(self, child: Child) -> None:
        if child.popen is None or child.popen.stdout is None or child.popen.stdout.closed:
            return
        while chunk := self._read(child.popen.stdout.fileno()):
            *whole, child.tail = (child.tail + chunk).split(b"\n")
            for line in whole:
                self.log(child.name, line.decode("utf-8", "replace"))
                child.lines = [*child.lines[-20:], line.decode("utf-8", "replace")]
            if len(chunk) < 65536:
                return

    @staticmethod
    def _read(descriptor: int) -> bytes:
        try:
            return os.read(descriptor, 65536)
        except BlockingIOError:
            return b""

    def log(self, name: str, line: str) -> None:
        """Write one line under the name of its process; dropped where the reader of our output has stopped reading."""
        say(f"{name:>9} | {line}")

    # --- stopping

    def stop(self) -> None:
        """Stop services together, then the database; a second signal, or too long a wait, kills."""
        asked, ends = self.stops, time.monotonic() + STOPPED_WITHIN
        services = [child for child in self.children.values() if child.name != DATABASE]
        for child in services:
            child.signal(signal.SIGTERM)
        self._wait_for(services, GRACE, hurry=asked + 1)
        for child in services:
            child.signal_group(signal.SIGKILL)
        self._wait_for(services, 2.0)
        for child in services:
            if child.has_ended():
                self._collect(child)
        database = self.children.get(DATABASE)
        if database and self.cluster and not database.has_ended():
            for number, seconds in self.cluster.stop_signals():
                database.signal(number)
                left = ends - time.monotonic() - RUSHED if number == signal.SIGINT else 0.0
                if self._wait_for([database], max(seconds, left), hurry=asked + 1):
                    break
        if database and database.has_ended():
            self._collect(database)

    def _wait_for(self, children: list[Child], seconds: float, hurry: int | None = None) -> bool:
        deadline = time.monotonic() + seconds
        while not all(child.has_ended() for child in children):
            left = deadline - time.monotonic()
            if left <= 0 or (hurry is not None and self.stops >= max(hurry, 2)):
                return False
            self.stops = max(self.stops, 1)
            self._pump(min(left, 0.2))
        return True


class Parent:
    """The process that called us, where we are to stop with it."""

    def __init__(self) -> None:
        self.pid = os.getppid()
        self._caught = self._catches_interrupts()

    def _catches_interrupts(self) -> bool:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
                if line.startswith("SigCgt:"):
                    return bool(int(line.split()[1], 16) >> (signal.SIGINT - 1) & 1)
        return False

    def has_stopped(self) -> bool:
        """Tell whether it has ended, or was interrupted alone: make then waits for us, and passes nothing on but SIGTERM."""
        return os.getppid() != self.pid or (self._caught and not self._catches_interrupts())


def say(line: str) -> None:
    """Print a line, without ever waiting for a reader that is not there."""
    data = line.encode()[: PIPE_BUF - 1] + b"\n"
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [sys.stdout.fileno()], [], 0)[1]:
            os.write(sys.stdout.fileno(), data)


def answers(*, host: str, port: int, named: str) -> bool:
    """Tell whether the web process serves its health page."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health/", headers={"Host": named})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
