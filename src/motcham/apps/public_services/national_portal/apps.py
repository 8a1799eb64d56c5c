"""The part as Django knows it."""

from django.apps import AppConfig


class NationalPortalConfig(AppConfig):
    """The export to the national portal."""

    name = "motcham.apps.public_services.national_portal"
    label = "national_portal"

    def ready(self) -> None:
        """Let `motcham check` look at the settings."""
        from motcham.apps.public_services.national_portal import checks  # noqa: F401
