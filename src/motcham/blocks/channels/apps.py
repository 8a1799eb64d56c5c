"""The block as Django knows it."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels."""

    name = "motcham.blocks.channels"
    label = "channels"

    def ready(self) -> None:
        """Let `motcham check` look at the settings of e-mail."""
        from motcham.blocks.channels import checks  # noqa: F401 -- it registers itself
