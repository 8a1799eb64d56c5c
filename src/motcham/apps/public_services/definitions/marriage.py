"""Registration of a marriage: procedure 1.000894. Two people apply; one writes, the other confirms, both sign at the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking
from motcham.apps.public_services.checking import Check, all_of, few, old_enough, other_than, past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.blocks.cases.api import at_odds
from motcham.blocks.cases.define import Advice, Confirmer, Together
from motcham.kernel.terms import Answers, Choice, Field, Kind, Visible, Words

SHOWN = "Giấy tờ phải xuất trình"
procedure = Procedure(
    code="1.000894",
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title="Thủ tục đăng ký kết hôn",
    field="Hộ tịch",
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam",),
    decision="163/QĐ-BTP",
    papers=(
        Paper("Hộ chiếu/Thẻ căn cước công dân/Thẻ căn cước/Căn cước điện tử/Giấy chứng nhận căn cước hoặc các giấy tờ khác có dán ảnh và thông tin cá nhân do cơ quan có thẩm quyền cấp, còn giá trị sử dụng", SHOWN, 1, 0),
        Paper("Giấy tờ có giá trị chứng minh thông tin về cư trú trong trường hợp cơ quan đăng ký hộ tịch không thể khai thác được thông tin về nơi cư trú của công dân", SHOWN, 1, 0),
    ),
    # The page gives a number without a unit ("1"): the law does.
    offers=tuple(Offer(channel, None, "", "free", 0) for channel in ("online", "direct", "post")),
)  # fmt: skip
MAN, WOMAN = "man", "woman"
SIDES = (Choice(MAN, _("The man")), Choice(WOMAN, _("The woman")))
OTHER_SIDE = {MAN: WOMAN, WOMAN: MAN}
BEFORE = (
    Choice("never", _("Never married before")),
    Choice("divorced", _("Divorced")),
    Choice("widowed", _("Widowed")),
)
CONDITIONS = Choice(
    "conditions",
    _("We both marry of our own free will, neither of us is married to somebody else, and we are not related in a way in which the law forbids it."),
)  # fmt: skip


def of_age(*, own: bool) -> Check:
    """Return a check that somebody is as old as the law asks of the man or of the woman."""

    def check(value: object, answers: Answers) -> str | None:
        side = str(answers.get("side") or "")
        wanted = side if own else OTHER_SIDE.get(side, "")
        return old_enough(f"marriage.age.{wanted}", value) if wanted else None

    return check


def _ended(name: str):  # type: ignore[no-untyped-def]
    return lambda answers: answers.get(name) in ("divorced", "widowed")


def _before(name: str, label: Words, heading: Words, page: str) -> tuple[Field, Field]:
    """Return what is asked of an earlier marriage: the office looks it up, and nobody reads it by the code of the dossier."""
    hint = _("The court with number and day of the judgment; or who registered the death, with the number of the extract.")
    return (
        Field(name, label, Kind.CHOICE, read_as=heading, choices=BEFORE, personal=True, visible=Visible.OFFICERS, page=page),
        Field(f"{name}_paper", _("By which paper did that marriage end?"), hint=hint, identifies="paper", longest=300, page=f"{page}_paper", when=_ended(name)),
    )  # fmt: skip


OTHER_SELF = later("This is your own personal number. Enter that of the one you marry.")
APPLICANT = tuple(
    replace(each, check=all_of(past, of_age(own=True))) if each.name == "born_on" else each
    for each in asking.applicant((asking.KINDS[0],), ways=(), lives=_("Ward or commune where one of the two lives: it registers the marriage"), address=asking.OWN_ADDRESS)
)  # fmt: skip
FIELDS = (
    Field("side", _("Which of the two are you?"), Kind.CHOICE, read_as=_("The one who files is"), choices=SIDES, page="side"),
    *APPLICANT,
    *_before("before", _("Were you married before?"), _("The one who files was married before"), "before"),
    Field("other_name", _("Full name of the one you marry"), read_as=_("Full name of the other person"), identifies="name", longest=120, page="other"),
    Field("other_number", _("Their personal number"), Kind.PERSONAL_NUMBER, hint=_("With it they confirm that they marry you."), identifies="personal_number",
        check=other_than("personal_number", OTHER_SELF), page="other"),
    Field("other_born_on", _("Their date of birth"), Kind.DATE, identifies="birth", check=all_of(past, of_age(own=False)), page="other"),
    Field("other_phone", _("Their telephone"), Kind.PHONE, required=False, identifies="phone", page="other"),
    Field("other_address", _("Where do they live?"), hint=_("House number, street, ward or commune, province."), identifies="address", longest=300, page="other"),
    *_before("other_before", _("Were they married before?"), _("The other person was married before"), "other_before"),
    Field("copies", _("How many extracts do you need besides the two certificates?"), Kind.INTEGER, required=False, read_as=_("Extracts besides the two certificates"),
        hint=_("Each of you gets one certificate. An extract costs a fee; leave it open if you need none."), check=few, page="case"),
)  # fmt: skip


def advises(answers: Answers) -> Iterable[Advice]:
    """Say in time that both come, once, at the end; point out what does not agree."""
    if slip := at_odds(answers.get("other_number"), answers.get("other_born_on")):
        yield slip
    if answers.get("other_number"):
        yield Advice(
            "both_come",
            _("You both come once, at the end"),
            _(
                "With your identity papers: you check the certificate and sign it before the officer. Nobody can sign for another."
            ),
        )


marriage = dossier(
    "public_services.marriage",
    procedure,
    fields=(*FIELDS, *asking.papers(procedure), asking.truth(CONDITIONS), asking.confirmed_field()),
    papers=asking.paper_choices(procedure),
    together=Together(lambda answers: True, lambda answers: (Confirmer("1", str(answers.get("other_number"))),)),
    advises=advises,
)
