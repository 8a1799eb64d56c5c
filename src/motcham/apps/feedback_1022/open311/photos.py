"""Photos from elsewhere: fetched by the worker from public addresses only, judged as an upload is, attached to their case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311.define import CHANNEL, NeighbourFailed, RefusedAddress
from motcham.apps.feedback_1022.open311.models import Wanted
from motcham.apps.feedback_1022.open311.outgoing import call
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NoSuchCase
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Invalid, Refused

MOST, BYTES, TRIES = 5, 12 * 1024 * 1024, 6
PHOTOGRAPHER = Actor.system("open311:photos")


def want(case_id: UUID, urls: Sequence[str]) -> None:
    """Have photos fetched for a case, in the transaction that opens it."""
    now = timezone.now()
    Wanted.objects.bulk_create(Wanted(case_id=case_id, url=url, next_at=now) for url in urls[:MOST])


def fetch(case_id: UUID, url: str) -> None:
    """Fetch one photo and attach it. Raises RefusedAddress, NeighbourFailed, or what documents refuse."""
    body = call(url, most=BYTES)
    kept = documents.receive(stream=body, filename="open311", by=PHOTOGRAPHER, purpose=CHANNEL)
    cases.attach(by=PHOTOGRAPHER, case_id=case_id, documents=[kept.id])


def due(*, now: datetime | None = None) -> int:
    """Fetch one photo whose time has come; return how many that were. What cannot be had is told to the officer in charge."""
    now = now or timezone.now()
    for wanted in Wanted.objects.filter(next_at__lte=now).order_by("next_at")[:1]:
        tries = wanted.tries + 1
        claim = Wanted.objects.filter(pk=wanted.pk, tries=wanted.tries)
        if not claim.update(tries=tries, next_at=now + timedelta(minutes=2**tries)):
            continue
        try:
            fetch(wanted.case_id, wanted.url)
        except NeighbourFailed as error:
            if error.permanent or tries >= TRIES:
                _give_up(wanted)
        except (RefusedAddress, Invalid):
            _give_up(wanted)
        except (NoSuchCase, Refused):
            wanted.delete()
        else:
            wanted.delete()
        return 1
    return 0


def _give_up(wanted: Wanted) -> None:
    wanted.delete()
    message = _("A photo was said to be at %(url)s; it could not be fetched.") % {"url": wanted.url}
    cases.note(by=PHOTOGRAPHER, case_id=wanted.case_id, message=message)
