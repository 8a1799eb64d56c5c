"""How the facts of a procedure are said: times, fees, channels, reasons and rules in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcham.apps.public_services import law
from motcham.apps.public_services.define import FeeKind, Offer, Procedure
from motcham.apps.public_services.levels import Level, Verdict
from motcham.ui import formats
from motcham.ui.templatetags.ui import spoken

CHANNELS = {
    "online": gettext_lazy("Online"),
    "direct": gettext_lazy("At the counter"),
    "post": gettext_lazy("By post"),
}
UNITS = {
    "working_days": gettext_lazy("working days"),
    "days": gettext_lazy("days, holidays included"),
    "working_hours": gettext_lazy("working hours"),
    "hours": gettext_lazy("hours"),
    "minutes": gettext_lazy("minutes"),
    "months": gettext_lazy("months"),
}
UNSTATED = gettext_lazy("not announced")
LEVELS = {
    Level.FULL: gettext_lazy("Wholly online"),
    Level.PARTIAL: gettext_lazy("Partly online"),
    Level.OPEN: gettext_lazy("Wholly or partly online: not announced"),
    Level.NONE: gettext_lazy("Not online"),
}
VERDICTS = {
    Verdict.MET: gettext_lazy("Met"),
    Verdict.BROKEN: gettext_lazy("Not met"),
    Verdict.UNSTATED: gettext_lazy("Not announced"),
}
CRITERIA = {
    "original": gettext_lazy("No original on paper has to be handed in"),
    "signature": gettext_lazy("Nothing has to be signed by hand before an officer"),
    "presence": gettext_lazy("Nobody has to come in person"),
    "payment": gettext_lazy("Nothing is to be paid, or it can be paid online"),
}
# What a procedure lists besides as a result: that it is refused, or that something is missing.
_REFUSAL = re.compile(
    r"^(?!.*\b(?:hoặc|hay)\b)(?:phiếu|văn bản|thông báo|công văn)\b.*"
    r"(?:từ chối(?! nhận di sản)|không chấp thuận|không đủ điều kiện|cần sửa đổi|yêu cầu sửa đổi)",
    re.IGNORECASE,
)
_CODED = re.compile(r"\b(\d+) ((?:working_)?(?:days|hours)|minutes|weeks|months|years)\b")
_WAY = re.compile(rf"\b({'|'.join(CHANNELS)}): ")
_LEVELS_IN_ENGLISH = {
    "Cấp bộ": "Ministries",
    "Cấp tỉnh": "The city or province",
    "Cấp xã": "Wards and communes",
    "Cơ quan khác": "Other agencies",
}
FIELDS = {
    "title": gettext_lazy("Name of the procedure"),
    "field": gettext_lazy("Field of the procedure"),
    "issuer": gettext_lazy("Issued by"),
    "agencies": gettext_lazy("Who settles it"),
    "limit": gettext_lazy("Time limit"),
    "fee": gettext_lazy("Fee"),
    "channels": gettext_lazy("Ways to hand in"),
    "papers": gettext_lazy("Papers to hand in"),
    "laws": gettext_lazy("Legal basis"),
}
RULES = {
    "other_procedure": gettext_lazy("The page under this code is about another procedure: nothing of it is shown"),
    "list_wins": gettext_lazy("The official list goes first"),
    "page_before_table": gettext_lazy("The words of the page go before the table that was made of it"),
    "index_before_full_text": gettext_lazy("The index goes before the full text"),
    "full_text_before_index": gettext_lazy("The full text goes before the index"),
    "left_open": gettext_lazy("The page contradicts itself: it stays open"),
    "law_limit": gettext_lazy("The law goes before the page"),
    "law_gone": gettext_lazy("The page asks for what is no more"),
    "law_repealed": gettext_lazy("The page rests on a law that was replaced"),
}
REASONS = {
    "time_without_unit": gettext_lazy("A number without a unit: neither days nor hours"),
    "time_in_words": gettext_lazy("The time is told in words, not in figures"),
    "time_and_fee_run_together": gettext_lazy("Time and fee run together in one number"),
    "fee_unclear": gettext_lazy("The fee contradicts its own words, or is left to another document"),
    "no_channel": gettext_lazy("No way to hand in was recognised"),
    "before_first_channel": gettext_lazy("Words before the first way to hand in"),
    "no_table": gettext_lazy("The papers are told in sentences, not in a table"),
    "no_count": gettext_lazy("A paper without a number of copies"),
    "count_run_together": gettext_lazy("The number of copies runs together with the words before it"),
    "form_run_together": gettext_lazy("The file of the form runs together with the name of the paper"),
    "law_without_number": gettext_lazy("A legal basis without a number that is known"),
    "no_title": gettext_lazy("No name"),
}


@dataclass(frozen=True)
class OfferLine:
    """One way to hand in, in words: how long, by which law, how much, and what the source says besides."""

    channel: str
    time: str
    basis: str
    cutoff: str
    fee: str
    fee_text: str
    fee_basis: str
    note: str


def offer_lines(procedure: Procedure) -> list[OfferLine]:
    """Return the ways to hand in as the page shows them."""
    return [
        OfferLine(
            str(CHANNELS.get(each.channel, each.channel)),
            time_of(each),
            law.marked(each.basis),
            f"{each.cutoff:%H:%M}" if each.cutoff else "",
            fee_of(each),
            each.fee_text if each.fee_kind != FeeKind.FOREIGN else "",
            each.fee_basis,
            each.note,
        )
        for each in procedure.offers
    ]


def time_of(offer: Offer) -> str:
    """Return a limit in words: "3 ngày làm việc", "trong ngày"; or that there is none announced."""
    value, unit = offer.value, offer.unit
    if value is None:
        return str(UNSTATED)
    if value == 0:
        return _("the same day")
    if offer.limit is not None:
        return formats.limit(offer.limit)
    return {
        "weeks": ngettext("%(number)s week", "%(number)s weeks", value),
        "months": ngettext("%(number)s month", "%(number)s months", value),
        "years": ngettext("%(number)s year", "%(number)s years", value),
    }[unit] % {"number": formats.number(value)}


def fee_of(offer: Offer) -> str:
    """Return a fee in words; only what the source states plainly has a number."""
    match offer.fee_kind:
        case FeeKind.FREE:
            return _("free")
        case FeeKind.AMOUNT:
            return formats.money(offer.fee_vnd or 0)
        case FeeKind.EACH:
            return _("%(amount)s each") % {"amount": formats.money(offer.fee_vnd or 0)}
        case FeeKind.FOREIGN:
            return offer.fee_text
        case FeeKind.UNCLEAR:
            return _("not clear from the source")
    return str(UNSTATED)


def in_short(procedure: Procedure) -> list[str]:
    """Return how it goes in a few plain sentences, out of what is known; none where no way to hand in is known."""
    if not procedure.offers:
        return []
    ways = dict.fromkeys(str(CHANNELS.get(each.channel, each.channel)) for each in procedure.offers)
    times = {time_of(each) for each in procedure.offers if each.value is not None}
    said = [
        _("Get ready what stands under “What you need”."),
        (_("Hand it in, one of these ways: %(ways)s.") if len(ways) > 1 else _("Hand it in this way: %(ways)s."))
        % {"ways": ", ".join(ways)},
        _(
            "The office looks whether all is there. What is missing it tells you at once and in full; the time runs from when all is there."
        ),
        _("You have the answer within: %(time)s.") % {"time": times.pop()}
        if len(times) == 1
        else _(
            "How long that takes stands above for each way; where it is not announced, whoever accepts the dossier names the day."
        ),
    ]
    if given := [name for each in procedure.results if not _REFUSAL.search(name := each.name.rstrip(" .;"))]:
        said.append(mark_safe(escape(_("You get: %(results)s.")) % {"results": spoken("; ".join(given))}))
    return said


def level_name(name: str) -> str:
    """Return who settles it in the language of the reader; the official word where we have no other."""
    return _LEVELS_IN_ENGLISH.get(name, name) if formats.is_english() else name


def shortest(procedure: Procedure) -> str:
    """Return the time for the head of the page: one for all ways, else by the way; nothing where none is known or it depends on more."""
    known = {time_of(each) for each in procedure.offers if each.value is not None}
    return known.pop() if len(known) == 1 else _by_way(procedure, time_of) if known else ""


def cheapest(procedure: Procedure) -> str:
    """Return the fee for the head of the page, as the time; what is paid abroad is not among it."""
    offers = [each for each in procedure.offers if each.fee_kind != FeeKind.FOREIGN]
    found, known = {fee_of(each) for each in offers}, {each.fee_kind for each in offers} - {FeeKind.UNSTATED}
    if len(found) == 1 and FeeKind.UNSTATED not in {each.fee_kind for each in offers}:
        return found.pop()
    return _by_way(replace(procedure, offers=tuple(offers)), fee_of) if known else ""


def _by_way(procedure: Procedure, said: Callable[[Offer], str]) -> str:
    """Return what differs by the way to hand in and by nothing else: "Tại quầy: 20 ngày làm việc; Trực tuyến: 3 ngày làm việc"."""
    ways: dict[str, set[str]] = {}
    for each in procedure.offers:
        ways.setdefault(each.channel, set()).add(said(each))
    if any(len(found) > 1 for found in ways.values()):
        return ""
    return "; ".join(f"{CHANNELS.get(way, way)}: {found.pop()}" for way, found in ways.items())


def uncoded(text: str) -> str:
    """Return what the rules noted of a limit ("20 working_days") as people say it."""
    said = _WAY.sub(lambda found: f"{CHANNELS[found[1]]}: ", text)
    return _CODED.sub(lambda found: time_of(Offer("", int(found[1]), found[2], FeeKind.UNSTATED)), said)
