"""What must not lie open: identifying answers sealed, requests remembered by keyed digests alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from motcham.blocks.cases.define import CaseType, Filing, Happening, NewCase, Place, case_types
from motcham.kernel.keyring import Keyring
from motcham.kernel.terms import Field, Kind

if TYPE_CHECKING:
    from motcham.blocks.cases.models import Case, Participant

ANSWERS, CONTACT, REQUEST = "case.answers", "case.contact", "case.request"
SHOWN_CLOSED = frozenset({Kind.CHOICE, Kind.CHOICES, Kind.YES_NO, Kind.FILES})
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


def sealed_names(case_type: CaseType, *, everything: bool = False) -> tuple[str, ...]:
    """Return the fields of a case that are sealed: those that identify somebody; of a confidential case all that was said."""
    return tuple(each.name for each in case_type.fields if is_sealed(each) or (everything and each.kind not in SHOWN_CLOSED))


def split(
    case_type: CaseType, answers: Mapping[str, Any], case_id: UUID, *, everything: bool = False
) -> tuple[dict[str, Any], bytes | None, list[bytes]]:
    """Return the open answers, the identifying ones sealed, and keyed digests by which a person's cases are found. Of a
    confidential case `everything` that was said is sealed."""
    names = sealed_names(case_type, everything=everything)
    hidden = {each.name: each for each in case_type.fields if each.name in names}
    kept = {name: value for name, value in answers.items() if name not in hidden}
    secret = {name: value for name, value in answers.items() if name in hidden and value not in (None, "", [])}
    if not secret:
        return kept, None, []
    sealed = keyring().seal(ANSWERS, json.dumps(secret, ensure_ascii=False).encode(), case_id.bytes)
    sought = [str(value) for name, value in secret.items() if hidden[name].identifies in SOUGHT]
    return kept, sealed, [keyring().fingerprint(CONTACT, value) for value in sought]


def answered(case: Case) -> tuple[str, ...]:
    """Return which of the sealed questions were answered, and none of the answers."""
    given = unseal(case)
    return tuple(each for each in sealed_names(case_types[case.type_key], everything=case.confidential) if each in given)


def unseal(case: Case) -> dict[str, Any]:
    """Return the identifying answers; only `looks.disclose`, erasers, and the opening of parts, which seals them again for the
    agencies that are to act, may pass them on, after their entry is written."""
    if not case.sealed:
        return {}
    return dict(json.loads(keyring().unseal(ANSWERS, bytes(case.sealed), case.id.bytes)))


def filing_of(case: Case, at: datetime) -> Filing:
    """Return a case as it was filed and mended since, with what identifies: by it the law names the parts and what each needs."""
    place = Place(case.lon, case.lat, case.area_code, case.area_from, case.address) if case.area_code else None
    return Filing({**case.answers, **unseal(case)}, place, case.channel, at)


def seal_contact(contact: Mapping[str, Any], participant_id: UUID) -> tuple[bytes | None, list[bytes]]:
    """Return how somebody who joined can be reached, sealed, and the digests by which they are found."""
    known = {name: str(contact[name]) for name in ("name", *sorted(SOUGHT)) if contact.get(name)}
    if not known:
        return None, []
    sealed = keyring().seal(ANSWERS, json.dumps(known, ensure_ascii=False).encode(), participant_id.bytes)
    return sealed, [keyring().fingerprint(CONTACT, value) for name, value in known.items() if name in SOUGHT]


def unseal_contact(participant: Participant) -> dict[str, str]:
    """Return how somebody who joined can be reached, by what identifies them; for letters to them and the closed desk alone."""
    if not participant.sealed:
        return {}
    return dict(json.loads(keyring().unseal(ANSWERS, bytes(participant.sealed), participant.id.bytes)))


def versions_of(contacts: Sequence[str]) -> list[bytes]:
    """Return the digests of some contacts under every key that there is: look somebody up with these."""
    return [found for value in contacts for found in keyring().fingerprints(CONTACT, value)]


def is_same(new: NewCase, body: bytes) -> bool:
    """Tell whether a digest is of this request, under whichever key it was made."""
    return body in keyring().fingerprints(REQUEST, _body(new))


def digest(new: NewCase) -> bytes:
    """Return a keyed digest of what was asked, for the entry and to tell a repeated request from another."""
    return keyring().fingerprint(REQUEST, _body(new))


def _body(new: NewCase) -> str:
    return json.dumps([new.type_key, new.answers, new.place, new.channel], default=str, sort_keys=True, ensure_ascii=False)


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
        step=case.step,
        variant=case.clock.get("variant", ""),
    )
