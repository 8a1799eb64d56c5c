"""What a search for services finds among the procedures."""

from __future__ import annotations

from django.urls import reverse

from motcham.apps.public_services import naming
from motcham.apps.public_services.finding import find
from motcham.blocks.cases.define import Finder, Found

LIKELY = 0.85
"""Below this score everyday words of another kind, a lamp say, find procedures that nobody meant."""
MOST = 4


def _found(text: str) -> list[Found]:
    likely = [hit for hit in find(text, MOST) if hit.score >= LIKELY]
    return [
        Found(naming.called(hit.code, hit.title), hit.title, reverse("procedures:procedure", args=[hit.code])) for hit in likely
    ]


procedures = Finder(key="procedures", find=_found)
