"""The public services as Django knows them."""

from django.apps import AppConfig


class PublicServicesConfig(AppConfig):
    """The public services."""

    name = "motcham.apps.public_services"
    label = "public_services"
