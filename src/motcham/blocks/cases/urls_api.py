"""Addresses of the HTTP API of cases, under /api/v1/."""

from django.urls import path

from motcham.blocks.cases import pages_api

app_name = "cases_api"
urlpatterns = [
    path("openapi.json", pages_api.openapi, name="openapi"),
    path("attachments", pages_api.attach, name="attach"),
    path("cases/<str:name>", pages_api.cases_at, name="case"),
    path("desk/cases", pages_api.inbox, name="inbox"),
    path("desk/cases/<uuid:case_id>", pages_api.case, name="work_case"),
    path("desk/cases/<uuid:case_id>/acts", pages_api.act, name="act"),
]
