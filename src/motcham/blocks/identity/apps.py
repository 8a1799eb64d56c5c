"""The Django app of the identity block."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class IdentityConfig(AppConfig):
    """Agencies, accounts, posts."""

    name = "motcham.blocks.identity"
    label = "identity"

    def ready(self) -> None:
        """Write no time of the last sign-in: its entry and the session say it, and a row of its own costs each sign-in a statement."""
        user_logged_in.disconnect(dispatch_uid="update_last_login")
