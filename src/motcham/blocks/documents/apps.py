"""The block as Django knows it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "motcham.blocks.documents"
    label = "documents"
