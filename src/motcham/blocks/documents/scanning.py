"""Whether a scanned page can be read: measured on its points, judged by dated rules, said in words of what to do.

Nothing here asks a database. Of a PDF the photographed pages in it are measured, found by their first bytes; no parser of ours
opens it.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageOps, ImageStat

from motcham import data
from motcham.blocks.documents.define import Fault
from motcham.kernel.terms import Words

A4_INCHES = 11.69
"""The long side of an A4 page."""
WIDE = 1000
"""Sharpness is measured on a page so many points wide, so that a finer scan is not held against itself."""
SMALL = 360
MOST_LEAN = 12
DARKER = 50
"""Ink is so much darker than the paper it stands on."""
MARGIN = 0.03
MOST_PAGES, LEAST_PAGE, MOST_PAGE, LONGEST_PAGE = 30, 700, 12_000, 1.7
"""Pictures in a PDF that are looked at; what is smaller, huge or longer than a page is none: a seal, a drawing."""
_PICTURE = re.compile(rb"\xff\xd8\xff")
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


WORDS: dict[Fault, Words] = {
    Fault.COARSE: _("Too coarse to read small print. Scan it again at 300 dots per inch, or hold the camera nearer."),
    Fault.DARK: _("Too dark. Lift the brightness of the scanner, or take the photo in better light without a shadow."),
    Fault.BLANK: _("The page is blank. Turn the paper over, or take this page out."),
    Fault.BLURRED: _("Blurred. Wipe the glass and press the paper flat, or hold the camera still, then scan it again."),
    Fault.SKEWED: _("It lies askew. Lay the paper along the edge of the glass and scan it again."),
    Fault.UNMEASURED: _(
        "No scanned page was found in this PDF, so nothing was measured: open it once and look whether it can be read."
    ),
}


@dataclass(frozen=True)
class Measured:
    """What was measured of a page: points of its long side, how light its paper is, how much of it is ink (in 1000), how sharp
    its edges are, by how many degrees its lines lean."""

    long_side: int
    brightness: int
    ink: float
    sharpness: float
    lean: float

    @property
    def resolution(self) -> int:
        """Return the dots per inch, were it an A4 page."""
        return round(self.long_side / A4_INCHES)


@dataclass(frozen=True)
class Rules:
    """From where on a scan is good enough, as of a day."""

    resolution_least: float
    brightness_least: float
    ink_least: float
    sharpness_least: float
    skew_most: float


@cache
def rules_on(day: date) -> Rules:
    """Return the rules in force on a day."""
    found = {
        row["key"]: float(row["amount"])
        for row in data.rows("scan_rules.csv")
        if date.fromisoformat(row["valid_from"]) <= day and (not row["valid_to"] or day < date.fromisoformat(row["valid_to"]))
    }
    return Rules(**found)


def judge(page: Measured, rules: Rules) -> tuple[Fault, ...]:
    """Return what is wrong with a page, what to mend first at the front.

    A dark or blank page is said to be that and no more: its edges and lines cannot be measured.
    """
    if page.brightness < rules.brightness_least:
        return (Fault.DARK,)
    if page.ink < rules.ink_least:
        return (Fault.BLANK,)
    found = []
    if page.resolution < rules.resolution_least:
        found.append(Fault.COARSE)
    if page.sharpness < rules.sharpness_least:
        found.append(Fault.BLURRED)
    if abs(page.lean) > rules.skew_most:
        found.append(Fault.SKEWED)
    return tuple(found)


def measure(content: bytes) -> Measured:
    """Measure a picture that the documents block took in: bounded, upright and whole."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return measure_image(image)


def measure_pdf(content: bytes) -> list[Measured]:
    """Measure the pages of a PDF that a scanner or a camera made: the pictures in it that have the shape of a page."""
    found = []
    for begin in itertools.islice((each.start() for each in re.finditer(_PICTURE, content)), MOST_PAGES):
        end = content.find(b"endstream", begin)
        try:
            with Image.open(io.BytesIO(content[begin : end if end > 0 else None]), formats=["JPEG"]) as image:
                size = image.size
                if not LEAST_PAGE <= max(size) <= MOST_PAGE or not max(size) / min(size) <= LONGEST_PAGE:
                    continue
                # A large picture is decoded small: what is measured is no finer.
                image.draft("L", (2 * WIDE, 2 * WIDE))
                image.load()
                found.append(replace(measure_image(image), long_side=max(size)))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
            continue
    return found


def faults_of(content: bytes, *, is_image: bool, rules: Rules) -> tuple[Fault, ...]:
    """Return what is wrong with a file that was scanned, each fault once."""
    pages = [measure(content)] if is_image else measure_pdf(content)
    if not pages:
        return (Fault.UNMEASURED,)
    return tuple(dict.fromkeys(fault for page in pages for fault in judge(page, rules)))


def measure_image(image: Image.Image) -> Measured:
    """Measure a picture in hand."""
    whole = image if image.mode in ("L", "RGB", "RGBA") else image.convert("RGB")
    small = whole.resize((WIDE, max(3, round(WIDE * image.height / image.width))), Image.Resampling.BOX)
    flat = Image.new("RGB", small.size, "white")
    flat.paste(small, mask=small.getchannel("A") if small.mode == "RGBA" else None)
    page = _inside(ImageOps.grayscale(flat))
    brightness = _paper(page)
    dark = page.point([255 if level < brightness - DARKER else 0 for level in range(256)])
    ink = 1000 * dark.histogram()[255] / (page.width * page.height)
    edges = page.filter(_LAPLACIAN)
    inked = dark.filter(ImageFilter.BoxBlur(2)).point([0] + [255] * 255)
    # Only around ink: a page of few words is no less sharp than a full one.
    sharpness = ImageStat.Stat(edges, mask=inked).var[0] if inked.getbbox() else 0.0
    return Measured(max(image.size), brightness, ink, sharpness, _lean(dark))


def _inside(page: Image.Image) -> Image.Image:
    """Return a page without its rim, where the lid of a scanner leaves a shadow."""
    x, y = round(page.width * MARGIN), round(page.height * MARGIN)
    return page.crop((x, y, page.width - x, page.height - y))


def _paper(page: Image.Image) -> int:
    """Return how light the paper is: what three quarters of its points reach at most a quarter of them pass."""
    counts, seen = page.histogram(), 0
    for level, count in enumerate(counts):
        seen += count
        if 4 * seen >= 3 * page.width * page.height:
            return level
    return 255


def _lean(dark: Image.Image) -> float:
    """Return by how many degrees the lines lean: turned back by as much, rows of ink and rows of paper differ most."""
    if not dark.getbbox():
        return 0.0
    # First by whole degrees on a small page, then by quarters around the best on a larger one.
    coarse = _best(_narrow(dark, SMALL // 2), range(-MOST_LEAN, MOST_LEAN + 1))
    return -_best(_narrow(dark, SMALL), [coarse + step / 4 for step in range(-4, 5)])


def _narrow(page: Image.Image, width: int) -> Image.Image:
    return page.resize((width, max(3, round(width * page.height / page.width))), Image.Resampling.BOX)


def _best(page: Image.Image, angles: Iterable[float]) -> float:
    return max(angles, key=lambda angle: (_contrast(page, angle), -abs(angle)))


def _contrast(page: Image.Image, angle: float) -> float:
    turned = page.rotate(angle, Image.Resampling.BILINEAR, fillcolor=0)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX)
    return float(ImageStat.Stat(rows).var[0])
