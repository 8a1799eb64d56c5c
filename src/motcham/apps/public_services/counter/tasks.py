"""What time does at the counter: what is known of people goes, the counts of the day stay in the log without a name."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services.counter.models import Appointment, Bundle, Intake, Ticket
from motcham.blocks.ledger import api as ledger
from motcham.kernel.erasers import Eraser
from motcham.kernel.terms import LegalBasis

FORMS_KEPT, BOOKINGS_KEPT, TICKETS_KEPT, BUNDLES_KEPT = (timedelta(days=each) for each in (7, 30, 400, 3653))
A_BATCH = 500


@transaction.atomic
def forget() -> int:
    """Forget one batch: forms that were begun and left, addresses of bookings, tickets and bundles of long ago."""
    now = timezone.now()
    forms, _each = Intake.objects.filter(case=None, at__lt=now - FORMS_KEPT).delete()
    codes = Intake.objects.filter(sealed__isnull=False, at__lt=now - FORMS_KEPT).update(sealed=None)
    bookings = list(Appointment.objects.filter(starts_at__lt=now - BOOKINGS_KEPT).values_list("id", flat=True)[:A_BATCH])
    for booking_id in bookings:
        ledger.erase(subject=f"appointment:{booking_id}")
    Appointment.objects.filter(id__in=bookings).delete()
    tickets = list(Ticket.objects.filter(taken_at__lt=now - TICKETS_KEPT).values_list("id", flat=True)[:A_BATCH])
    for ticket_id in tickets:
        ledger.erase(subject=f"ticket:{ticket_id}")
    Ticket.objects.filter(id__in=tickets).delete()
    bundles, _each = Bundle.objects.filter(made_at__lt=now - BUNDLES_KEPT).delete()
    gone = {"forms": forms, "codes": codes, "bookings": len(bookings), "tickets": len(tickets), "bundles": bundles}
    if any(gone.values()):
        ledger.append(kind="counter.forgotten", subject="counter:erasers", payload=gone)
    return len(bookings) + len(tickets)


eraser = Eraser(
    key="counter.visits",
    tables=("counter_appointment", "counter_ticket", "counter_intake", "counter_scan", "counter_bundle", "counter_bundleline"),
    what=_(
        "Booked times with the e-mail address left for them, numbers with the dossier filed for whoever held one, forms begun and left, bundles of paper"
    ),
    retention=_(
        "Forms begun, and codes of dossiers filed: 7 days. Booked times: 30 days after them. Numbers: 400 days. Bundles of paper: 10 years."
    ),
    legal_basis=LegalBasis("91/2025/QH15", trust="found"),
    run=forget,
)
