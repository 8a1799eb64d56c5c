"""What time does to cases, run by the worker."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.cases import details, drafts, promises
from motcham.blocks.cases.actions_time import became_late, follow_calendar
from motcham.blocks.cases.erasure import erase_due
from motcham.blocks.cases.models import IdempotencyKey
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis


def forget_keys() -> int:
    """Forget idempotency keys after 30 days, drafts after 7 (with an account 30), details that nobody changed for two years."""
    now = timezone.now()
    keys, _ = IdempotencyKey.objects.filter(at__lt=now - timedelta(days=30)).delete()
    return 1 if keys + drafts.forget_old(now) + details.forget_old(now) else 0


def add_partitions() -> int:
    """Have a partition of the timeline ready for each of the next three months."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_add_partitions(current_date, current_date + 93)")
    return 0


sweep_late = Sweep("cases.became_late", every=0.5, run=became_late)
sweep_promises = Sweep("cases.promises_broken", every=60, run=promises.broken)
sweep_calendar = Sweep("cases.follow_calendar", every=5, run=follow_calendar)
sweep_forget = Sweep("cases.forget_keys", every=3600, run=forget_keys)
sweep_partitions = Sweep("cases.add_partitions", every=86_400, run=add_partitions)
eraser = Eraser(
    key="cases.answers",
    tables=("cases_case", "cases_event", "cases_participant", "cases_draft", "cases_details", "cases_idempotencykey"),
    what=_(
        "Names, contacts, personal answers, messages and attachments of closed cases and of those who joined them; forms begun and left; details kept to fill in forms; keys of requests"
    ),
    retention=_(
        "As each case type says, counted from closing; drafts 7 days after the last change, with an account 30 days; details two years after the last change or with the account; request keys 30 days."
    ),
    legal_basis=LegalBasis("91/2025/QH15", trust="found"),
    run=erase_due,
)
