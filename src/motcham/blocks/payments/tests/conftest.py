"""A gateway behind a port, for every test of payments that wants one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcham.blocks.payments import events
from motcham.blocks.payments.define import Paid
from motcham.blocks.payments.testing import GatewayServer, gateway_server
from motcham.ui import throttle


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Let no test be slowed down by the guesses of another."""
    throttle.forget()


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayServer]:
    """Run a gateway that keeps the contract."""
    with gateway_server(tmp_path / "gateway") as server:
        yield server


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Paid]:
    """Return what others were told of bills that are settled."""
    heard: list[Paid] = []
    monkeypatch.setattr(events.paid, "_within", [heard.append])
    return heard


@pytest.fixture
def later(time_machine: Any) -> Callable[[timedelta], None]:
    """Stop the clock; what is returned moves it."""
    time_machine.move_to(timezone.now(), tick=False)
    return time_machine.shift  # type: ignore[no-any-return]
