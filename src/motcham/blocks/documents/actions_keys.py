"""Writes: what an agency signs with is made or taken over; that it was stands in the log, with the certificate's fingerprint."""

from __future__ import annotations

from django.db import transaction

from motcham.blocks.documents import agency_keys
from motcham.blocks.documents.define import AgencyKey, HasRef
from motcham.blocks.ledger import api as ledger


def make(*, agency_code: str, official_name: str, by: HasRef, years: int = 3) -> AgencyKey:
    """Draw a key for an agency, with a certificate signed by itself."""
    return _record(agency_keys.make(agency_code, official_name, years=years), by=by, how="made")


def take(*, agency_code: str, content: bytes, password: str, by: HasRef) -> AgencyKey:
    """Take over a key that an authority issued."""
    return _record(agency_keys.take(agency_code, content, password), by=by, how="taken over")


@transaction.atomic
def _record(key: AgencyKey, *, by: HasRef, how: str) -> AgencyKey:
    payload = {"how": how, "version": key.version, "certificate": key.fingerprint, "until": key.valid_to, "by": by.ref}
    ledger.append(kind="document.agency_key", subject=f"agency-key:{key.agency_code}", payload=payload)
    return key
