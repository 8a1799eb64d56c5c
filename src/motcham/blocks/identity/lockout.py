"""Wrong answers at sign-in, counted for all processes together: by the name that was tried and by the network they came from."""

from __future__ import annotations

import math
from datetime import timedelta

from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcham.blocks.identity.define import Locked
from motcham.blocks.identity.models import Tries
from motcham.kernel.keyring import Keyring

WINDOW = timedelta(minutes=15)
MOST_OF_A_NAME = 5
# One office often stands behind one address.
MOST_OF_A_NETWORK = 50

_COUNT = """
    INSERT INTO identity_tries (key, wrong, began_at) VALUES (%(key)s, 1, %(now)s)
    ON CONFLICT (key) DO UPDATE SET
        wrong = CASE WHEN identity_tries.began_at < %(since)s THEN 1 ELSE least(identity_tries.wrong + 1, 30000) END,
        began_at = CASE WHEN identity_tries.began_at < %(since)s THEN %(now)s ELSE identity_tries.began_at END"""


def refuse_if_locked(*, name: str, address: str) -> None:
    """Refuse when a name or a network gave too many wrong answers; whether the name exists makes no difference."""
    most = {_key("name", name): MOST_OF_A_NAME, _key("network", truncate_ip(address)): MOST_OF_A_NETWORK}
    now = timezone.now()
    rows = Tries.objects.filter(key__in=list(most), began_at__gt=now - WINDOW).values_list("key", "wrong", "began_at")
    until = [began + WINDOW for key, wrong, began in rows if wrong >= most[bytes(key)]]
    if until:
        seconds = max(1, math.ceil((max(until) - now).total_seconds()))
        raise Locked(seconds=seconds, minutes=math.ceil(seconds / 60))


def count_wrong(*, name: str, address: str) -> None:
    """Count one wrong answer."""
    now = timezone.now()
    with connection.cursor() as cursor:
        for key in (_key("name", name), _key("network", truncate_ip(address))):
            cursor.execute(_COUNT, {"key": key, "now": now, "since": now - WINDOW})


def forgive(*, name: str) -> None:
    """Forget the wrong answers of a name after a right one; a network's are kept, or guessing could hide behind one's own sign-ins."""
    Tries.objects.filter(key=_key("name", name)).delete()


def spend(value: str) -> bool:
    """Use up a code that is good once; False where it was used already, in whatever process."""
    row = {"wrong": 0, "began_at": timezone.now()}
    return Tries.objects.get_or_create(key=_key("code", value), defaults=row)[1]


def remove_old() -> int:
    """Remove what no longer counts."""
    return Tries.objects.filter(began_at__lt=timezone.now() - WINDOW).delete()[0]


def _key(kind: str, value: str) -> bytes:
    return Keyring.open(settings.HOME / "keys").fingerprint(f"sign-in-{kind}", value.strip().lower())
