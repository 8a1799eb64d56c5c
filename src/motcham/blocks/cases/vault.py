"""What must not lie open: identifying answers sealed, requests remembered by keyed digests alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from motcham.blocks.cases.define import CaseType, Happening, NewCase
from motcham.kernel.keyring import Keyring
from motcham.kernel.terms import Field

if TYPE_CHECKING:
    from motcham.blocks.cases.models import Case

ANSWERS, CONTACT, REQUEST = "case.answers", "case.contact", "case.request"
SOUGHT = frozenset({"phone", "email", "personal_number"})


def keyring() -> Keyring:
    """Return the keys of this installation, which lie outside its database."""
    return Keyring.open(_folder(settings.HOME))


@cache
def _folder(home: Path) -> Path:
    return home / "keys"


def is_sealed(field: Field) -> bool:
    """Tell whether a field is stored encrypted: it identifies somebody, or something repeated in it does."""
    return bool(field.identifies) or any(is_sealed(inner) for inner in field.fields)


def split(case_type: CaseType, answers: Mapping[str, Any], case_id: UUID) -> tuple[dict[str, Any], bytes | None, list[bytes]]:
    """Return the open answers, the identifying ones sealed, and keyed digests by which a person's cases are found."""
    hidden = {each.name: each for each in case_type.fields if is_sealed(each)}
    kept = {name: value for name, value in answers.items() if name not in hidden}
    secret = {name: value for name, value in answers.items() if name in hidden and value not in (None, "", [])}
    if not secret:
        return kept, None, []
    sealed = keyring().seal(ANSWERS, json.dumps(secret, ensure_ascii=False).encode(), case_id.bytes)
    sought = [str(value) for name, value in secret.items() if hidden[name].identifies in SOUGHT]
    return kept, sealed, [keyring().fingerprint(CONTACT, value) for value in sought]


def unseal(case: Case) -> dict[str, Any]:
    """Return the identifying answers; only `looks.reveal` and erasers may ask, after their entry is written."""
    if not case.sealed:
        return {}
    return dict(json.loads(keyring().unseal(ANSWERS, bytes(case.sealed), case.id.bytes)))


def digest(new: NewCase) -> bytes:
    """Return a keyed digest of what was asked, for the entry and to tell a repeated request from another."""
    body = json.dumps([new.type_key, new.answers, new.place, new.channel], default=str, sort_keys=True, ensure_ascii=False)
    return keyring().fingerprint(REQUEST, body)


def digest_text(text: str) -> str:
    """Return the digest of words in a timeline; the entry proves them without holding them."""
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def happening(case: Case, *, kind: str, at: datetime, before: Happening | None = None) -> Happening:
    """Return how a case stands, for the blocks that follow."""
    return Happening(
        case_id=case.id,
        kind=kind,
        at=at,
        type_key=case.type_key,
        agency_id=case.agency_id,
        area_code=case.area_code,
        category=case.category,
        channel=case.channel,
        received_at=case.received_at,
        due_at=case.due_at,
        late_at=case.late_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        rating=case.rating,
        before=before,
    )
