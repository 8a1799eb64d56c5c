"""Whom we exchange with: made known, looked up, forgotten; their keys lie sealed."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motcham.apps.feedback_1022.open311 import outgoing
from motcham.apps.feedback_1022.open311.client import Endpoint
from motcham.apps.feedback_1022.open311.define import NoSuchCategory, NoSuchNeighbour, UnfitNeighbour
from motcham.apps.feedback_1022.open311.models import Neighbour
from motcham.apps.feedback_1022.open311.services import services
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.keyring import Keyring

KEY = "open311.key"
FREE = {"takes", "sends", "pulled_to", "next_at", "sealed_key"}  # fields that may be empty


@transaction.atomic
def add(
    *,
    by: Actor,
    name: str,
    url: str,
    jurisdiction: str = "",
    form: str = "json",
    key: str = "",
    takes: Mapping[str, str] | None = None,
    sends: Mapping[str, str] | None = None,
    tells: bool = False,
    every: int = 300,
) -> Neighbour:
    """Make another installation known, or bring it up to date; the first exchange follows at once.

    Raises NoSuchCategory, RefusedAddress, UnfitNeighbour.
    """
    takes, sends = dict(takes or {}), dict(sends or {})
    unknown = ({*takes.values(), *sends} - {""}) - set(services())
    if unknown:
        raise NoSuchCategory(unknown=", ".join(sorted(unknown)))
    values = {
        "url": url,
        "jurisdiction": jurisdiction,
        "form": form,
        "takes": takes,
        "sends": sends,
        "tells": tells,
        "every": every,
    }
    outgoing.split(url)
    found = Neighbour.objects.filter(name=name).first() or Neighbour(name=name, added_at=timezone.now())
    for field, value in {**values, "next_at": None}.items():
        setattr(found, field, value)
    try:
        found.full_clean(exclude=FREE)
    except ValidationError as wrong:
        raise UnfitNeighbour(name=name[:100], url=url[:200]) from wrong
    found.save()
    if key:
        found.sealed_key = _keyring().seal(KEY, key.encode(), str(found.pk).encode())
        found.save(update_fields=["sealed_key"])
    said = {**values, "name": name, "key": bool(key), "by": by.ref}
    ledger.append(kind="open311.neighbour", subject=f"open311:{name}", payload=said)
    return found


@transaction.atomic
def remove(*, by: Actor, name: str) -> None:
    """Forget another installation; the cases that came from it stay."""
    found = named(name)
    ledger.append(kind="open311.neighbour_gone", subject=f"open311:{found.name}", payload={"name": found.name, "by": by.ref})
    found.delete()


def named(name: str) -> Neighbour:
    """Return the installation of a name or an address. Raises NoSuchNeighbour."""
    found = Neighbour.objects.filter(Q(name=name) | Q(url=name)).first()
    if found is None:
        raise NoSuchNeighbour(name=name[:100])
    return found


def endpoint_of(neighbour: Neighbour) -> Endpoint:
    """Return where an installation is, with its key opened."""
    sealed = neighbour.sealed_key
    key = _keyring().unseal(KEY, bytes(sealed), str(neighbour.pk).encode()).decode() if sealed else ""
    return Endpoint(neighbour.url, neighbour.jurisdiction, neighbour.form, key)


def actor_of(neighbour: Neighbour) -> Actor:
    """Return who acts in an exchange, as evidence names it."""
    return Actor.system(f"open311:{neighbour.name}")


def _keyring() -> Keyring:
    return Keyring.open(settings.HOME / "keys")
