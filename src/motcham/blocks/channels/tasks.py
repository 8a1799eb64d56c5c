"""Work that time does: notices are spread to their readers, mail is sent, what is over is forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.channels.actions import spread
from motcham.blocks.channels.models import EMAIL, Delivery, Preference, Silence
from motcham.blocks.channels.sending import give_up_old, send_due
from motcham.blocks.channels.subscribing import forget_pending
from motcham.blocks.ledger import api as ledger
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis

DELIVERIES_KEPT = timedelta(days=90)
NOTICES_KEPT = timedelta(days=730)
A_BATCH = 500


@transaction.atomic
def forget_deliveries() -> int:
    """Forget one batch: how a mail went, after 90 days; what an account was told, after two years; wishes of closed accounts."""
    now = timezone.now()
    old = Q(channel=EMAIL, settled_at__lt=now - DELIVERIES_KEPT) | Q(settled_at__lt=now - NOTICES_KEPT)
    gone = Delivery.objects.filter(id__in=Delivery.objects.filter(old).values("id")[:A_BATCH]).delete()[0]
    gone += Delivery.objects.filter(
        id__in=Delivery.objects.filter(account__erased_at__isnull=False).values("id")[:A_BATCH]
    ).delete()[0]
    gone += Preference.objects.filter(account__erased_at__isnull=False).delete()[0]
    silences = Silence.objects.filter(at__lt=now - NOTICES_KEPT).values("id")[:A_BATCH]
    gone += Silence.objects.filter(id__in=silences).delete()[0]
    if gone:
        ledger.append(kind="channels.forgotten", subject="channels:erasers", payload={"deliveries_and_wishes": gone})
    return gone


spreading = Sweep("channels.spread", every=0.5, run=spread)
sending = Sweep("channels.send", every=1, run=send_due)
giving_up = Sweep("channels.give_up", every=600, run=give_up_old)
contacts = Eraser(
    key="channels.contacts",
    tables=("channels_subscription",),
    what=_("E-mail addresses of people who follow an area or of accounts, sealed"),
    retention=_(
        "24 hours where nobody confirmed them; else until their owner ends it, the mail server says that nobody is there, or the account is closed."
    ),
    legal_basis=LegalBasis("91/2025/QH15", trust="found"),
    run=forget_pending,
)
deliveries = Eraser(
    key="channels.deliveries",
    tables=("channels_delivery", "channels_preference", "channels_silence"),
    what=_("Which account or party of a case was sent which notice, and what they wish to get"),
    retention=_("E-mail: 90 days after it was settled. In the app: 2 years. Wishes: until the account is erased."),
    legal_basis=LegalBasis("91/2025/QH15", trust="found"),
    run=forget_deliveries,
)
