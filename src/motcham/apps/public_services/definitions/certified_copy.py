"""Certified copies from an original: procedure 2.000815. The clerk sees the original; nothing else is asked for."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services import asking, limits
from motcham.apps.public_services.making import dossier
from motcham.apps.public_services.sources import Paper, Procedure
from motcham.kernel.terms import Answers, Field, Kind

MOST_COPIES = 100
procedure = Procedure(
    code="2.000815",
    version=1,
    valid_from=date(2018, 6, 21),
    valid_to=None,
    title=(
        "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền của Việt Nam; cơ quan, tổ chức có thẩm"
        " quyền của nước ngoài; cơ quan, tổ chức có thẩm quyền của Việt Nam liên kết với cơ quan, tổ chức có thẩm quyền của nước"
        " ngoài cấp hoặc chứng nhận"
    ),
    field="Chứng thực",
    levels=("Cấp xã", "Cơ quan khác"),
    subjects=("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)", "Người Việt Nam định cư ở nước ngoài"),
    papers=(Paper("Bản chính giấy tờ, văn bản làm cơ sở để chứng thực bản sao và bản sao cần chứng thực", "", 1, 0),),
)


def some(value: object, answers: Answers) -> str | None:
    """Refuse a number of pages or copies that nobody means."""
    return None if 1 <= int(str(value)) <= MOST_COPIES else later("Enter a number from 1 to 100.")


certified_copy = dossier(
    "public_services.certified_copy",
    procedure,
    fields=(
        *asking.applicant(asking.kinds_of(procedure)),
        Field(
            "document",
            _("What is to be copied?"),
            read_as=_("Document to be copied"),
            hint=_("For example: diploma, contract."),
            longest=200,
            page="what",
        ),
        Field("issued_by", _("Who issued it?"), longest=200, page="what"),
        Field("pages", _("How many pages has it?"), Kind.INTEGER, check=some, page="what"),
        Field(
            "copies",
            _("How many copies do you need?"),
            Kind.INTEGER,
            read_as=_("Number of copies asked for"),
            check=some,
            page="what",
        ),
        *asking.papers(procedure),
        *asking.result(),
    ),
    papers=asking.paper_choices(procedure),
    # The source gives no limit for it: a row of the law does, or whoever accepts names the day.
    names_day=limits.lacks_limit(procedure),
)
