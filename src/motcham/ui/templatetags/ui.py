"""Components and formats as template tags: `{% load ui %}` gives all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from motcham.ui import charts, codes, formats, signs
from motcham.ui import context as layout
from motcham.ui.clock_bar import ClockBar, draw
from motcham.ui.forms import Question

register = template.Library()

for _name in ("number", "percent", "money", "size", "day", "duration", "limit", "working_days", "law"):
    register.filter(_name, getattr(formats, _name))


def component(name: str, **given: object) -> SafeString:
    """Render one template of `ui/components` with nothing but what it is given."""
    html: str = _template(name).render(given)
    return mark_safe(html)


@cache
def _template(name: str) -> Any:
    return get_template(f"ui/components/{name}.html")


@register.simple_tag
def fixed(name: str) -> SafeString:
    """Give a part of the frame that does not change from page to page."""
    return layout.fixed(name, get_language())


@register.simple_tag(takes_context=True)
def page_head(context: template.Context) -> SafeString:
    """Give the head of the page with the menu of this visitor."""
    return layout.head(context["request"], city=context.get("city_name") or "", unread=str(context.get("unread") or ""))


@register.filter
def named(body: Any) -> str:
    """Give the name of an agency in the language of the page: its English one where the register has one."""
    return str((formats.is_english() and body.name_en) or body.official_name)


@register.simple_tag
def tongue(text: object) -> SafeString:
    """Give ` lang="vi"` where data on an English page is Vietnamese, so that it is read aloud as such."""
    return mark_safe(' lang="vi"' if formats.is_english() and formats.is_vietnamese(text) else "")


@register.simple_tag
def spoken(text: object) -> SafeString:
    """Write data that may be Vietnamese amid an English page: in a `span` of its own language only where that differs."""
    said = tongue(text)
    return format_html("<span{}>{}</span>", said, text) if said else conditional_escape(str(text))


@register.simple_tag
def sign(name: str, share: str = "") -> SafeString:
    """Draw a small sign of the house; it says nothing to a screen reader, the words beside it do."""
    return signs.draw(name, share=share)


@register.simple_tag
def moment(at: datetime | None, only: str = "") -> SafeString:
    """Write an instant as T6 20/11, 09:14 in a `time` element; `only` may be day or hour."""
    if at is None:
        return mark_safe("—")
    at = formats.local(at)
    words = formats.day(at) if only == "day" else formats.hour(at) if only == "hour" else formats.moment(at)
    return mark_safe(f'<time datetime="{at.isoformat(timespec="seconds")}">{words}</time>')


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Write how long since, kept fresh by the script where there is one; the full moment is its title."""
    local = formats.local(at)
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        local.isoformat(timespec="seconds"),
        formats.moment(at),
        formats.ago(at),
    )


@register.simple_tag
def clock_bar(bar: ClockBar, compact: bool = False, note: str = "", key: bool = False) -> SafeString:
    """Draw the clock of a case; compact for a row of a list, `key` adds what the patterns mean."""
    drawing = draw(bar, here=not compact)
    if not compact:
        return component("clock_bar", bar=bar, drawing=drawing, note=note, key=key)
    # Joined here and not by a template: a page of a list has dozens.
    words, at = (note, None) if note else bar.brief
    when = f" {moment(at)}" if at else ""
    return mark_safe(
        f'<div class="clock-bar clock-bar-small">{drawing}<p class="clock-note">{conditional_escape(words)}{when}</p></div>'
    )


@register.simple_tag
def due_chip(bar: ClockBar, large: bool = False) -> SafeString:
    """Say how the case stands with its time: a sign, words and a colour."""
    return _chip(bar.words, tone=bar.tone, mark=signs.draw(bar.sign, share=bar.pie), large=large)


@register.simple_tag
def chip(text: str, tone: str = "", sign: str = "", large: bool = False) -> SafeString:
    """Mark a state: tone is ok, near, late, brand or nothing."""
    return _chip(text, tone=tone, mark=signs.draw(sign) if sign else "", large=large)


def _chip(text: str, *, tone: str, mark: str, large: bool) -> SafeString:
    kind = f" chip-{escape(tone)}" if tone else ""
    return mark_safe(f'<span class="chip{kind}{" chip-large" if large else ""}">{mark}{conditional_escape(text)}</span>')


@register.simple_tag
def qr(address: str, label: str) -> SafeString:
    """Draw an address as a QR code (ISO/IEC 18004) for a telephone's camera: 5 to 10 ms, so not on pages that many ask for."""
    return mark_safe(f'<div class="qr" role="img" aria-label="{escape(label)}">{codes.draw(address)}</div>')


@register.simple_tag
def proof(text: str, href: str = "", link: str = "", code: str = "", waiting: bool = False) -> SafeString:
    """Show the proof mark: what stands in the log, and where anyone can check it."""
    return component("proof", text=text, href=href, link=link, code=code, waiting=waiting)


@register.simple_tag
def source(text: str, href: str = "") -> SafeString:
    """Say where a value came from and when; `href` is where it can be contested."""
    return component("source", text=text, href=href)


@register.simple_tag
def timeline(steps: Sequence[Mapping[str, Any]]) -> SafeString:
    """Show what happened and what comes: each step has title, at, note, said, state (done, now, next, late), proof."""
    return component("timeline", steps=steps)


@register.simple_tag
def stat(label: str, value: str, note: str = "", *, href: str = "", link: str = "", tone: str = "") -> SafeString:
    """Show one figure; where it has a link the figure opens to its cases."""
    return component("stat", label=label, value=value, note=note, href=href, link=link, tone=tone)


@register.simple_tag
def data_table(
    caption: str, columns: Sequence[Mapping[str, Any]], rows: Sequence[Sequence[Any]], fold: bool = False
) -> SafeString:
    """Show a table; a column has label and number (align right); a cell is text or a mapping of text, href, strong."""
    cells = [[(columns[place], _cell(cell)) for place, cell in enumerate(row)] for row in rows]
    return component("data_table", caption=caption, columns=columns, rows=cells, fold=fold)


def _cell(cell: Any) -> Mapping[str, Any]:
    return cell if isinstance(cell, Mapping) else {"text": cell}


@register.simple_tag
def question(asked: Question) -> SafeString:
    """Ask one question with label, hint, error and the right widget."""
    return component("question", q=asked)


@register.simple_tag
def error_summary(questions: Sequence[Question]) -> SafeString:
    """List what must be mended, each leading to its question; nothing where all is well."""
    wrong = [asked for asked in questions if asked.error]
    return component("error_summary", wrong=_told_apart(wrong)) if wrong else mark_safe("")


def _told_apart(wrong: Sequence[Question]) -> list[tuple[Question, str]]:
    """Return what is wrong with the question before it where the words alone do not tell which is meant."""
    said = Counter(asked.error for asked in wrong)
    nameless = gettext("Fill this in."), gettext("Choose one answer."), gettext("Add at least one file.")
    words = gettext("%(label)s: %(error)s")
    return [
        (asked, words % {"label": str(asked.label).rstrip("?"), "error": asked.error})
        if said[asked.error] > 1 or asked.widget == "checkboxes" or asked.error in nameless
        else (asked, asked.error)
        for asked in wrong
    ]


@register.simple_tag
def notice(text: str, tone: str = "", title: str = "") -> SafeString:
    """Tell something that matters now: tone is ok, near, late or nothing."""
    return component(
        "notice", text=text, tone=tone, title=title, mark={"ok": "check", "late": "alert", "near": "alert"}.get(tone, "info")
    )


@register.simple_tag
def empty(title: str, text: str = "", href: str = "", action: str = "") -> SafeString:
    """Fill an empty list with what it is for and the next step."""
    return component("empty", title=title, text=text, href=href, action=action)


@register.simple_tag
def pager(previous: str = "", following: str = "") -> SafeString:
    """Lead to the pages before and after; addresses carry keys, not page numbers."""
    return component("pager", previous=previous, following=following)


@register.simple_tag
def tabs(items: Sequence[Mapping[str, Any]], label: str) -> SafeString:
    """Show sibling pages: each item has label, href, count, current."""
    return component("tabs", items=items, label=label)


@register.simple_tag
def choropleth(view: charts.MapView) -> SafeString:
    """Draw a map of areas with its legend and its inset."""
    return component("choropleth", map=view)


@register.simple_tag
def bars(chart: charts.Bars) -> SafeString:
    """Draw a row of bars over time."""
    return component("bars", chart=chart)


@register.simple_tag
def line(chart: charts.Line, label: str) -> SafeString:
    """Draw a line over time, with gaps where nothing is known."""
    return component("line", chart=chart, label=label)


@register.simple_tag
def span(low: float, high: float, top: float, label: str) -> SafeString:
    """Draw an interval on a scale from 0 to `top`: the range of a rank."""
    left, width = 100 * low / top, max(4.0, 100 * (high - low) / top)
    return component("span", x=f"{min(left, 96):.1f}%", width=f"{width:.1f}%", label=label)
