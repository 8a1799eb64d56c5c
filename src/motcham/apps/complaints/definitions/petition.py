"""A written petition: a letter of proposal or protest that an office answers within working days."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from motcham.blocks.cases.define import CaseType, Filing, Retention, Step
from motcham.kernel.terms import Choice, Field, Kind, LegalBasis, Visible

OFFICERS = ("department_officer", "ward_officer", "inspector")
SUBJECTS = (
    Choice("land", _("Land and houses")),
    Choice("services", _("How an office serves people")),
    Choice("environment", _("Environment and order")),
    Choice("policy", _("Policy and help")),
    Choice("else", _("Something else")),
)


def to_ward(filing: Filing) -> str | None:
    """Return the ward that the petition speaks of, where it names one."""
    return f"ward.{filing.place.area_code}" if filing.place and filing.place.area_code else None


petition = CaseType(
    key="complaints.petition",
    official_name="Đơn kiến nghị, phản ánh",
    label=_("Written petition"),
    summary=_("Write to the city about what should change. An office answers in writing within 15 working days."),
    legal_basis=LegalBasis("QĐ 766/QĐ-TTg", "5.2"),
    limit="petition.answer",
    in_force=date(2022, 6, 23),
    desk="department.office",
    category="subject",
    rated=True,
    extensions=1,
    extension_limit="petition.extension",
    fields=(
        Field(
            "subject",
            _("What is it about?"),
            Kind.CHOICE,
            choices=SUBJECTS,
            visible=Visible.PUBLIC,
            read_as=_("Kind of matter"),
        ),
        Field("place", _("Which place does it concern?"), Kind.PLACE, required=False, page="place", read_as=_("Place")),
        Field(
            "content",
            _("Your petition"),
            Kind.LONG_TEXT,
            longest=8000,
            personal=True,
            page="content",
            read_as=_("What is petitioned for"),
        ),
        Field("papers", _("Papers"), Kind.FILES, required=False, at_most=5, page="content"),
        Field(
            "name",
            _("Your name"),
            identifies="name",
            longest=120,
            page="contact",
            read_as=_("Name of the one who sent it"),
        ),
        Field(
            "address",
            _("Your address"),
            identifies="address",
            longest=300,
            page="contact",
            read_as=_("Address of the one who sent it"),
        ),
        Field("phone", _("Telephone"), Kind.PHONE, identifies="phone", page="contact"),
    ),
    steps=(
        Step("received", _("Received"), roles=OFFICERS, leads_to=("examined", "asked", "refused"), transfers=True),
        Step(
            "examined",
            _("Being examined"),
            act=_("Examine"),
            roles=OFFICERS,
            leads_to=("asked", "answered"),
            within="petition.extension",
        ),
        Step(
            "asked",
            _("Waiting for the petitioner"),
            act=_("Ask the petitioner"),
            roles=("filer", *OFFICERS),
            leads_to=("examined",),
            pauses=True,
            message_required=True,
            tells="asked",
        ),
        Step("answered", _("Answered"), act=_("Answer"), outcome="answered", message_required=True, tells="answered"),
        Step(
            "refused",
            _("Not taken up, with the reason"),
            act=_("Not take it up"),
            outcome="refused",
            message_required=True,
            tells="refused",
        ),
    ),
    route=to_ward,
    title=lambda filing: str(next(each.label for each in SUBJECTS if each.key == filing.answers["subject"])),
    retention=Retention(years=5, legal_basis=LegalBasis("91/2025/QH15", trust="design")),
)
