"""The part as Django knows it."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """Open311."""

    name = "motcham.apps.feedback_1022.open311"
    label = "open311"
