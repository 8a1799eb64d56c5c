"""Who settles a dossier, wherever in the city it was handed in: read from dated rows; what no row says waits for an officer."""

from __future__ import annotations

from datetime import date
from functools import cache

from motcham import data
from motcham.apps.public_services.sources import Procedure
from motcham.blocks.cases.define import Filing
from motcham.ui import formats

WARD = "ward"
AREA = "area"
"""The field that names the ward of the applicant."""


def agency_of(procedure: Procedure, filing: Filing) -> str | None:
    """Return the code of the competent agency, or None for the queue of what no rule routes."""
    found = rule_for(procedure, formats.local(filing.at).date())
    if found != WARD:
        return found
    area = filing.place.area_code if filing.place else str(filing.answers.get(AREA) or "")
    return f"ward.{area}" if area else None


def rule_for(procedure: Procedure, on: date) -> str | None:
    """Return the agency that the rows name for a procedure, `ward` for that of the applicant; the most particular row wins."""
    for kind, values in (("code", (procedure.code,)), ("field", (procedure.field,)), ("agency", procedure.agencies)):
        for row in _routes():
            is_valid = date.fromisoformat(row["valid_from"]) <= on < date.fromisoformat(row["valid_to"] or "9999-12-31")
            is_level = not row["level"] or row["level"] in procedure.levels
            if row["kind"] == kind and is_valid and is_level and row["value"] in values:
                return row["agency"] or None
    return None


@cache
def _routes() -> tuple[dict[str, str], ...]:
    return tuple(data.rows("procedure_routes.csv"))
