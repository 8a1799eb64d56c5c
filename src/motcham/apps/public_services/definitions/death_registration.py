"""Registration of a death: procedure 1.000656, at the ward or commune where the dead person lived last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking
from motcham.apps.public_services.checking import a_year, all_of, an_hour, few, not_before, other_than, past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.numbers_of_law import number_on
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.blocks.cases.api import at_odds
from motcham.blocks.cases.define import Advice
from motcham.kernel.terms import Answers, Choice, Field, Kind, Visible

SHOWN = "Giấy tờ phải xuất trình"
procedure = Procedure(
    code="1.000656",
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title="Thủ tục đăng ký khai tử",
    field="Hộ tịch",
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam",),
    decision="163/QĐ-BTP",
    papers=(
        Paper("Giấy báo tử hoặc giấy tờ thay Giấy báo tử do cơ quan có thẩm quyền cấp", "", 1, 0),
        Paper("Giấy tờ, tài liệu, chứng cứ do cơ quan, tổ chức có thẩm quyền cấp hoặc xác nhận hợp lệ chứng minh sự kiện chết", "", 1, 0),
        Paper("Giấy tờ chứng minh nơi người đó chết hoặc nơi phát hiện thi thể của người chết", SHOWN, 1, 0),
        Paper("Giấy tờ chứng minh nơi cư trú cuối cùng của người chết để xác định", SHOWN, 1, 0),
    ),
    # The page gives a number without a unit ("1") and says it in words: on the day, after 15:00 on the next working day.
    offers=tuple(Offer(channel, None, "", "free", 0) for channel in ("online", "direct", "post")),
)  # fmt: skip
RELATIONS = (
    Choice("spouse", _("Husband or wife")),
    Choice("child", _("Son or daughter")),
    Choice("parent", _("Father or mother")),
    Choice("relative", _("Another relative")),
    Choice("agency", _("Not related: for an agency or an organisation, or as somebody concerned")),
)
KNOWN, UNKNOWN = "known", "unknown"
LIVED = (
    Choice(KNOWN, _("It is known where they lived last")),
    Choice(UNKNOWN, _("It is not known: I name the ward where they died or were found")),
)
NOTICES = (
    Choice("paper", _("Yes, on paper")),
    Choice("electronic", _("Yes, electronic: the hospital sent it")),
    Choice("none", _("No: the death was long ago, or the notice is lost")),
)


FIELDS = (
    Field("is_theirs", _("What are you to the one who died?"), Kind.CHOICE, read_as=_("The one who files is"), choices=RELATIONS, page="relation"),
    Field("dead_name", _("Full name of the one who died"), identifies="name", longest=120, page="dead"),
    Field("dead_number", _("Their personal number"), Kind.PERSONAL_NUMBER, required=False, hint=_("On their citizen card. Leave it open if there is none."), identifies="personal_number",
        check=other_than("personal_number", later("This is your own personal number. Enter that of the one who died, or leave it open.")), page="dead"),
    Field("dead_born_on", _("Their date of birth"), Kind.DATE, required=False, hint=_("Leave it open if only the year is known, and write the year below."), identifies="birth",
        check=past, page="dead"),
    Field("dead_born_year", _("Or the year of birth alone"), Kind.INTEGER, required=False, identifies="birth", check=a_year, page="dead",
        when=lambda answers: not answers.get("dead_born_on")),
    Field("lived", _("Where did they live last?"), Kind.CHOICE, choices=LIVED, page="dead_lived"),
    Field("lived_at", _("Their last address"), identifies="address", longest=300, page="dead_lived_at", when=lambda answers: answers.get("lived") == KNOWN),
    Field("died_on", _("On which day did they die?"), Kind.DATE, personal=True, visible=Visible.OFFICERS,
        check=all_of(past, not_before("dead_born_on", later("This is before their date of birth. One of the two days has a slip in it."))), page="death"),
    Field("died_hour", _("At what time?"), required=False, hint=_("As on the death notice, for example 14:30."), personal=True, visible=Visible.OFFICERS, check=an_hour, longest=5, page="death"),
    Field("died_at", _("Where did they die?"), hint=_("Hospital, or address."), identifies="address", longest=200, page="death"),
    Field("died_of", _("Of what?"), required=False, hint=_("As on the death notice. Leave it open if it says nothing."), identifies="health", longest=200, page="death"),
    Field("notice", _("Is there a death notice?"), Kind.CHOICE, choices=NOTICES, page="notice"),
    Field("notice_of", _("Who issued it, and under what number and day?"), identifies="paper", longest=200, page="notice_of",
        when=lambda answers: answers.get("notice") in ("paper", "electronic")),
    Field("copies", _("How many extracts do you need?"), Kind.INTEGER, read_as=_("Extracts asked for"), required=False, hint=_("One comes with the registration. More cost a fee each; leave it open if you need none."),
        check=few, page="case"),
)  # fmt: skip


def advises(answers: Answers) -> Iterable[Advice]:
    """Say what a late registration means, before it is sent; point out what does not agree."""
    if slip := at_odds(answers.get("dead_number"), answers.get("dead_born_on")):
        yield slip
    died = str(answers.get("died_on") or "")
    if not died:
        return
    law = number_on("death.report_within", timezone.localdate())
    if (timezone.localdate() - date.fromisoformat(died)).days > law.number:
        text = _(
            "By law it is registered within %(number)s days (%(law)s). You can still do it. For a late one a fee may be asked at the counter; its amount is not published."
        )
        yield Advice("late", _("This is late, and can still be done"), text % {"number": law.number, "law": law.legal_basis})


def _notice(*keys: str):  # type: ignore[no-untyped-def]
    return lambda answers: answers.get("notice") in keys


death_registration = dossier(
    "public_services.death_registration",
    procedure,
    fields=(
        *asking.applicant((asking.KINDS[0],), ways=(asking.SELF, asking.OTHER), authorised=asking.RELATIVES_FREE,
            lives=_("Ward or commune where the one who died lived last"), address=asking.OWN_ADDRESS),
        *FIELDS,
        *asking.papers(procedure, {
            "paper_1": _notice("paper"),
            "paper_2": _notice("none"),
            "paper_3": lambda answers: answers.get("lived") == UNKNOWN,
            "paper_4": lambda answers: answers.get("lived") == KNOWN,
        }),
        *asking.result(),
    ),
    papers=asking.paper_choices(procedure),
    advises=advises,
)  # fmt: skip
