"""What a form offers for an address: the communes of today that it may mean, each with what it was when its name was another."""

from __future__ import annotations

from django.utils.translation import gettext as _

from motcham.blocks.places import queries
from motcham.blocks.places.define import Extent, Found, Offered, Unit
from motcham.ui import formats


def name_of(unit: Unit) -> str:
    """Return the name of a unit in the language of the page."""
    return unit.name_en if formats.is_english() else unit.name


def offered(found: Found) -> tuple[Offered, ...]:
    """Return the communes that a text may mean, the likeliest first."""
    why: dict[str, str] = {}
    for candidate in found.candidates:
        for heir in candidate.heirs:
            why.setdefault(heir.unit.code, _was(candidate.unit, heir.extent))
    return tuple(Offered(each.code, name_of(each), why.get(each.code, "")) for each in found.areas)


def _was(unit: Unit, extent: Extent) -> str:
    """Return what a commune was; with its district, for a dozen wards were called Ward 5."""
    district = queries.units_on(unit.valid_from).get(unit.district)
    name = f"{name_of(unit)}, {name_of(district)}" if district and district.code != unit.code else name_of(unit)
    said = {"name": name, "day": f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else ""}
    if extent is Extent.PARTIAL:
        return _("a part of what was %(name)s until %(day)s") % said
    return _("was %(name)s until %(day)s") % said
