"""The block as Django knows it."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Channels."""

    name = "motcham.blocks.channels"
    label = "channels"
