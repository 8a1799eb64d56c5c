"""Files that come with a form: taken in one by one, told why where one is not, and put into the draft."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcham.blocks.cases import drafts, forms, hints, reuse, throttle, widgets
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind
from motcham.ui.wording import wording

Taken = tuple[Field, list[DocumentRef], list[reuse.Again], str]
"""What came for a slot: files sent, papers used again, and in words what could not be taken."""


def take_in(request: HttpRequest, fields: list[Field], draft: Begun) -> list[Taken]:
    """Take in what came with a page, before the draft is held: a large file may take its time."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: list[Taken] = []
    slots = [each for each in fields if each.kind is Kind.FILES]
    is_again = any(f"{each.name}-reuse" in request.POST for each in slots)
    offered = reuse.offers(slots, by=actor, draft=draft) if is_again else {}
    for each in slots:
        kept = set(draft.raw.get(each.name) or ()) - set(request.POST.getlist(f"{each.name}-remove"))
        sent, words = receive_refs(request, each, already=len(kept))
        # Where the photos say that they were taken is offered for the place, and kept nowhere else.
        if at := next((one.taken_at_place for one in sent if one.taken_at_place), None):
            draft.photo_at = [f"{at.lon:.6f}", f"{at.lat:.6f}"]
        sent, doubled = hints.new_ones(sent, kept)
        again, refused = reuse.take(
            each,
            request.POST.getlist(f"{each.name}-reuse"),
            offered.get(each.name, ()),
            by=actor,
            room=each.at_most - len(kept) - len(sent),
        )
        found.append((each, sent, again, words or refused or doubled))
    return found


def put(request: HttpRequest, files: list[Taken], draft: Begun) -> None:
    """Put the files that came into the draft, and take out those unticked."""
    for each, sent, again, _words in files:
        drafts.take_out(draft, each.name, request.POST.getlist(f"{each.name}-remove"))
        new = [*(one.id for one in sent), *(one.copy.id for one in again)]
        draft.raw[each.name] += map(str, new)
        draft.documents += new
        reuse.note(draft.raw, each, again)
    if draft.photo_at:
        draft.raw[widgets.PHOTO_AT] = draft.photo_at


def receive(request: HttpRequest, field: Field, *, already: int = 0, name: str = "") -> tuple[list[UUID], str]:
    """Take in the uploads of one field; return their ids, and in words what could not be taken."""
    kept, words = receive_refs(request, field, already=already, name=name)
    return [each.id for each in kept], words


def receive_refs(request: HttpRequest, field: Field, *, already: int = 0, name: str = "") -> tuple[list[DocumentRef], str]:
    """Take in the uploads of one field; return them, and in words what could not be taken."""
    kept: list[DocumentRef] = []
    for upload in request.FILES.getlist(name or field.name):
        if already + len(kept) >= field.at_most:
            return kept, _("At most %(most)s files; the others were not kept.") % {"most": field.at_most}
        try:
            if request.actor.is_anonymous:  # type: ignore[attr-defined]
                throttle.uploads.count(request)
            kept.append(documents.receive(stream=upload, filename=upload.name or "", by=request.actor, purpose=field.name))  # type: ignore[attr-defined]
        except MotchamError as error:
            # What turns letters round in a name would turn round the words that follow it.
            return kept, f"{forms.clean_text(upload.name or '')}: {wording(error)}"
    return kept, ""
