"""The form of a dossier, made from its procedure: who asks, which papers they hand in, how they get the result.

Nothing here is the text of an official form: the questions are our own words, the names of papers those of the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import papers_again
from motcham.apps.public_services.checking import other_than, others_differ, past
from motcham.apps.public_services.reading.words import plain
from motcham.apps.public_services.routing import AREA
from motcham.apps.public_services.sources import Paper, Procedure
from motcham.blocks.cases.define import CONFIRMED, REVIEW, Confirmer, Place, Together
from motcham.blocks.places import api as places
from motcham.kernel.terms import Answers, Choice, Field, Kind, Visible, Words

CITIZEN, COMPANY, HOUSEHOLD = "citizen", "company", "household"
KINDS = (
    Choice(CITIZEN, _("A person")),
    Choice(COMPANY, _("A company or an organisation")),
    Choice(HOUSEHOLD, _("A household business")),
)
NATIONAL_KINDS = {CITIZEN: 0, COMPANY: 1, HOUSEHOLD: 2}
"""`LoaiDoiTuong` of the national dictionary."""
APPLICANT, ON_BEHALF, CASE, PAPERS_BY, RESULT_BY, TRUTH = "applicant", "on_behalf", "papers_of", "papers_by", "result_by", "truth"
SENT, AT_COUNTER = "sent", "counter"
SELF, OTHER, TOGETHER = "self", "other", "together"
WAYS = (
    Choice(SELF, _("For myself, or for the one I lead")),
    Choice(OTHER, _("For somebody else, who authorised me")),
    Choice(TOGETHER, _("For myself, together with others who apply too")),
)
GUARDIAN = "guardian"
RELATIONS = (
    Choice("spouse", _("Their husband or wife")),
    Choice("child", _("Their child")),
    Choice("parent", _("Their father or mother")),
    Choice("grandparent", _("Their grandfather or grandmother")),
    Choice("sibling", _("Their brother or sister")),
    Choice(GUARDIAN, _("Their guardian by law, such as a parent of somebody under age")),
    Choice("else", _("Somebody else")),
)
AT_HOME = _("Ward, commune or special zone where you live, or where the business is")
STREET, OWN_ADDRESS = _("House number and street"), _("Your own address")
AREA_OF_ONE, ADDRESS_OF_ONE = _("Ward, commune or special zone of the one who files"), _("Address of the one who files")
PHOTO_OR_COUNTER = _("A photo or a PDF. Without one, bring it to the counter.")
LIVES = _("Ward or commune where you live (permanent or temporary residence)")
RELATIVES_FREE = _(
    "A photo or a PDF. Between grandparents, parents, children, husband and wife, brothers and sisters it needs no certification."
)
"""As the published procedures of civil status have it."""
PEOPLE = "people"
MOST_TOGETHER = 10
LONGEST_LABEL = 300
PER_PAPER = 3
PAPERS_A_PAGE = 12
"""So many slots stand on one page: people lose their way among more, and a browser sends so many files at once."""
# Groups that are not one case among several: what everybody hands in, and what is only shown.
_EVERYBODY = re.compile(r"phải nộp|thành phần|bao gồm|gồm:?$|hồ sơ:?$", re.IGNORECASE)
_SHOWN = re.compile(r"xuất trình", re.IGNORECASE)
# Groups that come on top of whichever case it is, and papers that nobody can add: a form filled in on the national portal is
# this form here, and household books are no longer valid (68/2020/QH14).
_ADDED = re.compile(r"^\W*ngoài ra|[uủ][ỷy] quyền|môi trường điện tử", re.IGNORECASE)
_NOBODY_HAS = re.compile(r"điện tử tương tác|sổ hộ khẩu", re.IGNORECASE)
_CONDITION = re.compile(r"^\W*(trường hợp|đối với|nếu)\b|nếu có|\(nếu|khi có yêu cầu|trong trường hợp", re.IGNORECASE)


@dataclass(frozen=True)
class Slot:
    """One paper with the field that takes it."""

    name: str
    paper: Paper
    case: str = ""
    is_shown: bool = False

    @property
    def is_needed(self) -> bool:
        """Tell whether everybody of its case hands it in: what the source makes depend on something is never asked of all."""
        is_added = _ADDED.search(self.paper.group) or _NOBODY_HAS.search(self.paper.name)
        return not self.is_shown and not is_added and not _CONDITION.search(self.paper.name)


def slots(procedure: Procedure) -> tuple[Slot, ...]:
    """Return the papers that can be handed in; a line that only explains has no slot."""
    cases_of = {group: f"g{number}" for number, group in enumerate(alternatives(procedure), 1)}
    return tuple(
        Slot(f"paper_{number}", paper, cases_of.get(paper.group, ""), bool(_SHOWN.search(paper.group)))
        for number, paper in enumerate((each for each in procedure.papers if not each.is_note), 1)
    )


def alternatives(procedure: Procedure) -> tuple[str, ...]:
    """Return the groups of papers of which one applies; empty where all papers are for everybody."""
    found = dict.fromkeys(each.group for each in procedure.papers if not each.is_note)
    others = (_EVERYBODY, _SHOWN, _ADDED)
    named = tuple(each for each in found if each and not any(kind.search(each) for kind in others))
    return named if len(named) > 1 else ()


def paper_choices(procedure: Procedure) -> tuple[Choice, ...]:
    """Return the papers as an officer chooses among them."""
    return tuple(Choice(each.name, short(each.paper.name)) for each in slots(procedure))


def fields(procedure: Procedure) -> tuple[Field, ...]:
    """Return the whole form of a procedure."""
    return (*applicant(kinds_of(procedure)), *papers(procedure), *result())


def kinds_of(procedure: Procedure) -> tuple[Choice, ...]:
    """Return the kinds of applicant that the source names for a procedure; all of them where it names none that we know."""
    text = ", ".join(procedure.subjects).lower()
    words = {
        CITIZEN: ("công dân", "người", "cá nhân", "cán bộ"),
        COMPANY: ("doanh nghiệp", "tổ chức", "hợp tác xã"),
        HOUSEHOLD: ("hộ kinh doanh",),
    }
    text = text.replace("không bao gồm doanh nghiệp, htx", "")
    found = tuple(each for each in KINDS if any(word in text for word in words[each.key]))
    return found or KINDS


def applicant(
    kinds: Sequence[Choice] = KINDS,
    *,
    ways: Sequence[str] = (SELF, OTHER, TOGETHER),
    lives: Words = AT_HOME,
    address: Words = STREET,
    authorised: Words = PHOTO_OR_COUNTER,
) -> tuple[Field, ...]:
    """Return the questions about who files, by kind of applicant: for oneself, for somebody else or together with others, as far
    as the procedure has these `ways`. `lives` asks for the area by which the agency is found; where that is not their own, `address`
    asks for theirs in full."""
    asked = () if len(kinds) == 1 else (Field(APPLICANT, _("Who is applying?"), Kind.CHOICE, choices=tuple(kinds), page="kind"),)
    only = kinds[0].key if len(kinds) == 1 else ""
    is_home = lives in (AT_HOME, LIVES)
    offered = tuple(each for each in WAYS if each.key in ways)
    behalf = (
        (
            Field(
                ON_BEHALF,
                _("For whom do you file?"),
                Kind.CHOICE,
                read_as=_("Handed in for"),
                choices=offered,
                page="kind",
            ),
        )
        if len(offered) > 1
        else ()
    )

    def is_kind(*wanted: str) -> Callable[[Answers], bool]:
        return lambda answers: (only or answers.get(APPLICANT)) in wanted

    return (
        *asked,
        *behalf,
        *_business(kinds, is_kind),
        Field("name", _("Your full name"), read_as=_("Full name of the one who files"), identifies="name", longest=120, prefill="name", page="who"),
        Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, read_as=_("Personal number of the one who files"), hint=_("The 12 digits on the citizen card."), identifies="personal_number", prefill="personal_number", page="who"),
        Field("born_on", _("Date of birth"), Kind.DATE, read_as=_("Date of birth of the one who files"), identifies="birth", check=past, prefill="birth", page="who", when=is_kind(CITIZEN)),
        Field("phone", _("Telephone"), Kind.PHONE, identifies="phone", prefill="phone", page="reach"),
        Field("email", _("E-mail"), Kind.EMAIL, identifies="email", required=False, prefill="email", page="reach"),
        Field(AREA, lives, Kind.CHOICE, read_as=AREA_OF_ONE if is_home else "", choices=areas(), prefill="area" if is_home else "", page="reach"),
        Field("address", address, read_as=ADDRESS_OF_ONE if address is OWN_ADDRESS else "", identifies="address", longest=300, prefill="address" if is_home else "", page="reach"),
        *(_for_other(is_kind(CITIZEN), authorised) if OTHER in ways else ()),
        *(_together() if TOGETHER in ways else ()),
    )  # fmt: skip


def _business(kinds: Sequence[Choice], is_kind: Callable[..., Callable[[Answers], bool]]) -> tuple[Field, ...]:
    """Return what is asked of a company or a household business, where the procedure is for one."""
    known = {each.key for each in kinds}
    asked = (
        Field("company", _("Name of the company or organisation"), longest=200, page="who", when=is_kind(COMPANY)),
        Field("tax_code", _("Tax code or enterprise number"), hint=_("10 digits, or 13 with the branch."), longest=14, check=tax_code, page="who", when=is_kind(COMPANY)),
        Field("household", _("Name of the household business"), longest=200, page="who", when=is_kind(HOUSEHOLD)),
    )  # fmt: skip
    return tuple(each for each in asked if (HOUSEHOLD if each.name == "household" else COMPANY) in known)


def _for_other(is_person: Callable[[Answers], bool], authorised: Words) -> tuple[Field, ...]:
    """Return what is asked of a representative: whom they stand for, what they are to them, by which paper."""

    def needs_paper(answers: Answers) -> bool:
        return is_for_other(answers) and answers.get("relation") != GUARDIAN

    return (
        Field("relation", _("What are you to the one you file for?"), Kind.CHOICE, read_as=_("The one who files is"), choices=RELATIONS, page="other",
            when=lambda answers: is_for_other(answers) and is_person(answers)),
        Field("for_name", _("Full name of the one you file for"), read_as=_("Full name of the one who is represented"), hint=_("For a company or a household business: of the one who leads it."),
            identifies="name", longest=120, page="other", when=is_for_other),
        Field("for_number", _("Personal number of the one you file for"), Kind.PERSONAL_NUMBER, read_as=_("Personal number of the one who is represented"), identifies="personal_number",
            check=other_than("personal_number", later("This is your own personal number. Enter that of the one you file for, or choose that you file for yourself.")),
            page="other", when=is_for_other),
        Field("authorisation", _("Written authorisation"), Kind.FILES, required=False, at_most=PER_PAPER, page="other", when=needs_paper, hint=authorised),
    )  # fmt: skip


def _together() -> tuple[Field, ...]:
    """Return what is asked about others who apply too. Each confirms: on the page of the code with an account of their own, or
    before an officer."""
    inner = (
        Field("name", _("Full name"), identifies="name", longest=120),
        Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, identifies="personal_number"),
        Field("phone", _("Telephone"), Kind.PHONE, required=False, identifies="phone"),
    )
    hint = _("Each of them confirms: with the code of the dossier and an account of their own, or in person at the counter.")
    return (
        Field(PEOPLE, _("Who applies with you?"), Kind.GROUP, read_as=_("Those who apply too"), fields=inner, at_least=1, at_most=MOST_TOGETHER, hint=hint,
            check=others_differ, page="other", when=is_together),
        confirmed_field(),
    )  # fmt: skip


def confirmed_field() -> Field:
    """Return the field in which is kept who confirmed, and how: nobody is asked it."""
    words = _("Person {number} who applies too: with an account of their own")
    own = (Choice(f"{number}:account", format_lazy(words, number=number)) for number in range(1, MOST_TOGETHER + 1))
    ways = (*own, Choice(AT_COUNTER, _("In person, before an officer")))
    return Field(
        CONFIRMED,
        _("Confirmed by those who apply too"),
        Kind.CHOICES,
        choices=ways,
        required=False,
        when=lambda answers: False,
        page="other",
    )


def is_together(answers: Answers) -> bool:
    """Tell whether others apply too."""
    return answers.get(ON_BEHALF) == TOGETHER


TOGETHER_WITH = Together(
    is_together,
    lambda answers: tuple(
        Confirmer(str(number), str(each.get("personal_number"))) for number, each in enumerate(answers.get(PEOPLE) or (), 1)
    ),
)


def papers(procedure: Procedure, only: Mapping[str, Callable[[Answers], bool]] | None = None) -> tuple[Field, ...]:
    """Return one slot for each paper, after the question which case it is, where the source has several. `only` says of which
    answers a paper depends, by the name of its slot, where a full form knows."""
    found = slots(procedure)
    if not found:
        return (
            Field(
                "papers",
                _("Papers"),
                Kind.FILES,
                required=False,
                at_most=10,
                page="papers",
                hint=_("The list of papers is not published."),
            ),
        )
    named = alternatives(procedure)
    choice = tuple(Choice(f"g{number}", short(group)) for number, group in enumerate(named, 1))
    which = (
        (
            Field(
                CASE, _("Which of these is your case?"), Kind.CHOICE, read_as=_("Case that applies"), choices=choice, page="case"
            ),
        )
        if named
        else ()
    )
    known = only or {}
    taking = (_slot(each, _page(each, place, len(found)), known.get(each.name)) for place, each in enumerate(found))
    return (*which, *papers_by(), *taking)


def _page(slot: Slot, place: int, of: int) -> str:
    return "papers" if of <= PAPERS_A_PAGE else f"papers_{slot.case}_{place // PAPERS_A_PAGE}"


def papers_by() -> tuple[Field, ...]:
    """Return the question how the papers come."""
    ways = (
        Choice(SENT, _("I add photos or PDF files now")),
        Choice(AT_COUNTER, _("I bring them to a counter, anywhere in the city")),
    )
    asked = _("How do you hand in the papers?")
    return (Field(PAPERS_BY, asked, Kind.CHOICE, read_as=_("How the papers come"), choices=ways, page="case"),)


def _slot(slot: Slot, page: str, only: Callable[[Answers], bool] | None) -> Field:
    case = slot.case

    def is_asked(answers: Answers) -> bool:
        is_case = (not case or answers.get(CASE) == case) and (only is None or only(answers))
        return answers.get(PAPERS_BY) == SENT and is_case

    return Field(
        slot.name,
        short(slot.paper.name),
        Kind.FILES,
        required=slot.is_needed,
        hint=_hint(slot),
        at_most=PER_PAPER,
        page=page,
        prefill=papers_again.kind_of(slot.paper.name),
        when=is_asked,
    )


def _hint(slot: Slot) -> Words:
    """Say in plain words how many, and whether it stays with the office."""
    if slot.is_shown:
        return _("Only shown when you come; adding it now may spare you the way.")
    paper = slot.paper
    match bool(paper.originals), bool(paper.copies):
        case True, True:
            return _("The paper says: originals and copies. Add a photo or a PDF of each page.")
        case True, False:
            return _(
                "The original is asked for. Add a photo or a PDF of each page; the office says if it must see the paper itself."
            )
        case False, True:
            return _("A copy is enough. Add a photo or a PDF of each page.")
        case _:
            return _("Add a photo or a PDF of each page.")


def truth(*more: Choice) -> Field:
    """Return the statement of truth, made where everything is shown once more; `more` is what a procedure has stated besides."""
    true = (Choice("yes", _("What I wrote is true, and the papers are genuine. I answer for it by law.")), *more)
    return Field(
        TRUTH, _("Statement of truth"), Kind.CHOICES, choices=true, check=every(true), visible=Visible.PARTIES, page=REVIEW
    )


def every(choices: Sequence[Choice]) -> Callable[[Any, Answers], str | None]:
    """Return a check that each of some statements was made."""
    missing = later("Tick every statement. If one is not true, do not send; ask the office or 1022 what to do.")
    return lambda value, answers: None if {each.key for each in choices} <= set(value) else missing


def result() -> tuple[Field, ...]:
    """Return the questions at the end: how the result is received, and the statement of truth."""
    ways = (
        Choice("online", _("As an electronic result, on this site")),
        Choice("counter", _("On paper, at the counter")),
        Choice("post", _("On paper, by post")),
    )
    return (
        Field(RESULT_BY, _("How do you want to receive the result?"), Kind.CHOICE, read_as=_("How the result is received"), choices=ways, page="result"),
        Field("post_to", _("Address to which it is sent"), identifies="address", longest=300, page="result", when=lambda answers: answers.get(RESULT_BY) == "post"),
        truth(),
    )  # fmt: skip


def is_for_other(answers: Answers) -> bool:
    """Tell whether somebody files for somebody else."""
    return answers.get(ON_BEHALF) == OTHER


def short(name: str) -> str:
    """Return the name of a paper as a label: without the dash of its list, cut where it is a page of text."""
    text = " ".join(name.split()).lstrip("-+*• ").strip()
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rsplit(" ", 1)[0] + "…"


@cache
def areas() -> tuple[Choice, ...]:
    """Return the wards, communes and special zones as answers, in the order in which a reader looks for a name."""
    found = sorted(places.areas(), key=lambda area: (area.name.startswith("Đặc khu"), plain(area.name)))
    return tuple(Choice(each.code, each.name) for each in found)


def place_of(answers: Answers) -> Place | None:
    """Return where a dossier belongs: the ward of its applicant, whose street stays sealed."""
    code = str(answers.get(AREA) or "")
    found = next((each for each in places.areas() if each.code == code), None)
    return Place(None, None, found.code, found.valid_from) if found else None


WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def tax_code(value: object, answers: Answers) -> str | None:
    """Refuse a tax code whose tenth digit is not that of the nine before it.

    >>> tax_code("0314409058", {}), tax_code("0314409058-002", {})
    (None, None)
    """
    digits = re.sub(r"[\s.\-]", "", str(value))
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (10, 12, 13):
        return later("Enter the tax code: 10 digits, or 13 with the branch.")
    if len(digits) == 12:
        return None  # since 2025-07-01 the personal number stands for the tax code of a person or a household
    check = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=False)) % 11
    return (
        None
        if check == int(digits[9])
        else later("This tax code has a slip in it: its tenth digit does not fit. Compare it with the certificate.")
    )
