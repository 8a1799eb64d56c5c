"""What the start page shows of cases: those that the signed-in visitor filed."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from motcham.blocks.cases import queries, rules, showing
from motcham.blocks.cases.define import case_types

register = template.Library()


@register.filter
def unwrapped(title: str) -> str:
    """Keep the dot of a title with the word before it, so that no line begins with a dot."""
    return title.replace(" · ", "\u00a0· ")


@register.inclusion_tag("cases/mine.html", takes_context=True)
def my_cases(context: dict[str, Any], most: int = 4) -> dict[str, Any]:
    """Show the latest cases of the visitor, with their clocks; nothing for strangers."""
    actor, now = context.get("actor"), timezone.now()
    if actor is None or actor.account_id is None:
        return {"rows": []}
    rows = [
        {
            "title": line.title,
            "code": rules.show_code(code),
            "bar": showing.bar(line, now=now),
            "note": case_types[line.type_key].step(line.step).label,
        }
        for code, line in queries.filed_by(actor.account_id, most=most)
    ]
    return {"rows": rows}
