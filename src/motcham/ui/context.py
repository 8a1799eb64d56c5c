"""What the frame of every page needs: the menu, the way in and out, the other language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString, mark_safe
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


# Stands in a kept head for the token of the form in it, which is another one in each answer.
_TOKEN = get_random_string(32)


def head(request: HttpRequest, *, city: str, unread: str = "") -> SafeString:
    """Return the head of a page; it is the same on many pages of a visitor, on all of those who are not signed in, and is kept."""
    actor = getattr(request, "actor", None)
    name = "" if actor is None or actor.is_anonymous else actor.display_name
    made = _head(get_language(), city, menu(request), name, unread)
    return mark_safe(made.replace(_TOKEN, get_token(request))) if name else made


@lru_cache(maxsize=1024)
def _head(_language: str | None, city: str, links: tuple[Link, ...], name: str, unread: str) -> SafeString:
    given = {
        "frame": _frame(is_english()),
        "menu": links,
        "city_name": city,
        "name": name,
        "unread": unread,
        "csrf_token": _TOKEN,
    }
    return render_to_string("ui/head.html", given)


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
