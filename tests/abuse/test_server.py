"""The web server itself, spoken to byte by byte: floods of headers, odd and broken requests, bodies that never end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest

from motcham.project.testing import free_port, until

FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
JSON = b"Content-Type: application/json\r\n"
OPEN = b"POST /api/v1/cases/feedback_1022.report HTTP/1.1\r\n"
SAFE_WAIT = 120


class Web:
    """A web process of one worker."""

    def __init__(self, home: str) -> None:
        self.port = free_port()
        env = {
            **os.environ,
            "MOTCHAM_HOME": home,
            "MOTCHAM_MODE": "test",
            "PORT": str(self.port),
            "MOTCHAM_WEB_WORKERS": "1",
        }
        command = [sys.executable, "-m", "motcham.project.cli", "web"]
        self.process = subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.host = b"Host: 127.0.0.1:%d\r\n" % self.port

    def call(self, sent: bytes) -> socket.socket:
        """Send bytes and keep the line open."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=SAFE_WAIT)
        line.sendall(sent)
        return line

    def ask(self, sent: bytes, *, ends: bool = False) -> bytes:
        """Send bytes, and return what comes back until the line is closed; `ends` says that no more will be sent."""
        found = b""
        try:
            with self.call(sent) as line:
                if ends:
                    line.shutdown(socket.SHUT_WR)
                while some := line.recv(65536):
                    found += some
        except OSError:
            pass  # Cut off while it was still sending: an answer too.
        return found

    def get(self, path: str = "/track/", *, headers: bytes = b"") -> bytes:
        """Ask for a page, with more headers."""
        return self.ask(b"GET %s HTTP/1.1\r\n%s%sConnection: close\r\n\r\n" % (path.encode(), self.host, headers))


def status(answer: bytes) -> int:
    """Return the status of an answer; 0 where there was none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    made = Web(str(tmp_path_factory.mktemp("server")))

    def answers() -> bool:
        with suppress(OSError):
            return status(made.get()) == 200
        return False

    try:
        until(answers)
        yield made
    finally:
        made.process.kill()
        made.process.wait()


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"".join(b"X-%d: a\r\n" % number for number in range(90)), {200}),
        (b"".join(b"X-%d: a\r\n" % number for number in range(1000)), {431}),
        (b"X-Long: " + b"a" * 1_000_000 + b"\r\n", {431, 0}),
        (b"Cookie: seen=" + b"a" * 100_000 + b"\r\n", {200, 431}),
        (b"Cookie: " + b"; ".join(b"c%d=x" % number for number in range(1000)) + b"\r\n", {200}),
        (b"Cookie: language=\xff\xfe%00; csrftoken=\x80\r\n", {200, 400}),
        (b"Host: elsewhere.example\r\n", {400}),
        (b"Content-Length: 3\r\nContent-Length: 5\r\n", {400}),
        (b"Content-Length: -3\r\n", {400}),
        (b"Expect: 100-continue\r\n", {200}),
    ],
)
def test_a_flood_of_headers_is_answered_or_refused(web, headers, expected):
    assert status(web.get(headers=headers)) in expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET /track/ HTTP/1.0", 200),
        (b"GET http://127.0.0.1:%(port)d/track/ HTTP/1.1", 200),
        (b"GET /" + b"a" * 60_000 + b" HTTP/1.1", 404),
        (b"GET /" + b"a" * 600_000 + b" HTTP/1.1", 431),
        (b"GET /%%00%%ff/ HTTP/1.1", 404),
        (b"GET /\xff\xfe HTTP/1.1", 400),
        (b"GET / HTTP/3.7", 400),
        (b"OPTIONS * HTTP/1.1", 404),
        (b"CONNECT elsewhere.example:443 HTTP/1.1", 403),
        (b"TRACE / HTTP/1.1", 405),
    ],
)
def test_an_odd_request_line_is_answered(web, line, expected):
    asked = (line % {b"port": web.port}) if b"%" in line else line
    assert status(web.ask(asked + b"\r\n" + web.host + b"Connection: close\r\n\r\n")) == expected


def test_a_page_asked_for_under_another_name_never_repeats_that_name(web):
    for line in (
        b"GET http://elsewhere.example/board/ HTTP/1.1\r\n" + web.host,
        b"GET /board/ HTTP/1.1\r\nHost: elsewhere.example\r\n",
    ):
        assert b"elsewhere.example" not in web.ask(line + b"Connection: close\r\n\r\n")


@pytest.mark.parametrize(
    "sent",
    [
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 0\r\nExpect: 100-continue\r\n\r\n",
    ],
)
def test_a_body_that_comes_in_pieces_or_under_two_lengths_is_answered(web, sent):
    assert status(web.ask(OPEN + web.host + JSON + b"Connection: close\r\n" + sent)) == 400


@pytest.mark.parametrize("sent", [b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", b"Content-Length: 300\r\n\r\n{"])
def test_whoever_breaks_off_breaks_nothing(web, sent):
    assert status(web.ask(OPEN + web.host + JSON + b"Connection: close\r\n" + sent, ends=True)) in (0, 400)


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00\x01" + b"\x00" * 200, b"\r\n" * 5000 + b"x", b"GET\r\n\r\n"])
def test_what_is_no_request_is_refused(web, sent):
    assert status(web.ask(sent, ends=True)) in (0, 400, 431)


def test_bodies_that_never_end_keep_nobody_from_the_pages(web):
    token = b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
    slow = b"POST /track/ HTTP/1.1\r\n" + web.host + token + FORM + b"Content-Length: 30\r\n\r\na="
    with ExitStack() as lines:
        for _each in range(60):
            lines.enter_context(web.call(slow))
        assert status(web.get()) == 200
        short = b"POST /track/ HTTP/1.1\r\n" + web.host + FORM + b"Content-Length: 3\r\nConnection: close\r\n\r\na=b"
        refused = until(lambda: told if status(told := web.ask(short)) == 429 else b"")
        assert b"retry-after:" in refused.lower()
    # Once they are gone, forms are taken again.
    until(lambda: status(web.ask(slow[:-2] + b"a" * 30, ends=True)) == 403)
