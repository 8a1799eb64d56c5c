"""The words of the board: names of agencies, wards and categories, shares, intervals and changes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from motcham.blocks.cases.define import case_types
from motcham.blocks.identity.define import AgencyView
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import GROUPS, Counts
from motcham.ui import formats

TOGETHER = "\u2060"  # no line may break here


def label_of(category: str) -> str:
    """Return the words of a category, from whichever kind of case asks for it."""
    for case_type in case_types:
        field = case_type.field_named(case_type.category) if case_type.category else None
        for choice in field.choices if field else ():
            if choice.key == category:
                return str(choice.label)
        if category and case_type.labels and (label := case_type.labels(category)):
            return label
    return category or _("without a category")


def label_of_kind(kind: str) -> str:
    """Return the words of a kind of case, or of a family of them."""
    known = {"public_services": _("Dossiers of procedures"), "feedback_1022.report": _("Reports to 1022")}
    found = case_types.get(kind)
    return known.get(kind) or (str(found.label) if found else kind)


def label_of_channel(channel: str) -> str:
    """Return the words of a channel."""
    known = {
        "web": _("Web page"),
        "app": _("App"),
        "phone": _("Telephone"),
        "desk": _("At the desk"),
        "email": _("E-mail"),
        "sms": _("Text message"),
        "zalo": _("Zalo"),
        "api": _("Another system"),
        "open311": _("Open311"),
        "post": _("Letter"),
    }
    return known.get(channel, channel)


def share(value: Fraction | None) -> str:
    """Return a share as words; a dash where nothing was decided."""
    return "–" if value is None else formats.percent(value)


def interval(counts: Counts) -> str:
    """Return the 95 % interval of the share answered in time."""
    if not counts.decided:
        return _("nothing decided yet")
    low, high = indicators.wilson(counts.on_time, counts.decided)
    return _("95%% interval %(low)s–%(high)s") % {
        "low": formats.number(low * 100, 1),
        "high": TOGETHER + formats.number(high * 100, 1),
    }


def change(now: int, before: int) -> str:
    """Return by how many per cent a count moved; nothing where there was none before."""
    if not before:
        return ""
    moved = Fraction(now - before, before)
    sign = "▲" if moved > 0 else "▼" if moved < 0 else "="
    return f"{sign} {formats.percent(abs(moved), 0)}"


def change_of_share(now: Fraction | None, before: Fraction | None) -> str:
    """Return by how many points a share moved; nothing where one of the two is unknown."""
    if now is None or before is None:
        return ""
    moved = (now - before) * 100
    sign = "▲" if moved > 0 else "▼" if moved < 0 else "="
    return _("%(sign)s %(points)s points") % {"sign": sign, "points": formats.number(abs(moved), 1)}


def name_of_area(area: Any) -> str:
    """Return the name of an area in the language of the page."""
    return str(area.name_en or area.name) if formats.is_english() else str(area.name)


def name_of_agency(agency: AgencyView) -> str:
    """Return a short name of an agency: a ward's committee goes by its ward."""
    if formats.is_english() and agency.name_en:
        return agency.name_en.replace("People's Committee of ", "")
    short = agency.official_name.replace("Ủy ban nhân dân ", "")
    return short[:1].upper() + short[1:]


def group_title(place: int) -> str:
    """Return the words of a group of like volume; beyond the groups are those with too little to compare."""
    if place >= len(GROUPS):
        return _("fewer than %(least)s cases: not ranked") % {"least": formats.number(GROUPS[-1])}
    if place == 0:
        return _("%(least)s cases and more") % {"least": formats.number(GROUPS[0])}
    return _("%(least)s to %(most)s cases") % {
        "least": formats.number(GROUPS[place]),
        "most": formats.number(GROUPS[place - 1] - 1),
    }
