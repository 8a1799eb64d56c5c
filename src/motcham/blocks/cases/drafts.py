"""Forms that somebody has begun: kept sealed until sent or forgotten, by an unguessable key in their browser or with their account.

A page carries a mark of the answers that it showed. Where another tab or device changed them meanwhile, what was typed here is
not put in their place unasked. A draft of an account opens for that account alone, whoever has the key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from motcham.blocks.cases.define import CaseType, NoDraft
from motcham.blocks.cases.models import Draft
from motcham.blocks.cases.vault import keyring
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.terms import Field, Kind

PURPOSE = "case.draft"
KEPT = timedelta(days=7)
KEPT_WITH_ACCOUNT = timedelta(days=30)
MOST_OF_ACCOUNT = 20
SEEN, WHICH = "draft-seen", "draft-id"
"""The names of what a page carries: a mark of the answers that it showed, and of which draft they were."""
_HELP = ("searched", "tapped")


@dataclass
class Begun:
    """A draft in hand: what was typed so far, the files sent with it, whose it is, and the case once it is one. `stored` is what
    was last written down; `is_away` tells that this browser's draft is one of an account that is not signed in."""

    type_key: str
    id: UUID = field(default_factory=uuid4)
    raw: dict[str, Any] = field(default_factory=dict)
    documents: list[UUID] = field(default_factory=list)
    case_id: UUID | None = None
    account_id: int | None = None
    at: datetime | None = None
    is_new: bool = True
    is_away: bool = False
    stored: dict[str, Any] = field(default_factory=dict)
    photo_at: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, row: Draft) -> Begun:
        """Return a draft as it was written down."""
        found = cls(row.type_key, row.id)
        found.read(row)
        return found

    def read(self, row: Draft) -> None:
        """Take what is written down now."""
        plain = keyring().unseal(PURPOSE, bytes(row.sealed), row.id.bytes) if row.sealed else b"{}"
        self.raw, self.stored = json.loads(plain), json.loads(plain)
        self.documents, self.case_id, self.account_id = list(row.documents), row.case_id, row.account_id
        self.at, self.is_new = row.at, False

    @property
    def kept_for(self) -> timedelta:
        """How long it is kept after the last change."""
        return KEPT_WITH_ACCOUNT if self.account_id else KEPT

    @property
    def until(self) -> datetime:
        """When it is deleted unless somebody goes on with it."""
        return (self.at or timezone.now()) + self.kept_for

    def put(self, fields: Iterable[Field], typed: Mapping[str, Any], seen: str) -> bool:
        """Put the answers of a page in; return False, and put in nothing, where others stand there that the page did not show."""
        fields = tuple(fields)
        now, mine = mark_of(fields, self.stored), mark_of(fields, typed)
        if self.is_new:
            seen = ""
        if seen and seen not in (now, mine):
            return mine == now
        if seen in ("", now) or mine != seen:
            self.raw.update(typed)
        return True

    def keep(self) -> None:
        """Write it down as it is now."""
        plain, now = json.dumps(self.raw, ensure_ascii=False), timezone.now()
        with transaction.atomic():
            if self.is_new and self.account_id:
                self._begin()
            sealed = keyring().seal(PURPOSE, plain.encode(), self.id.bytes)
            values: dict[str, Any] = {"sealed": sealed, "documents": self.documents, "account_id": self.account_id, "at": now}
            Draft.objects.update_or_create(id=self.id, defaults=values, create_defaults={**values, "type_key": self.type_key})
            if self.documents:
                documents.keep(document_ids=self.documents, until=now + self.kept_for)
        self.stored, self.at, self.is_new = json.loads(plain), now, False

    def join(self, account_id: int) -> None:
        """Keep with an account what was begun without one, where it has room; else it stays with this browser alone."""
        self.account_id = account_id
        with transaction.atomic():
            self._begin()
            if not self.account_id or not Draft.objects.filter(id=self.id, account=None).update(account_id=account_id):
                return
            if self.documents:
                documents.keep(document_ids=self.documents, until=self.until)

    def _begin(self) -> None:
        if kept_by(self.account_id).count() >= MOST_OF_ACCOUNT:
            self.account_id = None
            return
        _note("kept", self.account_id, self.id, self.type_key)

    def finish(self, case_id: UUID) -> None:
        """Forget what was typed; only which case it became is kept, so that sending it again leads there."""
        self.case_id = case_id
        Draft.objects.filter(id=self.id).update(sealed=b"", documents=[], case_id=case_id)


@contextmanager
def held(draft: Begun) -> Iterator[None]:
    """Hold a draft while answers go in, so that two tabs at once lose nothing; what stands there now is read first."""
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(id=draft.id).first()
        if row is not None:
            draft.read(row)
        yield


def mark_of(fields: Iterable[Field], raw: Mapping[str, Any]) -> str:
    """Return a mark of the answers to some questions, files aside: they are added and taken out one by one."""
    said = {each.name: _plain(raw.get(each.name)) for each in fields if each.kind is not Kind.FILES}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return an answer so that every empty one is the same, and without how it was helped to be found."""
    if isinstance(value, Mapping):
        return {name: kept for name, each in value.items() if name not in _HELP and (kept := _plain(each))} or None
    if isinstance(value, list):
        return [kept for each in value if (kept := _plain(each))] or None
    return value or None


def own_account(actor: Actor) -> int | None:
    """Return the account with which drafts are kept; an officer fills in forms for others, whose words are not the officer's."""
    return actor.account_id if actor.kind == Actor.ACCOUNT and not actor.posts and not actor.needs_factor else None


def find(request: HttpRequest, case_type: CaseType) -> Begun:
    """Return the draft of this browser, or a new one that is not kept until something is typed. One that was begun without an
    account joins that of whoever is signed in now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    account_id = own_account(actor)
    row = _row(request.COOKIES.get(cookie_of(case_type), ""), case_type.key)
    if row is None:
        return Begun(case_type.key, account_id=account_id)
    if row.account_id not in (None, account_id):
        return Begun(case_type.key, account_id=account_id, is_away=actor.is_anonymous and row.case_id is None)
    found = Begun.of(row)
    if account_id and row.account_id is None and row.case_id is None:
        found.join(account_id)
    return found


def _row(key: str, type_key: str) -> Draft | None:
    try:
        return Draft.objects.filter(id=UUID(key), type_key=type_key).first()
    except ValueError:
        return None


def kept_by(account_id: int | None) -> QuerySet[Draft]:
    """Return the drafts of an account that are not sent yet, the latest first."""
    return Draft.objects.filter(account_id=account_id or 0, case_id=None).order_by("-at", "id")


def beside(actor: Actor, case_type: CaseType, draft: Begun) -> dict[str, Any]:
    """Return what a page says of drafts: another that lies with the account, and that the account has no room for this one."""
    account_id = own_account(actor)
    if account_id is None:
        return {"may_join": actor.is_anonymous and not draft.is_new}
    if draft.is_new:
        return {"earlier": kept_by(account_id).filter(type_key=case_type.key).first()}
    return {"has_no_room": draft.account_id is None, "most": MOST_OF_ACCOUNT}


def delete(draft_id: UUID, *, by: Actor) -> None:
    """Delete a draft of one's own account at once, with its files. Raises NoDraft where there is none."""
    with transaction.atomic():
        row = kept_by(own_account(by)).select_for_update().filter(id=draft_id).first()
        if row is None:
            raise NoDraft()
        _delete(row, by)


def delete_here(request: HttpRequest, case_type: CaseType) -> None:
    """Delete the draft of this browser, whoever began it here."""
    draft = find(request, case_type)
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(id=draft.id, case_id=None).first()
        if row is not None:
            _delete(row, request.actor)  # type: ignore[attr-defined]


def _delete(row: Draft, by: Actor) -> None:
    if row.documents:
        documents.erase(document_ids=row.documents, by=by, reason="draft deleted")
    if row.account_id:
        _note("deleted", row.account_id, row.id, row.type_key)
    row.delete()


def _note(what: str, account_id: int | None, draft_id: UUID, type_key: str) -> None:
    account = f"account:{account_id}"
    ledger.append(kind=f"case.draft_{what}", subject=account, payload={"draft": draft_id, "type": type_key, "by": account})


def forget_old(now: datetime) -> int:
    """Forget what nobody went on with, and what was sent long enough ago; return how many."""
    old = Q(at__lt=now - KEPT_WITH_ACCOUNT) | Q(at__lt=now - KEPT) & (Q(account=None) | Q(case_id__isnull=False))
    return Draft.objects.filter(old | Q(account__closed_at__isnull=False)).delete()[0]


def remember(response: HttpResponseBase, request: HttpRequest, case_type: CaseType, draft: Begun) -> None:
    """Let the browser find its draft again."""
    response.set_cookie(
        cookie_of(case_type),
        str(draft.id),
        max_age=int(draft.kept_for.total_seconds()),
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
