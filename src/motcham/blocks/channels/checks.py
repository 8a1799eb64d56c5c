"""What `motcham check` says about sending: that nothing leaves, or that a setting cannot work."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 -- Django calls it so

from motcham.blocks.channels import mail, rules
from motcham.blocks.channels.queries import missing_settings
from motcham.blocks.channels.transports import Server


@register("channels")
def check_sending(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Look at the settings of e-mail without sending any."""
    found: list[CheckMessage] = []
    if settings.MODE == "production" and (missing := missing_settings()):
        names = ", ".join(missing)
        hint = "docs/reference/settings.md says how. Notices are shown in the house meanwhile, and mail waits for three days."
        found.append(Warning(f"No e-mail leaves this house: set {names}.", hint=hint, id="channels.W001"))
    if settings.SMTP_URL:
        try:
            Server.of(settings.SMTP_URL)
        except ValueError as wrong:
            found.append(Error(str(wrong), id="channels.E001"))
    if settings.MAIL_FROM and settings.MODE != "demo" and rules.address_of(mail.sender()) is None:
        found.append(Error("MOTCHAM_MAIL_FROM looks like Một Chạm <tin@example.vn>.", id="channels.E002"))
    parts = urlsplit(settings.PUBLIC_URL)
    if settings.PUBLIC_URL and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        found.append(Error("MOTCHAM_PUBLIC_URL looks like https://motcham.example.vn.", id="channels.E003"))
    elif settings.MODE == "production" and parts.scheme == "http":
        hint = "Links in mails carry the keys of cases; they need https://."
        found.append(Warning("MOTCHAM_PUBLIC_URL is not https.", hint=hint, id="channels.W002"))
    return found
