"""What the start page shows of cases: those that the signed-in visitor filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from motcham.blocks.cases import addresses, drafts, queries, showing, titles
from motcham.blocks.cases.define import CaseType, type_of
from motcham.ui.templatetags.ui import chip, clock_bar, due_chip

register = template.Library()


@register.filter
def unwrapped(title: str) -> str:
    """Keep the dot of a title with the word before it, so that no line begins with a dot."""
    return title.replace(" · ", "\u00a0· ")


@register.inclusion_tag("cases/legal_name.html")
def legal_name(case_type: CaseType) -> dict[str, Any]:
    """Write the legal name of a kind of case, where it is called otherwise."""
    return {"legal_name": titles.legal_name(case_type)}


@register.inclusion_tag("cases/mine.html", takes_context=True)
def my_cases(context: dict[str, Any], most: int = 4) -> dict[str, Any]:
    """Show the latest cases of the visitor, with their clocks, and how many forms they have begun; nothing for strangers."""
    actor, now = context.get("actor"), timezone.now()
    if actor is None or actor.account_id is None:
        return {"rows": []}
    rows = [
        {
            "title": titles.called(line),
            "href": addresses.page_of(line, code),
            "bar": showing.bar(line, now=now),
            "note": type_of(line).step(line.step).label,
        }
        for code, line in queries.filed_by(actor.account_id, most=most)
    ]
    own = drafts.own_account(actor)
    return {"rows": rows, "begun": drafts.kept_by(own).count() if own else 0}


@register.simple_tag
def all_keys(side: Sequence[Mapping[str, Any]] = ()) -> SafeString:
    """Write which keys do what, with those that lead to the lists beside the page."""
    return _all_keys(get_language(), tuple((str(row["key"]), str(row["label"])) for row in side if row["key"]))


# The same on every page of an officer, and most of it words: made once for the lists that they have.
@lru_cache(maxsize=256)
def _all_keys(_language: str | None, lists: tuple[tuple[str, str], ...]) -> SafeString:
    return render_to_string("cases/keys.html", {"lists": lists})


@cache
def _inbox() -> str:
    return reverse("cases:inbox")


@register.simple_tag
def case_row(row: Mapping[str, Any], *, pick: object, opened: str, first: bool) -> SafeString:
    """Write one case of the inbox. Joined here and not by a template: an inbox has dozens, and is asked for all day."""
    case_id, title = str(row["id"]), escape(row["title"])
    state = ' class="at is-open"' if opened == case_id else ' class="at"' if first and not opened else ""
    box = (
        f'<label class="pick"><input type="checkbox" name="case" value="{case_id}" aria-label="{title}"></label>' if pick else ""
    )
    holder = f' · <span class="holder">{escape(row["holder"])}</span>' if row["holder"] else ""
    own = row["within"]
    within = f'<p class="within">{chip(own["words"], own["tone"], own["sign"])}</p>' if own else ""
    return mark_safe(
        f'<li id="row-{case_id}" data-case="{case_id}"{state}>{box}'
        f'<div class="what"><a href="{_inbox()}{case_id}/">{title}</a><p>{escape(row["sub"])}{holder}</p>{within}</div>'
        f'{clock_bar(row["bar"], compact=True)}<div class="due">{due_chip(row["bar"])}</div></li>'
    )
