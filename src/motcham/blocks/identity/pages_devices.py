"""Page of the caller's own sessions: where they are signed in, and how to end that."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.identity import entrance
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission
from motcham.blocks.identity.models import Session
from motcham.blocks.ledger import api as ledger


@guarded(Permission.CASE_FOLLOW)
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """List the browsers in which the caller is signed in."""
    rows = Session.objects.filter(account_id=entrance.account_id(request), expire_date__gt=timezone.now()).order_by("-seen_at")
    found = [
        {
            "mark": _mark(row.session_key),
            "device": row.device,
            "opened_at": row.opened_at,
            "seen_at": row.seen_at,
            "is_here": row.session_key == request.session.session_key,
        }
        for row in rows
    ]
    context = {"devices": found, "idle_minutes": settings.OFFICER_IDLE_MINUTES}
    return render(request, "identity/devices.html", context)


@guarded(Permission.CASE_FOLLOW)
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End one session of the caller's own, or all but this one."""
    wanted, here = request.POST.get("device", ""), request.session.session_key
    rows = Session.objects.filter(account_id=entrance.account_id(request))
    keys = [row.session_key for row in rows if wanted in ("others", _mark(row.session_key))]
    if wanted == "others":
        keys = [key for key in keys if key != here]
    if keys:
        with transaction.atomic():
            ended = Session.objects.filter(session_key__in=keys).delete()[0]
            account = f"account:{entrance.account_id(request)}"
            ledger.append(kind="identity.sessions_ended", subject=account, payload={"by": account, "sessions": ended})
    return redirect("account_devices") if here not in keys else redirect("account_login")


def _mark(session_key: str) -> str:
    # The key itself would open the session; this names it in a form and opens nothing.
    return hashlib.sha256(f"device:{session_key}".encode()).hexdigest()[:20]
