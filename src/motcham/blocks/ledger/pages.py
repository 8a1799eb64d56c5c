"""The open log: the files that a verifier reads, and the pages that say in plain words what they are."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from motcham.blocks.ledger import queries, rules
from motcham.blocks.ledger.define import Alarm, NotYetSigned, State
from motcham.blocks.ledger.notes import proof_text
from motcham.kernel.access import public

OPEN = "The log is open so that anyone can check it; a leaf says nothing about what it stands for."
FOR_EVER = "public, max-age=31536000, immutable"
A_MINUTE = "public, max-age=60"
A_MOMENT = "public, max-age=1"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

ALARMS = {
    Alarm.ROLLED_BACK: _("The database was brought back to an earlier time than what was signed last."),
    Alarm.OTHER_HISTORY: _("The entries in the database are not those that were signed."),
    Alarm.OTHER_KEY: _("The signing key is not the one that the log was signed with before."),
    Alarm.MEMORY_LOST: _("The last checkpoint, kept outside the database, is gone."),
    Alarm.WITNESS_REFUSES: _("The witness refuses to countersign."),
    Alarm.WITNESS_AWAY: _("The witness does not answer; signing goes on when it does."),
    Alarm.NOT_WRITABLE: _("The last checkpoint cannot be written down; signing goes on when it can."),
}

View = Callable[..., HttpResponse]


def _open_file(view: View) -> Callable[..., HttpResponseBase]:
    """Serve GET and HEAD to anyone, on any site, with an ETag."""

    @public(reason=OPEN)
    @require_safe
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["Access-Control-Allow-Origin"] = "*"
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return inner


def _file(body: bytes | str, *, content_type: str, cache: str) -> HttpResponse:
    return HttpResponse(body, content_type=content_type, headers={"Cache-Control": cache, "Content-Language": "zxx"})


@_open_file
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The signed checkpoint."""
    note = queries.checkpoint()
    if note is None:
        raise Http404
    return _file(note, content_type=TEXT, cache=A_MOMENT)


@_open_file
def tile(request: HttpRequest, address: str) -> HttpResponse:
    """A tile of hashes, or a bundle of entries."""
    try:
        level, index, width = rules.parse_tile_path(address)
    except ValueError as error:
        raise Http404 from error
    body = queries.tile(level, index, width)
    if body is None:
        raise Http404
    return _file(body, content_type=BYTES, cache=FOR_EVER if width == rules.TILE_WIDTH else A_MINUTE)


@_open_file
def key(request: HttpRequest) -> HttpResponse:
    """The public key of the log, and on a second line that of its witness."""
    health = queries.health()
    if health is None or not health.key:
        raise Http404
    return _file("".join(f"{line}\n" for line in (health.key, health.witness_key) if line), content_type=TEXT, cache=A_MINUTE)


@_open_file
def proof_json(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The proof of an entry, for programs."""
    proof = queries.proof(entry_id)
    data = {
        "entry_id": proof.entry_id,
        "position": proof.position,
        "commitment": proof.commitment.hex(),
        "path": [base64.b64encode(step).decode() for step in proof.path],
        "checkpoint": proof.checkpoint,
        "proof": proof_text(index=proof.position, path=proof.path, checkpoint=proof.checkpoint),
    }
    return JsonResponse(data, headers={"Cache-Control": A_MINUTE})


@_open_file
def proof_file(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The proof of an entry in the C2SP form; its extra line carries the commitment."""
    proof = queries.proof(entry_id)
    text = proof_text(index=proof.position, path=proof.path, checkpoint=proof.checkpoint, extra=proof.commitment)
    response = _file(text, content_type=TEXT, cache=A_MINUTE)
    response["Content-Disposition"] = f'attachment; filename="entry-{entry_id}.tlog-proof"'
    return response


@public(reason=OPEN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the log is, how it is doing, how to check it."""
    asked = request.GET.get("entry", "").strip().lstrip("#")
    if asked.isascii() and asked.isdigit() and len(asked) < 19:
        return redirect("ledger:entry", entry_id=int(asked))
    health = queries.health()
    context = {
        "health": health,
        "alarm": ALARMS.get(Alarm(health.alarm)) if health and health.alarm else None,
        "root": f"{health.root.hex()[:8]}…" if health and health.signed_at else "—",
        "origins": queries.origins(),
        "address": request.build_absolute_uri(reverse("ledger:overview")),
        "asked": asked,
    }
    return render(request, "ledger/overview.html", context)


@public(reason=OPEN)
@require_safe
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Where one entry stands, and its proof; nothing of what it says."""
    try:
        proof, waiting = queries.proof(entry_id), None
    except NotYetSigned:
        proof, waiting = None, queries.status([entry_id]).get(entry_id)
    size = queries.signed_size(proof) if proof else 0
    context = {
        "entry_id": entry_id,
        "proof": proof,
        "size": size,
        "placed": waiting is not None and waiting.state is not State.WAITING,
        "path": [step.hex() for step in proof.path] if proof else [],
        "address": request.build_absolute_uri(reverse("ledger:overview")),
    }
    return render(request, "ledger/entry.html", context)
