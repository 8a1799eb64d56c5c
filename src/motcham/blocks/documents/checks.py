"""What `motcham check` says about what agencies sign with: that a certificate runs out soon, after which its agency signs nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 -- Django calls it so

from motcham.blocks.documents import agency_keys

BEFORE = timedelta(days=30)


@register("documents")
def check_certificates(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Look at the newest certificate of each agency."""
    # Newest first for each agency: the last one written into the dictionary is the newest.
    newest = {each.agency_code: each.view() for each in reversed(list(agency_keys.certificates()))}
    soon = datetime.now(UTC) + BEFORE
    return [
        Warning(
            f"The certificate of {each.agency_code} runs out on {each.valid_to:%Y-%m-%d}; after that the agency signs nothing.",
            hint=f"motcham documents agency-key {each.agency_code}, with --import where an authority issues it.",
            id="documents.W001",
        )
        for each in newest.values()
        if each.valid_to <= soon
    ]
