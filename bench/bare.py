"""The reference of `cases-open`: a bare Django view that does one INSERT, under the same web server with the same settings."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from motcham.project.settings import database

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": database(os.environ["DATABASE_URL"])},
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no use",
    USE_TZ=True,
)
django.setup()


def insert(request: HttpRequest) -> HttpResponse:
    """Keep what was sent."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (at, body) VALUES (now(), %s) RETURNING id", [request.body.decode()])
        (number,) = cursor.fetchone()
    return HttpResponse(f'{{"id": {number}}}', content_type="application/json", status=201)


urlpatterns = [path("insert", insert)]

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- Django must be configured first

application = get_wsgi_application()
