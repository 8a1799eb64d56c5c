"""Reports for tests: what was filed, and released unless it says otherwise."""

from __future__ import annotations

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.identity.testing import system

SECRET = "Bí mật của người gửi"


def reported(
    *,
    category="infrastructure.flooding",
    text="Nước ngập sâu",
    area="26740",
    lon=106.7009,
    lat=10.7769,
    release=True,
    at=None,
    synthetic=False,
):
    opened = cases.open_case(
        NewCase(
            type_key="feedback_1022.report",
            answers={"category": category, "description": f"{text} {SECRET}", "name": "Nguyễn Thị A", "phone": "+84901234567"},
            channel="web",
            place=Place(lon, lat, area, None, "212 Lê Lợi"),
            at=at,
            synthetic=synthetic,
        ),
        by=system,
    )
    if release:
        cases.publish(by=system, case_id=opened.id, text=text)
    return opened
