"""What a browser asks of the house beside its pages: the icon, the style, the manifest of the app, and the worker for lost networks."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.kernel.access import public
from motcham.ui.style import sheet

YEAR = 365 * 24 * 3600
RIVER, PAPER = "#0b5557", "#faf9f5"


@public(reason="The icon of the house, for browsers that ask for it by its old name.")
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the dot."""
    return HttpResponsePermanentRedirect(static("ui/dot.svg"))


@public(reason="It says how the house looks on the first screen of a phone.")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the house as an app that can be put beside others."""
    described = {
        "name": f"Một Chạm – {settings.CITY_NAME}",
        "short_name": "Một Chạm",
        "description": _("Report, follow and check what the city does for you."),
        "lang": request.LANGUAGE_CODE,
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": RIVER,
        "icons": [{"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}],
        "shortcuts": [
            {"name": _("Report a problem"), "url": "/1022/"},
            {"name": _("Follow a case"), "url": "/track/"},
        ],
    }
    return JsonResponse(
        described,
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
        json_dumps_params={"ensure_ascii": False},
    )


@public(reason="The same style for everybody.")
@require_safe
def style(request: HttpRequest, mark: str) -> HttpResponse:
    """Return the style of the house; under another mark than today's it is kept by nobody."""
    now, text = sheet()
    kept = f"public, max-age={YEAR}, immutable" if mark == now else "no-cache"
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": kept, "Content-Language": "zxx"})


@public(reason="The same script for everybody; it keeps what the house looks like and no page of anybody.")
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the worker from the root, from where alone it may stand in for every page."""
    # "zxx": a file without words, the same in every language.
    headers = {"Cache-Control": "no-cache", "Content-Language": "zxx"}
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _script() -> bytes:
    path = finders.find("ui/sw.js")
    assert isinstance(path, str)
    with open(path, "rb") as file:
        return file.read()
