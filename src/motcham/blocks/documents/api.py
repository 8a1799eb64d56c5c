"""The verbs of documents. Who may see one is decided by the block that owns it, before it calls `content` or `response`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID

from django.http import HttpResponse

from motcham.blocks.documents import (
    actions,
    actions_keys,
    actions_orders,
    actions_results,
    actions_shares,
    events,
    pages,
    queries,
    queries_results,
    rendering,
    store,
)
from motcham.blocks.documents import agency_keys as keys
from motcham.blocks.documents.define import (
    MAX_OF_ONE_OWNER,
    AgencyKey,
    DocumentRef,
    HasRef,
    Held,
    OrderView,
    ResultView,
    Verification,
)


def receive(
    *, stream: BinaryIO | actions.Readable | bytes, filename: str, by: HasRef, purpose: str, at: datetime | None = None
) -> DocumentRef:
    """Take a file in: judged by its content, bounded, pictures written anew without metadata, sealed.

    Attach it within 24 hours, or `keep` it, else it goes. `taken_at_place` of the answer is the position that was in the photograph.
    Raises EmptyFile, TooLarge, UnknownKind, WrongKind, Unreadable, TooManyPixels, ActivePdf, LockedPdf, SwollenPdf, Infected or NotKept.
    """
    return actions.receive(stream=stream, filename=filename, by=by, purpose=purpose, at=at)


copy = actions.copy
"""Keep the file of an owner once more, to the last byte, for whoever uses it again."""


def attach(*, document_ids: Sequence[UUID], owner: str, by: HasRef, most: int = MAX_OF_ONE_OWNER) -> None:
    """Give received documents to their owner ("case:<id>"), which may have `most`, in the transaction of the act. Raises NoDocument
    or TooManyDocuments."""
    actions.attach(document_ids=document_ids, owner=owner, by=by, most=most)


def keep(*, document_ids: Sequence[UUID], until: datetime) -> None:
    """Let received files that nobody attached yet wait until a time, longer than the 24 hours."""
    actions.keep(document_ids=document_ids, until=until)


def refs(document_ids: Iterable[UUID]) -> tuple[DocumentRef, ...]:
    """Return the documents that are still there, in the order asked for."""
    return queries.refs(document_ids)


def owned(*, owner: str) -> tuple[DocumentRef, ...]:
    """Return the documents of an owner, oldest first."""
    return queries.owned(owner)


def content(*, document_id: UUID, owner: str) -> bytes:
    """Return the plain content. Raises NoDocument where it is not this owner's, KeyMissing or SealBroken."""
    return store.read(queries.owned_by(document_id, owner).id)


def response(*, document_id: UUID, owner: str, thumbnail: bool = False) -> HttpResponse:
    """Return the answer that shows or downloads a document, for a guarded view of the owning block."""
    return pages.response(queries.owned_by(document_id, owner), thumbnail=thumbnail)


def erase(*, owner: str | None = None, document_ids: Sequence[UUID] = (), by: HasRef, reason: str = "") -> int:
    """Erase an owner's documents, or some by id: content, name and digest go for ever. Return how many."""
    return actions.erase(owner=owner, document_ids=document_ids, by=by, reason=reason)


def render(*, template: str, data: Mapping[str, Any]) -> bytes:
    """Return a registered template with its facts as tagged PDF, at once and kept nowhere. Raises NotRendered."""
    return rendering.render(template, data)


def order(*, template: str, facts: Mapping[str, Any], owner: str, by: HasRef, filename: str = "", holder: str = "") -> UUID:
    """Have a page printed by the worker once the caller's transaction is committed; it becomes a document of its owner.

    `facts` is JSON; `holder` is the account in whose wallet it will lie ("account:7"). See `orders` for what became of it.
    """
    return actions_orders.order(template=template, facts=facts, owner=owner, by=by, filename=filename, holder=holder)


# Takes back a page that was ordered, since its act was: it is not printed any more, or it leaves the wallet with its links.
recall = actions_orders.recall


def orders(*, owner: str) -> tuple[OrderView, ...]:
    """Return the pages that were ordered for an owner, oldest first; printed ones name their document."""
    return queries.orders(owner)


def issue(
    *,
    template: str,
    facts: Mapping[str, Any],
    title: str,
    agency_code: str,
    agency_name: str,
    owner: str,
    by: HasRef,
    holder: str = "",
    filename: str = "",
) -> ResultView:
    """Issue a result: it has its code at once; the worker prints it, signs it for the agency and keeps it. Raises NoAgencyKey.

    `title` is shown to whoever has the code, so it names the kind of paper and no person.
    """
    return actions_results.issue(
        template=template,
        facts=facts,
        title=title,
        agency_code=agency_code,
        agency_name=agency_name,
        owner=owner,
        by=by,
        holder=holder,
        filename=filename,
    )


def withdraw(*, code: str, reason: str, by: HasRef) -> ResultView:
    """Withdraw a wrong result; its page says so, since when and why. Who may is decided by the owning block."""
    return actions_results.withdraw(code=code, reason=reason, by=by)


withdrawn = events.withdrawn
"""Published when a result is withdrawn, from wherever: its owner keeps what it says of it in step."""


def results(*, owner: str) -> tuple[ResultView, ...]:
    """Return the results that came of an owner, oldest first."""
    return queries_results.results(owner)


def verify(content: bytes) -> Verification:
    """Say who signed a PDF, when, whether it is intact, and which result of ours it is; a file of any kind gets an answer."""
    return queries_results.verify(content)


def give_agency_key(
    *, agency_code: str, official_name: str, by: HasRef, packed: bytes | None = None, password: str = "", years: int = 3
) -> AgencyKey:
    """Give an agency what it signs with: the key and certificate in a PKCS#12 file, or a new one, signed by itself. Raises KeyNotTaken."""
    if packed is not None:
        return actions_keys.take(agency_code=agency_code, content=packed, password=password, by=by)
    return actions_keys.make(agency_code=agency_code, official_name=official_name, by=by, years=years)


def agency_keys() -> tuple[AgencyKey, ...]:
    """Return every certificate that agencies here sign or signed with."""
    return tuple(each.view() for each in keys.certificates())


def wallet(*, holder: str, document_id: UUID | None = None) -> tuple[Held, ...]:
    """Return the papers of an account, newest first, each with its links and the looks through them; or one of them."""
    return queries_results.wallet(holder, document_id)


def share(*, document_id: UUID, by: HasRef, lasts: timedelta) -> str:
    """Make a link to a paper in the caller's wallet for a while; return its token, which is not kept. Raises NoDocument."""
    return actions_shares.share(document_id=document_id, by=by, lasts=lasts)[1]


def revoke(*, share_id: UUID, by: HasRef) -> None:
    """Take a link back. Raises NoShare where it is not the caller's."""
    actions_shares.revoke(share_id=share_id, by=by)
