"""The verbs of channels: tell somebody something, and read what was told."""

from motcham.blocks.channels.actions import send
from motcham.blocks.channels.queries import notices

__all__ = ["notices", "send"]
