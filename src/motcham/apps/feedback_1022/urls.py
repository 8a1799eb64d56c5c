"""The front door of 1022 is the form of its case type; beside it what everybody may read of the reports."""

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, resolve, reverse

from motcham.apps.feedback_1022 import alerts, feeds, pages
from motcham.kernel.access import public


@public(reason="Anyone may report.")
def front(request: HttpRequest) -> HttpResponseBase:
    """Answer with the form itself at the short address that the city prints: a slow network pays for each redirect."""
    view, args, named = resolve(reverse("cases:new", args=["feedback_1022.report"]))
    response: HttpResponseBase = view(request, *args, **named)
    return response


urlpatterns = [
    path("", front, name="feedback_1022"),
    path("reports/", pages.reports, name="feedback_1022_reports"),
    path("reports.atom", feeds.atom, name="feedback_1022_feed"),
    path("reports/<str:ref>/", pages.report, name="feedback_1022_report"),
    path("promises/", pages.promises, name="feedback_1022_promises"),
    path("alert/", alerts.alert, name="feedback_1022_alert"),
]
