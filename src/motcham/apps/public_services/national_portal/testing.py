"""Builders for tests: the made-up portal behind a real port, which may answer late, and the house connected to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import override_settings

from motcham.apps.public_services.national_portal.demo_portal import DemoPortal


@dataclass
class Server:
    """A portal on a port. While `holds` is set, what it takes is taken, and its answer never comes: the connection is closed."""

    portal: DemoPortal
    holds: set[str] = field(default_factory=set)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = server.portal.answer(self.path, dict(self.headers), body)
            server.bodies.append(json.loads(body))
            if self.path in server.holds:
                self.close_connection = True
                return
            sent = json.dumps(answer).encode()
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
