"""What the frame of every page needs: the menu, the way in and out, the other language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from motcham.kernel.application import MenuItem, applications

VERSION = version("motcham")


@dataclass(frozen=True)
class Link:
    """One entry of the menu, resolved."""

    label: str
    href: str
    is_current: bool


def layout(request: HttpRequest) -> dict[str, object]:
    """Return the context of `ui/page.html`: its own under one name, so that no page's own words collide with it."""
    english = (get_language() or "vi").startswith("en")
    frame = {
        "menu": lambda: menu(request),
        "other_language": ("vi", "Tiếng Việt", "VI") if english else ("en", "English", "EN"),
        "version": VERSION,
        "sign_in": settings.LOGIN_URL,
        "sign_out": getattr(settings, "SIGN_OUT_URL", "account_logout"),
    }
    return {"frame": frame, "here": request.get_full_path()}


def menu(request: HttpRequest) -> list[Link]:
    """Return the entries that this visitor may use; the longest address that leads here is the current one."""
    may = _may(request)
    items = sorted((item for app in applications for item in app.menu), key=lambda item: item.order)
    shown = [(str(item.label), reverse(item.route)) for item in items if not item.permission or may(item)]
    current = max((href for _, href in shown if request.path.startswith(href)), key=len, default="")
    return [Link(label, href, href == current) for label, href in shown]


def _may(request: HttpRequest) -> Callable[[MenuItem], bool]:
    actor = getattr(request, "actor", None)
    return lambda item: actor is not None and bool(actor.may(item.permission))
