"""Builders for tests of other blocks and apps: a gateway behind a port that keeps the contract, bills, money that comes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import override_settings

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.payments import actions, actions_callback
from motcham.blocks.payments.define import Answer, Bill, Item, Way
from motcham.blocks.payments.demo_gateway import KEYS, FakeGateway

gateway_actor = Actor.system("payos")


class GatewayServer(FakeGateway):
    """The fake behind a port. `breaks` answers the next calls with this status of HTTP, `lies` answers with another signature."""

    breaks: int = 0
    lies: bool = False
    loses_answer: bool = False

    def respond(self, path: str, headers: Any, body: bytes | None) -> tuple[int, bytes, dict[str, str]]:
        """Return what goes over the wire."""
        if self.breaks:
            return self.breaks, b"{}", {}
        status, answer, above = self.answer(path, headers, body)
        if self.lies:
            answer["signature"], above = "0" * 64, dict.fromkeys(above, "0" * 64)
        return (502, b"lost", {}) if self.loses_answer else (status, json.dumps(answer).encode(), above)


@contextmanager
def gateway_server(folder: Path) -> Iterator[GatewayServer]:
    """Run a gateway on a free port and let the settings lead to it."""
    fake = GatewayServer(folder, pages="https://pay.example.vn/web/")

    class Handler(BaseHTTPRequestHandler):
        # Head and body are two small writes: the second would wait until the first is acknowledged.
        disable_nagle_algorithm = True

        def _answer(self, body: bytes | None) -> None:
            status, found, above = fake.respond(self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in above.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        with override_settings(PAYOS_URL=url, PAYOS_KEYS=KEYS, PAYOUT_KEYS=KEYS, OUTGOING_NETWORKS=["127.0.0.0/8"]):
            yield fake
    finally:
        server.shutdown()
        server.server_close()


def a_bill(
    *, amount: int = 50_000, subject: str = "case:test", agency_id: int | None = None, payer: str = "Nguyễn Thị A"
) -> Bill:
    """Store a bill of one line."""
    agency_id = agency_id or identity_testing.an_agency()
    items = [Item("Lệ phí thử", amount, fee_kind="civil_status", reason="rule", legal_basis="01/TEST")]
    return actions.bill(by=identity_testing.system, subject=subject, agency_id=agency_id, items=items, payer=payer)


def a_paid_bill(*, subject: str, agency_id: int, payer: str, mark: str) -> UUID:
    """Store a bill that was paid by a transfer which the bank calls `mark`; `mark` is also what it is for. Return its id."""
    bill = actions.bill(by=identity_testing.system, subject=subject, agency_id=agency_id, items=[Item(mark, 1000)], payer=payer)
    actions.take(by=identity_testing.system, bill_id=bill.id, way=Way.TRANSFER, reference=mark)
    return bill.id


def tell(callback: dict[str, Any]) -> Answer:
    """Send a callback as the gateway does."""
    return actions_callback.callback(by=gateway_actor, body=json.dumps(callback).encode())


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads of their own, begun together; return what each gave or raised."""
    gate = threading.Barrier(len(acts))
    given: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            given[place] = act()
        except Exception as raised:  # noqa: BLE001 -- it is what is looked at
            given[place] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given
