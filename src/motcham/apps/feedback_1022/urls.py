"""The front door of 1022 is the form of its case type; beside it what everybody may read of the reports."""

from django.urls import path
from django.views.generic import RedirectView

from motcham.apps.feedback_1022 import alerts, feeds, pages
from motcham.kernel.access import public

urlpatterns = [
    path(
        "",
        public(reason="Anyone may report.")(RedirectView.as_view(pattern_name="cases:new", query_string=True)),
        {"key": "feedback_1022.report"},
        name="feedback_1022",
    ),
    path("reports/", pages.reports, name="feedback_1022_reports"),
    path("reports.atom", feeds.atom, name="feedback_1022_feed"),
    path("reports/<str:ref>/", pages.report, name="feedback_1022_report"),
    path("promises/", pages.promises, name="feedback_1022_promises"),
    path("alert/", alerts.alert, name="feedback_1022_alert"),
]
