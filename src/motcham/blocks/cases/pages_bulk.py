"""What is done in many cases at once, and its undoing: nobody is asked "are you sure", for a while it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from motcham.blocks.cases import actions, actions_desk, lists, queries
from motcham.blocks.cases.define import CLOSED, CaseLine, CaseType, NoSuchCase, Step, StepNotOpen, case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Colleague, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui.wording import wording

MOST_PICKED = 100
NAMED = 3
"""So many cases, and so many reasons, are named of those that could not go where they were sent."""
UNDO_FOR = timedelta(seconds=60)
HOLD = "hold:"


@dataclass(frozen=True)
class Offered:
    """What can be done with picked cases: steps, and to whom they can be given."""

    steps: tuple[tuple[str, str], ...]
    mine: str
    colleagues: tuple[Colleague, ...]


def offered(actor: Actor, lines: Sequence[CaseLine], agency_id: int | None) -> Offered | None:
    """Return what could be done at once in cases of this page; None where nothing can."""
    mine = [line for line in lines if line.state != CLOSED and actor.may(Permission.CASE_BULK, agency_id=line.agency_id)]
    if not mine:
        return None
    here = {(line.type_key, line.step) for line in mine}
    steps = tuple(
        (f"{case_type.key}:{step.key}", str(step.act or step.label))
        for case_type, step in plain_steps()
        if any(key == case_type.key and step.key in case_type.step(at).leads_to for key, at in here)
    )
    agency = agency_id if agency_id in actor.agency_ids else next(iter(sorted({line.agency_id for line in mine})), None)
    post = own_post(actor, agency)
    others = identity.colleagues(agency_id=agency) if agency and len({line.agency_id for line in mine}) == 1 else ()
    return Offered(steps, str(post or ""), tuple(each for each in others if each.post_id != post))


def own_post(actor: Actor, agency_id: int | None) -> int | None:
    """Return the post that somebody holds in an agency."""
    return next((post.post_id for post in actor.posts if post.agency_id == agency_id), None)


def plain_steps() -> list[tuple[CaseType, Step]]:
    """Return the steps that ask nothing of the officer, and so can be taken in many cases at once."""
    return [
        (case_type, step)
        for case_type in case_types
        for step in case_type.steps
        if not (step.asks or step.message_required or step.transfers or step.outcome or step.pauses)
    ]


@guarded(Permission.CASE_BULK)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do the same in every case that was picked; what one case refuses does not hold up the others."""
    actor, what = request.actor, request.POST.get("step", "")  # type: ignore[attr-defined]
    if what == HOLD:
        what = f"{HOLD}{request.POST.get('to', '')}"
    done: list[list[object]] = []
    refused: list[tuple[str, MotchamError]] = []
    for picked in request.POST.getlist("case")[:MOST_PICKED]:
        try:
            done.append(_do(actor, picked, what))
        except MotchamError as error:
            refused.append((picked, error))
    if len(refused) == 1 and not done:
        raise refused[0][1]
    if done:
        request.session["undo"] = {"at": timezone.now().isoformat(), "cases": done}
        messages.success(
            request, ngettext("Done for %(done)s case.", "Done for %(done)s cases.", len(done)) % {"done": len(done)}
        )
    if refused:
        words = ngettext("%(refused)s case could not go there.", "%(refused)s cases could not go there.", len(refused))
        messages.error(request, " ".join([words % {"refused": len(refused)}, *_why(actor, refused)]))
    return redirect(back_to(request))


def _why(actor: Actor, refused: Sequence[tuple[str, MotchamError]]) -> Iterator[str]:
    """Yield what held cases up, once for each reason, with the first of the cases that it held up."""
    by_reason: dict[str, list[str]] = {}
    for picked, error in refused:
        by_reason.setdefault(wording(error), []).append(picked)
    for reason, held in list(by_reason.items())[:NAMED]:
        # What the actor may not read has no title for them either.
        lines = lists.lines(actor=actor, case_ids=[found for each in held[:NAMED] if (found := _id(each))])
        titles = ", ".join(f"“{line.title[:60]}”" for line in lines.values())
        yield f"{titles}{' …' if len(held) > NAMED else ''}: {reason}" if titles else reason


def _id(picked: str) -> UUID | None:
    try:
        return UUID(picked)
    except ValueError:
        return None


def _do(actor: Actor, picked: str, what: str) -> list[object]:
    case_id = _id(picked)
    if case_id is None:
        raise NoSuchCase()
    view = queries.case_by_id(case_id, actor=actor)
    actor.demand(Permission.CASE_BULK, agency_id=view.line.agency_id)
    before = lists.standing(view.line.id)
    if what.startswith(HOLD):
        post = what.removeprefix(HOLD)
        actions_desk.hold(by=actor, case_id=view.line.id, post_id=int(post) if post.isascii() and post.isdigit() else None)
    else:
        type_key, _colon, to = what.partition(":")
        if (type_key, to) not in {(each.key, step.key) for each, step in plain_steps()} or view.line.type_key != type_key:
            raise StepNotOpen()
        actions.take_step(by=actor, case_id=view.line.id, to=to)
    return [str(view.line.id), list(before)]


@guarded(Permission.CASE_BULK)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what one did a moment ago, in every case in which nothing happened since."""
    actor, kept = request.actor, request.session.pop("undo", None)  # type: ignore[attr-defined]
    done = refused = 0
    for case_id, before in kept["cases"] if kept and _is_young(kept) else ():
        try:
            actions_desk.take_back(by=actor, case_id=UUID(case_id), before=lists.Standing(*before))
            done += 1
        except MotchamError:
            refused += 1
    if done:
        words = ngettext("Taken back in %(done)s case.", "Taken back in %(done)s cases.", done)
        messages.success(request, words % {"done": done})
    if refused:
        words = ngettext(
            "In %(refused)s case something happened meanwhile; it stays as it is.",
            "In %(refused)s cases something happened meanwhile; they stay as they are.",
            refused,
        )
        messages.error(request, words % {"refused": refused})
    if not done and not refused:
        messages.error(request, _("The minute in which it could be taken back is over. Open the case to put it right."))
    return redirect(back_to(request))


def undoable(request: HttpRequest) -> int:
    """Return how many seconds what was done last can still be taken back; 0 where there is nothing."""
    kept = request.session.get("undo")
    if not kept or not _is_young(kept):
        return 0
    return int((UNDO_FOR - (timezone.now() - datetime.fromisoformat(kept["at"]))).total_seconds())


def _is_young(kept: dict[str, str]) -> bool:
    return timezone.now() - datetime.fromisoformat(kept["at"]) < UNDO_FOR


def back_to(request: HttpRequest) -> str:
    """Return the page of work that a form was sent from; the first list where it names no page of ours."""
    asked = request.POST.get("back", "")
    if asked.startswith("?"):
        asked = f"/desk/{asked}"
    is_ours = asked.startswith("/desk/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_ours else "/desk/"
