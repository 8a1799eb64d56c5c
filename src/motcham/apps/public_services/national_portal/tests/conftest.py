"""A ward with an officer, procedures to file, and a dossier that is filed and settled step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from motcham.apps.public_services.national_portal.testing import Server, national_portal
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
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@pytest.fixture
def house() -> Iterator[House]:
    forget()
    forget_callers()
    for code, kind in (("department.office", "department"), ("ward.26740", "ward"), ("ward.26743", "ward")):
        an_agency(code=code, kind=kind)
    with known():
        yield House()
    forget()


@pytest.fixture
def server() -> Iterator[Server]:
    with national_portal() as found:
        yield found
