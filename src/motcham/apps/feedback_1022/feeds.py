"""The Atom feed (RFC 4287) of released reports: of the whole city, or of what a filter chooses."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.feedback_1022.pages import Line, href_of, line_of
from motcham.apps.feedback_1022.selection import Selection
from motcham.apps.feedback_1022.shared import shared
from motcham.blocks.cases.define import PublicCase
from motcham.blocks.identity.api import public

ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
ENTRIES = 50
register_namespace("", ATOM)
register_namespace("georss", GEORSS)


@public(reason="Tells what officers released.")
@require_safe
@shared("area", "category", "state", "days")
def atom(request: HttpRequest) -> HttpResponse:
    """Serve the latest released reports of a filter as an Atom feed."""
    chosen = Selection.read(request.GET)
    found = chosen.page(most=ENTRIES, order="released_at").cases
    here = request.build_absolute_uri(reverse("feedback_1022_feed") + chosen.query(box=None))
    feed = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": get_language() or "vi"})
    _put(feed, "id", here)
    _put(feed, "title", _("Reports to 1022: %(what)s") % {"what": chosen.words()})
    _put(feed, "updated", (max(each.changed_at for each in found) if found else timezone.now()).isoformat())
    SubElement(_put(feed, "author"), f"{{{ATOM}}}name").text = _("1022, the city's portal")
    _put(feed, "link", rel="self", type="application/atom+xml", href=here)
    _put(feed, "link", rel="alternate", type="text/html", href=request.build_absolute_uri(_page(chosen)))
    for case in found:
        _entry(feed, case, line_of(case), request)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _page(chosen: Selection) -> str:
    return reverse("feedback_1022_reports") + chosen.query(box=None)


def _entry(feed: Element, case: PublicCase, line: Line, request: HttpRequest) -> None:
    entry = _put(feed, "entry")
    host = request.get_host().partition(":")[0]
    _put(entry, "id", f"tag:{host},2026:1022/{case.public_ref}")
    _put(entry, "title", ", ".join(part for part in (line.title, line.area) if part))
    _put(entry, "updated", case.changed_at.isoformat())
    _put(entry, "published", case.released_at.isoformat())
    _put(entry, "link", rel="alternate", type="text/html", href=request.build_absolute_uri(href_of(case)))
    _put(entry, "category", term=case.category, label=line.title)
    made_up = _("made up for the demonstration") if line.synthetic else ""
    _put(entry, "summary", " · ".join(part for part in (made_up, line.chip, line.agency, case.text) if part), type="text")
    if case.reply:
        _put(entry, "content", case.reply, type="text")
    if case.lat is not None and case.lon is not None:
        SubElement(entry, f"{{{GEORSS}}}point").text = f"{case.lat:.4f} {case.lon:.4f}"


def _put(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    made = SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        # XML knows no control characters, whatever an officer pasted.
        made.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
    return made
