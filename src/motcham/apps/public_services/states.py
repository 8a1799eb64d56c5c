"""The ten states of a dossier in the national dictionary, as steps of every kind of dossier.

Names and codes are those of the National Public Service Portal, verbatim; the way from one to another is ours, since the
dictionary names none. The clock begins when a valid dossier is accepted (2, or 4 where it was completed before): Decree
118/2025 counts from then. It stands while the applicant is asked for papers (5) or has to pay (6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import data_used
from motcham.blocks.cases.define import ATTESTED, Step
from motcham.kernel.terms import Answers, Choice, Field, Kind, Words
from motcham.ui import formats

OFFICERS = ("ward_officer", "department_officer")
FILER = "filer"
NEW, ACCEPTED, NOT_ACCEPTED, IN_PROGRESS, ASKED, TO_PAY, WITHDRAWN, STOPPED, DONE, HANDED_OVER = (str(n) for n in range(1, 11))
FIRST_ANSWER = "dossier.first_answer"
SUPPLEMENT = "dossier.supplement"
APOLOGY = "dossier.apology"
APOLOGY_TELLS, PART_TELLS, PART_ASKS, PART_LONGER = "dossier_apology", "dossier_part", "dossier_part_asked", "dossier_part_longer"
DONE_TELLS, RESULT_WITHDRAWN = "dossier_done", "dossier_result_withdrawn"
APPOINTMENT, PAPERS, ANSWER_BY, ELECTRONIC, LOOKED_UP = (
    "appointment",
    "papers_asked",
    "answer_by",
    "electronic_result",
    "looked_up",
)
FEE, FEE_FOR, FEE_BASIS, FEE_CLASS = "fee", "fee_for", "fee_basis", "fee_class"
"""What an officer adds where no rule names the sum: how much, what for, on which document; and whether the applicant is exempt."""


class Bucket(StrEnum):
    """Under what a state is counted in reports to the state; new, accepted and refused dossiers are under none."""

    SETTLED = "Đã xử lý"
    IN_PROGRESS = "Đang xử lý"
    PAUSED = "Tạm dừng"
    NONE = ""


@dataclass(frozen=True)
class State:
    """One state: its code and name in the national dictionary, what it is called in English (the dictionary does not say), its
    bucket, and where a dossier may go from it."""

    code: str
    name: str
    english: str
    bucket: Bucket
    leads_to: tuple[str, ...] = ()

    @property
    def label(self) -> Words:
        """Return the name as pages show it, in the language of whoever reads."""
        return told(self.name, self.english)


def _said(name: str, english: str) -> str:
    return english if formats.is_english() else name


told = lazy(_said, str)
"""An official name with what it is called in English: in the language of whoever reads, whatever is translated besides."""


STATES = (
    State(NEW, "Mới đăng ký", "Newly filed", Bucket.NONE, (ACCEPTED, NOT_ACCEPTED, ASKED, WITHDRAWN)),
    State(ACCEPTED, "Được tiếp nhận", "Accepted", Bucket.NONE, (IN_PROGRESS, ASKED, WITHDRAWN)),
    State(NOT_ACCEPTED, "Không được tiếp nhận", "Not accepted", Bucket.NONE),
    State(IN_PROGRESS, "Đang xử lý", "In progress", Bucket.IN_PROGRESS, (DONE, ASKED, TO_PAY, STOPPED, WITHDRAWN)),
    State(ASKED, "Yêu cầu bổ sung giấy tờ", "Papers asked for", Bucket.PAUSED, (IN_PROGRESS, STOPPED, WITHDRAWN)),
    State(TO_PAY, "Yêu cầu thực hiện nghĩa vụ tài chính", "Payment asked for", Bucket.PAUSED, (IN_PROGRESS, STOPPED)),
    State(WITHDRAWN, "Công dân yêu cầu rút hồ sơ", "Withdrawn by the applicant", Bucket.SETTLED),
    State(STOPPED, "Dừng xử lý", "Stopped", Bucket.PAUSED),
    State(DONE, "Đã xử lý xong", "Settled", Bucket.SETTLED, (HANDED_OVER,)),
    State(HANDED_OVER, "Đã trả kết quả", "Result handed over", Bucket.SETTLED),
)
BY_CODE = {each.code: each for each in STATES}
OUTCOMES = {NOT_ACCEPTED: "refused", WITHDRAWN: "withdrawn", STOPPED: "stopped", DONE: "done", HANDED_OVER: "handed_over"}
TOLD = {
    ACCEPTED: "dossier_accepted",
    NOT_ACCEPTED: "dossier_refused",
    ASKED: "dossier_asked",
    TO_PAY: "dossier_to_pay",
    STOPPED: "dossier_stopped",
    DONE: DONE_TELLS,
}
EXEMPT = (
    Choice("poor_household", _("Of a poor household")),
    Choice("merit", _("Of a family with merit for the revolution")),
    Choice("disabled", _("A person with a disability")),
    Choice("digital_citizen", _("Someone with an electronic identity of level 2 and the five papers in VNeID")),
)
"""The classes of people that some rules of fees exempt, by the names they have there."""
ACTS: dict[str, Words] = {
    ACCEPTED: _("Accept it: it is complete"),
    NOT_ACCEPTED: _("Not accept it"),
    IN_PROGRESS: _("Settle it"),
    ASKED: _("Ask for papers, once"),
    TO_PAY: _("Ask for the payment"),
    WITHDRAWN: _("Withdraw it"),
    STOPPED: _("Stop settling it"),
    DONE: _("It is settled"),
    HANDED_OVER: _("Hand over the result"),
}


def steps(papers: Sequence[Choice] = (), *, names_day: bool = False) -> tuple[Step, ...]:
    """Return the states as steps. `papers` are those that can be asked for again, each under the name of its field;
    `names_day` where nothing published says how long it takes, so that whoever accepts names the day."""
    return tuple(_step(each, papers, names_day) for each in STATES)


def _step(state: State, papers: Sequence[Choice], names_day: bool) -> Step:
    code = state.code
    waits = code in (ASKED, TO_PAY)
    return Step(
        code,
        state.label,
        act=ACTS.get(code, ""),
        roles=(FILER, *OFFICERS) if code == ASKED else OFFICERS,
        leads_to=state.leads_to,
        within=FIRST_ANSWER if code == NEW else "",
        pauses=waits or code == NEW,
        begins=code in (ACCEPTED, IN_PROGRESS),
        sets=APPOINTMENT if code in (ACCEPTED, IN_PROGRESS) else "",
        outcome=OUTCOMES.get(code, ""),
        asks=_asks(code, papers, names_day),
        tells=TOLD.get(code, ""),
        message_required=code in (NOT_ACCEPTED, ASKED, STOPPED),
        taken_by=_takers(code),
        at_most=SUPPLEMENT if code == ASKED else "",
        mends=PAPERS if code == ASKED and papers else "",
        needs_all=code == DONE,
    )


def _takers(code: str) -> tuple[str, ...]:
    """Return who takes a dossier to a state, where that is not whoever holds it: its applicant answers and withdraws."""
    if code == WITHDRAWN:
        return (FILER, *OFFICERS)
    return () if code == IN_PROGRESS else OFFICERS


SEEN = Choice("seen", _("They were here in person, showed their papers and said that they apply too"))
attested = Field(
    ATTESTED, _("Those who apply too and have not confirmed by themselves"), Kind.CHOICES, required=False, choices=(SEEN,)
)
"""What an officer states who saw the others that apply too; asked only where there are some."""


def looked_up() -> Field:
    """Return the question in which databases of the state an officer looked something up: this house has no line to them."""
    hint = _("Only what you looked up for this dossier in place of a paper. The national quality index counts it.")
    words = _("In which databases did you look something up?")
    known = data_used.choices()
    return Field(LOOKED_UP, words, Kind.CHOICES, read_as=_("Looked up in"), required=False, choices=known, hint=hint)


def _asks(code: str, papers: Sequence[Choice], names_day: bool) -> tuple[Field, ...]:
    if code in (ACCEPTED, IN_PROGRESS) and names_day:
        hint = _("Needed once, when the dossier is accepted, where nothing published says how long it takes; else leave it open.")
        return (Field(APPOINTMENT, _("Day on which the result will be handed over"), Kind.DATE, required=False, hint=hint),)
    if code == ASKED:
        return asks_for(papers)
    if code == DONE:
        hint = _("What was drawn and signed here counts by itself. Say yes where another system of the state issued it.")
        return (
            Field(ELECTRONIC, _("Is there an electronic result?"), Kind.YES_NO, read_as=_("Electronic result"), hint=hint),
            looked_up(),
            attested,
        )
    return _payment() if code == TO_PAY else ()


def asks_for(papers: Sequence[Choice]) -> tuple[Field, ...]:
    """Return what an officer fills in who asks for papers: which of them, and until which day they hope for them."""
    hint = _("A wish, no limit: no law that was read sets one. What comes later counts as well; the clock stands meanwhile.")
    words = _("Until which day, if you name one?")
    until = Field(ANSWER_BY, words, Kind.DATE, read_as=_("Hoped for until"), required=False, hint=hint, check=not_past)
    if not papers:
        return (until,)
    words = _("Which papers?")
    which = Field(PAPERS, words, Kind.CHOICES, read_as=_("Papers to be added"), required=False, choices=tuple(papers))
    return which, until


def not_past(value: object, answers: Answers) -> str | None:
    """Refuse a day that is over."""
    return later("This day is over.") if str(value) < timezone.localdate().isoformat() else None


def _payment() -> tuple[Field, ...]:
    """Return what is asked of the officer who asks for the payment: only what no rule says."""
    hint = _("Only where the page of the dossier does not name the fee, or where something comes on top of it.")
    exempt = _("Only where the paper that shows it was seen.")
    return (
        Field(FEE_CLASS, _("Is the applicant exempt?"), Kind.CHOICE, required=False, choices=EXEMPT, hint=exempt),
        Field(FEE, _("Sum in đồng"), Kind.INTEGER, required=False, hint=hint),
        Field(FEE_FOR, _("What the sum is for"), required=False, longest=200),
        Field(FEE_BASIS, _("Document that sets the sum"), required=False, longest=200),
    )
