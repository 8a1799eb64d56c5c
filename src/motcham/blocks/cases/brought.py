"""What an officer scans of what somebody brought on paper: looked at as at the counter, and kept from one press to the next."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcham.blocks.cases.uploads import receive_refs
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import HOLDS_UP, DocumentRef, Fault, NoDocument
from motcham.kernel.terms import Field, Words

KEPT_SECONDS = 24 * 3600
"""As long as a file waits that belongs to nothing."""


@dataclass(frozen=True)
class Scan:
    """One scanned paper; its token brings it back with the next press, for this officer and this part alone."""

    file: DocumentRef
    token: str
    faults: tuple[Fault, ...]
    is_kept: bool

    @property
    def said(self) -> list[Words]:
        """Return what is wrong, each with what to do."""
        return [documents.FAULT_WORDS[each] for each in self.faults]

    @property
    def holds_up(self) -> bool:
        """Tell whether the officer has yet to decide on it."""
        return not self.is_kept and bool(HOLDS_UP.intersection(self.faults))


def take(request: HttpRequest, field: Field, *, name: str, salt: str) -> tuple[list[Scan], str]:
    """Return the scans of one question, those of the press before among them, and in words what is in the way."""
    dropped, as_is = (request.POST.getlist(f"{name}-{what}") for what in ("drop", "as-is"))
    salt = f"{salt}:{request.actor.ref}:{field.name}"  # type: ignore[attr-defined]
    there = {token: found for token in request.POST.getlist(f"{name}-kept") if (found := _read(token, salt))}
    gone = [found for token, found in there.items() if token in dropped]
    documents.erase(document_ids=gone, by=request.actor, reason="scanned anew")  # type: ignore[attr-defined]
    files = documents.refs(each for each in there.values() if each not in gone)
    new, words = receive_refs(request, field, already=len(files), name=name)
    tokens = {found: token for token, found in there.items()}
    scans = []
    for file in (*files, *new):
        token = tokens.get(file.id) or signing.dumps(str(file.id), salt=salt)
        try:
            scans.append(Scan(file, token, documents.scan_faults(document_id=file.id), token in as_is))
        except NoDocument:
            # It went with an answer already: the page was gone back to.
            continue
    if not words and any(each.holds_up for each in scans):
        words = _("Look at the pages marked below: scan them again, or say that they are kept as they are.")
    return scans, words


def _read(token: str, salt: str) -> UUID | None:
    try:
        return UUID(signing.loads(token, salt=salt, max_age=KEPT_SECONDS))
    except signing.BadSignature:
        return None
