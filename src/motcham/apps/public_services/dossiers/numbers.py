"""The code of a dossier as agencies write it: who took it, the day, a number of that day."""

from __future__ import annotations

import re
from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.blocks.identity import api as identity
from motcham.kernel.errors import Invalid
from motcham.kernel.terms import Words

OFFICIAL = re.compile(r"(\d{3}\.\d{2}\.\d{2}\.H29|\d{2}\.\d{2}\.H29|H29(\.\d{1,3}){0,3})")
"""The two forms in use: read from the right (38.98.H29, 000.00.01.H29), and from the left since Circular 03/2025 (H29.38)."""
OURS = "MC"
WRITTEN = re.compile(r"\S{1,40}-\d{6}-\d{4,}")
GIVEN = ("code", "number", "is_official")
# With the row in one statement, because whoever files next with the agency waits for the number from here to the commit.
REGISTER = """
WITH entered AS (SELECT code FROM dossiers_agencycode WHERE agency_id = %(agency)s AND valid_from <= %(on)s ORDER BY valid_from DESC LIMIT 1),
given AS (
    INSERT INTO dossiers_daynumber (agency_id, "on", last) VALUES (%(agency)s, %(on)s, 1)
    ON CONFLICT (agency_id, "on") DO UPDATE SET last = dossiers_daynumber.last + 1
    RETURNING last
)
INSERT INTO dossiers_dossier (code, number, is_official, {columns})
SELECT coalesce((SELECT code FROM entered), %(prefix)s) || to_char(%(on)s::date, '"-"YYMMDD"-"') || lpad(last::text, greatest(4, length(last::text)), '0'),
    last, %(official)s OR EXISTS (SELECT FROM entered), {values}
FROM given
RETURNING code, number, is_official
"""


class NotAnAgencyCode(Invalid):
    """This is not a code of an agency of the city. Enter it as the decision has it, for example 38.98.H29 or H29.38.98."""

    code = "dossiers.not_an_agency_code"


def register(row: Dossier) -> None:
    """Write a new dossier into the register of its agency's day, under the next number: last in the transaction that files, so
    that none is lost or given twice. The number and the code of the agency, 38.98.H29-210519-0013, are put into the row."""
    prefix, official = _prefix(row.agency_id)
    fields = [each for each in Dossier._meta.concrete_fields if each.column not in GIVEN]
    values = {each.column: each.get_db_prep_save(getattr(row, each.attname), connection) for each in fields}
    sql = REGISTER.format(
        columns=", ".join(f'"{name}"' for name in values), values=", ".join(f"%(row_{name})s" for name in values)
    )
    said = {f"row_{name}": value for name, value in values.items()}
    with connection.prepared() as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql, said | {"agency": row.agency_id, "on": row.on, "prefix": prefix, "official": official})
        row.code, row.number, row.is_official = cursor.fetchone()
    row._state.adding = False


def _prefix(agency_id: int) -> tuple[str, bool]:
    """Return the code of an agency for which nobody entered one, and whether it is official: else ours stands, in a form that
    cannot be taken for a code of the state."""
    agency = identity.agency(id=agency_id)
    if agency.official_code and OFFICIAL.fullmatch(agency.official_code):
        return agency.official_code, True
    return f"{OURS}.{agency.code.partition('.')[2] or agency.code}", False


def numbers_of(case_ids: Collection[UUID]) -> dict[UUID, tuple[str, Words]]:
    """Return the numbers of dossiers, each with what is to be said of it: one of our own says that it is."""
    ours = _("our own number; the official code of the agency is not published")
    found = Dossier.objects.filter(case_id__in=case_ids).values_list("case_id", "code", "is_official")
    return {case_id: (code, "" if is_official else ours) for case_id, code, is_official in found}


def case_of(typed: str) -> UUID | None:
    """Return the case of a dossier whose number somebody reads off a slip."""
    number = typed.strip()
    if not WRITTEN.fullmatch(number):
        return None
    return Dossier.objects.filter(code__in=(number, number.upper())).values_list("case_id", flat=True).first()


def demand_official(code: str) -> str:
    """Return a code as it is kept; refuse what has none of the forms in use."""
    code = code.strip().upper()
    if not OFFICIAL.fullmatch(code):
        raise NotAnAgencyCode()
    return code
