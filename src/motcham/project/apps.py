"""Starts the house: the one discovery call runs when Django is ready."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The last app to load, so that every block and table is there when definitions are read."""

    name = "motcham.project"
    label = "project"

    def ready(self) -> None:
        """Read every definition once."""
        from motcham.project import wiring  # definitions may import block APIs, hence models

        wiring.discover()
