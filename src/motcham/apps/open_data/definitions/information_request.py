"""A request for information: anyone asks for what an office knows, and gets it, a date, or the reason why not."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType, Filing, Retention, SetLimit, Step
from motcham.kernel.terms import Choice, Field, Kind, LegalBasis, Visible
from motcham.ui import formats

OFFICERS = ("ward_officer", "department_officer")
FORMS = (
    Choice("copy", _("A copy, sent to me")),
    Choice("read", _("I come and read it")),
    Choice("data", _("A file that a program can read")),
)
REASONS = (
    Choice("secret", _("State secret or not to be given by law")),
    Choice("others", _("It concerns others, who have not agreed")),
    Choice("not_held", _("The city does not hold it")),
    Choice("published", _("It is published already; the answer says where")),
)


def ward_or_office(filing: Filing) -> str:
    """Return who is asked first: the ward that the information is about, else the office of the city."""
    return f"ward.{filing.place.area_code}" if filing.place and filing.place.area_code else "department.office"


HANDED_IN = {"web": "online", "app": "online", "api": "online", "post": "post"}


def limit_of(filing: Filing) -> SetLimit:
    """Return within what time it is to be answered: the law has another article for each way to ask."""
    row = cases.limit_on(f"information.answer.{HANDED_IN.get(filing.channel, 'direct')}", formats.local(filing.at).date())
    return SetLimit(row.key, row.limit, str(row.legal_basis))


information_request = CaseType(
    key="open_data.information_request",
    official_name="Yêu cầu cung cấp thông tin",
    label=_("Request for information"),
    summary=_(
        "Ask for what the city knows. What is at hand comes within days; all you ask for, or the legal reason why not, within 15 working days."
    ),
    legal_basis=LegalBasis("104/2016/QH13", in_force=date(2018, 7, 1)),
    limit="information.answer.online",
    sets_limit=limit_of,
    in_force=date(2018, 7, 1),
    desk="department.office",
    category="form",
    rated=True,
    extensions=1,
    extension_limit="information.extension",
    fields=(
        Field(
            "wanted",
            _("What do you want to know?"),
            Kind.LONG_TEXT,
            longest=3000,
            personal=True,
            read_as=_("Information asked for"),
        ),
        Field(
            "form",
            _("How do you want to get it?"),
            Kind.CHOICE,
            choices=FORMS,
            visible=Visible.PUBLIC,
            read_as=_("To be given as"),
        ),
        Field("place", _("Which place does it concern?"), Kind.PLACE, required=False, page="place", read_as=_("Place")),
        Field(
            "name",
            _("Your name"),
            identifies="name",
            longest=120,
            page="contact",
            read_as=_("Name of the one who sent it"),
        ),
        Field("phone", _("Telephone"), Kind.PHONE, identifies="phone", instead_of="email", page="contact"),
        Field("email", _("E-mail"), Kind.EMAIL, identifies="email", instead_of="phone", page="contact"),
    ),
    steps=(
        Step("received", _("Received"), roles=OFFICERS, leads_to=("searched", "asked", "given", "withheld")),
        Step("searched", _("Being looked for"), act=_("Look for it"), roles=OFFICERS, leads_to=("asked", "given", "withheld")),
        Step(
            "asked",
            _("Waiting for whoever asked to say it more exactly"),
            act=_("Ask what exactly is wanted"),
            roles=("filer", *OFFICERS),
            leads_to=("searched",),
            pauses=True,
            message_required=True,
            tells="asked",
        ),
        Step(
            "given",
            _("Given"),
            act=_("Give the information"),
            outcome="answered",
            asks=(Field("papers", _("Papers"), Kind.FILES, required=False, at_most=5),),
            message_required=True,
            tells="answered",
        ),
        Step(
            "withheld",
            _("Not given, with the reason"),
            act=_("Withhold it, with the legal reason"),
            outcome="refused",
            asks=(Field("reason", _("Reason"), Kind.CHOICE, choices=REASONS, visible=Visible.PARTIES),),
            message_required=True,
            tells="refused",
        ),
    ),
    route=ward_or_office,
    title=lambda filing: "Yêu cầu cung cấp thông tin",
    retention=Retention(years=5, legal_basis=LegalBasis("91/2025/QH15", trust="design")),
)
