"""An installation under load whose processes are killed: who files and answers, and who dies."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from motcham.project.testing import PATIENCE, Installation, until

AWAY = 503
# The company or centre in charge of this kind of report, wherever it is: one officer sees every case of the run.
CATEGORY, AGENCY = "infrastructure.road_damage", "centre.road_infrastructure"
ANSWERS = {
    "category": CATEGORY,
    "place": {"address": "Đường Lê Lợi", "lat": 10.7731, "lon": 106.7030},
    "description": "Mặt đường hư từ hôm qua.",
    "name": "Nguyễn Văn A",
    "phone": "0900000000",
}
PEOPLE = f"""
from motcham.blocks.identity import api
from motcham.blocks.identity.define import Actor
system = Actor.system("load")
for name, role in (("filer", "intake_application"), ("officer", "department_officer")):
    account = api.ensure_account(by=system, username=name, is_application=True)
    post = api.ensure_post(by=system, account_id=account, agency_code="{AGENCY}", role=role)
    print(name, api.issue_token(by=system, post_id=post, label="load"))
"""
Answer = tuple[int, Any]


class City(Installation):
    """An installation with a program that files and an officer who answers."""

    def open(self) -> City:
        """Wait until it runs, and let the two in."""
        self.wait_ready()
        self.tokens = dict(line.split() for line in self.shell(PEOPLE)[-2:])
        return self

    def shell(self, code: str) -> list[str]:
        """Run code in a process of its own; return the lines it printed."""
        done = self.motcham("manage", "shell", "--no-imports", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return what the database says, whatever the web server would."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload,no-any-return]

    def call(self, path: str, *, who: str = "", body: object = None, key: str = "", within: float = 20.0) -> Answer:
        """Make one request on a connection of its own; (0, None) where nobody answered it to the end."""
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        headers |= {"Idempotency-Key": key} if key else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request("GET" if body is None else "POST", path, data, headers)
            response = connection.getresponse()
            text, kind = response.read(), response.headers.get_content_type()
            return response.status, json.loads(text) if kind.endswith("json") else text.decode()
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()

    def file(self, key: str) -> Answer:
        """File one report under a key."""
        body = {"answers": {**ANSWERS, "description": f"{ANSWERS['description']} {key}"}}
        return self.call("/api/v1/cases/feedback_1022.report", who="filer", body=body, key=key)

    def settles(self) -> None:
        """Wait until it runs whole again, and nothing waits to be counted, placed or signed."""
        until(self.answers)
        until(lambda: all(self.living(victim) for victim in VICTIMS))
        waiting = "SELECT (SELECT count(*) FROM indicators_scoreevent) + (SELECT count(*) FROM ledger_pending)"
        unsigned = "(SELECT size - checkpoint_size FROM ledger_log ORDER BY generation DESC LIMIT 1)"
        until(lambda: self.ask(f"{waiting} + {unsigned}") == [(0,)])

    def living(self, victim: str) -> list[int]:
        """Return the processes of one kind that could be killed now."""
        if victim == "database":
            return [pid for pid in [self.cluster.running_pid()] if pid]
        if victim == "database backend":
            return [pid for pid in self.pids() if b"postgres: motcham" in read(pid, "cmdline")]
        mains = {pid for pid in self.pids_of(victim.split(maxsplit=1)[0]) if parent(pid) == self.process.pid}
        if victim == "web worker":
            return [pid for pid in self.pids_of("web") if parent(pid) in mains]
        return list(mains)


VICTIMS = ("web", "web worker", "worker", "sequencer", "database", "database backend")


def read(pid: int, name: str) -> bytes:
    """Return what the kernel says of a process, nothing of one that is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_bytes()
    return b""


def parent(pid: int) -> int:
    """Return who started a process."""
    said = read(pid, "stat").rpartition(b")")[2].split()
    return int(said[1]) if said else 0


ROOT = Path(__file__).parents[2]
RECOMPUTE = """
from motcham.blocks.indicators import api
print(api.recompute().changed)
"""
# Events and entries name each other one to one; each case was opened once, and each case that is closed has its closing act.
ODD = {
    "events without their entry": """
        SELECT count(*) FROM cases_event e LEFT JOIN ledger_entry l ON l.entry_id = e.entry_id
        AND l.kind = 'case.' || e.kind AND l.subject = 'case:' || e.case_id WHERE l.entry_id IS NULL""",
    "entries without their event": """
        SELECT count(*) FROM ledger_entry l LEFT JOIN cases_event e ON l.entry_id = e.entry_id
        WHERE l.subject LIKE 'case:%' AND e.id IS NULL""",
    "entries with two events or two places": """
        SELECT (SELECT count(*) - count(DISTINCT entry_id) FROM cases_event)
        + (SELECT count(*) - count(DISTINCT entry_id) FROM ledger_entry)""",
    "gaps between places": "SELECT count(*) - max(position) - 1 FROM ledger_entry",
    "cases not opened once": """
        SELECT count(*) FROM cases_case c
        WHERE (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'opened') <> 1""",
    "events of no case": "SELECT count(*) FROM cases_event e WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = e.case_id)",
    "answers not given once": """
        SELECT count(*) FROM cases_case c WHERE (c.step = 'answered')::int
        <> (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'step' AND e.step = 'answered')""",
    "keys without their case": """
        SELECT count(*) FROM cases_idempotencykey k WHERE NOT EXISTS (SELECT FROM cases_case c WHERE c.id = k.case_id)""",
}


def _holds_together(city: City, codes: dict[str, str], answered: set[str]) -> None:
    """Find everything that was acknowledged, exactly once, with its entries, counted and signed."""
    city.settles()
    kept = [code for (code,) in city.ask("SELECT code FROM cases_case")]
    assert sorted(kept) == sorted(code.replace("-", "") for code in codes.values()), (
        "each acknowledged key has one case, no other is there"
    )
    assert {name: found for name, query in ODD.items() if (found := city.ask(query)) != [(0,)]} == {}
    assert answered <= {str(found) for (found,) in city.ask("SELECT id FROM cases_case WHERE step = 'answered'")}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda code: city.call(f"/api/v1/cases/{code}"), codes.values()))
    assert [body["code"] if status == 200 else status for status, body in found] == list(codes.values())
    assert city.ask("SELECT received FROM indicators_tally WHERE scope = 'city' AND span = 'ever'") == [(len(codes),)]
    assert city.shell(RECOMPUTE)[-1] == "0", "the tallies are what counting anew finds"
    _log_verifies(city)


def _log_verifies(city: City) -> None:
    """Check the log as a stranger would."""
    command = [sys.executable, "-m", "motcham_verify", "ledger", f"http://127.0.0.1:{city.port}/ledger/", "--full"]
    env = {**city.env, "PYTHONPATH": str(ROOT / "verify/src"), "XDG_STATE_HOME": str(city.home.parent)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr


class Load:
    """People who file, answer and look, and what they were told."""

    FILERS = 4
    PAUSE = 0.05

    def __init__(self, city: City) -> None:
        self.city = city
        self.over = threading.Event()
        self.codes: dict[str, str] = {}  # by key: what was acknowledged
        self.repeated = 0
        self.answered: set[str] = set()
        self.told: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.heard_at = 0.0
        work = [lambda n=n: self._file(n) for n in range(self.FILERS)]
        work += [self._officer, self._reader]
        self.threads = [threading.Thread(target=each, daemon=True) for each in work]
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        """Let everybody finish what they began."""
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self.threads), "somebody still waits for an answer"

    def _hear(self, answer: Answer, *expected: int) -> bool:
        status, body = answer
        self.told[status] += 1
        if status not in {0, AWAY, *expected}:
            self.wrong.append(f"{status} {str(body)[:300]}")
        return status in expected

    def _file(self, filer: int) -> None:
        number = 0
        while not self.over.is_set():
            key = f"{filer}-{number}"
            began, answer, tries = time.monotonic(), self.city.file(key), 0
            while not self._hear(answer, 200, 201):
                if self.wrong:
                    return
                threading.Event().wait(self.PAUSE)
                tries, began, answer = tries + 1, time.monotonic(), self.city.file(key)
            self.repeated += answer[0] == 200
            if answer[0] == 200 and not tries:
                self.wrong.append(f"{key} was new and opened nothing")
            self.codes[key] = answer[1]["code"]
            self.heard_at = max(self.heard_at, began)
            # Now and then somebody presses the button twice.
            if number % 10 == 0:
                again = self.city.file(key)
                if self._hear(again, 200) and again[1]["code"] != answer[1]["code"]:
                    self.wrong.append(f"{key} opened {again[1]['code']} and {answer[1]['code']}")
            number += 1
            self.over.wait(self.PAUSE)

    def _officer(self) -> None:
        while not self.over.is_set():
            answer = self.city.call("/api/v1/desk/cases?list=due&most=5", who="officer")
            for line in answer[1]["cases"] if self._hear(answer, 200) else ():
                self._answer(line["id"])
            self.over.wait(self.PAUSE)

    def _answer(self, case_id: str) -> None:
        act = {"act": "answered", "message": "Đã sửa xong.", "version": 1}
        path = f"/api/v1/desk/cases/{case_id}/acts"
        # Without an answer it may have been done: then the second time it is no longer open.
        while not self._hear(self.city.call(path, who="officer", body=act), 200, 409):
            if self.over.wait(self.PAUSE) or self.wrong:
                return
        self.answered.add(case_id)

    def _reader(self) -> None:
        while not self.over.is_set():
            for path in ("/", "/board/", "/ledger/checkpoint", "/api/v1/cases/0000-0000-0000"):
                self._hear(self.city.call(path), 200, 404, 429)
            self.over.wait(self.PAUSE)


class Killer:
    """Kills one process after the other, each kind once before any comes twice, at moments drawn by chance."""

    def __init__(self, load: Load, *, seed: int) -> None:
        self.load, self.city = load, load.city
        self.chance = random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.waits: list[tuple[float, str]] = []
        self.turn: list[str] = []

    def kill(self) -> None:
        """Kill one, and wait until somebody is served again who asked after that."""
        self.load.over.wait(self.chance.uniform(0.02, 0.6))
        if not self.turn:
            self.turn = self.chance.sample(VICTIMS, len(VICTIMS))
        victim = self.turn.pop()
        living = until(lambda: self.city.living(victim))
        began = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.chance.choice(living), signal.SIGKILL)
            self.killed[victim] += 1
        until(lambda: self.load.heard_at > began or self.load.wrong)
        self.waits.append((time.monotonic() - began, victim))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Make a folder that the user of the database may pass through."""
    made = Path(tempfile.mkdtemp(prefix="mc-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def city(folder: Path) -> Iterator[City]:
    """Run a city."""
    made = City(folder)
    try:
        yield made.open()
    finally:
        made.destroy()


@pytest.fixture
def small_city(folder: Path) -> Iterator[City]:
    """Run a city on a disk of its own that is easily filled."""
    home = folder / "home"
    home.mkdir(mode=0o711)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m,mode=0711", "none", str(home)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk of its own can only be mounted by root")
    made = City(folder)
    try:
        yield made.open()
    finally:
        made.destroy()
        subprocess.run(["umount", "-l", str(home)], check=False)


@pytest.fixture
def under_load() -> Iterator[Callable[[City], Load]]:
    """Begin the load on a city; ended with the test."""
    begun: list[Load] = []

    def begin(city: City) -> Load:
        begun.append(Load(city))
        return begun[-1]

    yield begin
    for load in begun:
        load.over.set()


@pytest.fixture
def killer() -> type[Killer]:
    """Return who kills."""
    return Killer


@pytest.fixture
def holds_together() -> Callable[[City, dict[str, str], set[str]], None]:
    """Return what must hold of a city after all that was done to it."""
    return _holds_together
