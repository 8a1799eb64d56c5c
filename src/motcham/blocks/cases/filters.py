"""What a list is asked for: read from an address, written into one, shown as choices, kept under a name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from django.db import connection
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from motcham.blocks.cases import showing, widgets
from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.lists import LONGEST_TEXT, Held, Queue, Wanted, ids
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.places import api as places
from motcham.kernel.application import applications
from motcham.kernel.errors import Missing
from motcham.kernel.terms import Choice

MOST_KEPT = 12
# Asked for on every page of an inbox, where the ORM would take longer to say it than the database to answer.
KEPT = """
SELECT id, name, wanted::text, account_id, agency_id FROM cases_savedfilter WHERE account_id = %s OR agency_id = ANY(%s)
ORDER BY name, id LIMIT %s
"""
# Names in addresses, and the fields of `Wanted` that they fill.
NAMES = {"list": "queue", "agency": "agency_id", "type": "type_key", "category": "category", "area": "area_code", "q": "text"}
NAMES |= {"held": "held", "step": "step"}


def read(asked: Mapping[str, str], actor: Actor) -> Wanted:
    """Return what an address asks for; whatever it cannot mean is left out."""
    text = {field: (asked.get(name) or "")[:LONGEST_TEXT].replace("\x00", "") for name, field in NAMES.items()}
    wanted = Wanted.from_data({**text, "agency_id": agency_of(actor, asked.get("agency") or "")})
    return replace(wanted, text=wanted.text.strip())


def agency_of(actor: Actor, asked: str) -> int | None:
    """Return whose cases are listed: the agency asked for, else one's own where one reads more than that; None for all."""
    if asked.isascii() and asked.isdigit():
        return int(asked[:9])
    own = sorted(actor.agency_ids)
    if asked == "all" or actor.scope(Permission.CASE_READ) is not None or not own:
        return None
    return own[0] if actor.may(Permission.CASE_ACT, agency_id=own[0]) else None


def address(wanted: Wanted, *, agency: str = "", **more: str) -> str:
    """Return the address of a list; `agency` is how its address named the agency."""
    given = {"list": str(wanted.queue), "agency": agency or str(wanted.agency_id or "")}
    given |= {name: str(getattr(wanted, field) or "") for name, field in NAMES.items() if name not in given}
    return "?" + urlencode({name: value for name, value in (given | more).items() if value})


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the list, in words, and the address of the list without it."""

    label: str
    href: str


def chips(wanted: Wanted, *, agency: str) -> list[Chip]:
    """Return what narrows a list, each to be taken off."""
    found = [
        ("text", f"“{wanted.text}”" if wanted.words else ""),
        ("category", category_label(wanted.category)),
        ("area_code", widgets.area_name(wanted.area_code) if wanted.area_code else ""),
        ("type_key", kind_label(wanted.type_key)),
        ("step", step_label(wanted.step)),
    ]
    return [
        Chip(label, address(Wanted.from_data({**wanted.as_data(), name: ""}), agency=agency)) for name, label in found if label
    ]


def kind_label(key: str) -> str:
    """Return a kind of case in words; all kinds of an application by its title."""
    if key.endswith("."):
        found = applications.get(key[:-1])
        return str(found.title) if found else key
    return str(case_types[key].label) if key else ""


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of case as choices, after the applications that have several."""
    keys = [each.key for each in case_types]
    of_many = [each for each in applications if sum(key.startswith(f"{each.key}.") for key in keys) > 1]
    return [(f"{each.key}.", kind_label(f"{each.key}.")) for each in of_many] + [
        (each.key, str(each.label)) for each in case_types
    ]


def families() -> list[tuple[str, str]]:
    """Return the kinds of case as few choices: an application of several stands for all of its own."""
    found = kinds()
    of_many = tuple(key for key, _label in found if key.endswith("."))
    return [(key, label) for key, label in found if key in of_many or not key.startswith(of_many)]


def category_label(key: str) -> str:
    """Return a category in words; its key where no kind of case has it any more."""
    if not key:
        return ""
    named = (each.labels(key) for each in case_types if each.labels)
    return next((str(choice.label) for _type, choice in _categories() if choice.key == key), "") or next(filter(None, named), key)


def step_label(key: str) -> str:
    """Return a step in words; a text may also be for an act that is no step."""
    named = next((str(step.label) for each in case_types for step in each.steps if step.key == key), key)
    return _("Extend the limit") if named == "extend" else named


def _categories() -> Iterable[tuple[CaseType, Choice]]:
    for each in case_types:
        asked = each.field_named(each.category) if each.category else None
        for choice in asked.choices if asked else ():
            yield each, choice


def holdings(wanted: Wanted, *, agency: str) -> list[dict[str, object]]:
    """Return the lists of whose work it is, beside each other."""
    words = ((Held.ANYBODY, _("Everybody")), (Held.MINE, _("Mine")), (Held.NOBODY, _("Nobody's yet")))
    return [
        {
            "label": label,
            "href": address(replace(wanted, held=held), agency=agency),
            "current": held is wanted.held,
            "key": str(held),
        }
        for held, label in words
    ]


# --- choices: hundreds of options in a loop of the template cost as much as the cases of the page, so each list is made once


def options(kind: str, chosen: object, *, scope: frozenset[int] | None = None) -> SafeString:
    """Return the options of a filter, the chosen one marked."""
    made = _made(kind, get_language() or "vi", scope)
    mark = f'value="{escape(str(chosen))}"'
    return mark_safe(made.replace(mark, f"{mark} selected", 1) if chosen else made)


@lru_cache(maxsize=512)
def _made(kind: str, language: str, scope: frozenset[int] | None) -> str:
    match kind:
        case "category":
            return _grouped_options()
        case "kind":
            return "".join(_option(key, label) for key, label in kinds())
        case "area":
            found = sorted(places.areas(), key=lambda each: widgets.area_order(each.name))
            return "".join(_option(each.code, each.name) for each in found)
        case _:
            mine = [each for each in widgets.agencies_now() if scope is None or each.id in scope]
            return "".join(_option(each.id, showing.agency_name(each.id)) for each in mine)


def _grouped_options() -> str:
    groups: dict[str, list[str]] = {}
    for _type, choice in _categories():
        groups.setdefault(str(choice.group), []).append(_option(choice.key, str(choice.label)))
    return "".join(
        f'<optgroup label="{escape(group)}">{"".join(found)}</optgroup>' if group else "".join(found)
        for group, found in groups.items()
    )


def _option(value: object, label: str) -> str:
    return f'<option value="{escape(str(value))}">{escape(label)}</option>'


def forget() -> None:
    """Make every list of choices anew: agencies and definitions changed (tests)."""
    _made.cache_clear()


# --- kept lists


@dataclass(frozen=True)
class Kept:
    """A list that was kept under a name."""

    id: int
    name: str
    wanted: Wanted
    is_own: bool
    agency_id: int | None


def kept(actor: Actor) -> list[Kept]:
    """Return one's own lists and those that are shared with one's agencies, by name."""
    if actor.account_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [actor.account_id, ids(actor.agency_ids), MOST_KEPT])
        return [
            Kept(key, name, Wanted.from_data(json.loads(wanted)), account == actor.account_id, agency)
            for key, name, wanted, account, agency in cursor.fetchall()
        ]


def unrouted(actor: Actor) -> list[tuple[str, Wanted]]:
    """Return the lists of what no rule routes, each with its name, for those who may read at the desk where it waits."""
    found = {}
    for each in case_types:
        of = f"{each.key.partition('.')[0]}."
        if each.unrouted:
            found[(each.desk, each.unrouted)] = (_("Not routed yet"), Wanted(step=each.unrouted))
        elif each.desk_sends_on:
            named = _("Not routed yet: %(kinds)s") % {"kinds": kind_label(of)}
            found[(each.desk, of)] = (named, Wanted(queue=Queue.NEW, type_key=of))
    lists = []
    for (code, _what), (name, wanted) in found.items():
        try:
            agency_id = identity.agency(code=code).id
        except Missing:
            continue
        if actor.may(Permission.CASE_READ, agency_id=agency_id):
            lists.append((name, replace(wanted, agency_id=agency_id)))
    return lists


def title(queue: Queue) -> str:
    """Return a queue as officers call it."""
    return {
        Queue.DUE: _("To do"),
        Queue.LATE: _("Late"),
        Queue.SOON: _("Late by tomorrow"),
        Queue.NEW: _("To be accepted"),
        Queue.WAITING: _("Waiting for citizens"),
        Queue.ALL: pgettext("cases", "All"),
        Queue.CLOSED: _("Done"),
    }[queue]
