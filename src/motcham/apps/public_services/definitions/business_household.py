"""Registration of a household business: procedure 1.001612, by one person or by the members of one household.

The certificate is issued by the ward where the shop is, so the dossier belongs there. The paper asked of everybody, the request
itself, is these answers; only a household adds a paper: whom its members authorised.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham import data
from motcham.apps.public_services import asking, premises
from motcham.apps.public_services.checking import not_past, past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.kernel.terms import Answers, Choice, Field, Kind, LegalBasis
from motcham.ui import formats

FOUNDED_BY, ONE, FAMILY = "founded_by", "one", "family"
MOST_WORKERS, MOST_MEMBERS, MOST_LINES = 1000, 20, 10
procedure = Procedure(
    code="1.001612",
    version=1,
    valid_from=date(2025, 7, 1),
    valid_to=None,
    title="Đăng ký thành lập hộ kinh doanh",
    field="Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)",
    agencies=("Ủy ban nhân dân cấp xã",),
    levels=("Cấp bộ", "Cấp xã"),
    subjects=("Tổ chức (không bao gồm doanh nghiệp, HTX)", "Công dân Việt Nam"),
    decision="2353/QĐ-BTC",
    papers=(
        Paper(
            "Bản sao văn bản ủy quyền của thành viên hộ gia đình cho một thành viên làm chủ hộ kinh doanh đối với trường hợp hộ"
            " kinh doanh do các thành viên hộ gia đình đăng ký thành lập. Văn bản ủy quyền này phải được công chứng hoặc chứng"
            " thực theo quy định của pháp luật.",
            "",
            0,
            1,
        ),
    ),
    # Its page has no limit: the dated legal table gives one.
    offers=tuple(Offer(channel, None, "", "unclear") for channel in ("online", "post", "direct")),
)


def by_family(answers: Answers) -> bool:
    """Tell whether several members of a household register together."""
    return answers.get(FOUNDED_BY) == FAMILY


def fit_name(value: object, answers: Answers) -> str | None:
    """Refuse a name that the office would send back, by the law of today."""
    today, name = timezone.localdate().isoformat(), " ".join(str(value).split())
    for row in data.rows("business_name_words.csv"):
        is_law = row["valid_from"] <= today and (not row["valid_to"] or today < row["valid_to"])
        if is_law and re.search(rf"\b{row['words']}\b", name, re.IGNORECASE):
            law = LegalBasis(row["document"], row["article"], trust=row["trust"])
            words = gettext('A household business may not have the words "%(words)s" in its name (%(law)s). Take them out.')
            return words % {"words": row["words"], "law": formats.law(law)}
    return None


def some_money(value: object, answers: Answers) -> str | None:
    """Refuse nothing and less than nothing."""
    return None if int(str(value)) > 0 else later("Enter how much you put into it, in đồng, for example 50 000 000.")


def some_people(value: object, answers: Answers) -> str | None:
    """Refuse a number of people that nobody means."""
    if 1 <= int(str(value)) <= MOST_WORKERS:
        return None
    return later("Enter how many people work there, you included: at least 1.")


FOUNDERS = (
    Choice(ONE, _("One person alone")),
    Choice(FAMILY, _("Several members of one household together")),
)
MEMBER = (
    Field("name", _("Full name"), identifies="name", longest=120),
    Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, identifies="personal_number"),
    Field("born_on", _("Date of birth"), Kind.DATE, identifies="birth", check=past),
)
FIELDS = (
    Field(FOUNDED_BY, _("Who starts the business?"), Kind.CHOICE, choices=FOUNDERS, page="founders",
        hint=_("Whoever leads it is the one for whom you file.")),
    Field("members", _("The other members"), Kind.GROUP, fields=MEMBER, at_least=1, at_most=MOST_MEMBERS, page="members", when=by_family,
        hint=_("Everybody who takes part, but not the one who leads it.")),
    Field("business_name", _("Name of the household business"), longest=150, check=fit_name, page="business",
        hint=_("Only the name of its own, for example: Minh An.")),
    Field("lines", _("What do you sell or do?"), Kind.GROUP, read_as=_("Lines of business"), at_least=1, at_most=MOST_LINES, page="business",
        hint=_("The most important one first. Use your own words: the office finds the code of the line."),
        fields=(Field("line", _("Line of business"), longest=200, hint=_("For example: rice meals, repair of motorbikes.")),)),
    *premises.asked(_("Where is the shop or the workshop?")),
    Field("capital", _("How much money do you put into it?"), Kind.INTEGER, read_as=_("Capital, in đồng"), check=some_money, page="size", hint=_("In đồng. Your own estimate; nothing is paid in.")),
    Field("workers", _("How many people will work there, you included?"), Kind.INTEGER, read_as=_("People who will work there"), check=some_people, page="size"),
    Field("opens_on", _("From when will you be open?"), Kind.DATE, read_as=_("Open from"), required=False, check=not_past, page="size", hint=_("Leave it open if you begin once you have the certificate.")),
)  # fmt: skip


def papers() -> tuple[Field, ...]:
    """Return the slot of the paper, and how it comes: asked of households alone."""
    by, slot = asking.papers(procedure)
    label = _("Copy of the paper by which the members authorise whoever leads it, certified")
    return replace(by, when=by_family), replace(slot, label=label)


business_household = dossier(
    "public_services.business_household",
    procedure,
    # Only a person leads one; an organisation files for a person, who authorised it.
    fields=(*asking.applicant((asking.KINDS[0],)), *FIELDS, *papers(), *asking.result()),
    papers=asking.paper_choices(procedure),
    place_of=premises.place_of,
)
