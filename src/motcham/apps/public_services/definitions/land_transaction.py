"""Certification of a transaction on land-use rights, a house or a movable thing: procedure 2.001035.

All parties sign before the officer. So the form asks beforehand who they are and who cannot sign or does not speak Vietnamese:
whoever is missing on the day costs everybody a second visit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, premises
from motcham.apps.public_services.checking import not_past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.kernel.terms import Answers, Choice, Field, Kind

ASSET, MOVABLE, OTHER = "asset", "movable", "other"
GIVES, TAKES = "gives", "takes"
SIGNS, WITNESSED, TRANSLATED = "signs", "witnessed", "translated"
BRINGS = "brings"
MOST_PARTIES, LEAST_WITNESSES, MOST_WITNESSES = 10, 2, 4
CERTIFICATE = "paper_1"
procedure = Procedure(
    code="2.001035",
    version=1,
    valid_from=date(2025, 7, 1),
    valid_to=None,
    title="Chứng thực giao dịch liên quan đến tài sản là động sản, quyền sử dụng đất, nhà ở",
    field="Chứng thực",
    agencies=("Ủy ban nhân dân cấp xã",),
    levels=("Cấp xã",),
    subjects=("Tổ chức (không bao gồm doanh nghiệp, HTX)", "Công dân Việt Nam", "Doanh nghiệp"),
    decision="858/QĐ-BTP",
    papers=(
        Paper(
            "Bản chính hoặc bản sao có chứng thực hoặc bản sao điện tử được chứng thực từ bản chính của giấy chứng nhận quyền sở hữu,"
            " quyền sử dụng hoặc giấy tờ thay thế được pháp luật quy định đối với tài sản mà pháp luật quy định phải đăng ký quyền"
            " sở hữu, quyền sử dụng trong trường hợp giao dịch liên quan đến tài sản đó; trừ trường hợp người lập di chúc đang bị"
            " cái chết đe dọa đến tính mạng. Trường hợp nộp hồ sơ trực tiếp, người yêu cầu chứng thực có thể nộp bản sao kèm xuất"
            " trình bản chính để đối chiếu.",
            "Người yêu cầu chứng thực nộp 01 (một) bộ hồ sơ yêu cầu chứng thực, gồm các giấy tờ sau đây",
            1,
            1,
        ),
        Paper(
            "Dự thảo giao dịch",
            "Người yêu cầu chứng thực nộp 01 (một) bộ hồ sơ yêu cầu chứng thực, gồm các giấy tờ sau đây",
            1,
            None,
        ),
    ),
    # Its page has no limit: the dated legal table gives one.
    offers=tuple(Offer(channel, None, "", "each", 50_000) for channel in ("online", "direct", "post")),
)


def is_movable(answers: Answers) -> bool:
    """Tell whether it is about a thing that can be moved."""
    return answers.get(ASSET) == MOVABLE


def is_immovable(answers: Answers) -> bool:
    """Tell whether it is about land or a house."""
    return bool(answers.get(ASSET)) and not is_movable(answers)


def is_other(answers: Answers) -> bool:
    """Tell whether the transaction has none of the usual names."""
    return answers.get("deal") == OTHER


def _any(answers: Answers, how: str) -> bool:
    return any(row.get("signing") == how for row in answers.get("parties") or ())


def needs_witnesses(answers: Answers) -> bool:
    """Tell whether one of the parties can neither read, hear, sign nor give a fingerprint."""
    return _any(answers, WITNESSED)


def needs_interpreter(answers: Answers) -> bool:
    """Tell whether one of the parties does not speak Vietnamese well."""
    return _any(answers, TRANSLATED)


def brings_witnesses(answers: Answers) -> bool:
    """Tell whether the parties bring the witnesses, rather than the office."""
    return needs_witnesses(answers) and answers.get("witnesses_by") == BRINGS


def party_number(value: object, answers: Answers) -> str | None:
    """Refuse what is neither the personal number of a person nor the tax code of an organisation."""
    digits = re.sub(r"[\s.\-]", "", str(value))
    if len(digits) in (10, 13):
        return asking.tax_code(value, answers)
    if len(digits) == 12 and digits.isascii() and digits.isdigit():
        return None
    return later("Enter the 12 digits on the citizen card, or the tax code of an organisation.")


def both_sides(value: Sequence[Mapping[str, object]], answers: Answers) -> str | None:
    """Refuse parties of one side only, and one who stands there twice."""
    if {row.get("side") for row in value} != {GIVES, TAKES}:
        return later("Name at least one who gives and one who receives.")
    numbers = [re.sub(r"\D", "", str(row.get("number", ""))) for row in value]
    if len(numbers) != len(set(numbers)):
        return later("One number stands there twice. Write each party once, with the number of their own.")
    return None


DEALS = (
    Choice("sale", _("Sale (transfer)")),
    Choice("gift", _("Gift")),
    Choice("lease", _("Lease")),
    Choice("mortgage", _("Mortgage")),
    Choice("deposit", _("Deposit")),
    Choice("authorisation", _("Authorisation by contract")),
    Choice("contribution", _("Contribution to a company")),
    Choice(OTHER, _("Another transaction")),
)
ASSETS = (
    Choice("land", _("Land")),
    Choice("land_and_house", _("Land with a house on it")),
    Choice("house", _("A house or a flat")),
    Choice(MOVABLE, _("A movable thing, for example a vehicle")),
)
SIDES = (
    Choice(GIVES, _("Gives: sells, gives away, leases, mortgages, authorises")),
    Choice(TAKES, _("Receives: buys, is given, rents, lends on it, is authorised")),
)
SIGNING = (
    Choice(SIGNS, _("Signs, or gives a fingerprint")),
    Choice(WITNESSED, _("Can neither read nor hear, sign nor give a fingerprint")),
    Choice(TRANSLATED, _("Signs, but does not speak Vietnamese well")),
)
WITNESSES = (Choice(BRINGS, _("We bring them")), Choice("office", _("The office is to name them")))
PARTY = (
    Field("side", _("On which side?"), Kind.CHOICE, choices=SIDES),
    Field("name", _("Full name of the person or of the organisation"), identifies="name", longest=200),
    Field("number", _("Personal number, or tax code of an organisation"), identifies="personal_number", longest=20, check=party_number),
    Field("signing", _("How will they sign?"), Kind.CHOICE, choices=SIGNING, personal=True,
        hint=_("For an organisation: whoever signs for it.")),
)  # fmt: skip
WITNESS = (
    Field("name", _("Full name"), identifies="name", longest=120),
    Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, identifies="personal_number"),
)
FIELDS = (
    Field("deal", _("What kind of transaction is it?"), Kind.CHOICE, choices=DEALS, page="deal"),
    Field(ASSET, _("What is the transaction about?"), Kind.CHOICE, choices=ASSETS, page="deal"),
    Field("deal_name", _("What is the transaction called?"), longest=200, page="deal_name", when=is_other),
    Field("certificate", _("Number of the certificate"), personal=True, longest=40, page="land", when=is_immovable,
        hint=_("Printed on the land or house certificate, for example AB 123456.")),
    Field("parcel", _("Number of the plot"), required=False, personal=True, longest=20, page="land", when=is_immovable,
        hint=_("It stands on the certificate; a flat has none.")),
    Field("map_sheet", _("Number of the map sheet"), required=False, personal=True, longest=20, page="land", when=is_immovable),
    *premises.asked(_("Where is the land or the house?"), when=is_immovable),
    Field("thing", _("What is it?"), personal=True, longest=200, page="thing", when=is_movable,
        hint=_("For example: a motorbike with its make and number plate.")),
    Field("parties", _("Who takes part?"), Kind.GROUP, fields=PARTY, at_least=2, at_most=MOST_PARTIES, check=both_sides, page="parties",
        hint=_("Everybody who signs. A wife and a husband who own together are two.")),
    Field("witnesses_by", _("Who brings the two witnesses?"), Kind.CHOICE, choices=WITNESSES, page="witnesses_by", when=needs_witnesses,
        hint=_("Somebody who can neither read nor hear, sign nor give a fingerprint needs two, who have nothing to gain or lose by it.")),
    Field("witnesses", _("Witnesses"), Kind.GROUP, fields=WITNESS, at_least=LEAST_WITNESSES, at_most=MOST_WITNESSES, page="witnesses", when=brings_witnesses),
    Field("interpreter", _("Full name of the interpreter"), required=False, identifies="name", longest=120, page="interpreter", when=needs_interpreter,
        hint=_("Leave it open if the office is to name one. You pay the interpreter.")),
    Field("comes_on", _("On which day can everybody come and sign?"), Kind.DATE, required=False, check=not_past, page="comes_on",
        hint=_("All sign before the officer. Leave it open if you do not know yet.")),
)  # fmt: skip


def _only(slot: Field, condition: Callable[[Answers], bool]) -> Callable[[Answers], bool]:
    return lambda answers: condition(answers) and (slot.when is None or slot.when(answers))


def papers() -> tuple[Field, ...]:
    """Return the slots of the papers: of land and houses the certificate is always needed, of a movable thing if it has one."""
    found = {each.name: each for each in asking.papers(procedure)}
    slot = found[CERTIFICATE]
    label = _("Certificate of the land or the house")
    found[CERTIFICATE] = replace(slot, label=label, required=True, when=_only(slot, is_immovable))
    registration = replace(
        slot,
        name="registration",
        label=_("Certificate of registration of the thing"),
        hint=_("Where the law wants it registered, as a vehicle is. Add a photo or a PDF of each page."),
        required=False,
        when=_only(slot, is_movable),
    )
    return (*found.values(), registration)


land_transaction = dossier(
    "public_services.land_transaction",
    procedure,
    fields=(*asking.applicant(asking.kinds_of(procedure)), *FIELDS, *papers(), *asking.result()),
    papers=asking.paper_choices(procedure),
    place_of=premises.place_of,
)
