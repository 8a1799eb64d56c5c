"""The block as Django knows it."""

from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    """Indicators."""

    name = "motcham.blocks.indicators"
    label = "indicators"
