"""A report to 1022: what is wrong, where, and whom to answer."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from motcham import data
from motcham.apps.feedback_1022 import listening, routing
from motcham.apps.feedback_1022.questions import questions, said
from motcham.blocks.cases.define import CaseType, Filing, Retention, Step
from motcham.kernel.terms import Answers, Choice, Field, Kind, LegalBasis, Visible

REGULATION = LegalBasis("QĐ 1478/QĐ-UBND", in_force=date(2020, 5, 4))
AGENCY = ("ward_officer", "department_officer")

_groups = {row["key"]: row for row in data.rows("feedback_groups.csv")}
_rows = {row["key"]: row for row in data.rows("feedback_categories.csv")}
CATEGORIES = tuple(
    Choice(
        key, said(row["label"], row["label_en"]), group=said(_groups[row["group"]]["label"], _groups[row["group"]]["label_en"])
    )
    for key, row in _rows.items()
)

# An address may hold a house number, or say whose house it is: neither belongs in a title that many officers see.
_WHOSE = re.compile(r"\b(nhà|ông|bà|anh|chị|cô|chú|bác|em|của|house|mr|mrs|ms)\b", re.IGNORECASE)
# An alley may be called "kiệt", and so may a street: Lý Thường Kiệt.
_NUMBERED = re.compile(r"\S*\d\S*|\b(số|hẻm|ngõ|kiệt(?=\s*\d)|no)\b\.?", re.IGNORECASE)


def is_dangerous(answers: Answers) -> bool:
    """Tell whether reports of this kind can be a matter of life."""
    return _rows.get(str(answers.get("category")), {}).get("emergency") == "yes"


def street_of(address: str) -> str:
    """Return the street words of an address, or nothing where they might name a person."""
    first = re.split(r"[,;(\n]", address, maxsplit=1)[0]
    words = _NUMBERED.sub(" ", first).split()
    # No street has a word as long as a line.
    return "" if _WHOSE.search(first) or len(words) > 6 or any(len(each) > 20 for each in words) else " ".join(words)


def title(filing: Filing) -> str:
    """Name the report by its kind and its street."""
    label = _rows[filing.answers["category"]]["label"]
    street = street_of(filing.place.address) if filing.place else ""
    return f"{label} · {street}" if street else label


def is_shared(answers: Answers) -> bool:
    """Tell whether others may be shown reports of this kind and join them; what is about people never is."""
    return _rows.get(str(answers.get("category")), {}).get("shared") == "yes" and not listening.is_about_office(answers)


report = CaseType(
    key="feedback_1022.report",
    official_name="Phản ánh, kiến nghị qua Cổng thông tin 1022",
    label=_("Report to 1022"),
    summary=_("Report what is wrong in the city: a lamp, a road, water, noise, waste, a bus. The agency in charge answers you."),
    legal_basis=REGULATION,
    limit="1022.answer",
    in_force=date(2020, 5, 4),
    desk="desk.1022",
    unrouted="desk",
    category="category",
    rated=True,
    extensions=1,
    extension_limit="1022.answer.extension",
    retention=Retention(years=2, legal_basis=LegalBasis("91/2025/QH15", in_force=date(2026, 1, 1), trust="design")),
    route=routing.agency_of,
    confidential=listening.closed_desk,
    closed_desk=routing.CLOSED_DESK,
    joinable=is_shared,
    advises=listening.advice,
    reopen_limit="1022.reopen",
    title=title,
    fields=(
        Field(
            "category",
            _("What is it about?"),
            Kind.CHOICE,
            choices=CATEGORIES,
            visible=Visible.PUBLIC,
            read_as=_("Kind of matter"),
        ),
        Field(
            "danger",
            _("Is anybody in danger right now?"),
            Kind.YES_NO,
            hint=_("If so, call 113, 114 or 115 first."),
            when=is_dangerous,
            page="danger",
            read_as=_("Somebody in danger"),
        ),
        Field(
            "description",
            _("What have you seen?"),
            Kind.LONG_TEXT,
            hint=_("Say what is wrong and since when. Please leave out names and numbers of other people."),
            longest=5000,
            page="description",
            read_as=_("What was seen"),
        ),
        Field(
            "photos",
            _("Photos"),
            Kind.FILES,
            required=False,
            at_most=5,
            hint=_(
                "Up to 5. If a photo says where it was taken, you are asked whether that is the place; position and make of your phone are then taken out."
            ),
            page="description",
        ),
        Field(
            "about_office",
            _("Is it about a person in office?"),
            Kind.CHOICES,
            required=False,
            choices=(Choice("yes", _("Yes: only the closed desk may read it")),),
            hint=_(
                "For example an officer who asks for money or threatens people. That person and their agency will not see your report."
            ),
            visible=Visible.OFFICERS,
            page="description",
            read_as=_("About a person in office"),
        ),
        Field("place", _("Where is it?"), Kind.PLACE, page="place", read_as=_("Place")),
        *questions(),
        Field(
            "name",
            _("Your name"),
            hint=_("Only the officer who handles your report can see it."),
            identifies="name",
            prefill="name",
            longest=120,
            page="contact",
            read_as=_("Name of the one who sent it"),
        ),
        Field(
            "phone",
            _("Telephone"),
            Kind.PHONE,
            hint=_("A telephone number or an e-mail address is needed, so that we can answer you."),
            identifies="phone",
            prefill="phone",
            instead_of="email",
            page="contact",
        ),
        Field("email", _("E-mail"), Kind.EMAIL, identifies="email", prefill="email", instead_of="phone", page="contact"),
    ),
    steps=(
        Step(
            "assigned",
            _("Sent to the agency in charge"),
            act=_("Send to the agency in charge"),
            roles=AGENCY,
            leads_to=("accepted", "answered", "asked", "promised", "refused", "desk"),
            transfers=True,
        ),
        Step(
            "accepted",
            _("The agency is at work on it"),
            act=_("Take it on"),
            roles=AGENCY,
            leads_to=("answered", "asked", "promised", "refused", "desk"),
        ),
        Step(
            "asked",
            _("Waiting for an answer from the person who reported"),
            act=_("Ask the person who reported"),
            roles=("filer", *AGENCY, "desk_operator"),
            leads_to=("accepted",),
            pauses=True,
            message_required=True,
            tells="asked",
        ),
        Step(
            "promised",
            _("Work goes on; a date is promised"),
            act=_("Say how far it is and promise a date"),
            roles=AGENCY,
            leads_to=("answered", "promised", "asked"),
            asks=(
                Field("promised_on", _("Done by"), Kind.DATE, visible=Visible.PARTIES),
                Field("progress_photos", _("Photos of the work"), Kind.FILES, required=False, at_most=5),
            ),
            message_required=True,
            tells="promised",
            promises="promised_on",
        ),
        Step(
            "desk",
            _("1022 is finding the agency in charge"),
            act=_("Return it: another agency is in charge"),
            roles=("desk_operator",),
            leads_to=("assigned", "refused"),
            within="1022.transfer",
            transfers=True,
            message_required=True,
        ),
        Step(
            "answered",
            _("Answered"),
            act=_("Answer"),
            outcome="answered",
            asks=(Field("answer_photos", _("Photos after the work"), Kind.FILES, required=False, at_most=5),),
            message_required=True,
            tells="answered",
        ),
        Step(
            "refused",
            _("Not taken up, with the reason"),
            act=_("Not take it up, with the reason"),
            outcome="refused",
            asks=(
                Field(
                    "reason",
                    _("Reason"),
                    Kind.CHOICE,
                    choices=(
                        Choice("not_ours", _("The city is not in charge of it")),
                        Choice("known", _("Already reported; it is handled with the earlier report")),
                        Choice("unclear", _("It cannot be found from what was said")),
                        Choice("abuse", _("It is not a report")),
                    ),
                ),
            ),
            message_required=True,
            tells="refused",
        ),
    ),
)
