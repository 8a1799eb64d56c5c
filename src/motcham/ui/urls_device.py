"""The addresses that browsers expect at the root of a house."""

from django.urls import path

from motcham.ui import pages_device

urlpatterns = [
    path("favicon.ico", pages_device.icon, name="favicon"),
    path("manifest.webmanifest", pages_device.manifest, name="manifest"),
    path("style/<slug:mark>.css", pages_device.style, name="style"),
    path("sw.js", pages_device.worker, name="worker"),
]
