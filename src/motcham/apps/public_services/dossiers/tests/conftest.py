"""A ward, the office that sends on, procedures to file, and a gateway for those that cost something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motcham.apps.public_services.dossiers.tests.papers import PAID
from motcham.apps.public_services.testing import EVERY, known
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity.testing import an_agency, forget
from motcham.blocks.payments.testing import GatewayServer, gateway_server


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Keep files and keys apart from those of other tests."""
    settings.HOME = tmp_path
    settings.PUBLIC_URL = "https://motcham.example"


@pytest.fixture
def house() -> Iterator[None]:
    forget()
    forget_callers()
    for code, kind in (("department.office", "department"), ("ward.26740", "ward"), ("ward.26743", "ward")):
        an_agency(code=code, kind=kind)
    with known():
        yield
    forget()


@pytest.fixture
def priced(house: None) -> Iterator[None]:
    """Have a procedure that costs something."""
    with known(*EVERY, PAID):
        yield


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayServer]:
    """Run a gateway that keeps the contract."""
    with gateway_server(tmp_path / "gateway") as server:
        yield server
