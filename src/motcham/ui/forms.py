"""One question of a form as the page shows it, whatever asked it: a case type, a filter, a sign-in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from motcham.ui import formats

SETS = frozenset({"radios", "checkboxes", "date"})
"""Widgets of several inputs, which stand in a fieldset."""


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A question with its answer so far and what is wrong with it.

    `widget` is text, email, tel, number, password, search, textarea, select, radios, checkboxes, checkbox, date or files.
    A date is sent as `name-day`, `name-month`, `name-year`; its value is a date or the mapping of those three texts.
    `width` (4, 10 or 20) hints at the length of the answer; `page` makes the question the heading of its page;
    `mark` says beside the label how far an answer is needed, where that is neither always nor never ("one of the two");
    `note` stands below the hint, where an answer came from; `bounds` says beside the input what files it takes.
    """

    name: str
    label: str
    widget: str = "text"
    value: object = ""
    hint: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    longest: int = 0
    width: int = 0
    autocomplete: str = ""
    inputmode: str = ""
    placeholder: str = ""
    accept: str = ""
    bounds: str = ""
    multiple: bool = True
    page: bool = False
    across: bool = False
    mark: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """The id of its first input, to which the error summary leads."""
        return f"q-{self.name}"

    @property
    def is_set(self) -> bool:
        """Whether it needs a fieldset and a legend."""
        return self.widget in SETS

    @property
    def described_by(self) -> str:
        """The ids of hint, count and error, for the input."""
        counted = self.widget == "textarea" and self.longest
        parts = (("hint", self.hint), ("note", self.note), ("bounds", self.bounds), ("count", counted), ("error", self.error))
        return " ".join(f"{self.id}-{part}" for part, there in parts if there)

    @property
    def count(self) -> str:
        """How much may still be written."""
        left = self.longest - len(str(self.value or ""))
        return _("You can write %(number)s more characters") % {"number": formats.number(max(0, left))}

    def choices(self) -> Iterable[tuple[str, Option, bool]]:
        """Yield (id, option, whether it is chosen); the first has the id of the question."""
        chosen = self.value if isinstance(self.value, (list, tuple, set, frozenset)) else {self.value}
        taken = {str(value) for value in chosen}
        for place, option in enumerate(self.options):
            yield (f"{self.id}-{place}" if place else self.id), option, option.value in taken

    def date_parts(self) -> tuple[tuple[str, str, str, str], ...]:
        """Return (part, id, label, value) of day, month and year."""
        if isinstance(self.value, date):
            given: Mapping[str, object] = {"day": self.value.day, "month": self.value.month, "year": self.value.year}
        else:
            given = self.value if isinstance(self.value, Mapping) else {}
        labels = (("day", _("Day")), ("month", _("Month")), ("year", _("Year")))
        return tuple(
            (part, f"{self.id}-{part}" if part != "day" else self.id, label, str(given.get(part, ""))) for part, label in labels
        )
