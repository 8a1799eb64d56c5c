"""A ward, the office that sends on, and procedures to file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcham.apps.public_services.testing import known
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity.testing import an_agency, forget


@pytest.fixture
def house() -> Iterator[None]:
    forget()
    forget_callers()
    for code, kind in (("department.office", "department"), ("ward.26740", "ward"), ("ward.26743", "ward")):
        an_agency(code=code, kind=kind)
    with known():
        yield
    forget()
