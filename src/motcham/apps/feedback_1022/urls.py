"""The front door of 1022 is the form of its case type."""

from django.urls import path
from django.views.generic import RedirectView

from motcham.kernel.access import public

urlpatterns = [
    path(
        "",
        public(reason="Anyone may report.")(RedirectView.as_view(pattern_name="cases:new", query_string=True)),
        {"key": "feedback_1022.report"},
        name="feedback_1022",
    ),
]
