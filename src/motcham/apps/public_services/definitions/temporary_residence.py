"""Registration of temporary residence: procedure 1.004194, with the police of the ward where one stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, limits
from motcham.apps.public_services.checking import is_minor, months_after, others_differ, past
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.numbers_of_law import number_on
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.blocks.cases.define import Filing, SetLimit
from motcham.kernel.terms import Answers, Choice, Field, Kind

procedure = Procedure(
    code="1.004194",
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title="Đăng ký tạm trú",
    field="Đăng ký, quản lý cư trú",
    agencies=("Công an cấp Xã",),
    levels=("Cấp xã",),
    subjects=("Hợp tác xã", "Doanh nghiệp", "Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)"),
    decision="9354/QĐ-BCA-C06",
    papers=(
        Paper("Trường hợp không khai thác được thông tin thì công dân xuất trình giấy tờ, tài liệu chứng minh chỗ ở hợp pháp theo quy định tại khoản 3 Điều 5 Nghị định 154/2024/NĐ-CP", "", 1, 0),
        Paper("Ý kiến đồng ý của cha, mẹ hoặc người giám hộ", "", 1, 0),
        Paper("Văn bản đề nghị đăng ký tạm trú, trong đó ghi rõ thông tin về chỗ ở hợp pháp kèm danh sách người tạm trú", "", 1, 1),
        Paper("Tờ khai thay đổi thông tin cư trú (của từng người)", "", 1, 0),
        Paper("Giấy giới thiệu đăng ký tạm trú của đơn vị cấp trung đoàn và tương đương trở lên", "", 1, 0),
    ),
    offers=(Offer("online", 3, "working_days", "amount", 7000), Offer("direct", 3, "working_days", "amount", 10000)),
)  # fmt: skip
FAMILY, LISTED = "family", "listed"
WHO = (
    Choice("alone", _("One person alone")),
    Choice(FAMILY, _("One person with their family")),
    Choice(LISTED, _("A list of people, by a company, a school or a dormitory")),
)
OWN, HOUSEHOLD, BARRACKS = "own", "household", "barracks"
PLACES = (
    Choice(OWN, _("Their own home")),
    Choice("rented", _("A rented room or house")),
    Choice(HOUSEHOLD, _("With a household that takes them in")),
    Choice("dormitory", _("A dormitory or a house of the employer")),
    Choice(BARRACKS, _("Barracks of the army or the police")),
)
KIN = (
    Choice("spouse", _("Husband or wife")),
    Choice("child", _("Son or daughter")),
    Choice("parent", _("Father or mother")),
    Choice("relative", _("Another relative")),
)
AGREES = (Choice("yes", _("The head of the household, or the owner, agrees")),)
MOST_MEMBERS = 15


def _is(name: str, *keys: str):  # type: ignore[no-untyped-def]
    return lambda answers: answers.get(name) in keys


def has_host(answers: Answers) -> bool:
    """Tell whether somebody else has the place where they stay."""
    return answers.get("place_is") not in (None, OWN, BARRACKS)


def needs_consent(answers: Answers) -> bool:
    """Tell whether somebody under age registers by themselves."""
    return answers.get("who_moves") != LISTED and not asking.is_for_other(answers) and is_minor(answers.get("born_on"))


def a_stay(value: object, answers: Answers) -> str | None:
    """Refuse an end before the beginning, a stay too short to be registered, and one longer than the law allows at once."""
    until, since = date.fromisoformat(str(value)), date.fromisoformat(str(answers.get("since") or value))
    today = timezone.localdate()
    least, most = number_on("residence.temporary.stays", today), number_on("residence.temporary.longest", today)
    if until <= since:
        return later("The end lies before the beginning. One of the two days has a slip in it.")
    if (until - since).days < least.number:
        return _("Only a stay of %(days)s days or more is registered (%(law)s). For a shorter one your host tells the police of the ward that you stay.") % {
            "days": least.number, "law": least.legal_basis,
        }  # fmt: skip
    if until > months_after(since, most.number):
        return _("At most %(months)s months can be registered at once (%(law)s). Enter an earlier day; you can extend it then.") % {
            "months": most.number, "law": most.legal_basis,
        }  # fmt: skip
    return None


MEMBER = (
    Field("name", _("Full name"), identifies="name", longest=120),
    Field("personal_number", _("Personal number"), Kind.PERSONAL_NUMBER, identifies="personal_number"),
    Field("born_on", _("Date of birth"), Kind.DATE, identifies="birth", check=past),
    Field("kin", _("What are they to the first person?"), Kind.CHOICE, choices=KIN),
)
FIELDS = (
    Field("who_moves", _("Who is to be registered?"), Kind.CHOICE, choices=WHO, page="who_moves"),
    Field("members", _("The family members who move in too"), Kind.GROUP, fields=MEMBER, at_least=1, at_most=MOST_MEMBERS, check=others_differ, page="members",
        when=_is("who_moves", FAMILY)),
    Field("number_listed", _("How many people are on the list?"), Kind.INTEGER, page="listed", when=_is("who_moves", LISTED)),
    Field("place_is", _("What kind of place is it?"), Kind.CHOICE, choices=PLACES, page="place"),
    Field("host_name", _("Full name of the owner, or of the head of the household"), identifies="name", longest=120, page="host", when=has_host),
    Field("host_phone", _("Their telephone"), Kind.PHONE, identifies="phone", required=False, page="host", when=has_host),
    Field("host_agrees", _("Do they agree?"), Kind.CHOICES, choices=AGREES, hint=_("The police ask them. Without their consent nobody can be registered there."), page="host", when=has_host),
    Field("since", _("Since when, or from when on?"), Kind.DATE, page="time"),
    Field("until", _("Until when?"), Kind.DATE, check=a_stay, page="time"),
    Field("guardian_name", _("Full name of the father, the mother or the guardian who agrees"), hint=_("Whoever is under age registers with their consent."), identifies="name", longest=120,
        page="guardian", when=needs_consent),
    Field("guardian_number", _("Their personal number"), Kind.PERSONAL_NUMBER, identifies="personal_number", page="guardian", when=needs_consent),
)  # fmt: skip


def limit_of(filing: Filing) -> SetLimit:
    """Return the limit; the page offers it online and directly, and the law sets one for all: what came by post counts as direct."""
    is_offered = any(each.channel == limits.channel_of(filing.channel) for each in procedure.offers)
    return limits.limit_of(procedure, filing if is_offered else replace(filing, channel="counter"))


temporary_residence = dossier(
    "public_services.temporary_residence",
    procedure,
    fields=(
        *asking.applicant(asking.kinds_of(procedure), ways=(asking.SELF, asking.OTHER), lives=_("Ward or commune of the place where one stays now")),
        *FIELDS,
        *asking.papers(procedure, {
            "paper_1": lambda answers: answers.get("place_is") not in (HOUSEHOLD, BARRACKS) and answers.get("who_moves") != LISTED,
            "paper_2": needs_consent,
            "paper_3": _is("who_moves", LISTED),
            "paper_4": _is("who_moves", LISTED),
            "paper_5": _is("place_is", BARRACKS),
        }),
        *asking.result(),
    ),
    papers=asking.paper_choices(procedure),
    sets_limit=limit_of,
)  # fmt: skip
