"""The verbs of channels: tell somebody something, read what was told, let people follow a subject by e-mail; call another system."""

from motcham.blocks.channels.actions import publish, send
from motcham.blocks.channels.masking import examples as masking_examples
from motcham.blocks.channels.masking import mask
from motcham.blocks.channels.masking import measure as measure_masking
from motcham.blocks.channels.outgoing import call, exchange, split
from motcham.blocks.channels.queries import mail_works, notices, subscriptions, unread_words
from motcham.blocks.channels.rules import address_of
from motcham.blocks.channels.subscribing import caller_of, subscribe

__all__ = [
    "address_of",
    "call",
    "caller_of",
    "exchange",
    "mail_works",
    "mask",
    "masking_examples",
    "measure_masking",
    "notices",
    "publish",
    "send",
    "split",
    "subscribe",
    "subscriptions",
    "unread_words",
]
