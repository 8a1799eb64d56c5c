"""Holds dossiers to the dictionary of the national portal before anything is sent; what identifies somebody is not opened for it."""

from __future__ import annotations

from collections.abc import Sequence

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import dictionary, payload
from motcham.apps.public_services.national_portal.define import NoSuchDossier
from motcham.apps.public_services.national_portal.dictionary import Fault
from motcham.apps.public_services.national_portal.sending import SENDER
from motcham.blocks.cases import api as cases


def check(*, codes: Sequence[str] = (), most: int = 200) -> dict[str, list[Fault]]:
    """Return what is wrong with each dossier of some codes, or of the latest. Raises NoSuchDossier."""
    rows = Dossier.objects.filter(code__in=codes) if codes else Dossier.objects.order_by("-on", "-number")[:most]
    if unknown := set(codes) - {row.code for row in rows}:
        raise NoSuchDossier(codes=", ".join(sorted(unknown)))
    return {
        row.code: dictionary.faults(
            dictionary.DOSSIER, payload.dossier(row, cases.case_by_id(row.case_id, actor=SENDER), {}), but_personal=True
        )
        for row in rows
    }
