"""Whether a scanned page can be read: measured on its points, judged by dated rules, said in words of what to do.

Nothing here asks a database. A PDF is not measured: no parser of ours opens what somebody sends.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFilter, ImageOps, ImageStat

from motcham import data
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
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


class Fault(StrEnum):
    """What can be wrong with a scan."""

    COARSE = "coarse"
    DARK = "dark"
    BLANK = "blank"
    BLURRED = "blurred"
    SKEWED = "skewed"
    UNMEASURED = "unmeasured"


WORDS: dict[Fault, Words] = {
    Fault.COARSE: _("Too coarse to read small print. Scan it again at 300 dots per inch, or hold the camera nearer."),
    Fault.DARK: _("Too dark. Lift the brightness of the scanner, or take the photo in better light without a shadow."),
    Fault.BLANK: _("The page is blank. Turn the paper over, or take this page out."),
    Fault.BLURRED: _("Blurred. Wipe the glass and press the paper flat, or hold the camera still, then scan it again."),
    Fault.SKEWED: _("It lies askew. Lay the paper along the edge of the glass and scan it again."),
    Fault.UNMEASURED: _("A PDF is kept as it is and not measured: open it once and look whether every page can be read."),
}
HOLDS_UP = frozenset(Fault) - {Fault.UNMEASURED}
"""What an officer decides on before the paper goes with the dossier."""


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


def measure_image(image: Image.Image) -> Measured:
    """Measure a picture in hand."""
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
    gray = ImageOps.grayscale(flat)
    page = _inside(gray.resize((WIDE, max(3, round(WIDE * gray.height / gray.width))), Image.Resampling.BOX))
    brightness = _paper(page)
    dark = page.point([255 if level < brightness - DARKER else 0 for level in range(256)])
    ink = 1000 * dark.histogram()[255] / (page.width * page.height)
    edges = page.filter(_LAPLACIAN)
    inked = dark.filter(ImageFilter.MaxFilter(5))
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
    small = dark.resize((SMALL, max(3, round(SMALL * dark.height / dark.width))), Image.Resampling.BOX)
    if not small.getbbox():
        return 0.0
    coarse = max(range(-MOST_LEAN, MOST_LEAN + 1), key=lambda angle: (_contrast(small, angle), -abs(angle)))
    fine = [coarse + step / 4 for step in range(-3, 4)]
    best = max(fine, key=lambda angle: (_contrast(small, angle), -abs(angle)))
    return -best


def _contrast(page: Image.Image, angle: float) -> float:
    turned = page.rotate(angle, Image.Resampling.BILINEAR, fillcolor=0)
    rows = turned.resize((1, turned.height), Image.Resampling.BOX)
    return float(ImageStat.Stat(rows).var[0])
