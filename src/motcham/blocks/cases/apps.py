"""The block as Django knows it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "motcham.blocks.cases"
    label = "cases"

    def ready(self) -> None:
        """Let `motcham migrate` look whether every case has its definition."""
        from motcham.blocks.cases import checks  # noqa: F401 -- it registers itself
