"""Birth registration, permanent residence and health-insurance card of a child under 6, asked for once: procedure 2.000986.

One dossier, three agencies: each answers its part by a limit of its own, the whole by one more. The questions are our own
words; the official forms are filled by the agencies from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, limits, states
from motcham.apps.public_services.checking import age_on, all_of, other_than, past
from motcham.apps.public_services.making import ARCHIVES, DECREE, UNROUTED, dossier
from motcham.apps.public_services.sources import Paper, Procedure
from motcham.blocks.cases.define import Advice, CaseType, Filing, Part, Step
from motcham.kernel.terms import Answers, Choice, Field, Kind

CODE = "2.000986"
POLICE, INSURANCE = "department.public_security", "centre.social_insurance"
OLDEST = 6
VERIFIED = ".verified"
"""The end of the name of the dated limits by which a part, and with it the whole, takes longer where something must be verified."""
procedure = Procedure(
    code=CODE,
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title="Liên thông thủ tục hành chính về đăng ký khai sinh, đăng ký thường trú, cấp thẻ bảo hiểm y tế cho trẻ em dưới 6 tuổi",
    field="Hộ tịch",
    levels=("Cấp xã",),
    decision="QĐ/0001-BTP",
    papers=(
        Paper("Giấy chứng sinh do cơ sở y tế nơi trẻ em sinh ra cấp", "", 1, 0),
        Paper("Văn bản đồng ý của chủ hộ, nếu trẻ đăng ký thường trú vào hộ của người khác", "", 1, 0),
    ),
)
WITH = (
    Choice("mother", _("With the mother")),
    Choice("father", _("With the father")),
    Choice("else", _("With somebody else, who agrees")),
)


def under_six(value: object, answers: Answers) -> str | None:
    """Refuse a day that is still to come, or of a child who is six or older."""
    if to_come := past(value, answers):
        return to_come
    age = age_on(date.fromisoformat(str(value)), timezone.localdate())
    return later("This procedure is for children under 6. Register the birth by procedure 1.001193.") if age >= OLDEST else None


MOTHER, FATHER = "mother", "father"
FILER = (
    Choice(MOTHER, _("The mother")),
    Choice(FATHER, _("The father")),
    Choice("else", _("Somebody else, such as a grandparent")),
)


def _unless(parent: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get("filer_is") != parent


OWN = later("This is your own personal number. Enter that of this parent.")
OF_MOTHER = later("This is the personal number of the mother. Enter that of the father, or leave it open.")
FIELDS = (
    Field("filer_is", _("What are you to the child?"), Kind.CHOICE, read_as=_("The one who files is"), choices=FILER, page="child"),
    Field("child_name", _("Full name of the child"), identifies="name", longest=120, page="child"),
    Field("child_sex", _("Sex of the child"), Kind.CHOICE, choices=(Choice("female", _("Girl")), Choice("male", _("Boy"))), page="child"),
    Field("child_born_on", _("Date of birth of the child"), Kind.DATE, identifies="birth", check=under_six, page="child"),
    Field("child_born_at", _("Place of birth of the child"), hint=_("Hospital or address."), identifies="address", longest=200, page="child"),
    Field("mother_name", _("Full name of the mother"), identifies="name", longest=120, page="parents", when=_unless(MOTHER)),
    Field("mother_number", _("Personal number of the mother"), Kind.PERSONAL_NUMBER, identifies="personal_number", page="parents",
        when=_unless(MOTHER), check=other_than("personal_number", OWN)),
    Field("father_name", _("Full name of the father"), required=False, identifies="name", longest=120, page="parents", when=_unless(FATHER)),
    Field("father_number", _("Personal number of the father"), Kind.PERSONAL_NUMBER, required=False, identifies="personal_number", page="parents",
        when=_unless(FATHER), check=all_of(other_than("personal_number", OWN), other_than("mother_number", OF_MOTHER))),
    Field("lives_with", _("With whom is the child to be registered as living?"), Kind.CHOICE, choices=WITH, page="home"),
    Field("head_name", _("Full name of the head of that household"), identifies="name", longest=120, page="home",
        when=lambda answers: answers.get("lives_with") == "else"),
    Field("treated_at", _("Where should the child be treated first?"), hint=_("The health station or hospital for the insurance card; the office helps to choose."),
        required=False, personal=True, longest=200, page="home"),
)  # fmt: skip
# Only what a part needs goes to its agency.
SHARED = ("child_name", "child_sex", "child_born_on", "mother_name", "mother_number", "father_name", "father_number")


def with_parents(answers: Answers) -> Answers:
    """Return the answers with the name and number of the parent who files: they were given once."""
    who = answers.get("filer_is")
    own = {f"{who}_name": answers.get("name"), f"{who}_number": answers.get("personal_number")}
    return {**answers, **own} if who in (MOTHER, FATHER) else answers


def parts(filing: Filing) -> Iterable[Part]:
    """Open the three parts once the dossier is accepted, each with what its agency needs and no more."""
    given = with_parents(filing.answers)
    known = {name: given[name] for name in SHARED if given.get(name)}
    home = {name: filing.answers[name] for name in ("address", "lives_with", "head_name") if filing.answers.get(name)}
    treated = {"treated_at": filing.answers["treated_at"]} if filing.answers.get("treated_at") else {}
    born, agreed = ({name: filing.answers[name]} if filing.answers.get(name) else {} for name in ("paper_1", "paper_2"))
    ward = f"ward.{filing.place.area_code}" if filing.place else UNROUTED
    is_online = limits.channel_of(filing.channel) == "online"
    for work, agency, more in (
        ("birth", ward, home | born),
        ("residence", POLICE, home | agreed),
        ("health_card", INSURANCE, treated),
    ):
        limit = f"online.{work}" if is_online else work
        yield Part("public_services.linked_part", agency, f"dossier.{CODE}.{limit}", {"work": work, **known, **more})


def identity_card(answers: Answers) -> Iterable[Advice]:
    """Say, once, what becomes of the child's identity card, which the law adds to this and the published procedure does not."""
    if answers.get("lives_with") and not answers.get(asking.PAPERS_BY):
        yield Advice(
            "identity_card",
            _("The child's identity card"),
            _(
                "You may have one made, but need not. It is not asked here, for nothing is published of what it needs: the National "
                "Public Service Portal and VNeID take it together with this (decree 301/2026), the police of any ward by procedure "
                "1.014062."
            ),
        )


birth_registration = dossier(
    "public_services.birth_registration",
    procedure,
    fields=(
        *asking.applicant((asking.KINDS[0],)),
        *FIELDS,
        *asking.papers(procedure, {"paper_2": lambda answers: answers.get("lives_with") == "else"}),
        *asking.result(),
    ),
    papers=asking.paper_choices(procedure),
    sets_limit=lambda filing: limits.limit_of(procedure, filing),
    parts=parts,
    advises=identity_card,
)
WORK = (
    Choice("birth", states.told("Đăng ký khai sinh", "Birth registration")),
    Choice("residence", states.told("Đăng ký thường trú", "Permanent residence")),
    Choice("health_card", states.told("Cấp thẻ bảo hiểm y tế", "Health insurance card")),
)


def _named(name: str) -> Field:
    return next(each for each in (*FIELDS, *asking.applicant()) if each.name == name)


def _optional(each: Field) -> Field:
    return replace(each, required=False, when=None, check=None, prefill="")


PAPERS = tuple(_optional(each) for each in asking.papers(procedure) if each.kind is Kind.FILES)


linked_part = CaseType(
    key="public_services.linked_part",
    official_name="Phần việc của cơ quan trong thủ tục liên thông",
    label=_("Part of a linked dossier"),
    summary=_("What one agency does of a dossier that several settle together."),
    legal_basis=DECREE,
    limit=f"dossier.{CODE}.residence",
    in_force=procedure.valid_from,
    anyone_files=False,
    fields=(
        Field("work", _("Its part"), Kind.CHOICE, choices=WORK),
        *(_optional(_named(name)) for name in (*SHARED, "address", "lives_with", "head_name", "treated_at")),
        *PAPERS,
    ),
    steps=(
        Step(
            states.IN_PROGRESS,
            states.BY_CODE[states.IN_PROGRESS].label,
            act=states.ACTS[states.IN_PROGRESS],
            roles=states.OFFICERS,
            leads_to=(states.DONE, states.ASKED, states.STOPPED),
        ),
        Step(
            states.ASKED,
            states.BY_CODE[states.ASKED].label,
            act=states.ACTS[states.ASKED],
            roles=(states.FILER, *states.OFFICERS),
            leads_to=(states.IN_PROGRESS, states.STOPPED),
            taken_by=states.OFFICERS,
            pauses=True,
            message_required=True,
            asks=states.asks_for(asking.paper_choices(procedure)),
            mends=states.PAPERS,
            at_most=states.SUPPLEMENT,
            tells=states.PART_ASKS,
        ),
        Step(states.DONE, states.BY_CODE[states.DONE].label, act=states.ACTS[states.DONE], outcome="done"),
        Step(
            states.STOPPED,
            states.BY_CODE[states.STOPPED].label,
            act=states.ACTS[states.STOPPED],
            taken_by=states.OFFICERS,
            outcome="stopped",
            message_required=True,
        ),
    ),
    extensions=1,
    extension_limit=VERIFIED,
    apology_tells=states.PART_LONGER,
    category="work",
    route=lambda filing: None,
    desk=UNROUTED,
    title=lambda filing: next(str(each.label) for each in WORK if each.key == filing.answers["work"]),
    retention=ARCHIVES,
)
