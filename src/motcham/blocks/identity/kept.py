"""What was typed into a form that a guard turned away: kept sealed in the browser's session for whoever typed it, given back
once they are in.

Its files are taken in as any are, and wait their 24 hours; the form brings them along by signed names that only the
account it is kept for can use.

Only for the account whose session ran out, or that has to prove itself once more: on a desk that two people share, the next
one must not read it. Of anybody else nothing is kept, nor where the session itself was ended elsewhere.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils.http import url_has_allowed_host_and_scheme

from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.models import Session
from motcham.kernel.errors import MotchamError
from motcham.kernel.keyring import Keyring

KEPT, PURPOSE = "kept_form", "identity.kept_form"
MOST, MOST_FILES = 100_000, 5
FILES_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, from which page, its fields in order, the files that go with it (the field, the id)
    and the names of those that could not be kept."""

    path: str
    stood_on: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, UUID], ...] = ()
    lost: tuple[str, ...] = ()


def keep(request: HttpRequest) -> bool:
    """Keep the form of a request; tell whether it could be kept for somebody."""
    account_id = request.actor.account_id or _account_before(request)  # type: ignore[attr-defined]
    found = _typed(request)
    if account_id is None or not found:
        return False
    plain = json.dumps([request.get_full_path(), _page_of(request), found, *_files(request)]).encode()
    if len(plain) > MOST:
        return False
    request.session[KEPT] = base64.b64encode(_keyring().seal(PURPOSE, plain, str(account_id).encode())).decode()
    request.session["kept_for"] = account_id
    return True


def of(request: HttpRequest) -> Kept | None:
    """Return what is kept for the holder of this session; what was kept for another is forgotten."""
    account_id = request.actor.account_id  # type: ignore[attr-defined]
    if KEPT not in request.session:
        return None
    if request.session.get("kept_for") != account_id:
        forget(request)
        return None
    path, stood_on, fields, files, lost = json.loads(
        _keyring().unseal(PURPOSE, base64.b64decode(request.session[KEPT]), str(account_id).encode())
    )
    there = {each.id for each in documents.refs(UUID(each) for _name, each in files)}
    held = tuple((name, UUID(each)) for name, each in files if UUID(each) in there)
    return Kept(path, stood_on, tuple((name, value) for name, value in fields), held, tuple(lost))


def token(document_id: UUID, account_id: int | None) -> str:
    """Return the name by which a form brings along a file that was kept with it, good for its account alone."""
    return signing.dumps(str(document_id), salt=f"kept:{account_id}")


def kept_file(*, token: str, by: Actor) -> UUID | None:
    """Return the file that a form given back after signing in brings along; None where it is not this account's."""
    try:
        return UUID(signing.loads(token, salt=f"kept:{by.account_id}", max_age=FILES_SECONDS))
    except signing.BadSignature:
        return None


def forget(request: HttpRequest) -> None:
    """Keep nothing any longer."""
    request.session.pop(KEPT, None)
    request.session.pop("kept_for", None)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        lists = request.POST.lists()
    except (UnreadablePostError, RawPostDataException):
        return []
    found = [(name, value) for name, values in lists if name != "csrfmiddlewaretoken" for value in values]
    return [] if any("password" in name for name, _value in found) else found


def _files(request: HttpRequest) -> tuple[list[tuple[str, str]], list[str]]:
    """Take in the files of a form; return them by field, and the names of those that cannot be taken."""
    found: list[tuple[str, str]] = []
    lost: list[str] = []
    for name, uploads in request.FILES.lists():
        for upload in uploads:
            try:
                if len(found) == MOST_FILES:
                    lost.append(str(upload.name)[:200])
                    continue
                kept = documents.receive(stream=upload, filename=upload.name or "", by=request.actor, purpose="kept")  # type: ignore[attr-defined]
                found.append((name, str(kept.id)))
            except MotchamError:
                lost.append(str(upload.name)[:200])
    return found, lost


def _page_of(request: HttpRequest) -> str:
    """Return the page on which the form stood; a page of another site is none."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(came)
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _account_before(request: HttpRequest) -> int | None:
    """Return whose session it was that ran out: its row stays until it is swept."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return Session.objects.filter(session_key=key[:40]).values_list("account_id", flat=True).first() if key else None


def _keyring() -> Keyring:
    return Keyring.open(settings.HOME / "keys")
