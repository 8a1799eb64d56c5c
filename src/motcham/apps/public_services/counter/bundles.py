"""Reading bundles of paper: which dossiers lie at a counter and belong elsewhere, what is on its way, what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from motcham.apps.public_services import making
from motcham.apps.public_services.counter.models import Bundle, BundleLine, Intake
from motcham.apps.public_services.counter.refusals import NoSuchBundle
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission

DIRECT = 1
BACK = timedelta(days=60)
MOST = 300
ON_THEIR_WAY = BundleLine.objects.exclude(came=0, given__gt=0)
"""Dossiers that left: given and not yet received, or received with at least one paper."""


@dataclass(frozen=True)
class InHand:
    """A dossier on paper that lies at the counter and is settled elsewhere. Nobody is named."""

    case_id: UUID
    code: str
    procedure: str
    agency_id: int
    on: date
    papers: int

    @property
    def title(self) -> str:
        """Return what the procedure is called."""
        return making.title_of(self.procedure) or self.procedure


def in_hand(agency_id: int) -> list[InHand]:
    """Return what lies at a counter to be handed on, oldest first: handed in there, settled elsewhere, in no bundle yet, or in one
    of whose papers none came."""
    rows = (
        Dossier.objects.filter(taken_in_by=agency_id, channel=DIRECT, on__gte=timezone.localdate() - BACK)
        .exclude(agency=agency_id)
        .exclude(case_id__in=ON_THEIR_WAY.values("case_id"))
        .order_by("on", "code")[:MOST]
    )
    found = list(rows)
    originals = dict(Intake.objects.filter(case_id__in=[each.case_id for each in found]).values_list("case_id", "originals"))
    return [
        InHand(each.case_id, each.code, each.procedure, each.agency_id, each.on, originals.get(each.case_id, each.papers))
        for each in found
    ]


def listed(actor: Actor) -> tuple[list[Bundle], list[Bundle]]:
    """Return the bundles that come to the actor's agencies and those that left them, the newest first."""
    scope = actor.scope(Permission.COUNTER_SERVE)
    mine = [each.id for each in identity.agencies()] if scope is None else list(scope)
    rows = Bundle.objects.filter(Q(from_agency__in=mine) | Q(to_agency__in=mine), on__gte=timezone.localdate() - BACK)
    found = list(rows.order_by("-made_at")[:MOST])
    return [each for each in found if each.to_agency_id in mine], [each for each in found if each.from_agency_id in mine]


def bundle_of(bundle_id: UUID, actor: Actor) -> Bundle:
    """Return a bundle to officers of both sides; for anyone else it does not exist."""
    found = Bundle.objects.filter(id=bundle_id).first()
    sides = (found.from_agency_id, found.to_agency_id) if found else ()
    if found is None or not any(actor.may(Permission.COUNTER_SERVE, agency_id=each) for each in sides):
        raise NoSuchBundle()
    return found


@dataclass(frozen=True)
class Row:
    """One line of a bundle as pages and the list on paper show it."""

    line: BundleLine
    dossier: Dossier | None

    @property
    def code(self) -> str:
        """Return the number of the dossier."""
        return self.dossier.code if self.dossier else str(self.line.case_id)

    @property
    def title(self) -> str:
        """Return what the procedure is called."""
        return (making.title_of(self.dossier.procedure) or self.dossier.procedure) if self.dossier else ""

    @property
    def differs(self) -> bool:
        """Tell whether something else came than was given."""
        return self.line.came is not None and self.line.came != self.line.given


def rows_of(bundle: Bundle) -> list[Row]:
    """Return the lines of a bundle in order."""
    lines: Iterable[BundleLine] = BundleLine.objects.filter(bundle=bundle).order_by("place")
    dossiers = {each.case_id: each for each in Dossier.objects.filter(case_id__in=[line.case_id for line in lines])}
    return [Row(line, dossiers.get(line.case_id)) for line in lines]


def facts_of(bundle: Bundle) -> dict[str, Any]:
    """Return what the list on paper says."""
    return {
        "code": bundle.code,
        "giver": identity.agency(id=bundle.from_agency_id).official_name,
        "taker": identity.agency(id=bundle.to_agency_id).official_name,
        "made_at": bundle.made_at,
        "received_at": bundle.received_at,
        "note": bundle.note,
        "lines": [
            {"code": row.code, "title": row.title, "given": row.line.given, "came": row.line.came, "note": row.line.note}
            for row in rows_of(bundle)
        ],
    }
