"""What allauth asks of us when somebody signs up: a citizen's account, and its entry in the log."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from motcham.blocks.identity.models import Account
from motcham.blocks.ledger import api as ledger


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts that people open themselves."""

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Store the new account together with its entry."""
        with transaction.atomic():
            saved: Account = super().save_user(request, user, form, commit=commit)
            ledger.append(
                kind="identity.account_opened",
                subject=f"account:{saved.pk}",
                payload={"by": f"account:{saved.pk}", "is_application": False, "is_demo": False},
            )
        return saved

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside the page: the page that follows already shows who is signed in."""
