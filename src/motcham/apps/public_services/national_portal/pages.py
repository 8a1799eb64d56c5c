"""For officers: how the export to the national portal stands, what it did not take and why, and sending that again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import actions, client, queries, sending
from motcham.apps.public_services.national_portal.define import PortalDown
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui import formats

SHOWN, LATEST = 100, 10


@guarded(Permission.CASE_READ)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Show how the export stands in the agencies whose cases the officer may read."""
    actor = request.actor  # type: ignore[attr-defined]
    scope = actor.scope(Permission.CASE_READ)
    found = queries.standing(scope)
    context = {
        "is_on": client.is_on(),
        "is_made_up": client.is_made_up(),
        "waiting": _count(found.waiting),
        "oldest": _("the oldest since %(moment)s") % {"moment": formats.moment(found.oldest)} if found.oldest else "",
        "refused_count": _count(found.refused),
        "tone": "late" if found.refused else "",
        "taken": _count(found.taken),
        "last_taken": _("the last %(moment)s") % {"moment": formats.moment(found.last_taken)} if found.last_taken else "",
        "refused": _rows(list(queries.refused_of(scope)[:SHOWN]), actor),
        "failing": _rows(list(queries.failing_of(scope)[:SHOWN]), actor),
        "latest": _rows(list(queries.told_of(scope)[:LATEST]), actor),
    }
    response = render(request, "national_portal/waiting.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _count(number: int) -> str:
    return f"{formats.number(number)}+" if number >= queries.COUNTED else formats.number(number)


@guarded(Permission.CASE_ACT)
@require_POST
def settle(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send a refused message again, or leave it so that what came after it goes out."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.POST.get("leave"):
        actions.leave(by=actor, message_id=message_id)
        messages.success(request, _("Left as it is. What came after it goes out now."))
    else:
        actions.send_again(by=actor, message_id=message_id)
        messages.success(request, _("It is sent again within seconds."))
    return redirect("national_portal:waiting")


def _rows(found: list[Message], actor: Actor) -> list[dict[str, Any]]:
    codes = dict(Dossier.objects.filter(case_id__in=[each.case_id for each in found]).values_list("case_id", "code"))
    return [
        {
            "message": each,
            "code": codes.get(each.case_id, ""),
            "agency": identity.agency(id=each.agency_id).official_name,
            "state": states.BY_CODE[each.step].name if each.step in states.BY_CODE else each.step,
            "why": why(each.problem, each.said),
            "fields": fields(each),
            "may_act": actor.may(Permission.CASE_ACT, agency_id=each.agency_id),
        }
        for each in found
    ]


def why(problem: str, said: str = "") -> str:
    """Return why something was not taken, in words that say what to do; the code of a refusal that we do not know, as it came."""
    if problem == PortalDown.code:
        return _down(said)
    known = {
        "dictionary": _("Something that the portal asks for is missing or wrong in the dossier: complete it, then send again."),
        sending.UNKNOWN: _("The portal does not know this dossier: send it again."),
    }
    return known.get(problem) or pgettext("national portal", "Refused by the portal: %(code)s") % {"code": problem}


def _down(said: str) -> str:
    known = {
        client.SILENT: _("The portal does not answer, or not in time; it is tried again by itself."),
        client.UNREADABLE: _("What the portal answered cannot be read; it is tried again by itself."),
        client.UNDECIDED: _("The portal answered neither yes nor no; it is tried again by itself."),
        client.KEY: _("The portal does not take the key of the city: an operator has to renew it. It is tried again by itself."),
        client.ADDRESS: _("The address of the portal may not be called from here: an operator has to allow it."),
    }
    status = said.removeprefix("http_")
    return known.get(said) or _("The portal answered with an error (%(status)s); it is tried again by itself.") % {
        "status": status
    }


def fields(message: Message) -> str:
    """Return which fields of the dictionary a refusal is about, each with what is wrong with it."""
    if message.problem == PortalDown.code:
        return ""
    words = {
        "absent": _("missing"),
        "unknown": _("not known to the portal"),
        "kind": _("of another kind"),
        "value": _("not one of the values allowed"),
        "long": _("too long"),
    }
    named = (each.partition(": ") for each in message.said.split(", ") if each)
    return ", ".join(f"{name}: {words.get(wrong, wrong)}" if wrong else name for name, _colon, wrong in named)
