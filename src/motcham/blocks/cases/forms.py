"""Answers as people and programs send them, read by the kind of each field: what is right, and what must be mended and how.

Nothing here asks a database: the same reading serves the form, its review, the acts of officers and the API. What was
typed is never changed in place, so that a page can show it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.blocks.cases.define import Place
from motcham.blocks.identity import api as identity
from motcham.blocks.places import api as places
from motcham.blocks.places.define import Note
from motcham.kernel.terms import Field, Kind
from motcham.ui import formats

# What reorders or hides text has no place in an answer; joiners stay, for emoji are built with them.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]")
_PHONE_HOME = re.compile(r"(?:\+?84|0)((?:[35789]\d{8})|(?:2\d{9}))")
_PHONE_ABROAD = re.compile(r"\+[1-9]\d{7,14}")
_INTEGER = re.compile(r"[-−]?\d{1,15}")
_THOUSANDS = re.compile(r"(?<=\d)[ .](?=\d{3}(?!\d))")


@dataclass
class Parsed:
    """What was read: `answers` hold plain JSON values; the place of a case stands apart, as its row keeps it.
    `errors` say by input name (`born_on`, `children-0-name`) what to mend."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    place: Place | None = None

    @property
    def documents(self) -> tuple[UUID, ...]:
        """Return the files that were named, in order."""
        return self._documents

    _documents: tuple[UUID, ...] = ()


class _Wrong(Exception):
    """An answer that cannot be taken; `part` is the input of a compound answer that it is about."""

    def __init__(self, words: str, *, part: str = "") -> None:
        super().__init__(words)
        self.words, self.part = words, part


def parse_answers(
    fields: Iterable[Field], raw: Mapping[str, Any], *, files: Collection[UUID] = (), now: datetime, prefix: str = ""
) -> Parsed:
    """Read the answers to `fields`; `files` are the uploads that this caller may name."""
    read = Parsed()
    known = {each.name: each for each in fields}
    for each in known.values():
        if each.when is not None and not each.when(read.answers):
            continue
        try:
            value = _read(each, raw.get(each.name), files=files, now=now, name=prefix + each.name, read=read)
            if value is None and each.required and not (raw.get(each.instead_of) or prefix + each.instead_of in read.errors):
                raise _Wrong(_missing(each) if not each.instead_of else _either(each, known[each.instead_of]))
            if value is not None and each.check is not None and (complaint := each.check(value, read.answers)):
                raise _Wrong(_(str(complaint)))
        except _Wrong as wrong:
            read.errors[prefix + each.name + wrong.part] = wrong.words
            continue
        if isinstance(value, Place):
            read.place = value
        elif value is not None:
            read.answers[each.name] = value
    return read


def clean_text(value: object, *, lines: bool = False) -> str:
    """Return text in one spelling (NFC), without what cannot be seen; without `lines`, on one line."""
    text = _HIDDEN.sub("", unicodedata.normalize("NFC", str(value)))
    # Most answers are letters and blanks: only what has anything else is looked at letter by letter.
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    if lines:
        return re.sub(r"\n{3,}", "\n\n", text).strip()
    return " ".join(text.split())


def _read(each: Field, given: Any, *, files: Collection[UUID], now: datetime, name: str, read: Parsed) -> Any:
    if each.kind is Kind.FILES:
        found = _files(each, given, files)
        read._documents = (*read._documents, *(UUID(one) for one in found or ()))
        return found
    if each.kind is Kind.GROUP:
        return _group(each, given, files=files, now=now, name=name, read=read)
    if each.kind is Kind.PLACE:
        return _place(given, on=formats.local(now).date())
    if given is None or given == "" or (isinstance(given, (list, tuple)) and each.kind is not Kind.CHOICES):
        return None if given in (None, "", [], ()) else _refuse_shape()
    return _READERS[each.kind](each, given)


def _refuse_shape() -> None:
    raise _Wrong(_("This answer has the wrong form. Give a single value."))


def _missing(each: Field) -> str:
    match each.kind:
        case Kind.CHOICE | Kind.YES_NO | Kind.AGENCY:
            return _("Choose one answer.")
        case Kind.CHOICES:
            alone = len(each.choices) == 1
            return _("Tick the box: without it nothing can be sent.") if alone else _("Choose at least one answer.")
        case Kind.FILES:
            return _("Add at least one file.")
        case Kind.PLACE:
            return _("Say where it is: choose the ward and write the street, or use your position.")
        case Kind.DATE:
            return _("Enter the day, the month and the year.")
        case _:
            return _("Fill this in.")


def _either(each: Field, other: Field) -> str:
    labels = (str(each.label), str(other.label))
    return _("Give one of these: %(labels)s.") % {"labels": ", ".join(labels)}


def _text(each: Field, given: Any) -> str | None:
    if not isinstance(given, (str, int, float)) or isinstance(given, bool):
        _refuse_shape()
    text = clean_text(given, lines=each.kind is Kind.LONG_TEXT)
    if (over := len(text) - each.longest) > 0:
        raise _Wrong(
            _("At most %(most)s characters fit here; take out %(over)s.")
            % {"most": formats.number(each.longest), "over": formats.number(over)}
        )
    return text or None


def _choice(each: Field, given: Any) -> str:
    if not isinstance(given, str) or given not in {choice.key for choice in each.choices}:
        raise _Wrong(_("Choose one of the answers in the list."))
    return str(given)


def _agency(each: Field, given: Any) -> str:
    code = clean_text(given)
    if code not in {agency.code for agency in identity.agencies(on=formats.local(timezone.now()).date())}:
        raise _Wrong(_("Choose one of the agencies in the list."))
    return code


def _choices(each: Field, given: Any) -> list[str] | None:
    chosen = [given] if isinstance(given, str) else given
    if not isinstance(chosen, (list, tuple)) or not all(isinstance(one, str) for one in chosen):
        _refuse_shape()
    taken = [choice.key for choice in each.choices if choice.key in chosen]
    if len(taken) != len(set(chosen)):
        raise _Wrong(_("Choose one of the answers in the list."))
    return taken or None


def _yes_no(each: Field, given: Any) -> bool:
    known = {"yes": True, "no": False, "true": True, "false": False}
    if isinstance(given, bool):
        return given
    if str(given).lower() not in known:
        raise _Wrong(_("Choose yes or no."))
    return known[str(given).lower()]


def _integer(each: Field, given: Any) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and abs(given) < 10**15:
        return given
    text = _THOUSANDS.sub("", clean_text(given))
    if not _INTEGER.fullmatch(text):
        raise _Wrong(_("Enter a whole number, for example 12."))
    return int(text.replace("−", "-"))


def _date(each: Field, given: Any) -> str | None:
    try:
        if isinstance(given, Mapping):
            parts = [clean_text(given.get(part) or "") for part in ("year", "month", "day")]
            if not any(parts):
                return None
            if not all(parts):
                raise _Wrong(_("Enter the day, the month and the year."))
            on = date(*(int(part) for part in parts))
        else:
            on = date.fromisoformat(clean_text(given))
    except (ValueError, OverflowError):
        raise _Wrong(_("There is no such date. Enter it like 20 11 2026.")) from None
    if not 1900 <= on.year <= 2100:
        raise _Wrong(_("Enter the year with four digits, for example 1985."))
    return on.isoformat()


def _phone(each: Field, given: Any) -> str:
    text = re.sub(r"[\s().\-]", "", clean_text(given))
    text = "+" + text[2:] if text.startswith("00") else text
    if home := _PHONE_HOME.fullmatch(text):
        return "+84" + home[1]
    if not _PHONE_ABROAD.fullmatch(text) or text.startswith("+84"):
        raise _Wrong(_("Enter a telephone number like 0901 234 567."))
    return text


def _email(each: Field, given: Any) -> str:
    text = clean_text(given)
    try:
        validate_email(text)
    except ValidationError:
        raise _Wrong(_("Enter an e-mail address like ten@vidu.vn.")) from None
    return text


def _personal_number(each: Field, given: Any) -> str:
    text = re.sub(r"[\s.\-]", "", clean_text(given))
    if text.isascii() and text.isdigit() and len(text) == 9:
        raise _Wrong(
            _("This is the number of an old identity card, which had 9 digits. Enter the 12 digits on the citizen card.")
        )
    # The first three digits are the province of birth registration: 001 to 096.
    if not (text.isascii() and text.isdigit() and len(text) == 12 and 1 <= int(text[:3]) <= 96):
        raise _Wrong(_("Enter the 12 digits on the citizen card."))
    if born_in(text) > formats.local(timezone.now()).year:
        raise _Wrong(
            _(
                "This cannot be a personal number: by its fourth to sixth digit its holder is not born yet. Compare it with the card."
            )
        )
    return text


def born_in(personal_number: str) -> int:
    """Return the year of birth that a personal number says: a digit for century and sex, two for the year (137/2015/NĐ-CP, art. 13).

    >>> born_in("010164003196"), born_in("079204012345")
    (1964, 2004)
    """
    return 1900 + 100 * (int(personal_number[3]) // 2) + int(personal_number[4:6])


_READERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.AGENCY: _agency,
    Kind.CHOICES: _choices,
    Kind.YES_NO: _yes_no,
    Kind.INTEGER: _integer,
    Kind.DATE: _date,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.PERSONAL_NUMBER: _personal_number,
}


def _files(each: Field, given: Any, allowed: Collection[UUID]) -> list[str] | None:
    named = list(given) if isinstance(given, (list, tuple)) else [given] if given not in (None, "") else []
    try:
        found = [UUID(str(one)) for one in named]
    except ValueError:
        raise _Wrong(_("This file is not known. Add it again.")) from None
    if unknown := set(found) - set(allowed):
        raise _Wrong(ngettext("A file is not known. Add it again.", "Some files are not known. Add them again.", len(unknown)))
    if len(found) > each.at_most:
        raise _Wrong(_("At most %(most)s files; take some out.") % {"most": each.at_most})
    return [str(one) for one in found] or None


def _group(
    each: Field, given: Any, *, files: Collection[UUID], now: datetime, name: str, read: Parsed
) -> list[dict[str, Any]] | None:
    if given is not None and not (isinstance(given, (list, tuple)) and all(isinstance(one, Mapping) for one in given)):
        raise _Wrong(_("This answer has the wrong form. Give a list."))
    filled = [
        (place, one) for place, one in enumerate(given or ()) if any(value not in (None, "", [], {}) for value in one.values())
    ]
    if len(filled) < each.at_least:
        words = ngettext("Fill in at least %(least)s.", "Fill in at least %(least)s of them.", each.at_least)
        raise _Wrong(words % {"least": each.at_least})
    if len(filled) > each.at_most:
        raise _Wrong(_("At most %(most)s fit here.") % {"most": each.at_most})
    kept = []
    for place, one in filled:
        inner = parse_answers(each.fields, one, files=files, now=now, prefix=f"{name}-{place}-")
        read.errors.update(inner.errors)
        read._documents = (*read._documents, *inner.documents)
        kept.append(inner.answers)
    return kept or None


def _place(given: Any, *, on: date) -> Place | None:
    """Read a place. A ward that was chosen counts more than a position: phones err, and people report from home."""
    if given is not None and not isinstance(given, Mapping):
        raise _Wrong(_("This answer has the wrong form. Give longitude and latitude, or a ward and an address."))
    given = given or {}
    address = clean_text(given.get("address") or "")[:300]
    code = clean_text(given.get("area") or "")
    known = {area.code: area for area in places.areas(on=on)} if code else {}
    if code and code not in known:
        raise _Wrong(_("Choose a ward or commune from the list."), part="-area")
    point = _point(given.get("lon"), given.get("lat"))
    if point is not None:
        found = places.locate(lon=point[0], lat=point[1], on=on)
        if found.area is not None and code in ("", found.area.code):
            return Place(*point, found.area.code, found.area.valid_from, address)
        if code in {area.code for area in found.candidates}:
            return Place(*point, code, known[code].valid_from, address)
        if not code:
            raise _Wrong(_where_else(found.note, found.candidates), part="-area")
    if code and not address:
        raise _Wrong(_("Write the street or a landmark, so that it can be found."), part="-address")
    if not code and not address:
        return None
    return Place(None, None, code, known[code].valid_from if code else None, address)


def _where_else(note: Note, candidates: Sequence[Any]) -> str:
    if note is Note.OUTSIDE:
        return _("This position lies outside the city. If the place is in the city, choose its ward and write the address.")
    return _("This position lies on the boundary of %(areas)s. Choose which it is.") % {
        "areas": ", ".join(area.name for area in candidates)
    }


def _point(lon: Any, lat: Any) -> tuple[float, float] | None:
    if lon in (None, "") and lat in (None, ""):
        return None
    try:
        point = float(lon), float(lat)
    except (TypeError, ValueError):
        raise _Wrong(_("A position needs longitude and latitude in degrees, for example 106.68 and 10.79.")) from None
    if not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
        raise _Wrong(_("A position needs longitude and latitude in degrees, for example 106.68 and 10.79."))
    return round(point[0], 6), round(point[1], 6)
