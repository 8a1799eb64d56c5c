"""Texts that answers begin with: a starter set for everyone, what each agency adds, and the fields that are filled in for a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.utils import timezone
from django.utils.translation import gettext_lazy

from motcham import data
from motcham.blocks.cases import rules, widgets
from motcham.blocks.cases.define import CaseView, type_of
from motcham.blocks.cases.models import ReplyTemplate
from motcham.blocks.identity import api as identity
from motcham.ui import formats

FIELDS = {
    "code": gettext_lazy("Code of the case"),
    "title": gettext_lazy("Title"),
    "place": gettext_lazy("Place"),
    "category": gettext_lazy("Kind of matter"),
    "agency": gettext_lazy("Agency"),
    "received": gettext_lazy("Day of receipt"),
    "due": gettext_lazy("Due"),
    "today": gettext_lazy("Today"),
}
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Reply:
    """One text, filled for a case; `step` is the act it is for, empty for any."""

    key: str
    name: str
    step: str
    text: str


@cache
def starters() -> tuple[ReplyTemplate, ...]:
    """Return the texts that come with the house, for every agency."""
    return tuple(
        ReplyTemplate(type_key=row["type"], step=row["step"], name=row["name"], text=row["text"].replace("\\n", "\n"))
        for row in data.rows("reply_templates.csv")
    )


def texts(view: CaseView) -> list[Reply]:
    """Return the texts for a case, those of its agency first, with its fields filled in."""
    rows = list(ReplyTemplate.objects.filter(agency_id=view.line.agency_id).order_by("name"))
    values = _values(view)
    fitting = [row for row in (*rows, *starters()) if row.type_key in ("", view.line.type_key)]
    return [Reply(f"{row.pk or row.name}", row.name, row.step, fill(row.text, values)) for row in fitting]


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields filled in; one that nothing is known of stays as it is, to be seen and mended."""
    return _FIELD.sub(lambda found: values.get(found[1]) or found[0], text)


def unknown(text: str) -> list[str]:
    """Return the fields of a text that there are not."""
    return [name for name in _FIELD.findall(text) if name not in FIELDS]


def _values(view: CaseView) -> dict[str, str]:
    line, case_type = view.line, type_of(view.line)
    asked = case_type.field_named(case_type.category) if case_type.category else None
    return {
        "code": rules.show_code(view.code),
        "title": line.title,
        "place": widgets.shown_place(view.place),
        "category": widgets.shown(asked, line.category) if asked else "",
        # In the city's language, as the texts are, whichever the officer reads in.
        "agency": widgets.short_name(identity.agency(id=line.agency_id).official_name),
        "received": formats.day(line.received_at),
        "due": formats.moment(line.due_at) if line.due_at else "",
        "today": formats.day(timezone.now()),
    }
