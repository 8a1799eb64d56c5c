"""Every story of every application holds."""

from __future__ import annotations

from pathlib import Path

import pytest

import motcham
from motcham.apps.public_services.testing import known
from motcham.blocks.cases.testing import Story, stories

STORIES = stories(Path(motcham.__file__).parent / "apps")


@pytest.mark.django_db
@pytest.mark.parametrize("path", STORIES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_the_story_holds(path):
    # A story of a dossier names a procedure of the catalogue: these few stand in it.
    with known():
        Story.read(path).run()
