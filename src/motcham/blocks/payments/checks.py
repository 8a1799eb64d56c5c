"""What `motcham check` says about paying online: that nobody can, or that a setting cannot work."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django calls it so

from motcham.blocks.payments import client


@register("payments")
def check_payments(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Look at the settings of the gateway without calling it."""
    found: list[CheckMessage] = []
    if settings.MODE == "production" and not client.is_set_up():
        hint = "Set MOTCHAM_PAYOS_CLIENT_ID, MOTCHAM_PAYOS_API_KEY and MOTCHAM_PAYOS_CHECKSUM_KEY; counters take money meanwhile."
        found.append(Warning("Nobody can pay online here.", hint=hint, id="payments.W001"))
    if settings.PAYMENT_ACCOUNT and not re.fullmatch(r"\d{6}:[0-9A-Za-z]{1,19}", settings.PAYMENT_ACCOUNT):
        found.append(Error("MOTCHAM_PAYMENT_ACCOUNT looks like 970436:0071000123456.", id="payments.E001"))
    if not settings.DEMO and not settings.PAYOS_URL.startswith("https://"):
        found.append(Error("MOTCHAM_PAYOS_URL is not https.", id="payments.E002"))
    if client.is_set_up() and not settings.PUBLIC_URL:
        found.append(Warning("Set MOTCHAM_PUBLIC_URL: the gateway leads people back to it.", id="payments.W002"))
    return found
