"""The part as Django knows it."""

from django.apps import AppConfig


class DossiersConfig(AppConfig):
    """Dossiers."""

    name = "motcham.apps.public_services.dossiers"
    label = "dossiers"
