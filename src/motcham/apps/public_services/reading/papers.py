"""The papers of a dossier, out of the one string into which the table of the page was run together.

A group is its name, the heads of the table, and rows of name, file of the form, counts; nothing stands between two cells. A
count ends a row only where the next letter begins something new, for "01 bản chính" stands inside many names as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcham.apps.public_services.define import Paper
from motcham.apps.public_services.reading.words import clean, said

HEADS = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_KIND = r"bản (?:chính|sao)"
# A cell of counts: followed by the end, or at once by the beginning of the next row.
_COUNTS = re.compile(rf"(\d+) {_KIND}(?:, ?\d+ {_KIND})*(?=$|[^\s.,;:)\]/]|\s*[-+*•])")
_COUNT = re.compile(rf"(\d+) ({_KIND})")
_FORM = re.compile(r"\.(?:docx?|pdf|xlsx?|rtf|odt|zip|rar)$", re.IGNORECASE)
MOST_COPIES = 20


@dataclass(frozen=True)
class Papers:
    """The papers of one page, and what was not understood as (field, text, reason)."""

    papers: tuple[Paper, ...]
    doubts: tuple[tuple[str, str, str], ...]


def read(raw: str) -> Papers:
    """Return every line of the papers in the order of the page, with the group it stands in."""
    group, *tables = raw.split(HEADS)
    if not tables:
        lines = [line for part in raw.split("\n") if (line := said(part))]
        return Papers(tuple(Paper(line) for line in lines), (("papers", clean(raw)[:2000], "no_table"),) if lines else ())
    doubts: list[tuple[str, str, str]] = []
    papers: list[Paper] = []
    group = _group(group)
    for place, table in enumerate(tables):
        at = 0
        for cell in _COUNTS.finditer(table):
            papers.append(_paper(table[at : cell.start()], cell, group, doubts))
            at = cell.end()
        rest = clean(table[at:])
        is_last = place == len(tables) - 1
        if rest and is_last:
            papers.append(Paper(rest.strip("- "), group))
            doubts.append(("papers", rest[:600], "no_count"))
        group = _group(rest) if not is_last else group
    return Papers(tuple(dict.fromkeys(each for each in papers if each.name or each.form)), tuple(dict.fromkeys(doubts)))


def _group(text: str) -> str:
    return clean(text).strip("-–*• ").rstrip(":").strip()


def _paper(text: str, cell: re.Match[str], group: str, doubts: list[tuple[str, str, str]]) -> Paper:
    counts = {kind: number for number, kind in _COUNT.findall(cell.group(0))}
    first = cell.group(1)
    own, is_sure = _own_digits(text, first)
    text += first[: len(first) - len(own)]
    counts[_COUNT.findall(cell.group(0))[0][1]] = own
    if not is_sure:
        doubts.append(("papers", clean(text)[-200:] + cell.group(0), "count_run_together"))
    name, form = _form(text)
    if _FORM.search(clean(text)) and not form:
        doubts.append(("papers", clean(text)[-200:], "form_run_together"))
    sure = {kind: int(number) for kind, number in counts.items()} if is_sure else {}
    return Paper(name, group, sure.get("bản chính"), sure.get("bản sao"), form)


def _own_digits(text: str, digits: str) -> tuple[str, bool]:
    """Return the digits that are the count ("số 011" is 01 and 1), and whether there is only one way to read them."""
    if len(digits) == 1:
        return digits, True
    # Straight after a word nothing belongs to it: "quy định10" is ten.
    after_word = bool(re.search(r"[a-zà-ỹđ.);”\"]$", text))
    if after_word and digits[0] != "0" and int(digits) <= MOST_COPIES:
        return digits, True
    return digits[-1], (digits[:-1].startswith("0") and len(digits) > 2) or (after_word and digits[0] == "0")


def _form(text: str) -> tuple[str, str]:
    """Return the name of a paper and the file of its form, where one follows it."""
    line = clean(text)
    if not _FORM.search(line):
        return line.lstrip("-–+*• ").strip(), ""
    # The file begins where a letter follows without a space; its own name is mostly without marks.
    marked = max((at for at, letter in enumerate(line) if ord(letter) > 0x7F), default=-1)
    places = [at for at in range(1, len(line)) if _is_glued(line, at)]
    at = next((at for at in places if at > marked), places[-1] if places else 0)
    return line[:at].lstrip("-–+*• ").strip() or line, line[at:] if at else ""


def _is_glued(line: str, at: int) -> bool:
    before, here, after = line[at - 1], line[at], line[at + 1 : at + 2]
    if before in ").;:”":
        # A point after a digit belongs to the number.
        return here.isupper() or (here.isdigit() and not (before == "." and line[at - 2 : at - 1].isdigit()))
    return (before.islower() and (here.isupper() or here.isdigit())) or (before.isalnum() and here.isupper() and after.islower())
