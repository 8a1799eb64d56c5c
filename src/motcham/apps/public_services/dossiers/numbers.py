"""The code of a dossier as agencies write it: who took it, the day, a number of that day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
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
NEXT = """
INSERT INTO dossiers_daynumber (agency_id, "on", last) VALUES (%s, %s, 1)
ON CONFLICT (agency_id, "on") DO UPDATE SET last = dossiers_daynumber.last + 1
RETURNING last, (SELECT code FROM dossiers_agencycode WHERE agency_id = %s AND valid_from <= %s ORDER BY valid_from DESC LIMIT 1)
"""


class NotAnAgencyCode(Invalid):
    """This is not a code of an agency of the city. Enter it as the decision has it, for example 38.98.H29 or H29.38.98."""

    code = "dossiers.not_an_agency_code"


@dataclass(frozen=True)
class Number:
    """The code of one dossier with its parts."""

    code: str
    number: int
    is_official: bool


def give(*, agency_id: int, on: date) -> Number:
    """Give the next number of an agency's day; call it in the transaction that files, so that none is lost or given twice."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, (agency_id, on, agency_id, on))
        number, entered = cursor.fetchone()
    prefix, is_official = (entered, True) if entered else _prefix(agency_id)
    return Number(write(prefix, on, number), number, is_official)


def write(prefix: str, on: date, number: int) -> str:
    """Return a code.

    >>> write("38.98.H29", date(2021, 5, 19), 13)
    '38.98.H29-210519-0013'
    """
    return f"{prefix}-{on:%y%m%d}-{number:04d}"


def _prefix(agency_id: int) -> tuple[str, bool]:
    """Return the code of an agency for which nobody entered one, and whether it is official: else ours stands, in a form that
    cannot be taken for a code of the state."""
    agency = identity.agency(id=agency_id)
    if agency.official_code and OFFICIAL.fullmatch(agency.official_code):
        return agency.official_code, True
    return f"{OURS}.{agency.code.partition('.')[2] or agency.code}", False


def number_of(case_id: UUID) -> tuple[str, Words]:
    """Return the number of a dossier with what is to be said of it: one of our own says that it is."""
    found = Dossier.objects.filter(case_id=case_id).values_list("code", "is_official").first()
    code, is_official = found or ("", True)
    return str(code), "" if is_official else _("our own number; the official code of the agency is not published")


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
