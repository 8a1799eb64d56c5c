"""The Django app of the identity block."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Agencies, accounts, posts."""

    name = "motcham.blocks.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
