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
from motcham.apps.public_services.national_portal import actions, client, queries
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui import formats

SHOWN = 100


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
        "taken": formats.moment(found.last_taken) if found.last_taken else "—",
        "refused": _rows(list(queries.refused_of(scope)[:SHOWN]), actor),
        "failing": _rows(list(queries.failing_of(scope)[:SHOWN]), actor),
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
            "why": why(each.problem),
            "fields": each.said,
            "may_act": actor.may(Permission.CASE_ACT, agency_id=each.agency_id),
        }
        for each in found
    ]


def why(problem: str) -> str:
    """Return why something was not taken, in words that say what to do; the code of a refusal that we do not know, as it came."""
    known = {
        "dictionary": _("Something that the portal asks for is missing or wrong in the dossier: complete it, then send again."),
        "unknown_dossier": _("The portal does not know this dossier yet: send it again."),
        "national_portal.down": _("The portal does not answer; it is tried again by itself."),
    }
    return known.get(problem) or pgettext("national portal", "Refused by the portal: %(code)s") % {"code": problem}
