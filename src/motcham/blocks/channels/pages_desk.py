"""Pages of those who look after sending: what could not be delivered, how the queue is, and the sample mailbox of the demo."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.channels import mail, mending, queries, rules
from motcham.blocks.channels.define import State
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Permission

PER_PAGE = 25


@guarded(Permission.CASE_ACT)
@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Show whom of the agency's cases no e-mail reached, so that somebody can call them."""
    actor, before = request.actor, request.GET.get("before", "")  # type: ignore[attr-defined]
    rows = queries.stuck(
        by=actor,
        agencies=actor.scope(Permission.CASE_ACT),
        before=int(before[:18]) if before.isdecimal() else None,
        most=PER_PAGE + 1,
    )
    shown = rows[:PER_PAGE]
    here = reverse("channels:undelivered")
    context = {
        "rows": [
            {"stuck": each, "link": link, "why": why(each.error), "what": mail.said(each.template, {}, link).subject}
            for each, link in shown
        ],
        "previous": here if before else "",
        "following": f"{here}?before={shown[-1][0].id}" if len(rows) > PER_PAGE else "",
    }
    return render(request, "channels/undelivered.html", context)


def why(error: str) -> str:
    """Return a reason in words."""
    if error.startswith("smtp_55"):
        return _("The mailbox does not exist or takes no mail.")
    words = {
        "uncertain": _("The mail server did not say whether it took the message: it may have arrived."),
        "worker_lost": _("The sending process ended in the middle: it may have arrived."),
        "too_late": _("No mail server could be reached for three days."),
        "needs_smtputf8": _("The mail server cannot write to addresses with letters beyond ASCII."),
        "connection_lost": _("The mail server kept breaking off."),
    }
    return words.get(error) or _("The mail server refused the message.")


@guarded(Permission.CASE_ACT)
@require_POST
def decide(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send once more what may not have arrived, or take off the list what was dealt with by telephone."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("act") == "again":
        mending.again(by=actor, delivery_id=delivery_id)
        messages.success(request, _("It is sent once more."))
    else:
        mending.dealt_with(by=actor, delivery_id=delivery_id)
        messages.success(request, _("Taken off the list."))
    return redirect("channels:undelivered")


@guarded(Permission.SYSTEM_OPERATE)
@require_safe
def sending(request: HttpRequest) -> HttpResponse:
    """Show which way mail leaves and what lies in the queue; no address, no case."""
    health = queries.mail_health()
    labels = {
        State.WAITING: _("Waiting"),
        State.SENDING: _("Being sent"),
        State.SENT: _("Sent"),
        State.FAILED: _("Failed for good"),
        State.UNCERTAIN: _("May have arrived"),
        State.DROPPED: _("Had no e-mail address"),
    }
    rows = [(label, health.counts.get(state, 0)) for state, label in labels.items()]
    return render(
        request,
        "channels/sending.html",
        {"health": health, "names": ", ".join(health.missing), "rows": rows, "errors": queries.errors()},
    )


@public(reason="The sample mailbox exists in the demo alone, where nothing is sent and nobody's data are.")
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what the demo would have sent."""
    files = sorted(_folder().glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)[:PER_PAGE]
    rows = [
        {"name": path.stem, "message": message, "at": message["Date"].datetime, "to": rules.masked(str(message["To"]))}
        for path in files
        if (message := _read(path))
    ]
    return render(request, "channels/outbox.html", {"rows": rows})


@public(reason="The sample mailbox exists in the demo alone, where nothing is sent and nobody's data are.")
@require_safe
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail as plain text, as its reader would see it."""
    path = _folder() / f"{name}.eml"
    message = _read(path) if re.fullmatch(r"[0-9-]{1,60}", name) else None
    if message is None:
        raise Http404
    text = message.get_body(("plain",))
    context = {
        "message": message,
        "to": rules.masked(str(message["To"])),
        "text": text.get_content() if text else "",
        "headers": [(key, str(value)) for key, value in message.items() if key not in ("To", "Content-Type", "MIME-Version")],
    }
    return render(request, "channels/sample.html", context)


def _folder() -> Path:
    return Path(settings.HOME) / "outbox"


def _read(path: Path) -> EmailMessage | None:
    try:
        return email.message_from_bytes(path.read_bytes(), policy=default)
    except OSError:
        return None
