"""The people of the demo: one account for each role, so that a visitor can be each of them with one click."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor

SEED = Actor.system("demo")


@dataclass(frozen=True)
class Door:
    """One role to try: the account behind it, the agency of its post, and the route where its day begins."""

    role: str
    username: str
    display_name: str
    label: str | Promise
    agency: str = ""
    starts_at: str = "account"
    key: str = ""

    @property
    def name(self) -> str:
        """Return by what its address names it: its role, unless two doors lead to posts of the same role."""
        return self.key or self.role


DOORS = (
    Door("citizen", "demo-nguoi-dan", "Nguyễn Thị A", _("Citizen"), starts_at="home"),
    Door("desk_operator", "demo-tong-dai", "Trần Văn B", _("1022 operator"), "desk.1022", "cases:inbox"),
    Door("ward_officer", "demo-phuong", "Lê Thị C", _("Officer of Sài Gòn ward"), "ward.26740", "cases:inbox"),
    Door(
        "department_officer",
        "demo-so",
        "Phạm Văn D",
        _("Officer of the road centre"),
        "centre.road_infrastructure",
        "cases:inbox",
    ),
    Door(
        "department_officer",
        "demo-bo-phan-kin",
        "Hồ Văn M",
        _("Officer of the closed desk"),
        "desk.integrity",
        "cases:inbox",
        key="closed_desk",
    ),
    Door(
        "department_officer",
        "demo-cong-an",
        "Vũ Thị P",
        _("Officer of the city police"),
        "department.public_security",
        "cases:inbox",
        key="police_officer",
    ),
    Door(
        "department_officer",
        "demo-bao-hiem",
        "Hà Thị Q",
        _("Officer of the social insurance"),
        "centre.social_insurance",
        "cases:inbox",
        key="insurance_officer",
    ),
    Door("agency_leader", "demo-chu-tich-phuong", "Huỳnh Thị E", _("Head of Sài Gòn ward"), "ward.26740", "cases:inbox"),
    Door("city_leader", "demo-lanh-dao", "Võ Văn G", _("City leader"), "city.leadership", "board"),
    Door(
        "agency_finance",
        "demo-ke-toan-phuong",
        "Lý Thị O",
        _("Finance officer of Sài Gòn ward"),
        "ward.26740",
        "payments:desk",
    ),
    Door(
        "city_finance",
        "demo-tai-chinh",
        "Mai Thị N",
        _("Finance officer of the city"),
        "department.finance",
        "payments:desk",
    ),
    Door("inspector", "demo-thanh-tra", "Đặng Thị H", _("Inspector"), "department.inspectorate", "board"),
    Door(
        "data_protection_officer",
        "demo-bao-ve-du-lieu",
        "Bùi Văn K",
        _("Data protection officer"),
        "centre.digital_transformation",
    ),
    Door("administrator", "demo-quan-tri", "Đỗ Thị L", _("Administrator"), "centre.digital_transformation"),
)


def open_doors() -> None:
    """Have every door ready."""
    for door in DOORS:
        open_door(door)


def open_door(door: Door) -> int:
    """Open the account behind a door with its post, or find them as they are; return the id of the account."""
    account_id = identity.ensure_account(by=SEED, username=door.username, display_name=door.display_name, is_demo=True)
    if door.agency:
        identity.ensure_post(by=SEED, account_id=account_id, agency_code=door.agency, role=door.role)
    return account_id


def door_of(name: str) -> Door | None:
    """Return the door of that name."""
    return next((door for door in DOORS if door.name == name), None)
