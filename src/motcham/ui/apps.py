"""The design system as a Django app: its templates, static files and template tags."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """No tables."""

    name = "motcham.ui"
    label = "ui"
