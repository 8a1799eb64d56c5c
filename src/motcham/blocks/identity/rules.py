"""Pure rules of signing in: what a way of signing in is worth, how a device is called, what a code of an agency looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from motcham.blocks.identity.define import Actor, Grant

# A vouched sign-in is one of the house itself: a door of the demo.
PASSWORD, OPENID, VOUCHED = "password", "openid", "vouched"
_QD20 = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)*")
_QCVN102 = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}")
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg/", "Edge"),
    ("coc_coc", "Cốc Cốc"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


@dataclass(frozen=True)
class Entrance:
    """How somebody came in: the way, how surely it is they (0 to 2), whether a second factor was given, and when."""

    how: str
    level: int
    factor: bool
    at: float

    @classmethod
    def of(cls, kept: object) -> Entrance:
        """Read what a session keeps; a session that says nothing is worth nothing."""
        if not isinstance(kept, Mapping):
            return cls("", 0, False, 0.0)
        return cls(str(kept["how"]), int(kept["level"]), bool(kept["factor"]), float(kept["at"]))

    @property
    def wakes_posts(self) -> bool:
        """Tell whether the rights of a post may be used."""
        return self.factor or self.level >= 2


def entered(actor: Actor, entrance: Entrance, *, citizen: frozenset[Grant]) -> Actor:
    """Return an actor as one way of signing in lets them act: posts are asleep without second factor or level 2."""
    if not actor.posts or entrance.wakes_posts:
        return replace(actor, assurance=entrance.level) if entrance.level else actor
    return replace(actor, posts=(), grants=citizen, assurance=entrance.level, needs_factor=True)


def level_of(acr: object, levels: Mapping[str, Sequence[str]]) -> int:
    """Return the level of assurance that a provider's word stands for; what it does not say is the lowest."""
    return 2 if acr in levels.get("2", ()) else 1


def device_of(user_agent: str) -> str:
    """Return browser and system in two words, enough to recognise one's own device and no more."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(filter(None, (browser, system)))


def is_code_of(scheme: str, code: str) -> bool:
    """Tell whether a code has the form of its scheme: Decision 20/2020 (H29.1) or QCVN 102:2016 (000.00.01.H29)."""
    if scheme == "qd20":
        return len(code) <= 35 and bool(_QD20.fullmatch(code))
    return scheme == "qcvn102" and bool(_QCVN102.fullmatch(code))


def plain_code(code: str) -> str:
    """Return a code as it is compared: without spaces or what no code holds, in capitals."""
    return re.sub(r"[\s\x00]+", "", code).upper()


def safe_entry(entrance: Entrance) -> dict[str, Any]:
    """Return what evidence keeps of a sign-in."""
    return {"how": entrance.how, "level": entrance.level, "factor": entrance.factor}
