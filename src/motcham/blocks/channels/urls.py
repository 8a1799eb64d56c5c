"""Addresses of notices: one's own, what one wishes to get, the links in mails, and how sending is doing."""

from django.conf import settings
from django.urls import path

from motcham.blocks.channels import pages, pages_desk, pages_links

app_name = "channels"
urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("read/", pages.read_all, name="read_all"),
    path("<int:delivery_id>/", pages.open_item, name="open"),
    path("settings/", pages.wishes, name="wishes"),
    path("confirm/<str:token>/", pages_links.confirm, name="confirm"),
    path("stop/<str:token>/", pages_links.stop, name="stop"),
    path("undelivered/", pages_desk.undelivered, name="undelivered"),
    path("undelivered/<int:delivery_id>/", pages_desk.decide, name="decide"),
    path("sending/", pages_desk.sending, name="sending"),
]
if settings.DEMO:
    urlpatterns += [
        path("outbox/", pages_desk.outbox, name="outbox"),
        path("outbox/<str:name>/", pages_desk.sample, name="sample"),
    ]
