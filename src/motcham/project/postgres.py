"""The embedded PostgreSQL: one cluster in a folder of ours, reached by a unix socket only, opened with one major version.

A server is judged by connecting to it and by the state of its process, never by its log, and never by its pid alone:
a zombie, or a stranger that got the same pid, is not a running server.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from motcham.project.leash import leashed
from motcham.project.postgres_binaries import OLDEST, Binaries, NoPostgres, choose, copy_for_another_user

NAME = "motcham"
# sun_path holds 108 bytes with its end, and the server's file is called /.s.PGSQL.5432.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
ELSEWHERE = Path("/var/lib/motcham-embedded")

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "huge_pages": "off",
    "jit": "off",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "wal_level": "replica",
    # Always on, because turning it on needs a restart; what it runs follows from whether there is an archive.
    "archive_mode": "on",
    "archive_timeout": "60",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "10min",
    "autovacuum_naptime": "20s",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%q%u@%d '",
    "log_checkpoints": "off",
}
# Run in the data folder. It never leaves half a segment under its name, and never replaces one by another.
COPY = (
    "cp %p ../archive/.%f.part && sync ../archive/.%f.part && "
    "if test -e ../archive/%f; then cmp -s %p ../archive/%f; else mv ../archive/.%f.part ../archive/%f; fi"
)
NOT_DURABLE = {
    "archive_mode": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
}


class PostgresProblem(NoPostgres):
    """The embedded database cannot be used; the message says why and what to do."""


def process_state(pid: int) -> str | None:
    """Return the kernel's letter for the state of a process, or None where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def is_alive(pid: int) -> bool:
    """Tell whether a process runs: one that has ended and waits to be collected does not."""
    return process_state(pid) not in (None, "Z", "X")


def processes_in(folder: Path) -> list[int]:
    """Return the living processes that work in `folder`: every process of a server works in its data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if Path(os.readlink(entry / "cwd")) == folder and is_alive(int(entry.name)):
                    found.append(int(entry.name))
    return found


def may_enter(user: tuple[int, int], folder: Path) -> bool:
    """Tell whether another user may pass through `folder`. Asked of the kernel as that user, so that ACLs count."""
    return subprocess.run(["test", "-x", str(folder)], user=user[0], group=user[1], extra_groups=[], check=False).returncode == 0


def _unprivileged_user() -> tuple[int, int]:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    raise PostgresProblem(
        "PostgreSQL không chạy bằng root và máy không có người dùng postgres hay nobody: `useradd --system postgres`. / "
        "PostgreSQL refuses root and there is no user postgres or nobody: `useradd --system postgres`."
    )


def _say(text_vi: str, text_en: str) -> PostgresProblem:
    return PostgresProblem(f"{text_vi} / {text_en}")


class Cluster:
    """The embedded database of one installation."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.resolve()
        self.durable = durable
        self.pointer = self.home / "postgres.elsewhere"
        self.user: tuple[int, int] | None = None
        self._binaries: Binaries | None = None

    # --- where

    @property
    def base(self) -> Path:
        """The folder of everything of the database: under home, or elsewhere where its own user may not enter home."""
        return Path(self.pointer.read_text().strip()) if self.pointer.exists() else self.home / "postgres"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.base / "data"

    @property
    def run(self) -> Path:
        """The folder of the socket: short enough for the kernel, and none that PostgreSQL takes for two or for a name of a host."""
        near = self.base / "run"
        if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER and not set(str(near)) & set(",'"):
            return near
        return Path("/tmp") / f"motcham-{hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]}"

    def url(self, *, user: str = NAME, database: str = NAME) -> str:
        """Return the address of a database of this cluster; the socket's folder admits only its owner and root."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.run))}"

    @property
    def recorded_major(self) -> int | None:
        """The major version that wrote the data, or None where there is none yet."""
        record = self.data / "PG_VERSION"
        return int(record.read_text().strip()) if record.exists() else None

    @property
    def binaries(self) -> Binaries:
        """The programs that may open this cluster."""
        if self._binaries is None or self.recorded_major not in (None, self._binaries.major):
            self._binaries = choose(self.recorded_major)
        return self._binaries

    # --- making it

    def prepare(self, settings: Mapping[str, str] | None = None) -> None:
        """Create what is missing and write the configuration, as the user that will run the server."""
        self.prepare_folders()
        if self.recorded_major is None:
            self._initdb()
        self.configure(settings)
        self._forget_stale_pid()

    @property
    def archive(self) -> Path:
        """The folder where finished log segments wait for the next backup; archiving runs where it exists."""
        return self.base / "archive"

    def configure(self, settings: Mapping[str, str] | None = None) -> None:
        """Write the configuration; a running server reads it at its next start or reload."""
        conf = {**SETTINGS, **({} if self.durable else NOT_DURABLE), "unix_socket_directories": f"'{self.run}'"}
        conf["archive_command"] = f"'{COPY}'" if self.archive.exists() else "'/bin/true'"
        self._write(
            self.base / "motcham.conf", "".join(f"{key} = {value}\n" for key, value in {**conf, **(settings or {})}.items())
        )

    def start_archiving(self) -> None:
        """Keep every finished log segment from now on."""
        self.prepare_folders(archive=True)
        self.configure()
        with psycopg.connect(self.url(user="postgres", database="postgres"), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")

    def prepare_folders(self, *, archive: bool = False) -> None:
        """Decide who runs the server and where its files are, and create their folders."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
        if os.geteuid() == 0:
            owner = self.data.stat() if self.data.exists() else None
            self.user = (owner.st_uid, owner.st_gid) if owner and owner.st_uid else _unprivileged_user()
            if not may_enter(self.user, self.home) and not self.data.exists():
                name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
                self.pointer.write_text(str(ELSEWHERE / name) + "\n")
            if self.binaries.origin == "package" and not may_enter(self.user, self.binaries.folder):
                self._binaries = copy_for_another_user(self.binaries, into=self._folder(ELSEWHERE / "programs"))
        elif self.data.exists() and self.data.stat().st_uid != os.geteuid():
            owner_name = pwd.getpwuid(self.data.stat().st_uid).pw_name
            raise _say(
                f"Dữ liệu ở {self.data} thuộc về {owner_name}: hãy chạy bằng người dùng đã tạo ra nó.",
                f"The data in {self.data} belongs to {owner_name}: run as the user who made it.",
            )
        self.own(self._folder(self.base))
        self.own(self._folder(self.run), mode=0o700)
        if archive:
            self.own(self._folder(self.archive), mode=0o700)

    def _folder(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
        return folder

    def own(self, path: Path, mode: int | None = None) -> None:
        """Hand a path to the user that runs the server; one that belongs to a stranger is refused."""
        if path.is_symlink() or path.stat().st_uid not in {0, os.geteuid(), *(self.user or ())[:1]}:
            raise _say(f"{path} là của người dùng khác.", f"{path} belongs to another user.")
        if mode is not None:
            path.chmod(mode)
        if self.user:
            os.chown(path, *self.user)

    def own_all(self, folder: Path) -> None:
        """Hand a folder and all that is in it to the user that runs the server."""
        if self.user:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, *self.user, follow_symlinks=False)

    def _write(self, path: Path, text: str) -> None:
        partial = path.with_suffix(".new")
        partial.write_text(text)
        partial.chmod(0o644)
        partial.rename(path)

    def _initdb(self) -> None:
        """Make the cluster beside its place and move it there when whole."""
        partial = self.base / "data.new"
        shutil.rmtree(partial, ignore_errors=True)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.binaries.major >= 17 else ["--locale-provider=libc"]
        )
        command = [self.binaries.program("initdb"), "-D", str(partial), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
        command += [
            *locale,
            "--lc-messages=C",
            "--auth-local=trust",
            "--auth-host=reject",
            "--data-checksums",
            "--no-instructions",
        ]
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(
            leashed(command, user=self.user), capture_output=True, text=True, cwd="/", env=self.environment(), check=False
        )
        if done.returncode != 0:
            raise _say("initdb không chạy được.", f"initdb failed:\n{done.stdout[-500:]}{done.stderr[-1500:]}")
        with (partial / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude = '../motcham.conf'\n")
        partial.rename(self.data)

    def environment(self) -> dict[str, str]:
        """Return the environment of the server: nothing of the caller's but the path."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8", "TZ": "UTC"}

    def ensure_database(self) -> None:
        """Create the role and the database of the house where they are missing; the role is no superuser."""
        with psycopg.connect(self.url(user="postgres", database="postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    # --- what runs

    def running_pid(self) -> int | None:
        """Return the pid of the living server of this cluster, whoever started it."""
        pid = self._recorded_pid()
        return pid if pid and pid in processes_in(self.data) else None

    def _recorded_pid(self) -> int | None:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))
        except (FileNotFoundError, ValueError):
            return None

    def _forget_stale_pid(self) -> None:
        """Remove a lock file that names a zombie or a stranger: PostgreSQL itself would take either for a running server."""
        if self._recorded_pid() is None or self.running_pid():
            return
        deadline = time.monotonic() + 20
        while left := processes_in(self.data):
            if time.monotonic() > deadline:
                raise _say(
                    f"Tiến trình cũ của cơ sở dữ liệu còn chạy: {left}.", f"Old processes of the database still run: {left}."
                )
            time.sleep(0.02)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self, *, on_leash: bool = True) -> list[str]:
        """Return the command of the server, as a direct child; if its parent is killed it gets SIGQUIT, which never hangs."""
        server = [self.binaries.program("postgres"), "-D", str(self.data)]
        return leashed(server, on_death=signal.SIGQUIT if on_leash else 0, user=self.user)

    def is_ready(self) -> bool:
        """Tell whether the server answers and takes writes, by connecting."""
        try:
            with psycopg.connect(self.url(user="postgres", database="postgres"), connect_timeout=2) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                return row == (False,)
        except psycopg.Error:
            return False

    def stop_signals(self) -> tuple[tuple[int, float], ...]:
        """Return the signals that stop the server and how long to wait after each.

        SIGINT (disconnect all, then checkpoint) hangs for ever when it arrives during crash recovery: it is sent only to
        a server that answers. The next start recovers after SIGQUIT or SIGKILL; nothing committed is lost.
        """
        quick = ((signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0))
        return ((signal.SIGINT, 3.0), *quick) if self.is_ready() else quick

    def start(
        self, *, log: Path | None = None, on_leash: bool = True, within: float = 120.0, settings: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start the server, with further settings, and return when it answers."""
        self.prepare(settings)
        if pid := self.running_pid():
            raise _say(f"Cơ sở dữ liệu đang chạy (pid {pid}).", f"The database is running already (pid {pid}).")
        log = log or self.base / "server.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                self.command(on_leash=on_leash),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", env=self.environment(), start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + within
        while not self.is_ready():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop(process)
                raise _say("PostgreSQL không khởi động được.", f"PostgreSQL did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.03)
        self.ensure_database()
        return process

    def stop(self, process: subprocess.Popen[bytes] | None = None) -> None:
        """Stop the server down the ladder of signals, and collect it where it is our child."""
        pid = process.pid if process else self.running_pid()
        if pid and not (process and process.poll() is not None):
            for number, seconds in self.stop_signals():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                deadline = time.monotonic() + seconds
                while is_alive(pid) and time.monotonic() < deadline:
                    time.sleep(0.02)
                if not is_alive(pid):
                    break
        if process:
            process.wait()

    def destroy(self) -> None:
        """Forget the data, wherever it is. The server must be stopped."""
        shutil.rmtree(self.run, ignore_errors=True)
        shutil.rmtree(self.base, ignore_errors=True)
        self.pointer.unlink(missing_ok=True)


def address() -> str:
    """Return DATABASE_URL as PostgreSQL's own library takes it: without `prepare_threshold`, which is for the pages alone."""
    return re.sub(r"(?<=[?&])prepare_threshold=[^&]*&?", "", os.environ["DATABASE_URL"]).rstrip("?&")


def check_server() -> int:
    """Return the major version of the server of DATABASE_URL; refuse one that is unreachable, too old or not in UTF-8."""
    try:
        with psycopg.connect(address(), connect_timeout=5) as connection:
            number = connection.info.server_version // 10000
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as problem:
        raise _say("Không kết nối được DATABASE_URL.", f"DATABASE_URL cannot be reached: {problem}") from problem
    if number < OLDEST or encoding != "UTF8":
        raise _say(
            f"DATABASE_URL là PostgreSQL {number}, bảng mã {encoding}: cần bản ≥ {OLDEST} và UTF8.",
            f"DATABASE_URL is PostgreSQL {number} with encoding {encoding}: it must be ≥ {OLDEST} with UTF8.",
        )
    return number
