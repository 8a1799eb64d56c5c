"""The block as Django knows it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "motcham.blocks.documents"
    label = "documents"

    def ready(self) -> None:
        """Let `motcham check` look at the certificates of agencies."""
        from motcham.blocks.documents import checks  # noqa: F401 -- registers itself
