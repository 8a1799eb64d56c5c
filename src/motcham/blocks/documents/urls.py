"""Addresses at which anyone checks a result, and those of papers that somebody lent."""

from django.urls import path

from motcham.blocks.documents import pages_share, pages_verify

app_name = "documents"
urlpatterns = [
    path("verify/", pages_verify.ask, name="verify"),
    path("verify/<str:code>/", pages_verify.result, name="result"),
    path("shared/<str:token>/", pages_share.shared, name="shared"),
]
