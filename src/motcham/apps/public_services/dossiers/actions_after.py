"""After a dossier is settled: a bad rating is looked into, and its applicant may report about it; both are cases of 1022."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcham.apps.public_services.dossiers.models import Dossier, Link
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Happening, NewCase, Opened, Place, Said, case_types
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.places import api as places
from motcham.kernel.terms import Choice

REPORT = "feedback_1022.report"
"""The kind of case that a report about a dossier is, where it is installed; the app is known here by this key alone."""
BAD = 2
LATE, CONDUCT, GUIDANCE, PORTAL = "admin.late", "admin.conduct", "admin.guidance", "admin.portal"
REASONS = (
    Choice("fast", gettext_lazy("Settled quickly")),
    Choice("once", gettext_lazy("No second way needed")),
    Choice("clear", gettext_lazy("Clear from the start")),
    Choice("kind", gettext_lazy("Friendly and helpful")),
    Choice("late", gettext_lazy("Later than promised")),
    Choice("papers", gettext_lazy("Papers asked for that are not on the list")),
    Choice("unclear", gettext_lazy("Not clear what to do")),
    Choice("portal", gettext_lazy("The site did not work well")),
    Choice("money", gettext_lazy("Money asked for that was not said before")),
    Choice("unkind", gettext_lazy("Unfriendly")),
)
"""What is offered as the reason of a rating."""
_KINDS = {"unkind": CONDUCT, "money": CONDUCT, "late": LATE, "portal": PORTAL, "papers": GUIDANCE, "unclear": GUIDANCE}
ABOUT = (
    Choice(LATE, gettext_lazy("It is late")),
    Choice(CONDUCT, gettext_lazy("How I was treated")),
    Choice(GUIDANCE, gettext_lazy("What I was told, or which papers were asked for")),
    Choice(PORTAL, gettext_lazy("The online service itself")),
)
"""What a report about a dossier can be about, each a kind of matter of 1022."""


def is_there() -> bool:
    """Tell whether reports are taken here at all."""
    return case_types.get(REPORT) is not None


def follow_rating(*, by: Actor, happened: Happening, words: str) -> None:
    """Open a report of a bad rating, so that somebody looks into it and answers; a good one opens nothing."""
    if not happened.rating or happened.rating > BAD or not is_there():
        return
    row = Dossier.objects.get(case_id=happened.case_id)
    said = cases.said(by=by, case_id=happened.case_id, purpose="rating")
    if said.synthetic:
        return
    chosen = set(_chosen(words))
    with translation.override("vi"):
        about = _("The dossier %(code)s was rated %(stars)s of 5.") % {"code": row.code, "stars": happened.rating}
    category = next((kind for key, kind in _KINDS.items() if key in chosen), GUIDANCE)
    _open(by=by, row=row, said=said, category=category, text=f"{about}\n{words}".strip(), why=Link.Why.RATED, at=happened.at)


def _chosen(words: str) -> Iterator[str]:
    """Yield the reasons that were ticked, in whichever language the page was read: they stand in the first line, as they are called."""
    ticked = words.partition("\n")[0].split(", ")
    for language in ("vi", "en"):
        with translation.override(language):
            yield from (each.key for each in REASONS if str(each.label) in ticked)


@transaction.atomic
def report(*, by: Actor, case_id: UUID, about: str, text: str) -> Opened:
    """Report about a dossier, for whoever filed it: the answer goes to the contacts that they gave with it."""
    row = Dossier.objects.get(case_id=case_id)
    said = cases.said(by=by, case_id=case_id, purpose="report")
    with translation.override("vi"):
        head = _("About the dossier %(code)s.") % {"code": row.code}
    return _open(by=by, row=row, said=said, category=about, text=f"{head}\n{text}", why=Link.Why.REPORTED, at=timezone.now())


def _open(*, by: Actor, row: Dossier, said: Said, category: str, text: str, why: Link.Why, at: datetime) -> Opened:
    contact = {name: said.answers[name] for name in ("name", "phone", "email") if said.answers.get(name)}
    area = str(said.answers.get("area") or "")
    since = next((each.valid_from for each in places.areas() if each.code == area), None)
    opened = cases.open_case(
        NewCase(
            type_key=REPORT,
            answers={"category": category, "description": text[:5000], **contact},
            channel="web",
            place=Place(None, None, area, since) if since else None,
            at=at,
            language=said.language,
            idempotency_key=f"dossier:{hashlib.sha256(f'{row.case_id} {why} {category} {text}'.encode()).hexdigest()[:48]}",
        ),
        by=by,
    )
    if opened.is_repeat:
        # Its button was pressed twice.
        return opened
    link = Link.objects.create(dossier_id=row.case_id, report_id=opened.id, why=why, at=at)
    payload = {"by": by.ref, "report": opened.id, "why": link.why}
    ledger.append(kind="dossiers.reported", subject=f"case:{row.case_id}", payload=payload, at=at)
    return opened
