"""How every benchmark measures: an installation of its own, load by wrk, CPU and memory of whole process trees, one line of JSON at the end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from motcham.project.postgres import Cluster, processes_in

TICK = os.sysconf("SC_CLK_TCK")
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
CONNECTIONS = 48
LUA_DONE = """
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('JSON {"requests": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "p99": %.3f, "bytes": %d, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, summary.bytes, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


class NotMeasured(Exception):
    """A benchmark could not be run; the message says why."""


# --- processes


def tree(pid: int) -> list[int]:
    """Return a process with all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += parents.get(each, [])
    return found


def cpu_seconds(root: int) -> float:
    """Return the CPU time of a process tree; what ended children used is kept by their parents."""
    total = 0
    for pid in tree(root):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / TICK


def pss_megabytes(pids: Iterable[int]) -> float:
    """Return the proportional memory of processes: what they share is divided among them."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(found.group(1)) if found else 0
    return total / 1024


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, *, within: float = 60.0) -> None:
    """Return when an address answers."""
    deadline = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError as problem:
            if time.monotonic() > deadline:
                raise NotMeasured(f"{url} does not answer: {problem}") from problem
            time.sleep(0.1)


def wait_for_port(port: int, *, within: float = 30.0) -> None:
    """Return when something listens on a port."""
    deadline = time.monotonic() + within
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            raise NotMeasured(f"nothing listens on port {port}")
        time.sleep(0.1)


# --- an installation of its own


@dataclass
class Stand:
    """An installation for one benchmark: a database that flushes every commit, and the processes that are asked for."""

    folder: Path
    cluster: Cluster | None = None
    database: subprocess.Popen[bytes] | None = None
    env: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    address: str = ""

    def run(self, *arguments: str) -> None:
        """Run one command of the house to its end."""
        done = subprocess.run(self._argv(arguments), env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotMeasured(f"motcham {' '.join(arguments)}: {done.stderr[-2000:]}")

    def start(self, name: str, argv: Sequence[str] | None = None, **env: str) -> subprocess.Popen[bytes]:
        """Start a process; without `argv` the verb `name` of the house."""
        log = (self.folder / f"{name}.log").open("ab")
        # By this name the database tells whose connection is whose.
        process = subprocess.Popen(
            argv or self._argv([name]),
            env={**self.env, "PGAPPNAME": f"bench-{name}", **env},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running[name] = process
        return process

    def web(self, *, workers: int = 2) -> str:
        """Start the web server and return its address."""
        port = free_port()
        self.start("web", PORT=str(port), MOTCHAM_WEB_WORKERS=str(workers))
        wait_for(f"http://127.0.0.1:{port}/health/")
        return f"http://127.0.0.1:{port}"

    def stop(self, name: str) -> None:
        """Stop one process and all of its group."""
        process = self.running.pop(name)
        for number, seconds in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                break

    def backends(self, name: str) -> list[int]:
        """Return the database's processes that serve one of ours, where the database is ours."""
        if not self.cluster:
            return []
        with psycopg.connect(self.url) as connection:
            found = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [f"bench-{name}"]
            ).fetchall()
        return [row[0] for row in found]

    def database_pid(self) -> int | None:
        """Return the server of the database where it is ours."""
        return self.database.pid if self.database else None

    def database_pids(self) -> list[int]:
        """Return every process of the database where it is ours."""
        return processes_in(self.cluster.data) if self.cluster else []

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.env["DATABASE_URL"]

    def _argv(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-P", "-m", "motcham.project.cli", *arguments]


@contextlib.contextmanager
def stand(*, mode: str = "production", prepare: bool = True) -> Iterator[Stand]:
    """Set up an installation in a folder of its own, and leave nothing of it. DATABASE_URL names another, empty database."""
    folder = Path(tempfile.mkdtemp(prefix="motcham-bench-", dir=os.environ.get("BENCH_FOLDER")))
    folder.chmod(0o711)
    made = Stand(folder)
    made.env = {
        **os.environ,
        "MOTCHAM_HOME": str(folder / "home"),
        "MOTCHAM_MODE": mode,
        "MOTCHAM_TLS": "0",
        "PYTHONUNBUFFERED": "1",
    }
    made.env["DJANGO_SETTINGS_MODULE"] = "motcham.project.settings"
    try:
        if "DATABASE_URL" not in os.environ:
            made.cluster = Cluster(folder / "home", durable=True)
            made.database = made.cluster.start()
            made.env["DATABASE_URL"] = made.cluster.url()
        if prepare:
            made.run("migrate")
            made.run("prepare")
        yield made
    finally:
        for name in list(made.running):
            made.stop(name)
        if made.cluster:
            made.cluster.stop(made.database)
            made.cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)


# --- load


@dataclass(frozen=True)
class Load:
    """What one round of load measured; times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu: float
    bytes_each: float

    def line(self, name: str) -> str:
        """Return the round as a line for people."""
        return (
            f"  {name:<28} {self.per_second:>9,.0f}/s   p50 {self.p50:>7.1f}  p95 {self.p95:>7.1f}  p99 {self.p99:>7.1f} ms   "
            f"CPU {self.cpu:>6.2f} ms/request   {self.bytes_each:>9,.0f} B   errors {self.errors}"
        )


def wrk(
    url: str,
    *,
    roots: Callable[[], Sequence[int]] = tuple,
    script: str = "",
    seconds: int = SECONDS,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Load an address for some seconds with Debian's wrk; CPU is that of the process trees under `roots()`."""
    program = shutil.which("wrk")
    if not program:
        raise NotMeasured("wrk is not installed: sudo apt-get install wrk")
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + LUA_DONE)
        file.flush()
        command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", file.name]
        for name, value in (headers or {}).items():
            command += ["-H", f"{name}: {value}"]
        before = {root: cpu_seconds(root) for root in roots()}
        done = subprocess.run([*command, url], capture_output=True, text=True, check=False, timeout=seconds + 60)
        # A connection that was opened meanwhile began with nothing.
        used = sum(cpu_seconds(root) - before.get(root, 0) for root in roots())
    found = re.search(r"^JSON (.*)$", done.stdout, re.MULTILINE)
    if not found:
        raise NotMeasured(f"wrk {url}: {done.stdout}{done.stderr}")
    got = json.loads(found.group(1))
    number = max(got["requests"], 1)
    return Load(
        got["requests"] / got["seconds"],
        got["p50"],
        got["p95"],
        got["p99"],
        got["errors"],
        used * 1000 / number,
        got["bytes"] / number,
    )


def in_turn(rounds: int, **kinds: Callable[[], Load]) -> dict[str, Load]:
    """Measure each kind once in each round, in turn, and return for each the medians over the rounds."""
    found: dict[str, list[Load]] = {name: [] for name in kinds}
    for _ in range(rounds):
        for name, measure in kinds.items():
            load = measure()
            found[name].append(load)
            say(load.line(name))
    return {name: median_of(loads) for name, loads in found.items()}


def median_of(loads: Sequence[Load]) -> Load:
    """Return the round that does not exist: each figure the median over the rounds, errors added up."""

    def middle(get: Callable[[Load], float]) -> float:
        return statistics.median(map(get, loads))

    return Load(
        middle(lambda each: each.per_second),
        middle(lambda each: each.p50),
        middle(lambda each: each.p95),
        middle(lambda each: each.p99),
        sum(each.errors for each in loads),
        middle(lambda each: each.cpu),
        middle(lambda each: each.bytes_each),
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


# --- telling

_began = (0.0, 0.0, 0.0)


def begin() -> None:
    """Remember how busy the machine was until now, so that the end can tell what others did meanwhile."""
    global _began
    _began = _machine()


def _machine() -> tuple[float, float, float]:
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / TICK, sum(fields[:8]) / TICK, cpu_seconds(os.getpid())


def elsewhere() -> float:
    """Return which share of the machine went to others since the beginning: above a few hundredths the figures mean little."""
    busy, all_of_it, own = (now - then for now, then in zip(_machine(), _began, strict=True))
    return max(0.0, busy - own) / all_of_it if all_of_it else 0.0


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def conclude(
    name: str, *, reference: str, ratio: float | None, limit: Mapping[str, object], holds: bool, **figures: object
) -> bool:
    """Print the one line of JSON that programs read, and return whether the limit holds."""
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in figures.items()}
    line = {
        "name": name,
        **rounded,
        "cpu_elsewhere": round(elsewhere(), 3),
        "reference": reference,
        "ratio": ratio and round(ratio, 3),
        "limit": dict(limit),
        "holds": holds,
    }
    say(json.dumps(line, ensure_ascii=False))
    return holds
