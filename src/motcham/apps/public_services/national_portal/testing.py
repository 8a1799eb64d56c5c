"""Builders for tests: the made-up portal behind a real port, which may answer late, the house connected to it, and a ward in which
dossiers are filed and settled."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import override_settings

from motcham.apps.public_services.national_portal.demo_portal import DemoPortal
from motcham.apps.public_services.testing import answers, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Opened, case_types
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget
from motcham.kernel.calendar import CITY

KEY = "public_services.dossier:1.004873"


class House:
    """A ward in which dossiers are filed and settled."""

    def __init__(self) -> None:
        self.officer = an_officer(role="ward_officer", agency_code="ward.26740")
        self.inspector = an_officer(role="inspector", agency_code="department.office")

    def files(self, *, on: str = "2026-03-02 09:00", **changes: Any) -> Opened:
        """File a dossier online."""
        read = cases.parse_answers(case_types[KEY].fields, answers(**changes), now=at(on))
        assert read.errors == {}
        return cases.open_case(NewCase(type_key=KEY, answers=read.answers, channel="web", at=at(on)), by=Actor.anonymous())

    def steps(self, opened: Opened, to: str, on: str, *, message: str = "", **given: Any) -> None:
        """Take a dossier to a state."""
        cases.take_step(by=self.officer, case_id=opened.id, to=to, message=message, at=at(on), answers=given or None)


def at(text: str) -> datetime:
    """Return a moment of the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@dataclass
class Server:
    """A portal on a port. While `holds` is set, what it takes is taken, and its answer never comes: the connection is closed.
    `instead` are a status and a body with which the next calls are answered, whatever was asked."""

    portal: DemoPortal
    holds: set[str] = field(default_factory=set)
    instead: list[tuple[int, bytes]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if server.instead:
                status, sent = server.instead.pop(0)
            else:
                status, answer = server.portal.answer(self.path, dict(self.headers), body)
                sent = json.dumps(answer).encode()
                server.bodies.append(json.loads(body))
            if self.path in server.holds:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    return Handler


@contextmanager
def national_portal() -> Iterator[Server]:
    """Run a portal and connect the house to it."""
    server = Server(DemoPortal(key="test-key"))
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.port}"
    try:
        with override_settings(NATIONAL_PORTAL_URL=address, NATIONAL_PORTAL_KEY="test-key", OUTGOING_NETWORKS=["127.0.0.1/32"]):
            yield server
    finally:
        http.shutdown()
        http.server_close()


@contextmanager
def a_house() -> Iterator[House]:
    """Have a ward, the office that sends on, and procedures to file."""
    forget()
    forget_callers()
    for code, kind in (("department.office", "department"), ("ward.26740", "ward"), ("ward.26743", "ward")):
        an_agency(code=code, kind=kind)
    with known():
        yield House()
    forget()
