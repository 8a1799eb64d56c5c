"""Where what a dossier is about lies: a shop, a plot, a workshop. The dossier belongs there, not where its applicant lives."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import asking
from motcham.apps.public_services.routing import AREA
from motcham.blocks.cases.define import Place
from motcham.kernel.terms import Answers, Choice, Field, Kind, Words

WHERE, PREMISES_AREA, PREMISES = "premises_are", "premises_area", "premises"
HERE, ELSEWHERE = "here", "elsewhere"


def asked(label: Words, *, when: Callable[[Answers], bool] | None = None) -> tuple[Field, ...]:
    """Return the questions where it lies; the address stands on a page of its own, for those alone who need it."""
    choices = (Choice(HERE, _("At the address that I gave before")), Choice(ELSEWHERE, _("Elsewhere in the city")))

    def is_elsewhere(answers: Answers) -> bool:
        return (when is None or when(answers)) and answers.get(WHERE) == ELSEWHERE

    return (
        Field(WHERE, label, Kind.CHOICE, choices=choices, page="where", when=when),
        Field(PREMISES_AREA, _("Ward, commune or special zone where it lies"), Kind.CHOICE, choices=asking.areas(), page="premises", when=is_elsewhere),
        Field(PREMISES, _("House number and street, or how one finds it"), identifies="address", longest=300, page="premises", when=is_elsewhere),
    )  # fmt: skip


def place_of(answers: Answers) -> Place | None:
    """Return the ward where it lies, whose street stays sealed; that of the applicant where both are the same."""
    return asking.place_of({AREA: answers.get(PREMISES_AREA) or answers.get(AREA)})
