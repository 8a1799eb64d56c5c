"""What the frame of every page needs: the menu, the way in and out, the other language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from motcham.kernel.application import MenuItem, applications
from motcham.ui.formats import is_english
from motcham.ui.style import sheet


@dataclass(frozen=True)
class Link:
    """One entry of the menu, resolved."""

    label: str
    href: str
    is_current: bool


def layout(request: HttpRequest) -> dict[str, object]:
    """Return the context of `ui/page.html`: its own under one name, so that no page's own words collide with it."""
    return {"frame": _frame(is_english()), "here": request.get_full_path()}


@cache
def _frame(english: bool) -> dict[str, object]:
    return {
        "other_language": ("vi", "Tiếng Việt", "VI") if english else ("en", "English", "EN"),
        "style": reverse("style", args=[sheet()[0]]),
        "version": version("motcham"),
        "source": getattr(settings, "SOURCE_URL", ""),
        "sign_in": settings.LOGIN_URL,
        "sign_out": getattr(settings, "SIGN_OUT_URL", "account_logout"),
    }


def head(request: HttpRequest, *, city: str) -> SafeString:
    """Return the head of a page; that of visitors who are not signed in is the same for all of them and is kept."""
    links = menu(request)
    actor = getattr(request, "actor", None)
    if actor is None or actor.is_anonymous:
        return _open_head(get_language(), city, links)
    return render_to_string(
        "ui/head.html", {"frame": _frame(is_english()), "menu": links, "city_name": city, "actor": actor}, request
    )


@lru_cache(maxsize=256)
def _open_head(language: str | None, city: str, links: tuple[Link, ...]) -> SafeString:
    return render_to_string("ui/head.html", {"frame": _frame(is_english()), "menu": links, "city_name": city})


@cache
def fixed(name: str, language: str | None) -> SafeString:
    """Return a part of the frame that is the same on every page of one language."""
    return render_to_string(f"ui/{name}.html", {"frame": _frame(is_english())})


def menu(request: HttpRequest) -> tuple[Link, ...]:
    """Return the entries that this visitor may use; the longest address that leads here is the current one."""
    may = _may(request)
    items = sorted((item for app in applications for item in app.menu), key=lambda item: item.order)
    shown = [(str(item.label), _href(item.route)) for item in items if not item.permission or may(item)]
    current = max((href for _, href in shown if request.path.startswith(href)), key=len, default="")
    return tuple(Link(label, href, href == current) for label, href in shown)


@cache
def _href(route: str) -> str:
    return reverse(route)


def _may(request: HttpRequest) -> Callable[[MenuItem], bool]:
    actor = getattr(request, "actor", None)
    return lambda item: actor is not None and bool(actor.may(item.permission))
