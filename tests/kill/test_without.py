"""Without a database, or with a full disk: an answer that says so, nothing half-written, and all is well when it is over."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from motcham.project.testing import free_port, until

UNREACHABLE = "Hiện chưa kết nối được dữ liệu"
FULL = "Ổ đĩa của hệ thống đã đầy"
SESSION = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz"}


class Web:
    """A web process whose database is not there."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        env = {**os.environ, "MOTCHAM_HOME": str(folder / "home"), "MOTCHAM_MODE": "test", "PORT": str(self.port)}
        env |= {"MOTCHAM_WEB_WORKERS": "1", "DATABASE_URL": f"postgresql://motcham@/motcham?host={folder}"}
        command = [sys.executable, "-m", "motcham.project.cli", "web"]
        self.process = subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, path: str, body: object = None, **headers: str) -> tuple[int, str, str]:
        """Return the status, the type and the text of an answer; 0 where nobody listens yet."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request("GET" if body is None else "POST", path, data, headers)
            response = connection.getresponse()
            return response.status, response.headers.get_content_type(), response.read().decode()
        except OSError:
            return 0, "", ""
        finally:
            connection.close()


@pytest.fixture
def web(folder: Path) -> Iterator[Web]:
    made = Web(folder)
    try:
        until(lambda: made.ask("/health/")[0])
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def test_without_a_database_every_page_says_so_also_to_those_who_are_signed_in(web: Web) -> None:
    for path, headers in (
        ("/board/", {}),
        ("/health/", {}),
        *((path, SESSION) for path in ("/", "/board/", "/track/", "/desk/", "/new/feedback_1022.report/", "/account/login/")),
    ):
        status, kind, text = web.ask(path, **headers)
        assert (status, kind) == (503, "text/html"), (path, text[:500])
        assert UNREACHABLE in text, path


def test_without_a_database_the_api_says_so_as_a_problem(web: Web) -> None:
    for path, body, headers in (
        ("/api/v1/cases/feedback_1022.report", {"answers": {}}, {"Authorization": "Bearer one"}),
        ("/api/v1/desk/cases", None, SESSION),
        ("/api/v1/cases/0000-0000-0000", None, {}),
    ):
        status, kind, text = web.ask(path, body, **headers)
        assert (status, kind) == (503, "application/problem+json"), (path, text[:500])
        assert json.loads(text)["code"] == "unavailable"


def test_what_needs_no_database_is_there_without_it(web: Web) -> None:
    assert {path: web.ask(path)[0] for path in ("/", "/track/", "/services/")} == {"/": 200, "/track/": 200, "/services/": 200}


@pytest.mark.kill
def test_a_full_disk_is_named_nothing_is_half_written_and_it_ends_when_there_is_room(small_city, holds_together) -> None:
    city, codes = small_city, {}
    for number in range(20):
        status, body = city.file(f"before-{number}")
        assert status == 201
        codes[f"before-{number}"] = body["code"]
    begin_new_segment(city)

    with filled(city.home / "ballast"):
        key, status, body = file_until_refused(city, codes)
        assert (status, body["code"]) == (503, "full")
        assert FULL in body["title"]
    codes[key] = filed_at_last(city, key)

    with filled(city.home / "ballast"):
        # Without room for its own log the database cannot even run.
        with pytest.raises(psycopg.Error):
            use_up_the_log(city)
        status, body = city.file("without-log")
        assert status == 503 and body["code"] in {"full", "unavailable"}
    codes["without-log"] = filed_at_last(city, "without-log")

    holds_together(city, codes, set())
    assert city.stop() == 0


def begin_new_segment(city) -> None:
    """Let the database have a whole segment of its log before it, and end none for its age: its tables are to meet the full disk."""
    with psycopg.connect(city.cluster.url(user="postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET archive_timeout = 0")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("SELECT pg_logical_emit_message(false, 'full', 'disk')")


def file_until_refused(city, codes: dict[str, str]) -> tuple[str, int, Any]:
    """File reports until one is refused, and return that one."""
    for number in range(2000):
        status, body = city.file(f"full-{number}")
        if status != 201:
            return f"full-{number}", status, body
        codes[f"full-{number}"] = body["code"]
    raise AssertionError("the disk was not full")


def filed_at_last(city, key: str) -> str:
    """File under a key until it is taken, and return the code."""

    def code() -> str:
        status, body = city.file(key)
        return body["code"] if status in {200, 201} else ""

    return until(code)


def use_up_the_log(city) -> None:
    """Let the database begin one segment of its log after the other."""
    with psycopg.connect(city.cluster.url(user="postgres"), autocommit=True) as connection:
        for _ in range(100):
            connection.execute("SELECT pg_logical_emit_message(false, 'full', 'disk')")
            connection.execute("SELECT pg_switch_wal()")


@contextlib.contextmanager
def filled(path: Path) -> Iterator[None]:
    """Take all the room that is left on a disk, for a while."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    try:
        yield
    finally:
        path.unlink()
