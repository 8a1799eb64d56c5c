"""Fields as the questions of a page, what was typed in them, and answers as people read them again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.cases import pages_place, rules
from motcham.blocks.cases.define import REVIEW, CaseType, Place
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import ACCEPT, DocumentRef
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import AgencyView
from motcham.blocks.places import api as places
from motcham.blocks.places.define import Offered
from motcham.kernel.errors import Missing
from motcham.kernel.terms import Answers, Field, Kind
from motcham.ui import formats
from motcham.ui.forms import Option, Question

LONGEST_KEPT = 100_000
"""What is typed is kept even when it is too long for its field, but not without end."""
PHOTO_AT = "photo_at"
"""Where a photo of this draft says it was taken: kept with the draft until it is sent, used only if its owner says so."""
LONG_LIST = 9
"""A choice with more answers than this stands in groups that open one at a time."""

_WIDGETS = {
    Kind.LONG_TEXT: "textarea",
    Kind.CHOICES: "checkboxes",
    Kind.YES_NO: "radios",
    Kind.AGENCY: "select",
    Kind.DATE: "date",
    Kind.PHONE: "tel",
    Kind.EMAIL: "email",
    Kind.FILES: "files",
}
_AUTOCOMPLETE = {"name": "name", "phone": "tel", "email": "email"}


@dataclass(frozen=True)
class PlaceHelp:
    """What helps to say where it is: areas that the address may mean, where a photo was taken, the map to tap."""

    offers: tuple[Offered, ...] = ()
    more: bool = False
    searched: bool = False
    photo: str = ""
    photo_area: str = ""
    frame: str = pages_place.CITY
    side: int = pages_place.SIDE
    height: int = 0


@dataclass(frozen=True)
class Asked:
    """One field on a page: its template, its question or questions, and what goes with them."""

    template: str
    question: Question
    parts: tuple[Question, ...] = ()
    groups: tuple[tuple[str, Question, bool], ...] = ()
    rows: tuple[tuple[Asked, ...], ...] = ()
    kept: tuple[DocumentRef, ...] = ()
    point: tuple[Any, Any] | None = None
    found: str = ""
    place: PlaceHelp | None = None
    searched: bool = False
    tapped: bool = False
    again: tuple[Any, ...] = ()
    """Papers handed in before that may be used again here (`reuse.Offer`)."""

    def questions(self) -> Iterable[Question]:
        """Yield every question in it, for the summary of errors."""
        yield self.question
        yield from self.parts
        for row in self.rows:
            for inner in row:
                yield from inner.questions()


def typed(fields: Iterable[Field], post: QueryDict, prefix: str = "") -> dict[str, Any]:
    """Return what a browser sent for these fields, in the shape that `forms.parse_answers` reads."""
    return {each.name: _typed(each, post, prefix + each.name) for each in fields if each.kind is not Kind.FILES}


def _typed(each: Field, post: QueryDict, name: str) -> Any:
    match each.kind:
        case Kind.CHOICES:
            return post.getlist(name)
        case Kind.DATE:
            return {part: post.get(f"{name}-{part}", "") for part in ("day", "month", "year")}
        case Kind.PLACE:
            return {part: post.get(f"{name}-{part}", "") for part in ("area", "address", "lon", "lat", "searched")}
        case Kind.GROUP:
            held = {key.removeprefix(f"{name}-").split("-")[0] for key in post if key.startswith(f"{name}-")}
            rows = [typed(each.fields, post, f"{name}-{place}-") for place in range(each.at_most) if str(place) in held]
            return [row for row in rows if any(_is_filled(value) for value in row.values())]
        case _:
            return post.get(name, "")[:LONGEST_KEPT]


def _is_filled(value: Any) -> bool:
    return any(value.values()) if isinstance(value, Mapping) else bool(value)


def ask(
    fields: Sequence[Field],
    raw: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    prefix: str = "",
    more: str = "",
    alone: bool = False,
) -> list[Asked]:
    """Return the questions of a page with what was typed and what is wrong; `more` names a group that gets one row more."""
    found = [_ask(each, raw.get(each.name), errors, prefix + each.name, more=more, alone=alone) for each in fields]
    helped = raw.get(PHOTO_AT)
    return [replace(one, place=_place_help(one, helped)) if one.template.endswith("/place.html") else one for one in found]


def _ask(each: Field, value: Any, errors: Mapping[str, str], name: str, *, more: str, alone: bool) -> Asked:
    question = _question(each, value, errors.get(name, ""), name, alone=alone)
    match each.kind:
        case Kind.PLACE:
            return _ask_place(question, value if isinstance(value, Mapping) else {}, errors)
        case Kind.FILES:
            return Asked("cases/ask/files.html", question, kept=documents.refs(UUID(str(one)) for one in value or ()))
        case Kind.GROUP:
            rows = list(value) if isinstance(value, (list, tuple)) else []
            wanted = max(1, each.at_least, len(rows) + (more == name))
            rows += [{} for _empty in range(min(wanted, each.at_most) - len(rows))]
            inner = (tuple(ask(each.fields, row, errors, prefix=f"{name}-{place}-")) for place, row in enumerate(rows))
            return Asked("cases/ask/group.html", question, rows=tuple(inner))
        case Kind.CHOICE if len(each.choices) > LONG_LIST and each.choices[0].group:
            return Asked("cases/ask/grouped.html", question, groups=tuple(_grouped(each, question)))
        case _:
            return Asked("cases/ask/question.html", question)


def _question(each: Field, value: Any, error: str, name: str, *, alone: bool) -> Question:
    options = tuple(Option(choice.key, str(choice.label)) for choice in each.choices)
    if each.kind is Kind.YES_NO:
        options = (Option("yes", _("Yes")), Option("no", _("No")))
        value = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    widget = _WIDGETS.get(each.kind, "text")
    if each.kind is Kind.AGENCY:
        options = tuple(Option(agency.code, agency_name(agency.code)) for agency in agencies_now())
    if each.kind is Kind.CHOICE:
        widget = "radios" if len(options) <= LONG_LIST or each.choices[0].group else "select"
    return Question(
        name=name,
        label=str(each.label),
        widget=widget,
        value="" if value is None else value,
        hint=str(each.hint),
        error=error,
        options=options,
        required=each.required and each.kind is not Kind.GROUP and not each.instead_of,
        longest=each.longest if each.kind is Kind.LONG_TEXT else 0,
        width={Kind.PHONE: 20, Kind.PERSONAL_NUMBER: 20, Kind.INTEGER: 10}.get(each.kind, 0),
        autocomplete=_AUTOCOMPLETE.get(each.identifies, ""),
        inputmode="numeric" if each.kind in (Kind.INTEGER, Kind.PERSONAL_NUMBER) else "",
        accept=ACCEPT if each.kind is Kind.FILES else "",
        bounds=documents.bounds(at_most=each.at_most) if each.kind is Kind.FILES else "",
        page=alone,
        across=each.kind is Kind.YES_NO,
        mark=_("one of the two") if each.instead_of else "",
    )


def files(each: Field, errors: Mapping[str, str], *, name: str = "", mark: str = "") -> Question:
    """Return a field of files as a question that stands alone and may be left open; `mark` says beside it what it is for."""
    asked = _question(each, None, errors.get(each.name, ""), name or each.name, alone=False)
    return replace(asked, required=False, mark=mark)


def _grouped(each: Field, question: Question) -> Iterable[tuple[str, Question, bool]]:
    """Yield (group, its options as a question, whether it stands open); ids stay unique over the whole list."""
    chosen = str(question.value or "")
    for place, (group, choices) in enumerate(groupby(each.choices, key=lambda choice: str(choice.group))):
        kept = list(choices)
        options = tuple(Option(choice.key, str(choice.label)) for choice in kept)
        yield group, _part(question, f"-{place}", options=options), chosen in {choice.key for choice in kept}


@dataclass(frozen=True)
class _PartQuestion(Question):
    suffix: str = ""

    @property
    def id(self) -> str:
        return f"q-{self.name}{self.suffix}"


def _part(question: Question, suffix: str, *, options: tuple[Option, ...]) -> Question:
    return _PartQuestion(
        question.name, question.label, "radios", question.value, options=options, required=question.required, suffix=suffix
    )


def _ask_place(question: Question, value: Mapping[str, Any], errors: Mapping[str, str]) -> Asked:
    name = question.name
    every = sorted(places.areas(), key=lambda area: area_order(area.name))
    area = Question(
        f"{name}-area",
        _("Ward, commune or special zone"),
        "select",
        value.get("area") or "",
        hint=_("Leave it open if you are not sure; 1022 finds it from the address."),
        error=errors.get(f"{name}-area", ""),
        options=tuple(Option(each.code, each.name) for each in every),
        required=False,
    )
    address = Question(
        f"{name}-address",
        _("Street, number or a landmark"),
        "text",
        value.get("address") or "",
        hint=_("For example: in front of 212 Lê Văn Sỹ, beside the school."),
        error=errors.get(f"{name}-address", ""),
        longest=300,
        autocomplete="off",
    )
    point = (value.get("lon"), value.get("lat")) if value.get("lon") not in (None, "") else None
    return Asked(
        "cases/ask/place.html",
        question,
        parts=(area, address),
        point=point,
        found=_area_at(point),
        searched=bool(value.get("searched")),
        tapped=bool(value.get("tapped")),
    )


def is_area(code: str) -> bool:
    """Tell whether there is an area of that code today."""
    return any(each.code == code for each in places.areas())


def _place_help(asked: Asked, photo: Any) -> PlaceHelp:
    area, address = (str(part.value or "") for part in asked.parts)
    frame = pages_place.frame_of(area) if is_area(area) else pages_place.frame_of(pages_place.CITY)
    at = (photo[0], photo[1]) if isinstance(photo, list) and len(photo) == 2 and asked.point != tuple(photo) else None
    photo_area = _area_at(at)
    offers = places.offers(text=address) if asked.searched and address else ()
    return PlaceHelp(
        offers=offers[: pages_place.OFFERED],
        more=len(offers) > pages_place.OFFERED,
        searched=asked.searched,
        photo=f"{at[0]},{at[1]}" if at and photo_area else "",
        photo_area=photo_area,
        frame=frame.here or pages_place.CITY,
        height=frame.height,
    )


def _area_at(point: tuple[Any, Any] | None) -> str:
    try:
        found = places.locate(lon=float(point[0]), lat=float(point[1])) if point else None
    except (TypeError, ValueError):
        return ""
    return found.area.name if found and found.area else ""


def area_order(name: str) -> tuple[int, str]:
    """Return what sorts areas as people look for them: wards, communes, special zones, then by name without marks."""
    kinds = ("Phường ", "Xã ", "Đặc khu ")
    kind = next((place for place, start in enumerate(kinds) if name.startswith(start)), len(kinds))
    return kind, plain(name)


def plain(text: str) -> str:
    """Return text in lower case without tone marks, for searching and sorting."""
    stripped = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in stripped if not unicodedata.combining(letter))


def shown(each: Field, value: Any) -> str:
    """Return an answer as people read it."""
    if value in (None, "", [], ()):
        return ""
    draw = _SHOWN.get(each.kind)
    return draw(each, value) if draw else str(value)


def _shown_choices(each: Field, value: Any) -> str:
    chosen = [value] if each.kind is Kind.CHOICE else value
    known = {choice.key: str(choice.label) for choice in each.choices}
    words = [known.get(key, str(key)) for key in chosen]
    return (" " if all(each.endswith(".") for each in words) else ", ").join(words)


def _shown_date(each: Field, value: Any) -> str:
    """A day out of somebody's life is told with its year and no weekday, as their papers tell it."""
    on = date.fromisoformat(value)
    return formats.dated(on) if each.identifies else formats.day(on)


def _shown_group(each: Field, value: Any) -> str:
    rows = ([shown(inner, row.get(inner.name)) for inner in each.fields] for row in value)
    return "\n".join(" · ".join(text for text in row if text) for row in rows)


_SHOWN: dict[Kind, Callable[[Field, Any], str]] = {
    Kind.CHOICE: _shown_choices,
    Kind.CHOICES: _shown_choices,
    Kind.AGENCY: lambda _field, value: agency_name(str(value)),
    Kind.YES_NO: lambda _field, value: _("Yes") if value else _("No"),
    Kind.INTEGER: lambda _field, value: formats.number(value),
    Kind.DATE: _shown_date,
    Kind.PHONE: lambda _field, value: shown_phone(str(value)),
    Kind.PERSONAL_NUMBER: lambda _field, value: f"{value[:3]} {value[3:6]} {value[6:]}",
    Kind.GROUP: _shown_group,
    Kind.FILES: lambda _field, value: formats.number(len(value)),
    Kind.PLACE: lambda _field, value: _shown_spot(rules.place_from_data(value)),
}


def _shown_spot(place: Place) -> str:
    """Return a sealed place in words, always with its point: no map shows it."""
    point = f"{place.lat:.5f}, {place.lon:.5f}" if place.lat is not None and place.lon is not None else ""
    words = shown_place(place)
    return " · ".join(part for part in (words, point if point not in words else "") if part)


def shown_phone(value: str) -> str:
    """Return a telephone number as it is dialled here: 0901 234 567."""
    if not value.startswith("+84"):
        return value
    home = "0" + value[3:]
    return f"{home[:4]} {home[4:7]} {home[7:]}"


def shown_place(place: Place | None) -> str:
    """Return a place in words: its address and its area, or its coordinates where that is all there is."""
    if place is None:
        return ""
    words = [place.address] if place.address else []
    if place.area_code and (name := area_name(place.area_code, on=place.area_from)) not in place.address:
        words.append(name)
    if not words and place.lon is not None and place.lat is not None:
        words.append(f"{place.lat:.5f}, {place.lon:.5f}")
    return ", ".join(words)


def area_name(code: str, *, on: date | None = None) -> str:
    """Return the name of an area as of a day; its code where nobody knows it any more."""
    try:
        return places.area(code=code, on=max(on, date(2025, 7, 1)) if on else None).name
    except Missing:
        return code


def agencies_now() -> list[AgencyView]:
    """Return the agencies of today as people look for them: departments and companies first, then wards, by name."""
    return sorted(identity.agencies(on=today()), key=lambda each: (each.kind == "ward", plain(short_name(each.official_name))))


def agency_name(code: str) -> str:
    """Return the short name of an agency; its code where nobody knows it any more."""
    try:
        return short_name(identity.agency(code=code).official_name)
    except Missing:
        return code


@lru_cache(maxsize=2048)
def short_name(name: str) -> str:
    """Return the name of an agency as people say it: Phường Nhiêu Lộc for its people's committee."""
    for long in ("Ủy ban nhân dân ", "Uỷ ban nhân dân "):
        if name.startswith(long) and not name.startswith(f"{long}Thành phố"):
            name = name.removeprefix(long)
            return name[:1].upper() + name[1:]
    return name


def pages_of(case_type: CaseType) -> list[list[Field]]:
    """Return the fields page by page, as the definition groups them."""
    asked = (each for each in case_type.fields if each.page != REVIEW)
    return [list(fields) for _page, fields in groupby(asked, key=lambda each: str(each.page))]


def last_of(case_type: CaseType) -> list[Field]:
    """Return the fields that are asked where everything is shown once more."""
    return [each for each in case_type.fields if each.page == REVIEW]


def visible_pages(case_type: CaseType, answers: Answers) -> list[int]:
    """Return the numbers, from 1, of the pages on which something is asked of this person."""
    is_asked: Callable[[Field], bool] = lambda each: each.when is None or each.when(answers)  # noqa: E731
    return [number for number, fields in enumerate(pages_of(case_type), 1) if any(is_asked(each) for each in fields)]


def today() -> date:
    """Return the day in the city."""
    return formats.local(timezone.now()).date()
