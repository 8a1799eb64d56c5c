"""Calls to other installations, in the words of this app."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult

from motcham.apps.feedback_1022.open311.define import NeighbourFailed, RefusedAddress
from motcham.blocks.channels import api as channels
from motcham.blocks.channels.define import AddressRefused, CallFailed

MOST_BYTES = 8 * 1024 * 1024


def call(
    url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None, most: int = MOST_BYTES
) -> bytes:
    """Return what an address answers to GET, or to POST of a form. Raises RefusedAddress, or NeighbourFailed that says by
    `permanent` whether to try again."""
    try:
        return channels.call(url, form=form, headers=headers, most=most)
    except AddressRefused as refused:
        raise RefusedAddress(url=refused.facts["url"], why=refused.facts["why"]) from refused
    except CallFailed as failed:
        raise NeighbourFailed(permanent=failed.permanent, **failed.facts) from failed


def split(url: str) -> tuple[SplitResult, str, int]:
    """Return an address in its parts, with its host and port. Raises RefusedAddress where it is no plain one of the web."""
    try:
        return channels.split(url)
    except AddressRefused as refused:
        raise RefusedAddress(url=refused.facts["url"], why=refused.facts["why"]) from refused
