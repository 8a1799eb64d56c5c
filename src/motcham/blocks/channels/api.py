"""The verbs of channels: tell somebody something, and read what was told."""

from motcham.blocks.channels.actions import send
from motcham.blocks.channels.masking import examples as masking_examples
from motcham.blocks.channels.masking import mask
from motcham.blocks.channels.masking import measure as measure_masking
from motcham.blocks.channels.queries import notices

__all__ = ["mask", "masking_examples", "measure_masking", "notices", "send"]
