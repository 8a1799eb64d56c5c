"""One procedure out of what several files say of its code: which source wins, and what was set aside.

The official list wins for the title, the field and who does it. Time and fee come from the page's own words, the parsed table
only where no page is at hand. A page whose title has nothing to do with the title of the list describes another procedure:
nothing of it is taken. Nothing here guesses: two readings of one cell leave it open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from motcham.apps.public_services.define import Channel, Conflict, Doubt, FeeKind, Offer
from motcham.apps.public_services.reading import offers as offers_of
from motcham.apps.public_services.reading import papers as papers_of
from motcham.apps.public_services.reading import texts
from motcham.apps.public_services.reading.forms import Form, Row
from motcham.apps.public_services.reading.words import clean, names, plain, said, same

ALIKE = 0.5
"""Titles that share less of their syllables belong to two procedures."""
PAGES = (Form.DETAIL, Form.INDEX)
_CHANNELS = offers_of.CHANNELS
_FEES = {"free": FeeKind.FREE, "no_info": FeeKind.UNSTATED}
Records = Mapping[Form, Sequence[Row]]


@dataclass(frozen=True)
class Merged:
    """One procedure as facts ready to be kept, with what was not understood and what contradicts."""

    code: str
    facts: Mapping[str, Any]
    doubts: tuple[Doubt, ...]
    conflicts: tuple[Conflict, ...]


def merge(code: str, records: Records) -> Merged:
    """Return what the records of a code say together."""
    return _Merging(code, records).done()


def is_other(title: str, official: str) -> bool:
    """Tell whether two titles are so unlike that they name two procedures."""
    one, other = set(plain(title).split()), set(plain(official).split())
    return not one or len(one & other) / len(one | other) < ALIKE


class _Merging:
    """The facts of one code while they are gathered."""

    def __init__(self, code: str, records: Records) -> None:
        self.code = code
        self.official: Row = records[Form.LIST][0] if records.get(Form.LIST) else {}
        self.pages = {form: records[form][0] for form in PAGES if records.get(form)}
        self.table = list(records.get(Form.CHANNELS, ()))
        self.sources = [form.value for form in Form if records.get(form)]
        self.doubts: list[Doubt] = []
        self.conflicts: list[Conflict] = []

    def done(self) -> Merged:
        """Gather everything."""
        title, withheld = self._title()
        if withheld:
            self.pages, self.table = {}, []
        detail = self.pages.get(Form.DETAIL, {})
        page = {**self.pages.get(Form.INDEX, {}), **{key: value for key, value in detail.items() if value}}
        facts: dict[str, Any] = {
            "title": title,
            "field": self._field(page),
            "issuer": self._issuer(page),
            "agencies": self._agencies(page, detail),
            "levels": names(page.get("cap_thuc_hien", ""), comma=True),
            "subjects": names(page.get("doi_tuong_thuc_hien", ""), comma=True),
            "kind": said(page.get("loai_thu_tuc", "")),
            "decision": said(page.get("so_quyet_dinh", "")),
            "offers": [_kept(each) for each in self._offers()],
            "steps": texts.steps(detail.get("trinh_tu_thuc_hien", "")),
            "conditions": texts.lines(detail.get("yeu_cau_dieu_kien", "")),
            "results": [asdict(each) for each in texts.results(detail.get("ket_qua_xu_ly", ""))],
            "reception": said(detail.get("dia_chi_tiep_nhan", "")),
            "partners": said(detail.get("co_quan_phoi_hop", "")),
            "address": said(detail.get("detail_url", "")),
            "sources": self.sources,
            "has_full_text": bool(detail),
            "is_withheld": withheld,
        }
        papers = papers_of.read(detail.get("thanh_phan_ho_so", ""))
        laws = texts.laws(detail.get("can_cu_phap_ly", ""))
        self._doubt(*papers.doubts, *laws.doubts)
        facts |= {"papers": [asdict(each) for each in papers.papers], "laws": [asdict(each) for each in laws.laws]}
        return Merged(self.code, facts, tuple(dict.fromkeys(self.doubts)), tuple(dict.fromkeys(self.conflicts)))

    def _doubt(self, *found: tuple[str, str, str]) -> None:
        self.doubts += [Doubt(self.code, field, text, reason) for field, text, reason in found]

    def _conflict(self, field: str, shown: str, set_aside: str, source: str, rule: str) -> None:
        self.conflicts.append(Conflict(self.code, field, clean(shown), clean(set_aside), source, rule))

    def _title(self) -> tuple[str, bool]:
        """Return the title, and whether the page belongs to another procedure."""
        official = clean(self.official.get("ten", ""))
        found = {form: clean(page["ten_thu_tuc"]) for form, page in self.pages.items() if said(page.get("ten_thu_tuc", ""))}
        if not official:
            index, detail = found.get(Form.INDEX, ""), found.get(Form.DETAIL, "")
            if index and detail and not same(index, detail):
                self._conflict("title", index, detail, Form.DETAIL.value, "index_before_full_text")
            if not (index or detail):
                self._doubt(("title", "", "no_title"))
            return index or detail or self.code, False
        withheld = False
        for form, title in found.items():
            if same(title, official):
                continue
            other = is_other(title, official)
            withheld |= other
            self._conflict("title", official, title, form.value, "other_procedure" if other else "list_wins")
        return official, withheld

    def _field(self, page: Row) -> str:
        own, other = names(self.official.get("linh_vuc", "")), names(page.get("linh_vuc", ""))
        if own and other and not set(other) <= set(own):
            self._conflict("field", "; ".join(own), "; ".join(other), "index", "list_wins")
        return "; ".join(own or other)

    def _issuer(self, page: Row) -> str:
        own, slug = said(self.official.get("co_quan_ban_hanh", "")), page.get("ministry_slug") or page.get("_ministry") or ""
        # "bo-nong-nghiep-mt" is Bộ Nông nghiệp và Môi trường: the first two syllables tell ministries apart.
        if own and slug and plain(own).split()[:2] != slug.split("-")[:2]:
            self._conflict("issuer", own, slug, "index", "list_wins")
        return own

    def _agencies(self, page: Row, detail: Row) -> tuple[str, ...]:
        own = names(self.official.get("co_quan_thuc_hien", ""))
        told = names(detail.get("co_quan_thuc_hien", ""), comma=True)
        if own and told and not set(map(plain, own)) & set(map(plain, told)):
            self._conflict("agencies", "; ".join(own), "; ".join(told), "detail", "list_wins")
        return own or told or names(page.get("co_quan_co_tham_quyen", ""), comma=True)

    def _offers(self) -> tuple[Offer, ...]:
        raws = {
            form: page.get("cach_thuc_thuc_hien" if form is Form.DETAIL else "cach_thuc_thuc_hien_raw", "")
            for form, page in self.pages.items()
        }
        told = {form: clean(raw) for form, raw in raws.items() if said(raw)}
        if not told:
            return tuple(dict.fromkeys(self._from_table(row) for row in self.table))
        if len(set(told.values())) > 1:
            self._conflict("channels", told[Form.DETAIL], told[Form.INDEX], Form.INDEX.value, "full_text_before_index")
        read = offers_of.read(raws[next(iter(told))])
        self._doubt(*read.doubts)
        for field, cell, words in read.clashes:
            self._conflict(field, "", f"{cell} / {words}", "page", "left_open")
        found = tuple(self._settled(each, read.clashes) for each in read.offers)
        self._compare(found, read.offers)
        return tuple(dict.fromkeys(found))

    def _settled(self, offer: Offer, clashes: Sequence[tuple[str, str, str]]) -> Offer:
        """Return an offer without the limit that its own words contradict."""
        units = {unit: name for name, unit in offers_of.UNITS.items()}
        cell = f"{offer.value} {units.get(offer.unit, '')}"
        return replace(offer, value=None, unit="") if any(cell == clash[1] for clash in clashes) else offer

    def _from_table(self, row: Row) -> Offer:
        """Return an offer as the parsed table has it, where there is no page; without a unit a number is no limit."""
        unit = offers_of.UNITS.get(said(row.get("duration_unit", "")), "")
        value = row.get("duration_value", "")
        known = bool(unit) and value.isdigit()
        if value and not known:
            self._doubt(("limit", clean(f"{row.get('channel')} {value}"), "time_without_unit"))
        kind = _FEES.get(row.get("fee_kind", ""), FeeKind.UNCLEAR)
        amount = row.get("fee_vnd", "")
        if row.get("fee_kind") == "amount" and amount.isdigit() and int(amount) >= offers_of.LEAST_VND:
            kind = FeeKind.AMOUNT
        elif kind is FeeKind.UNCLEAR:
            self._doubt(("fee", clean(f"{row.get('channel')} {amount}"), "fee_unclear"))
        vnd = 0 if kind is FeeKind.FREE else int(amount) if kind is FeeKind.AMOUNT else None
        channel = _CHANNELS.get(said(row.get("channel", "")), Channel.DIRECT)
        return Offer(channel, int(value) if known else None, unit if known else "", kind, vnd)

    def _compare(self, found: Sequence[Offer], printed: Sequence[Offer]) -> None:
        """List where the parsed table says something else than the page it was parsed from."""
        if not self.table:
            return
        left = Counter((each.channel, each.value, each.unit) for each in printed)
        fees = {(each.channel, each.fee_vnd) for each in found}
        for row in self.table:
            channel, value = _CHANNELS.get(said(row.get("channel", "")), ""), row.get("duration_value", "")
            unit = offers_of.UNITS.get(said(row.get("duration_unit", "")), "")
            time = int(value) if value.isdigit() and unit else None
            if left[channel, time, unit] > 0:
                left[channel, time, unit] -= 1
            else:
                self._conflict(
                    "limit",
                    _times(found, channel),
                    f"{row.get('channel')}: {value} {row.get('duration_unit')}",
                    "channels",
                    "page_before_table",
                )
            amount = row.get("fee_vnd", "")
            if amount and (channel, int(amount)) not in fees:
                shown = "; ".join(each.fee_text for each in found if each.channel == channel and each.fee_text)
                self._conflict("fee", shown, f"{row.get('channel')}: {amount}", "channels", "page_before_table")
        for (channel, time, unit), number in left.items():
            if number > 0:
                self._conflict("channels", f"{channel}: {time or '-'} {unit}".strip(), "-", "channels", "page_before_table")


def _kept(offer: Offer) -> dict[str, Any]:
    """Return an offer as it is kept: what only the legal table adds is not."""
    return {key: value for key, value in asdict(offer).items() if key not in ("cutoff", "basis", "fee_basis")}


def _times(offers: Sequence[Offer], channel: str) -> str:
    return "; ".join(f"{each.value} {each.unit}" for each in offers if each.channel == channel and each.value is not None)
