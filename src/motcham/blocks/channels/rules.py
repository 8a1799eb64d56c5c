"""Pure decisions about sending: which addresses can be written to, when to try again, when a digest goes out."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
DIGEST_AT = time(7)
# After each try that may yet succeed: what is wrong at the other end is mended within minutes or within days.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480, 720, 720, 720))
GIVEN_UP_AFTER = timedelta(days=3)

_LOCAL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]{1,64}")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)


def address_of(typed: str) -> str | None:
    """Return an address as it is written to, its domain in ASCII; None where no mail server could take it.

    >>> address_of(" Lan@Example.VN ")
    'Lan@example.vn'
    >>> address_of("lan@thànhphố.vn")
    'lan@xn--thnhph-jta8342d.vn'
    >>> address_of("lan@example.vn\\r\\nBcc: all@example.vn") is None
    True
    """
    local, at, domain = typed.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = domain.split(".")
    good = at and _LOCAL.fullmatch(local) and not local.startswith(".") and not local.endswith(".") and ".." not in local
    if not good or len(labels) < 2 or not all(_LABEL.fullmatch(each) for each in labels) or len(local) + len(domain) > 253:
        return None
    return f"{local}@{domain}"


def masked(address: str) -> str:
    """Return an address as it may be shown to somebody else.

    >>> masked("nguyenlan@example.vn")
    'n•••@example.vn'
    """
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def retry_at(now: datetime, *, attempts: int, told_at: datetime, chance: float) -> datetime | None:
    """Return when to try again after so many tries, or None when it is given up; `chance` in 0..1 keeps many from coming
    back at the same moment."""
    if attempts > len(BACK_OFF) or now - told_at > GIVEN_UP_AFTER:
        return None
    return now + BACK_OFF[attempts - 1] * (0.8 + 0.4 * chance)


def next_digest(now: datetime) -> datetime:
    """Return the next seven o'clock of the city."""
    local = now.astimezone(CITY)
    today = datetime.combine(local.date(), DIGEST_AT, CITY)
    return today if local < today else datetime.combine(local.date() + timedelta(days=1), DIGEST_AT, CITY)


def network_of(address: str) -> str:
    """Return the network that an address belongs to, as far as one customer usually has it.

    >>> network_of("203.0.113.77"), network_of("2001:db8:1:2:3::9")
    ('203.0.113.77/32', '2001:db8:1:2::/64')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network((found, 32 if found.version == 4 else 64), strict=False))
