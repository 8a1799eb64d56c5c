"""All addresses: each block and app brings its own `urls` module."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from motcham.project import pages

# Address prefix of each block and app that has pages.
PREFIXES = {
    "blocks.documents": "",
    "blocks.ledger": "ledger/",
    "blocks.identity": "account/",
    "blocks.places": "",
    "blocks.channels": "notices/",
    "blocks.payments": "payments/",
    "blocks.cases": "",
    "apps.operations_centre": "board/",
    "apps.feedback_1022": "1022/",
    "apps.feedback_1022.open311": "open311/",
    "apps.public_services": "procedures/",
    "apps.public_services.dossiers": "dossiers/",
    "apps.public_services.national_portal": "desk/national-portal/",
    "apps.public_services.counter": "counter/",
    "apps.demo": "demo/",
    "ui": "ui/",
}


def _mounted() -> list[URLResolver | URLPattern]:
    found: list[URLResolver | URLPattern] = []
    # A prefix is told from others at once, where one without is asked for each of its patterns: those come last.
    for name, prefix in sorted(PREFIXES.items(), key=lambda each: not each[1]):
        module = f"motcham.{name}"
        if module in settings.INSTALLED_APPS and find_spec(f"{module}.urls"):
            found.append(path(prefix, include(f"{module}.urls")))
    return found


urlpatterns = [
    path("", pages.home, name="home"),
    # Programs ask most often, and patterns are tried in this order.
    path("api/v1/", include("motcham.blocks.cases.urls_api")),
    path("health/", pages.health, name="health"),
    path("agencies/", include("motcham.blocks.identity.urls_agencies")),
    path("", include("motcham.ui.urls_device")),
    *_mounted(),
]
handler400 = "motcham.project.pages.bad_request"
handler403 = "motcham.project.pages.forbidden"
handler404 = "motcham.project.pages.not_found"
handler500 = "motcham.project.pages.server_error"
handler429 = "motcham.project.pages.too_many"
