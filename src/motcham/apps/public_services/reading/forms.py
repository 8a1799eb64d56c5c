"""Which form a file has, told by its columns, and its rows; a new file of a known form needs no change here."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services.define import NotReadable, UnknownForm

CODE = re.compile(r"[1-9]\.\d{6}(?:\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?")


class Form(StrEnum):
    """The forms in which procedures are published."""

    LIST = "list"
    INDEX = "index"
    CHANNELS = "channels"
    DETAIL = "detail"


# The columns that make a form, most telling first: a full text has all columns of an index and more.
_COLUMNS = {
    Form.DETAIL: {"ma_thu_tuc", "trinh_tu_thuc_hien", "thanh_phan_ho_so"},
    Form.CHANNELS: {"ma_thu_tuc", "channel", "duration_value"},
    Form.INDEX: {"ma_thu_tuc", "ten_thu_tuc", "cach_thuc_thuc_hien_raw"},
    Form.LIST: {"ma_so", "ten", "co_quan_ban_hanh"},
}
Row = Mapping[str, Any]


def read(path: Path) -> tuple[Form, list[dict[str, str]]]:
    """Return the form of a file and its rows, every value a text."""
    try:
        rows = list(_rows(path))
    except UnicodeError as problem:
        raise NotReadable(file=path.name, reason=_("it is not in UTF-8")) from problem
    except (OSError, EOFError, csv.Error, ValueError) as problem:
        raise NotReadable(file=path.name, reason=str(problem) or type(problem).__name__) from problem
    columns = list(rows[0]) if rows else []
    for form, needed in _COLUMNS.items():
        if needed <= set(columns):
            return form, rows
    raise UnknownForm(file=path.name, columns=", ".join(columns[:6]) or "-")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    text = raw.decode("utf-8-sig")
    # A line of JSON for a record, or one list of records; anything else is a table.
    if text.lstrip()[:1] == "{":
        yield from (_texts(json.loads(line)) for line in text.splitlines() if line.strip())
    elif text.lstrip()[:1] == "[":
        yield from map(_texts, json.loads(text))
    else:
        # The texts hold quotes and line ends; the longest field of the published tables has 40,000 letters.
        csv.field_size_limit(4_000_000)
        separator = max(",;\t", key=text.partition("\n")[0].count)
        yield from (_texts(row) for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def _texts(row: Any) -> dict[str, str]:
    if not isinstance(row, dict):
        raise ValueError("a line is not a record")
    # Some pages were written with marks apart from their letters: they would match no word.
    return {str(key): unicodedata.normalize("NFC", str(value or "")) for key, value in row.items() if key is not None}


def code_of(row: Row) -> str:
    """Return the code of a row, empty where it has none of the right shape."""
    code = str(row.get("ma_thu_tuc") or row.get("ma_so") or "").strip()
    return code if CODE.fullmatch(code) else ""
