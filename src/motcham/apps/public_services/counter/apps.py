"""The part as Django knows it."""

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """The counter of an office."""

    name = "motcham.apps.public_services.counter"
    label = "counter"
