"""How a route says who may call it: every view carries one `access`, and a law test walks all routes for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Public:
    """Anyone may call it; the reason is read by whoever reviews the list of open doors."""

    reason: str


@dataclass(frozen=True)
class Guarded:
    """Only an actor with this permission somewhere; which objects they see is decided by the block that owns them."""

    permission: str


Access = Public | Guarded


def public(*, reason: str) -> Callable[[View], View]:
    """Declare that anyone may call a view, and why that is right."""

    def decorate(view: View) -> View:
        view.access = Public(reason)  # type: ignore[attr-defined]
        return view

    return decorate


def is_api(request: HttpRequest) -> bool:
    """Tell whether the caller is a program that wants problem JSON, not a page."""
    path, accept = request.path, request.META.get("HTTP_ACCEPT", "")
    is_data = "json" in accept or path.startswith("/ogc/") or path.endswith((".csv", ".geojson"))
    return path.startswith("/api/") or path.endswith(".json") or ("text/html" not in accept and is_data)
