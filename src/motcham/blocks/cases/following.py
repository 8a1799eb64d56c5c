"""What the one who follows a case is shown besides its timeline: the promise, the photos, the others, what can be done now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.cases import forms, queries, releasing, rules, titles, widgets
from motcham.blocks.cases.asked import PHOTOS
from motcham.blocks.cases.define import CLOSED, CaseType, CaseView, Step, type_of
from motcham.blocks.cases.models import Case, Promise
from motcham.blocks.channels import api as channels
from motcham.ui import formats
from motcham.ui.forms import Option, Question

SHOWN = 3
LONGEST_REASON = 1000
STARS = ("5", "4", "3", "2", "1")
CHIPS = ("fast", "clear", "done", "slow", "unclear", "not_done", "unfriendly")


STARS = ("5", "4", "3", "2", "1")


@dataclass(frozen=True)
class Promised:
    """A date that the agency promised, and what became of it."""

    on: date
    words: str
    tone: str
    sign: str


def as_seen(case: CaseView) -> CaseView:
    """Return a case as its reader may see it: to those who joined, what officers wrote is masked, for an answer may address
    by name the one who filed it."""
    if case.seen_by == queries.FILER:
        return case
    return replace(case, events=tuple(replace(each, message=channels.mask(each.message)) for each in case.events))


def beside(case: CaseView, here: str) -> dict[str, object]:
    """Return what stands beside the timeline: its title, the photos, the promise, the others, the public page."""
    return {
        "title": title_of(case),
        "legal_name": titles.legal_name(type_of(case.line)) if titles.is_its_kind(case.line) else "",
        "exits": exits(case),
        "number": number_of(case),
        "pair": pair(case, here),
        "promise": promise_of(case),
        "others": others(case),
        "rated": case.rating if case.line.state == CLOSED and case.seen_by == queries.FILER else None,
        "public_href": public_href(case),
    }


def number_of(case: CaseView) -> tuple[object, ...]:
    """Return the number that agencies call a case by; to those who joined it is nothing."""
    return titles.number_of(type_of(case.line), case.line.id) if case.seen_by == queries.FILER else ()


def to_rate(case: CaseView, sent: QueryDict | None = None) -> list[Question]:
    """Return the questions by which the one who filed rates the answer, while they can; with what was `sent` without a rating."""
    may = case.line.state == CLOSED and type_of(case.line).rated and case.rating is None and case.seen_by == queries.FILER
    if not may or sent is None:
        return list(rating(type_of(case.line))) if may else []
    stars, chips, words = rating(type_of(case.line))
    return [
        replace(stars, error=_("Choose how you find it; your reasons are kept below.")),
        replace(chips, value=tuple(sent.getlist("chips"))),
        replace(words, value=forms.clean_text(sent.get("reason", ""), lines=True)[:LONGEST_REASON]),
    ]


def exits(case: CaseView) -> list[Step]:
    """Return where whoever filed a case may end it by themselves: by withdrawing it."""
    if case.line.state == CLOSED or case.seen_by != queries.FILER:
        return []
    case_type = type_of(case.line)
    ways = map(case_type.step, case_type.step(case.line.step).leads_to)
    return [each for each in ways if each.outcome and rules.FILER in each.taken_by]


def title_of(case: CaseView) -> str:
    """Return what the page is called: to those who joined, the category, for its title may hold the filer's street."""
    case_type = type_of(case.line)
    asked = case_type.field_named(case_type.category) if case_type.category else None
    if case.seen_by == queries.FILER or asked is None:
        return titles.called(case.line)
    return widgets.shown(asked, case.line.category) or case.line.title


def joint_reply(case: CaseView) -> dict[str, str] | None:
    """Return the answer that was released for everybody whom the case concerns."""
    return {"said": case.public_reply} if case.public_reply else None


def promise_of(case: CaseView) -> Promised | None:
    """Return the last date promised for a case, kept or broken."""
    if not any(step.promises for step in type_of(case.line).steps):
        return None
    last = Promise.objects.filter(case_id=case.line.id).order_by("made_at").last()
    if last is None:
        return None
    if last.kept_at:
        return Promised(last.promised_on, _("kept"), "ok", "check")
    if last.broken_at:
        return Promised(last.promised_on, _("broken"), "late", "late")
    if last.put_off_at:
        return Promised(last.promised_on, _("put off"), "near", "pause")
    return Promised(last.promised_on, _("stands"), "", "pie")


def pair(case: CaseView, here: str) -> dict[str, str] | None:
    """Return the first photo before the work and the last one after it, where there are both."""
    times = queries.photo_times(case) if case.documents else {}
    hidden = {str(each) for event in case.events if not event.is_public for each in event.facts.get("documents", ())}
    before, after = ([one for one in times.get(name, ()) if str(one) not in hidden] for name in ("before", "after"))
    if not before or not after:
        return None
    return {"before": _photo(here, before[0]), "after": _photo(here, after[-1])}


def _photo(here: str, document_id: UUID) -> str:
    return f"{here}files/{document_id}/?small"


def others(case: CaseView) -> str:
    """Return how many others it concerns, as words; small numbers are said as they are, for nobody is named."""
    return formats.number(case.line.joined) if case.line.joined else ""


def public_href(case: CaseView) -> str:
    """Return the address under which everybody can read of it, where it was released."""
    if case.released_at is None:
        return ""
    return releasing.public_address(type_of(case.line), rules.public_ref(case.line.id))


def reopening(case: CaseView, errors: dict[str, str]) -> dict[str, object] | None:
    """Return the form by which a closed case is opened again, and until when; None where it cannot be any more."""
    row = Case.objects.filter(id=case.line.id).first()
    until = queries.reopen_until(row) if row else None
    if until is None or until < timezone.now() or not type_of(case.line).reopened_by_filer:
        return None
    return {
        "until": until,
        "is_open": bool(errors.get("why") or errors.get("proof")),
        "questions": [
            Question(
                "why", _("What is not done?"), "textarea", errors.get("typed", ""), longest=2000, error=errors.get("why", "")
            ),
            widgets.files(replace(PHOTOS, name="proof", label=_("Photos")), errors),
        ],
    }


def rating(case_type: CaseType) -> tuple[Question, ...]:
    """Return the questions by which an answer is rated: stars in words, reasons to tick, words of one's own."""
    words = (_("Very good"), _("Good"), _("Fair"), _("Poor"), _("Very poor"))
    stars = tuple(map(Option, STARS, words))
    chips = tuple(Option(key, label) for key, label in chip_labels(case_type).items())
    return (
        Question("rating", _("How do you find the answer?"), "radios", options=stars, across=True),
        Question("chips", _("Why?"), "checkboxes", (), options=chips, required=False, across=True),
        Question("reason", _("In your own words"), "textarea", required=False, longest=LONGEST_REASON),
    )


def chip_labels(case_type: CaseType) -> dict[str, str]:
    """Return the reasons that are offered with a rating: those of its kind of case, or those that every kind has."""
    if case_type.reasons:
        return {each.key: str(each.label) for each in case_type.reasons}
    labels = (_("Fast"), _("Clear"), _("Well mended"), _("Too slow"), _("Not clear"), _("Not mended"), _("Unfriendly"))
    return dict(zip(CHIPS, labels, strict=True))


def reason_of(post: QueryDict, case_type: CaseType) -> str:
    """Return the reasons ticked and the words written, as one text."""
    known = chip_labels(case_type)
    chosen = [known[key] for key in post.getlist("chips") if key in known]
    words = forms.clean_text(post.get("reason", ""), lines=True)
    return "\n".join(part for part in (", ".join(chosen), words) if part)[:LONGEST_REASON]
