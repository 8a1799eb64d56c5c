"""The block as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "motcham.blocks.cases"
    label = "cases"
