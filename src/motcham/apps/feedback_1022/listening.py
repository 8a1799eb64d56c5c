"""What a report is listened for while it is written: danger to life, and accusations of people in office."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from motcham.apps.feedback_1022 import accusing, words
from motcham.apps.feedback_1022.questions import said
from motcham.apps.feedback_1022.routing import CLOSED_DESK
from motcham.blocks.cases.define import Advice, Filing
from motcham.kernel.terms import Answers

# Who wrote is not what they wrote, and what was picked from a list is not in their words.
UNHEARD = frozenset({"name", "phone", "email", "category"})


def is_about_office(answers: Answers) -> bool:
    """Tell whether a report accuses somebody in office, by its words or because whoever wrote it says so."""
    said = (text for name, text in answers.items() if isinstance(text, str) and name not in UNHEARD)
    return bool(answers.get("about_office")) or any(map(accusing.accuses, said))


def closed_desk(filing: Filing) -> str | None:
    """Return the desk that alone may read this report, or None for the ordinary way."""
    address = filing.place.address if filing.place else ""
    return CLOSED_DESK if is_about_office(filing.answers) or accusing.accuses(address) else None


def danger(answers: Answers) -> Advice | None:
    """Return whom to call at once, where a report speaks of danger to life."""
    kinds = set(words.emergencies(str(answers.get("description") or "")))
    if not kinds and answers.get("danger") is not True:
        return None
    calls = tuple((each.number, said(each.label, each.label_en)) for each in words.numbers_for(kinds))
    return Advice(
        "emergency",
        _("Is somebody in danger? Call now"),
        _("1022 does not send rescuers. Call first; you can finish your report afterwards, it is kept."),
        calls,
        is_urgent=True,
    )


def advice(answers: Answers) -> Iterator[Advice]:
    """Yield what the form says at once upon what was written so far."""
    if urgent := danger(answers):
        yield urgent
    if is_about_office(answers):
        yield Advice(
            "closed_desk",
            _("This goes to the closed desk"),
            _(
                "It speaks of a person in office. Only the integrity desk reads it; neither that person nor their agency can see it, "
                "and it appears on no public page. If it is an ordinary report after all, the desk hands it on."
            ),
        )
    elif accusing.tells_of_office(str(answers.get("description") or "")):
        yield Advice(
            "about_office",
            _("Did a person in office do wrong?"),
            _("Then choose “Yes: only the closed desk may read it”. Else the agency in charge reads what you wrote."),
        )
