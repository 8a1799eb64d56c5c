"""Work that time does: sessions that ran out are removed, accounts closed long ago lose their names."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity import actions, lockout
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.models import Account, Session
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis

KEPT_AFTER_CLOSING = timedelta(days=90)
A_BATCH = 500


def remove_old_sessions() -> int:
    """Remove one batch of sessions that ran out."""
    old = Session.objects.filter(expire_date__lt=timezone.now()).values("session_key")[:A_BATCH]
    return Session.objects.filter(session_key__in=old).delete()[0]


def erase_closed_accounts() -> int:
    """Erase one batch of accounts whose time after closing has passed."""
    due = Account.objects.filter(closed_at__lt=timezone.now() - KEPT_AFTER_CLOSING, erased_at=None)
    account_ids = list(due.order_by("closed_at").values_list("id", flat=True)[:A_BATCH])
    for account_id in account_ids:
        actions.erase_account(by=Actor.system("erasers"), account_id=account_id)
    return len(account_ids)


tries = Sweep("identity.tries", every=600, run=lockout.remove_old)
sessions = Sweep("identity.sessions", every=600, run=remove_old_sessions)
accounts = Eraser(
    key="identity.accounts",
    tables=("identity_account", "identity_session", "mfa_authenticator", "socialaccount_socialaccount"),
    what=_(
        "User name and shown name of an account, its sessions, second factors and linked electronic identities (keyed hashes)"
    ),
    retention=_(
        "Sessions: 12 hours; what proves who somebody is: until the account is closed. Names: 90 days after the account was closed; the account's number stays in the evidence."
    ),
    legal_basis=LegalBasis("91/2025/QH15", trust="found"),
    run=erase_closed_accounts,
)
