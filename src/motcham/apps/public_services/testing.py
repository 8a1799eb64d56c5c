"""Real procedures for tests, with the words of the source, and a provider that knows them alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from motcham.apps.public_services import sources
from motcham.apps.public_services.sources import Offer, Paper, Procedure

SINCE = date(2025, 7, 1)
MARRIAGE_STATUS = Procedure(
    code="1.004873",
    version=1,
    valid_from=SINCE,
    valid_to=None,
    title="Thủ tục cấp Giấy xác nhận tình trạng hôn nhân",
    field="Hộ tịch",
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam", "Người Việt Nam định cư ở nước ngoài"),
    papers=(
        Paper("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân", "Giấy tờ phải nộp:", 1, 0),
        Paper("Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó", "Giấy tờ phải nộp:", 1, 0),
        Paper("Trường hợp ủy quyền thì nộp văn bản ủy quyền theo quy định của pháp luật", "Giấy tờ phải nộp:", 1, 0),
        Paper("Hộ chiếu hoặc Thẻ căn cước", "Giấy tờ phải xuất trình:", 1, 0),
        Paper("Cơ quan đăng ký hộ tịch có trách nhiệm tra cứu, khai thác thông tin", "Giấy tờ phải nộp:", 0, 0),
    ),
    offers=tuple(Offer(channel, 3, "working_days", "free", 0) for channel in ("online", "direct", "post")),
)
"""Its limit stands in the source without a unit; here it has one, so that the clock can be tried."""
CERTIFIED_COPY = Procedure(
    code="2.000815",
    version=1,
    valid_from=SINCE,
    valid_to=None,
    title="Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền của Việt Nam cấp hoặc chứng nhận",
    field="Chứng thực",
    levels=("Cấp xã", "Cơ quan khác"),
    subjects=("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)"),
    papers=(Paper("Bản chính giấy tờ, văn bản làm cơ sở để chứng thực bản sao và bản sao cần chứng thực", "", 1, 0),),
    offers=(Offer("direct", None, "", "each", 2000),),
)
BIRTH = Procedure(
    code="1.001193",
    version=1,
    valid_from=SINCE,
    valid_to=None,
    title="Thủ tục đăng ký khai sinh",
    field="Hộ tịch",
    levels=("Cấp xã",),
    subjects=("Công dân Việt Nam",),
    papers=(Paper("Giấy chứng sinh", "", 1, 0),),
    offers=tuple(Offer(channel, 1, "working_days", "free", 0) for channel in ("online", "direct", "post")),
)
ALTERNATIVES = Procedure(
    code="1.009999",
    version=2,
    valid_from=SINCE,
    valid_to=None,
    title="Thủ tục thử có hai trường hợp",
    levels=("Cấp tỉnh",),
    agencies=("Cơ quan chức năng do Ủy ban nhân dân cấp tỉnh chỉ định",),
    subjects=("Doanh nghiệp", "Hộ kinh doanh", "Công dân Việt Nam"),
    papers=(
        Paper("Đơn đề nghị", "Trường hợp cấp mới", 1, 1),
        Paper("Giấy phép đã cấp", "Trường hợp cấp lại", 0, 1),
    ),
    offers=(Offer("online", 2, "months", "unstated"), Offer("direct", 30, "days", "unstated")),
)
EVERY = (MARRIAGE_STATUS, CERTIFIED_COPY, BIRTH, ALTERNATIVES)


@contextmanager
def known(*procedures: Procedure) -> Iterator[None]:
    """Have these procedures in the catalogue, and no others."""
    found = procedures or EVERY

    def provider(code: str, version: int | None, on: date | None) -> Procedure | None:
        rows = [each for each in found if each.code == code and version in (None, each.version)]
        return max(rows, key=lambda each: each.version) if rows else None

    before = sources.provide(provider)
    try:
        yield
    finally:
        sources.provide(before)


def answers(**changes: Any) -> dict[str, Any]:
    """Return what a person types who applies for herself and brings the papers to a counter."""
    return {
        "on_behalf": "self",
        "name": "Trần Thị Bình",
        "personal_number": "079190000123",
        "born_on": "1990-05-20",
        "phone": "0901234567",
        "area": "26740",
        "address": "12 Lê Lợi",
        "papers_by": "counter",
        "result_by": "counter",
        "truth": ["yes"],
        **changes,
    }
