"""Two installations, each with its own database and web server, exchange reports both ways."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from motcham.project.testing import PATIENCE, free_port, until

LAMP, ROAD = "infrastructure.street_light", "infrastructure.road_damage"
DRAW_TOKEN = """
import django; django.setup()
from motcham.blocks.identity import api as identity, testing
program = testing.an_officer(role={role!r}, agency_code={agency!r})
print(testing.token_of(program))
"""
ACT = """
import django; django.setup()
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import testing
case_id = cases.read_ref({ref!r})
if {to!r}:
    cases.take_step(by=testing.system, case_id=case_id, to={to!r}, message={words!r})
else:
    cases.release(by=testing.system, case_id=case_id, text={words!r})
"""
KNOWN = """
import django; django.setup()
import json
from motcham.apps.feedback_1022.open311.models import Exchanged
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import testing
found = []
for link in Exchanged.objects.order_by("id"):
    view = cases.case_by_id(link.case_id, actor=testing.system)
    found.append({"ref": cases.public_ref(link.case_id), "ours": link.is_ours, "remote": link.remote_id, "state": view.line.state,
        "words": view.answers.get("description", ""), "category": view.line.category, "channel": view.channel,
        "said": [event.message for event in view.events if event.is_public and event.message]})
print(json.dumps(found))
"""


class Installation:
    """One of the two: a database copied from a migrated one, a home, a web server."""

    def __init__(self, name: str, database: str, folder: Path) -> None:
        self.name, self.database, self.port = name, database, free_port()
        self.env = {
            **os.environ,
            "DATABASE_URL": address_of(database),
            "MOTCHAM_HOME": str(folder / name),
            "MOTCHAM_MODE": "test",
            "MOTCHAM_GEOREPORT_JURISDICTION": f"{name}.example",
            "MOTCHAM_OUTGOING_NETWORKS": "127.0.0.0/8",
            "DJANGO_SETTINGS_MODULE": "motcham.project.settings",
            "PORT": str(self.port),
            "MOTCHAM_WEB_WORKERS": "1",
        }
        self.url = f"http://127.0.0.1:{self.port}/open311/v2"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "motcham.project.cli", "web"], env=self.env, start_new_session=True
        )

        def answers() -> bool:
            try:
                return bool(self.get("services"))
            except OSError:
                return False

        until(answers)

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(PATIENCE)

    def verb(self, *arguments: str) -> dict[str, Any]:
        """Run a verb of the command line and return what it prints."""
        return json.loads(self._run(["-m", "motcham.project.cli", *arguments, "--json"]))

    def python(self, code: str) -> str:
        return self._run(["-c", code]).strip()

    def _run(self, arguments: list[str]) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.env, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, resource: str, **asked: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{resource}.json?{urllib.parse.urlencode(asked)}", timeout=PATIENCE) as answer:
            return json.loads(answer.read())

    def report(self, **given: str) -> str:
        """Report something here as a citizen's app does; return the id."""
        form = {"lat": "10.7769", "long": "106.7009", **given}
        with urllib.request.urlopen(
            f"{self.url}/requests.json", urllib.parse.urlencode(form).encode(), timeout=PATIENCE
        ) as answer:
            return str(json.loads(answer.read())[0]["service_request_id"])

    def act(self, ref: str, words: str, to: str = "") -> None:
        """Act as an officer: release, or take a step."""
        self.python(ACT.format(ref=ref, words=words, to=to))

    def known(self) -> list[dict[str, Any]]:
        return json.loads(self.python(KNOWN))  # type: ignore[no-any-return]

    def meets(
        self, other: Installation, folder: Path, *, takes: dict[str, str], sends: dict[str, str], role: str, agency: str
    ) -> None:
        """Make the other known here, with a key that the other has issued and with tables of codes."""
        key = folder / f"{self.name}.key"
        key.write_text(other.python(DRAW_TOKEN.format(role=role, agency=agency)))
        arguments = ["--jurisdiction", f"{other.name}.example", "--key-file", str(key), "--tells"]
        for option, table in (("takes", takes), ("sends", sends)):
            path = folder / f"{self.name}-{option}.csv"
            path.write_text("".join(f"{one},{another}\n" for one, another in table.items()))
            arguments += [f"--{option}", str(path)]
        self.verb("open311", "add", other.name, other.url, *arguments)


def address_of(database: str) -> str:
    """Return the address of another database on the server of the tests."""
    made = settings.DATABASES["default"]
    user = f"{made['USER']}:{made['PASSWORD']}@" if made["PASSWORD"] else f"{made['USER']}@"
    port = f"&port={made['PORT']}" if made["PORT"] else ""
    return f"postgresql://{user}/{database}?host={made['HOST']}{port}"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """Set up two installations, and leave nothing of them."""
    names = [f"open311_{os.getpid()}_{each}" for each in ("a", "b")]
    tmp_path.chmod(0o755)
    found = [Installation(short, name, tmp_path) for short, name in zip("ab", names, strict=True)]
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        try:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(names[0])))
            found[0].python(
                "import django; django.setup()\nfrom django.core.management import call_command\ncall_command('migrate', verbosity=0)"
            )
            found[0].python(
                "import django; django.setup()\nfrom motcham.blocks.identity import api, testing\napi.load_agencies(by=testing.system)"
            )
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, reversed(names))))
            for each in found:
                each.start()
            yield found[0], found[1]
        finally:
            for each in found:
                each.stop()
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(each.database)))


def test_two_installations_exchange_reports_both_ways(two: tuple[Installation, Installation], tmp_path: Path) -> None:
    a, b = two
    # B takes A's lamps and answers them for A; B sends A the roads.
    b.meets(a, tmp_path, takes={LAMP: LAMP}, sends={ROAD: ROAD}, role="ward_officer", agency="ward.26740")
    unreleased, lamp = a.report(service_code=LAMP, description="Nhà bà Năm"), a.report(service_code=LAMP, description="Đèn tắt")
    assert b.verb("open311", "pull", "a") == {}, "nothing is released yet"
    a.act(lamp, "Đèn đường tắt ba đêm")

    assert b.verb("open311", "pull", "a") == {"pulled": 1}
    assert b.verb("open311", "pull", a.url) == {"known": 1}
    pulled = b.known()[0]
    assert pulled["remote"] == lamp and pulled["category"] == LAMP and pulled["channel"] == "open311"
    assert pulled["words"].startswith("Đèn đường tắt ba đêm") and lamp in pulled["words"] and unreleased not in str(b.known())

    # B answers what it took over, and A hears of it.
    b.act(pulled["ref"], "Đã thay bóng đèn.", to="answered")
    assert b.verb("open311", "push", "a") == {"told": 1}
    assert b.verb("open311", "push", "a") == {}
    assert a.get(f"requests/{lamp}")[0]["status"] == "closed"

    # What is a's category at B goes to A, once, without who filed it.
    road = b.report(service_code=ROAD, description="Ổ gà trước số 5", phone="0901234567", last_name="Nguyễn", first_name="An")
    assert b.verb("open311", "push", "a") == {"sent": 1}
    assert b.verb("open311", "push", "a") == {}
    sent = next(each for each in b.known() if each["ours"])
    assert sent["ref"] == road and a.get(f"requests/{sent['remote']}")[0]["service_code"] == ROAD
    assert any(sent["remote"] in words for words in sent["said"]), "the citizen reads where it went"

    # A answers, and B's citizen has the answer.
    a.act(sent["remote"], "Ổ gà trên đường")
    a.act(sent["remote"], "Đã vá xong.", to="answered")
    assert b.verb("open311", "push", "a") == {"answered": 1}
    assert next(each for each in b.known() if each["ours"])["state"] == "closed"
    # Nothing of it came back as another case.
    assert len(b.known()) == 2 and b.verb("open311", "pull", "a").get("pulled") is None
