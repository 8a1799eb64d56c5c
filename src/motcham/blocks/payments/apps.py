"""The block as Django knows it."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments."""

    name = "motcham.blocks.payments"
    label = "payments"

    def ready(self) -> None:
        """Let `motcham check` look at the settings of the gateway."""
        from motcham.blocks.payments import checks  # noqa: F401 -- it registers itself
