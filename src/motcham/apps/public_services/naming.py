"""What people call a procedure: the plain name of our own table, else its legal name without the words that say nothing."""

from __future__ import annotations

from functools import cache

from django.utils.functional import lazy

from motcham import data
from motcham.ui import formats

SAYS_NOTHING = "Thủ tục "


@cache
def names() -> dict[str, tuple[str, str]]:
    """Return the plain name of each procedure that has one, by its code: in Vietnamese and in English."""
    return {row["code"]: (row["name"], row["name_en"]) for row in data.rows("procedure_names.csv")}


def called(code: str, title: str) -> str:
    """Return what a procedure is called in the language of whoever reads; its legal title is shown below wherever they differ."""
    plain = names().get(code)
    return (plain[1] if formats.is_english() else plain[0]) if plain else bare(title)


def bare(title: str) -> str:
    """Return a legal title in one line, without the words that only say that it is a procedure.

    >>> bare("Thủ tục đăng ký  kết hôn")
    'Đăng ký kết hôn'
    """
    text = " ".join(title.split()).removeprefix(SAYS_NOTHING)
    return text[:1].upper() + text[1:]


def legal(code: str, title: str) -> str:
    """Return the legal title that stands below the plain name of a procedure; nothing where it has none of its own."""
    return " ".join(title.split()) if code in names() else ""


label = lazy(called, str)
"""The same, said anew for each reader: a kind of case is made once."""
