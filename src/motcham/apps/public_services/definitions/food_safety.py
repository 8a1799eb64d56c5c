"""Certificate of food safety for farm, forest and fishery products: procedure 2.001827.

The inspectors come to the place, so the dossier belongs to its ward while the department settles it. Who serves meals is told
at once that another procedure holds, instead of after a visit.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, premises
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Offer, Paper, Procedure
from motcham.kernel.terms import Answers, Choice, Field, Kind

AGAIN, BOAT, MEALS = "again", "boat", "meals"
MOST_WORKERS = 10_000
procedure = Procedure(
    code="2.001827",
    version=1,
    valid_from=date(2025, 7, 1),
    valid_to=None,
    title=(
        "Cấp Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm đối với cơ sở sản xuất, kinh doanh thực phẩm nông, lâm, thủy sản"
    ),
    field="Quản lý chất lượng nông lâm sản và thủy sản",
    agencies=("Cơ quan chức năng do Ủy ban nhân dân cấp tỉnh chỉ định",),
    levels=("Cấp tỉnh", "Cấp xã"),
    subjects=(
        "Công dân Việt Nam",
        "Doanh nghiệp",
        "Người nước ngoài",
        "Tổ chức nước ngoài",
        "Hợp tác xã",
        "Cán bộ, công chức, viên chức",
        "Doanh nghiệp có vốn đầu tư nước ngoài",
        "Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "Người Việt Nam định cư ở nước ngoài",
    ),
    decision="1908/QĐ-BNNMT",
    papers=(
        Paper(
            "Bản thuyết minh về cơ sở vật chất, trang thiết bị, dụng cụ bảo đảm điều kiện vệ sinh an toàn thực phẩm theo mẫu tại Phụ"
            " lục II ban hành kèm theo Thông tư số 17/2025/TT-BNNMT",
            "1) Hồ sơ đăng ký bao gồm",
            1,
            None,
            "Phụ lục II Bản thuyết minh.docx",
        ),
    ),
    offers=tuple(Offer(channel, 15, "days", "unclear") for channel in ("online", "post", "direct")),
)


def not_meals(value: object, answers: Answers) -> str | None:
    """Send on whoever serves meals: the source has this procedure for farm, forest and fishery products alone."""
    if value != MEALS:
        return None
    return later("This certificate is for farm, forest and fishery products. A place that serves meals needs another one, which is not announced here yet. Call 1022: they say who issues it.")  # fmt: skip


def is_again(answers: Answers) -> bool:
    """Tell whether a certificate was issued before."""
    return answers.get("asks_for") == AGAIN


def is_boat(answers: Answers) -> bool:
    """Tell whether it is about a fishing boat."""
    return answers.get("facility") == BOAT


def on_land(answers: Answers) -> bool:
    """Tell whether inspectors find it at an address."""
    return bool(answers.get("facility")) and not is_boat(answers)


def some_people(value: object, answers: Answers) -> str | None:
    """Refuse a number of people that nobody means."""
    return None if 1 <= int(str(value)) <= MOST_WORKERS else later("Enter how many people work there: at least 1.")


ASKS_FOR = (Choice("first", _("For the first time")), Choice(AGAIN, _("Again: the earlier one expires, or something changed")))
FACILITIES = (
    Choice("workshop", _("A workshop, a factory, a packing house")),
    Choice("shop", _("A shop, a stall, a storehouse")),
    Choice(BOAT, _("A fishing boat")),
    Choice(MEALS, _("A restaurant, a canteen, a stall that serves meals")),
)
GOODS = (
    Choice("plants", _("Vegetables, fruit, rice, tea, coffee, nuts")),
    Choice("animals", _("Meat, eggs, milk, honey")),
    Choice("fish", _("Fish, shrimps and other seafood, fish sauce")),
    Choice("salt", _("Salt")),
    Choice("other", _("Other farm, forest or fishery products")),
)
FIELDS = (
    Field("asks_for", _("Do you ask for the certificate for the first time?"), Kind.CHOICE, read_as=_("The certificate is asked for"), choices=ASKS_FOR, page="asks"),
    Field("facility", _("What is to be certified?"), Kind.CHOICE, choices=FACILITIES, check=not_meals, page="asks"),
    Field("earlier", _("Number of the earlier certificate"), required=False, longest=60, page="earlier", when=is_again,
        hint=_("It stands on the certificate. Leave it open if you do not have it at hand.")),
    Field("boat", _("Registration number of the boat"), longest=40, page="boat", when=is_boat),
    Field("facility_name", _("What is it called?"), longest=200, page="facility", hint=_("The name that is to stand on the certificate.")),
    *premises.asked(_("Where is the place?"), when=on_land),
    Field("goods", _("What does it work with?"), Kind.CHOICES, choices=GOODS, page="goods"),
    Field("products", _("Products"), Kind.GROUP, at_least=1, at_most=20, page="goods",
        fields=(Field("product", _("Product"), longest=150, hint=_("For example: dried fish, washed vegetables.")),
            Field("origin", _("Where does what it is made of come from?"), longest=200, hint=_("For example: own fields; the wholesale market in Bình Điền.")))),
    Field("workers", _("How many people work there?"), Kind.INTEGER, check=some_people, page="workers", hint=_("All who touch the food.")),
)  # fmt: skip

food_safety = dossier(
    "public_services.food_safety",
    procedure,
    fields=(*asking.applicant(asking.kinds_of(procedure)), *FIELDS, *asking.papers(procedure), *asking.result()),
    papers=asking.paper_choices(procedure),
    place_of=premises.place_of,
)
