"""Within what time a dossier is to be settled: a dated row of the law where there is one, else what the procedure offers."""

from __future__ import annotations

from motcham.apps.public_services import law, sources
from motcham.apps.public_services.sources import Procedure
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Filing, NoSuchLimit, SetLimit
from motcham.kernel.terms import Limit, Unit
from motcham.ui import formats

OFFERED = {"web": "online", "app": "online", "api": "online", "post": "post"}
"""By which offer a channel counts; whatever is handed in at a desk is handed in directly."""


def channel_of(channel: str) -> str:
    """Return how a dossier was handed in, as procedures name it: online, direct or post."""
    return OFFERED.get(channel, "direct")


def limit_of(procedure: Procedure, filing: Filing, *, version: int | None = None) -> SetLimit:
    """Return the limit of a dossier, by a version or by the one in force on the day of filing; without one nobody published
    it, and whoever accepts the dossier names the day."""
    on = formats.local(filing.at).date()
    channel = channel_of(filing.channel)
    for name in (f"dossier.{procedure.code}.{channel}", f"dossier.{procedure.code}"):
        try:
            row = cases.limit_on(name, on)
        except NoSuchLimit:
            continue
        return SetLimit(row.key, row.limit, str(row.legal_basis))
    # As the law has it on the day of filing, whatever it was when the version began.
    procedure = sources.find(code=procedure.code, version=version, on=on) or law.applied(procedure, on)
    offer = law.offer(procedure, channel, on)
    key, basis = f"procedure.{procedure.code}.{procedure.version}", offer.basis if offer and offer.basis else procedure.decision
    if offer is None or offer.value is None:
        return SetLimit(key, None, basis)
    if offer.unit == "months":
        months = Limit(30 * offer.value, Unit.CALENDAR_DAYS)
        return SetLimit(key, months, basis, months=offer.value)
    return SetLimit(key, offer.limit, basis)


def lacks_limit(procedure: Procedure) -> bool:
    """Tell whether by some channel nothing says how long it takes."""
    offers = [procedure.offer(each) for each in ("online", "direct", "post")]
    return any(each is None or each.value is None or not each.unit for each in offers)
