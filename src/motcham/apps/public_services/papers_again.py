"""Which papers can serve more than once, and by what name they are known again in another procedure."""

from __future__ import annotations

import re

FEWEST_WORDS = 3
_LEAD = re.compile(
    r"^(?:[-+*•\s]|\d+[.)]\s|(?:bản\s+(?:sao|chính|chụp|gốc)(?:\s+(?:có\s+chứng\s+thực|điện\s+tử))?(?:\s+của)?\s))+",
    re.IGNORECASE,
)
_END = re.compile(r"[;.:(\[,/]|\s(?:do|theo|nếu|trường\s+hợp|đối\s+với|để|kèm)\s", re.IGNORECASE)
# What is written for one request, and says what is wanted this time.
_WRITTEN_ANEW = re.compile(
    r"^(?:tờ\s+khai|tờ\s+trình|đơn|phiếu|mẫu|giấy\s+(?:đề\s+nghị|[uủ][ỷy]\s+quyền)|(?:bản\s+)?cam\s+kết|bảng\s+kê|danh\s+sách|báo\s+cáo"
    r"|văn\s+bản\s+(?:đề\s+nghị|đồng\s+ý|[uủ][ỷy]\s+quyền)|trường\s+hợp)\b",
    re.IGNORECASE,
)


def kind_of(name: str) -> str:
    """Return by what name a paper is known again, empty where it is written for one request or named too loosely.

    >>> kind_of("Bản sao Giấy chứng nhận kết hôn (nếu có)"), kind_of("Giấy xác nhận cư trú do cơ quan công an cấp")
    ('Giấy chứng nhận kết hôn', 'Giấy xác nhận cư trú')
    >>> kind_of("Tờ khai đăng ký khai sinh theo mẫu"), kind_of("Giấy tờ")
    ('', '')
    """
    kept = _END.split(_LEAD.sub("", " ".join(name.split())), maxsplit=1)[0].strip()
    return kept if len(kept.split()) >= FEWEST_WORDS and not _WRITTEN_ANEW.match(kept) else ""
