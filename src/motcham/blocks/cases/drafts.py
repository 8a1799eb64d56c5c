"""Forms that somebody has begun: kept sealed, found by an unguessable key in their browser, until sent or forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from motcham.blocks.cases.define import CaseType
from motcham.blocks.cases.models import Draft
from motcham.blocks.cases.vault import keyring
from motcham.blocks.documents import api as documents

PURPOSE = "case.draft"
KEPT_SECONDS = 7 * 24 * 3600


@dataclass
class Begun:
    """A draft in hand: what was typed so far, the files sent with it, and the case once it is one."""

    type_key: str
    id: UUID = field(default_factory=uuid4)
    raw: dict[str, Any] = field(default_factory=dict)
    documents: list[UUID] = field(default_factory=list)
    case_id: UUID | None = None
    is_new: bool = True

    def keep(self) -> None:
        """Write it down as it is now."""
        sealed = keyring().seal(PURPOSE, json.dumps(self.raw, ensure_ascii=False).encode(), self.id.bytes)
        values: dict[str, Any] = {"sealed": sealed, "documents": self.documents, "at": timezone.now()}
        Draft.objects.update_or_create(id=self.id, defaults=values, create_defaults={**values, "type_key": self.type_key})
        if self.documents:
            documents.keep(document_ids=self.documents, until=values["at"] + timedelta(seconds=KEPT_SECONDS))

    def finish(self, case_id: UUID) -> None:
        """Forget what was typed; only which case it became is kept, so that sending it again leads there."""
        self.case_id = case_id
        Draft.objects.filter(id=self.id).update(sealed=b"", documents=[], case_id=case_id)


def find(request: HttpRequest, case_type: CaseType) -> Begun:
    """Return the draft of this browser, or a new one that is not kept until something is typed."""
    try:
        key = UUID(request.COOKIES.get(cookie_of(case_type), ""))
    except ValueError:
        return Begun(case_type.key)
    row = Draft.objects.filter(id=key, type_key=case_type.key).first()
    if row is None:
        return Begun(case_type.key)
    raw = json.loads(keyring().unseal(PURPOSE, bytes(row.sealed), row.id.bytes)) if row.sealed else {}
    return Begun(case_type.key, row.id, raw, list(row.documents), row.case_id, is_new=False)


def remember(response: HttpResponse, request: HttpRequest, case_type: CaseType, draft: Begun) -> None:
    """Let the browser find its draft again."""
    response.set_cookie(
        cookie_of(case_type),
        str(draft.id),
        max_age=KEPT_SECONDS,
        path=f"/new/{case_type.key}/",
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, case_type: CaseType) -> None:
    """Let the next form of this browser start empty."""
    response.delete_cookie(cookie_of(case_type), path=f"/new/{case_type.key}/")


def cookie_of(case_type: CaseType) -> str:
    """Return the name of the cookie for this kind of case."""
    return "draft_" + case_type.key.replace(".", "_").replace(":", "_")


def drop(draft: Begun, gone: Iterable[str]) -> None:
    """Forget files that are no longer there, wherever the draft names them."""
    for name, value in draft.raw.items():
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            take_out(draft, name, gone)
    draft.documents = [one for one in draft.documents if str(one) not in set(gone)]
    draft.keep()


def take_out(draft: Begun, name: str, gone: Iterable[str]) -> None:
    """Take files out of an answer; what nobody attaches is erased after a day."""
    gone = set(gone)
    draft.raw[name] = [one for one in draft.raw.get(name) or () if one not in gone]
