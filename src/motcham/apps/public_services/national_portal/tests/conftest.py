"""A ward in which dossiers are filed, and a national portal behind a port."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcham.apps.public_services.national_portal.testing import House, Server, a_house, national_portal


@pytest.fixture
def house() -> Iterator[House]:
    with a_house() as found:
        yield found


@pytest.fixture
def server() -> Iterator[Server]:
    with national_portal() as found:
        yield found
