"""What a kind of report is asked besides what every report is asked: fields built from `data/feedback_questions.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from motcham import data
from motcham.kernel.terms import Answers, Choice, Field, Kind


def _in_language(vi: str, en: str) -> str:
    return en if (get_language() or "vi").startswith("en") else vi


said = lazy(_in_language, str)


def questions() -> tuple[Field, ...]:
    """Return the questions of every kind of report, each asked only where it belongs."""
    return tuple(_field(row) for row in tomllib.loads(data.text("feedback_questions.toml"))["questions"])


def _field(row: Mapping[str, Any]) -> Field:
    return Field(
        row["name"],
        said(row["label"], row["label_en"]),
        Kind(row["kind"]),
        required=bool(row.get("required")),
        hint=said(row["hint"], row["hint_en"]) if "hint" in row else "",
        choices=tuple(Choice(key, said(vi, en)) for key, vi, en in row.get("choices", ())),
        when=_when(frozenset(row["categories"]), row.get("when")),
        longest=200,
        page="details",
        read_as=said(row["read_as"], row["read_as_en"]) if "read_as" in row else "",
    )


def _when(categories: frozenset[str], upon: list[Any] | None) -> Callable[[Answers], bool]:
    def is_asked(answers: Answers) -> bool:
        if answers.get("category") not in categories:
            return False
        return upon is None or answers.get(upon[0]) == upon[1]

    return is_asked
