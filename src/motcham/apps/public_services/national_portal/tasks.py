"""What time does here: what waits is sent, and what was taken long ago is forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from motcham.apps.public_services.national_portal import client, sending
from motcham.apps.public_services.national_portal.models import Message
from motcham.kernel.sweeps import Sweep

KEPT = timedelta(days=90)
A_BATCH = 1_000
SHOWN = 20
"""So many go out at a time in the demo: thousands of replayed dossiers must not keep the worker from what people look at."""


def send() -> int:
    """Send one batch; in the demo a small one, and then wait."""
    if client.is_made_up():
        sending.send_due(most=SHOWN)
        return 0
    return sending.send_due()


def forget() -> int:
    """Forget one batch of messages that were settled long ago; the last that the portal took of each dossier says what it knows."""
    old = Message.objects.filter(done_at__lt=timezone.now() - KEPT, digest="").values("id")[:A_BATCH]
    return 1 if Message.objects.filter(id__in=old).delete()[0] == A_BATCH else 0


sweep_sending = Sweep("national_portal.send", every=5, run=send)
sweep_forgetting = Sweep("national_portal.forget", every=86_400, run=forget)
