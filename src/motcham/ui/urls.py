"""The addresses of the design system; the gallery exists in demo and test alone."""

from django.conf import settings
from django.urls import path

from motcham.ui import pages

app_name = "ui"
urlpatterns = [path("language/<slug:code>/", pages.language, name="language")]
if settings.DEMO:
    urlpatterns.append(path("", pages.components, name="gallery"))
