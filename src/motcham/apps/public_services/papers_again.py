"""Which papers can serve more than once, and by what name they are known again in another procedure."""

from __future__ import annotations

import re

FEWEST_WORDS = 3
IDENTITY = "Giấy tờ tùy thân"
_COPY = r"(?:bản\s+(?:sao|chính|chụp|gốc)(?:\s+(?:có\s+chứng\s+thực|điện\s+tử))?(?:\s+của)?\s+)"
_LEAD = re.compile(rf"^(?:[-+*•\s]|\(?[a-zđ\d]{{1,3}}[.)]\s|{_COPY})+", re.IGNORECASE)
# The source may put a paper at the end of the sentence that says who hands it in.
_CASE = re.compile(
    rf"^trường\s+hợp\s.{{1,250}}?\s(?:nộp(?:\s+lại)?|xuất\s+trình|phải\s+có|thì\s+có)\s+(?={_COPY}?(?:giấy|trích\s+lục|quyết\s+định|bản\s+án))",
    re.IGNORECASE,
)
_END = re.compile(r"[;.:(\[,/]|\s(?:do|theo|nếu|trường\s+hợp|trong\s+trường\s+hợp|đối\s+với|để|kèm)\s", re.IGNORECASE)
_IDENTITY = re.compile(
    r"^(?:hộ\s+chiếu|(?:thẻ\s+)?căn\s+cước|chứng\s+minh\s+nhân\s+dân|giấy\s+tờ\s+t[uù][yỳ]\s+thân)\b", re.IGNORECASE
)
# What somebody was given once and goes on holding; what is written for one request says what is wanted this time.
_HELD = re.compile(
    r"^(?:giấy\s(?!tờ|đề\s+nghị|[uủ][ỷy]\s+quyền|khai|yêu\s+cầu|giới\s+thiệu|mời)|giấy\s+tờ\s+(?:có\s+giá\s+trị|chứng\s+minh)|trích\s+lục"
    r"|quyết\s+định|bản\s+án|bằng|văn\s+bằng|chứng\s+chỉ|hợp\s+đồng|sổ|thẻ|điều\s+lệ|học\s+bạ)",
    re.IGNORECASE,
)
_TOO_LOOSE = re.compile(r"^giấy\s+(?:chứng\s+nhận|xác\s+nhận|phép|chứng\s+minh)$", re.IGNORECASE)


def kind_of(name: str) -> str:
    """Return by what name a paper is known again, empty where it is written for one request or named too loosely.

    >>> kind_of("Bản sao Giấy chứng nhận kết hôn (nếu có)"), kind_of("Giấy xác nhận cư trú do cơ quan công an cấp")
    ('Giấy chứng nhận kết hôn', 'Giấy xác nhận cư trú')
    >>> kind_of("Trường hợp cấp lại thì phải nộp lại Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó.")
    'Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó'
    >>> kind_of("Hộ chiếu/Thẻ căn cước công dân/Căn cước điện tử"), kind_of("Tờ khai đăng ký khai sinh theo mẫu")
    ('Giấy tờ tùy thân', '')
    """
    said = _LEAD.sub("", _CASE.sub("", _LEAD.sub("", " ".join(name.split()))))
    if _IDENTITY.match(said):
        return IDENTITY
    kept = _END.split(said, maxsplit=1)[0].strip()
    return kept if len(kept.split()) >= FEWEST_WORDS and _HELD.match(kept) and not _TOO_LOOSE.match(kept) else ""
