"""Recognition as a poor or near-poor household during the year: procedure 1.011607, asked for by the household itself.

The one paper that the source names, the request, is these answers. What the visitors score on their own sheets is not asked
here: only who belongs to the household, and why it asks now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, limits
from motcham.apps.public_services.checking import past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Offer, Procedure
from motcham.kernel.terms import Answers, Choice, Field, Kind

HEAD, MEMBER, POOR = "head", "member", "poor"
MOST_MEMBERS = 20
procedure = Procedure(
    code="1.011607",
    version=1,
    valid_from=date(2025, 7, 1),
    valid_to=None,
    title="Công nhận hộ nghèo, hộ cận nghèo thường xuyên hằng năm",
    field="Giảm nghèo",
    agencies=("Ủy ban nhân dân cấp xã",),
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam",),
    decision="967/QĐ-BNNMT",
    offers=tuple(Offer(channel, 15, "days", "free", 0) for channel in ("post", "direct")),
)


def is_member(answers: Answers) -> bool:
    """Tell whether somebody else than the head of the household asks."""
    return answers.get("role") == MEMBER


def not_yet_poor(value: object, answers: Answers) -> str | None:
    """Send on who is recognised already: what is left to ask is the way out."""
    if value != POOR:
        return None
    return later("Your household is recognised as poor already: there is nothing to ask for. To be taken off the list use procedure 1.011608.")  # fmt: skip


def everybody_once(value: Sequence[Mapping[str, object]], answers: Answers) -> str | None:
    """Refuse two heads of one household and a person who stands there twice."""
    if sum(row.get("relation") == HEAD for row in value) > 1:
        return later("A household has one head. Choose for each of the others what they are to the head.")
    numbers = [row["personal_number"] for row in value if row.get("personal_number")]
    if len(numbers) != len(set(numbers)):
        return later("One personal number stands there twice. Write every person once, each with the number of their own.")
    return None


ROLES = (Choice(HEAD, _("Yes")), Choice(MEMBER, _("No, I am another member of it")))
STANDING = (
    Choice("neither", _("Neither as poor nor as near-poor")),
    Choice("near_poor", _("As near-poor")),
    Choice(POOR, _("As poor")),
)
RELATIONS = (
    Choice(HEAD, _("Head of the household")),
    Choice("spouse", _("Wife or husband")),
    Choice("child", _("Child")),
    Choice("parent", _("Father or mother")),
    Choice("grandchild", _("Grandchild")),
    Choice("other", _("Somebody else who lives with them")),
)
CAUSES = (
    Choice("illness", _("Somebody is ill for long, or disabled")),
    Choice("work", _("Work was lost, or there is too little of it")),
    Choice("death", _("Whoever earned the living died or left")),
    Choice("disaster", _("Storm, flood, fire, or a plague among animals or plants")),
    Choice("many", _("Many children or old people, few who work")),
    Choice("other", _("Another reason")),
)
PERSON = (
    Field("name", _("Full name"), identifies="name", longest=120),
    Field("born_on", _("Date of birth"), Kind.DATE, identifies="birth", check=past),
    Field("relation", _("What are they to the head?"), Kind.CHOICE, choices=RELATIONS, personal=True),
    Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, required=False, identifies="personal_number",
        hint=_("Leave it open if you do not know it.")),
)  # fmt: skip
FIELDS = (
    Field("role", _("Are you the head of the household?"), Kind.CHOICE, read_as=_("The applicant is the head of the household"), choices=ROLES, page="head",
        hint=_("If you file for somebody else, answer for them.")),
    Field("head_name", _("Full name of the head of the household"), identifies="name", longest=120, page="head_name", when=is_member),
    Field("standing", _("As what is the household recognised now?"), Kind.CHOICE, choices=STANDING, check=not_yet_poor, personal=True, page="standing"),
    Field("members", _("Everybody who belongs to the household"), Kind.GROUP, fields=PERSON, at_least=1, at_most=MOST_MEMBERS, check=everybody_once,
        page="members", hint=_("The head, children and old people too.")),
    Field("causes", _("What has happened?"), Kind.CHOICES, choices=CAUSES, personal=True, page="why", hint=_("Choose all that fits.")),
    Field("story", _("Is there more that the visitors should know?"), Kind.LONG_TEXT, required=False, personal=True, longest=1000, page="why",
        hint=_("A few words are enough. They visit you and fill in the sheets with you.")),
)  # fmt: skip

poor_household = dossier(
    "public_services.poor_household",
    procedure,
    fields=(*asking.applicant((asking.KINDS[0],)), *FIELDS, *asking.result()),
    papers=(),
    # By the internet nobody offers it: no limit is published for it.
    names_day=limits.lacks_limit(procedure),
)
