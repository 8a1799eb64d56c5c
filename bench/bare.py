"""The reference of `cases-open`: a bare Django view that reads JSON and does one INSERT with the ORM, under the same web server.

No middleware, no checks, Django's own database engine with the same settings: what any Django project pays before it
does anything.
"""

from __future__ import annotations

import json
import os

import django
from django.conf import settings
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

from motcham.project.settings import database

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {**database(os.environ["DATABASE_URL"]), "ENGINE": "django.db.backends.postgresql"}},
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of no use",
    USE_TZ=True,
)
django.setup()


class Received(models.Model):
    """What was sent, and when."""

    at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        app_label = "bench"
        db_table = "bench_bare"

    def __str__(self) -> str:
        return str(self.pk)


def insert(request: HttpRequest) -> JsonResponse:
    """Keep what was sent."""
    kept = Received.objects.create(at=timezone.now(), body=json.loads(request.body))
    return JsonResponse({"id": kept.pk}, status=201)


urlpatterns = [path("insert", insert)]

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- Django must be configured first

application = get_wsgi_application()
