"""The Django app of the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo city."""

    name = "motcham.apps.demo"
    label = "demo"
