"""The pages of the design system itself: the switch of language and the gallery of components."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from motcham.kernel.access import public
from motcham.ui import gallery

YEAR = 365 * 24 * 3600


@public(reason="Everyone reads in the language they choose.")
@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the language in a cookie and go back to the page it was asked on; nothing else is kept."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    back = request.GET.get("next") or request.headers.get("Referer", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@public(reason="It shows made-up examples only, and exists in demo and test alone.")
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Show every component with its examples."""
    return render(request, "ui/gallery.html", {"components": gallery.load()})
