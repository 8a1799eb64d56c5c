"""Certificate of marriage status: procedure 1.004873. What registers can be asked is not asked of people."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking
from motcham.apps.public_services.checking import few, past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.numbers_of_law import number_on
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.kernel.terms import Answers, Choice, Field, Kind, Visible

SHOWN = "Giấy tờ phải xuất trình"
procedure = Procedure(
    code="1.004873",
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title="Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    field="Hộ tịch",
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam", "Người Việt Nam định cư ở nước ngoài"),
    decision="163/QĐ-BTP",
    papers=(
        Paper("Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó", "", 1, 0),
        Paper("Các giấy tờ chứng minh tình trạng hôn nhân tại nơi thường trú trước đây (nếu có)", "", 1, 0),
        Paper("Giấy tờ có giá trị chứng minh thông tin về cư trú trong trường hợp cơ quan đăng ký hộ tịch không thể khai thác được thông tin về nơi cư trú của công dân", SHOWN, 1, 0),
    ),
    # The page gives a number without a unit ("3"): the law does.
    offers=tuple(Offer(channel, None, "", "free", 0) for channel in ("online", "direct", "post")),
)  # fmt: skip
MARRY = "marry"
PURPOSES = (Choice(MARRY, _("To marry")), Choice("else", _("For something else, such as a house, a loan or work abroad")))
ABROAD = "foreign_mission"
WHERE = (
    Choice("here", _("At a ward or commune in Vietnam")),
    Choice("vietnamese_mission", _("Abroad, or at a Vietnamese mission abroad")),
    Choice(ABROAD, _("At a foreign mission in Vietnam")),
)
STATUSES = (
    Choice("never", _("Never married")),
    Choice("married", _("Married")),
    Choice("divorced", _("Divorced, not married again")),
    Choice("widowed", _("Widowed, not married again")),
)
HAD = (
    Choice("no", _("No, this is the first")),
    Choice("back", _("Yes, and I hand it back")),
    Choice("lost", _("Yes, but I cannot hand it back")),
)


def possible(value: object, answers: Answers) -> str | None:
    """Refuse what an office must refuse, before anybody goes there."""
    refused = later(
        "For a marriage at a foreign mission in Vietnam the office may not issue this certificate. Ask the ward, or call 1022, how you can marry instead."
    )
    return refused if value == ABROAD else None


def some(value: object, answers: Answers) -> str | None:
    """Refuse more certificates than the purpose allows, or than anybody means."""
    if wrong := few(value, answers):
        return wrong
    law = number_on("marriage_status.copies_to_marry", timezone.localdate())
    if answers.get("purpose") == MARRY and int(str(value)) > law.number:
        return _("To marry, only %(number)s is issued (%(law)s). Enter %(number)s.") % {
            "number": law.number,
            "law": law.legal_basis,
        }
    return None


def _is(name: str, *keys: str):  # type: ignore[no-untyped-def]
    return lambda answers: answers.get(name) in keys


FIELDS = (
    Field("purpose", _("What do you need the certificate for?"), Kind.CHOICE, read_as=_("Purpose of the certificate"), choices=PURPOSES, page="purpose"),
    Field("purpose_words", _("For what, in a few words?"), hint=_("It is written on the certificate. For example: to sell a house."), longest=200, page="purpose_more",
        when=_is("purpose", "else")),
    Field("marry_where", _("Where will you marry?"), Kind.CHOICE, read_as=_("Place of the marriage"), choices=WHERE, check=possible, page="purpose_more", when=_is("purpose", MARRY)),
    Field("marry_whom", _("Full name of the one you will marry"), read_as=_("Full name of the one to be married"), hint=_("It is written on the certificate, which holds for this marriage alone."),
        identifies="name", longest=120, page="purpose_more", when=_is("purpose", MARRY)),
    Field("copies", _("How many certificates do you need?"), Kind.INTEGER, read_as=_("Number of certificates asked for"), check=some, page="purpose_more"),
    Field("status", _("What is your marriage status?"), Kind.CHOICE, read_as=_("Marriage status as stated"), choices=STATUSES, personal=True, visible=Visible.OFFICERS, page="status"),
    Field("ended_by", _("Who issued the judgment, or registered the death?"), hint=_("The court, or the ward or commune. The office looks the rest up; you need not hand the paper in."),
        identifies="paper", longest=200, page="ended", when=_is("status", "divorced", "widowed")),
    Field("ended_number", _("Number of the judgment, or of the extract"), required=False, identifies="paper", longest=60, page="ended", when=_is("status", "divorced", "widowed")),
    Field("ended_on", _("Its day"), Kind.DATE, identifies="paper", check=past, page="ended", when=_is("status", "divorced", "widowed")),
    Field("lived", _("Where else was your permanent residence since you came of age?"), Kind.LONG_TEXT, read_as=_("Earlier places of permanent residence"), required=False,
        hint=_("Ward or commune, and from when to when. Leave it open if you never moved."), identifies="address", longest=600, page="earlier"),
    Field("had", _("Did you have such a certificate before?"), Kind.CHOICE, read_as=_("Certificate issued before"), choices=HAD, page="earlier"),
    Field("lost_why", _("Why can you not hand it back, and where did you mean to marry then?"), Kind.LONG_TEXT, read_as=_("Why it is not handed back, and where the marriage was planned then"),
        hint=_("The office asks there. If no answer comes, you may give a written assurance."), personal=True, visible=Visible.OFFICERS, longest=600, page="lost", when=_is("had", "lost")),
)  # fmt: skip

marriage_status = dossier(
    "public_services.marriage_status",
    procedure,
    fields=(
        *asking.applicant(asking.kinds_of(procedure), ways=(asking.SELF, asking.OTHER), lives=asking.LIVES, authorised=asking.RELATIVES_FREE),
        *FIELDS,
        *asking.papers(procedure, {"paper_1": _is("had", "back")}),
        *asking.result(),
    ),
    papers=asking.paper_choices(procedure),
)  # fmt: skip
