"""The reference of `open311-list`: a bare Django view that reads the same 100 rows with the ORM and writes them as JSON.

No middleware, no checks, Django's own database engine with the same settings: what any Django project pays for such a list.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.urls import path

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


class Released(models.Model):
    """A released case, as far as a list shows it."""

    id = models.UUIDField(primary_key=True)
    category = models.CharField(max_length=60)
    state = models.CharField(max_length=6)
    step = models.CharField(max_length=40)
    area_code = models.CharField(max_length=5)
    agency_id = models.IntegerField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    public_text = models.TextField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        app_label = "bench"
        db_table = "cases_case"
        managed = False

    def __str__(self) -> str:
        return str(self.pk)


def listed(request: HttpRequest) -> JsonResponse:
    """Return the latest hundred before a time."""
    found = Released.objects.filter(released_at__isnull=False, received_at__lt=request.GET["end_date"]).order_by("-received_at")
    return JsonResponse(
        [
            {
                "service_request_id": str(each.pk),
                "status": each.state,
                "status_notes": each.step,
                "service_code": each.category,
                "description": each.public_text,
                "agency_responsible": each.agency_id,
                "requested_datetime": each.received_at,
                "updated_datetime": each.closed_at or each.released_at,
                "expected_datetime": each.due_at,
                "address_id": each.area_code,
                "lat": each.lat,
                "long": each.lon,
            }
            for each in found[:100]
        ],
        safe=False,
    )


urlpatterns = [path("requests.json", listed)]

from django.core.wsgi import get_wsgi_application  # noqa: E402 -- Django must be configured first

application = get_wsgi_application()
