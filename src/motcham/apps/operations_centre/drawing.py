"""The picture that is shown where a page of the board is shared: its figures and its map, drawn without a browser."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from motcham import ui
from motcham.ui.charts import Frame, MapView

SIZE = (1200, 630)
MARGIN = 64
FACES = Path(ui.__file__).parent / "static/vendor/be-vietnam-pro"
INK, SOFT, PAPER, RIVER, DOT, EDGE, NONE = "#17211f", "#51605d", "#faf9f5", "#0b5557", "#f2b134", "#ffffff", "#e3e7e4"
# The colours of `tokens.css`, low to high.
PAINTS = ("#f3e3d3", "#cfe3dc", "#9ccbc0", "#5fa79d", "#2a7f79", "#0b5557")
_NUMBER = re.compile(r"-?\d+")


@lru_cache(maxsize=32)
def _faces(weight: int, size: int) -> tuple[ImageFont.FreeTypeFont, ImageFont.FreeTypeFont]:
    latin, vietnamese = (FACES / f"be-vietnam-pro-{part}-{weight}-normal.woff2" for part in ("latin", "vietnamese"))
    return ImageFont.truetype(latin, size), ImageFont.truetype(vietnamese, size)


def _runs(text: str, weight: int, size: int) -> list[tuple[str, ImageFont.FreeTypeFont]]:
    """Part a text by the file that has its letters: the face is shipped in parts, as browsers want it."""
    latin, vietnamese = _faces(weight, size)
    runs: list[tuple[str, ImageFont.FreeTypeFont]] = []
    for letter in text:
        face = vietnamese if _is_vietnamese(letter) else latin
        if runs and runs[-1][1] is face:
            runs[-1] = (runs[-1][0] + letter, face)
        else:
            runs.append((letter, face))
    return runs


def _is_vietnamese(letter: str) -> bool:
    at = ord(letter)
    return 0x1EA0 <= at <= 0x1EF9 or at in {
        0x102,
        0x103,
        0x110,
        0x111,
        0x128,
        0x129,
        0x168,
        0x169,
        0x1A0,
        0x1A1,
        0x1AF,
        0x1B0,
        0x20AB,
    }


def _width(text: str, weight: int, size: int) -> float:
    return sum(face.getlength(run) for run, face in _runs(text, weight, size))


class Sheet:
    """One picture; text is written at its baseline."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", SIZE, PAPER)
        self.pen = ImageDraw.Draw(self.image)

    def write(self, x: float, y: float, text: str, *, size: int, weight: int = 400, colour: str = INK, width: float = 0) -> None:
        """Write one line; where it would be wider than `width` it is set smaller."""
        while width and size > 16 and _width(text, weight, size) > width:
            size -= 2
        for run, face in _runs(text, weight, size):
            self.pen.text((x, y), run, font=face, fill=colour, anchor="ls")
            x += face.getlength(run)

    def draw(self, frame: Frame, box: tuple[int, int, int, int]) -> None:
        """Draw the areas of a map into a box, as large as they fit; twice as large first, so that edges are smooth."""
        wide, high = (float(part) for part in frame.view_box.split()[2:])
        scale = 2 * min((box[2] - box[0]) / wide, (box[3] - box[1]) / high)
        sheet = Image.new("RGB", (round(wide * scale) + 2, round(high * scale) + 2), PAPER)
        pen = ImageDraw.Draw(sheet)
        for shape in frame.shapes:
            colour = NONE if shape.step is None else PAINTS[shape.step]
            for ring in rings(shape.path):
                points = [(x * scale, y * scale) for x, y in ring]
                if len(points) > 2:
                    pen.polygon(points, fill=colour)
                    pen.line([*points, points[0]], fill=EDGE, width=2)
        half = sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)
        self.image.paste(half, (box[2] - half.width, box[1] + (box[3] - box[1] - half.height) // 2))

    def png(self) -> bytes:
        """Return the picture with few colours, which keeps it small."""
        out = io.BytesIO()
        # The usual method mixes what is small and bright, like the dot, with what lies near it.
        self.image.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
        return out.getvalue()


def rings(path: str) -> list[list[tuple[float, float]]]:
    """Return the rings of a path as maps are drawn here: each begins with M and goes on with l, in whole numbers."""
    found = []
    for part in path.split("M")[1:]:
        numbers = [float(number) for number in _NUMBER.findall(part)]
        x = y = 0.0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        found.append(ring)
    return found


@dataclass(frozen=True)
class Picture:
    """What is drawn: whose figures they are, the figures, how far they are counted, and a warning where they are not real."""

    title: str
    sub: str
    figures: Sequence[tuple[str, str]]
    foot: str
    city: str
    warning: str = ""


def picture(shown: Picture, drawn: MapView | None) -> bytes:
    """Return a page's picture: whose figures they are, the figures, the map with its legend, and when they were counted."""
    sheet = Sheet()
    sheet.pen.rectangle((0, 0, SIZE[0], 88), fill=RIVER)
    sheet.pen.ellipse((MARGIN, 32, MARGIN + 24, 56), fill=DOT)
    sheet.write(MARGIN + 40, 56, "Một Chạm", size=30, weight=700, colour=EDGE)
    sheet.write(MARGIN + 216, 55, shown.city, size=22, colour="#cfe3dc")
    sheet.write(660, 55, shown.warning, size=21, colour="#fdf2d9", width=SIZE[0] - MARGIN - 660)
    left = 560 if drawn else SIZE[0] - 2 * MARGIN
    sheet.write(MARGIN, 164, shown.title, size=42, weight=700, width=left)
    sheet.write(MARGIN, 206, shown.sub, size=23, colour=SOFT, width=left)
    for place, (label, value) in enumerate(shown.figures[:4]):
        x, y = MARGIN + (place % 2) * 286, 320 + (place // 2) * 130
        sheet.write(x, y, value, size=60 if place == 0 else 48, weight=700, width=262)
        sheet.write(x, y + 34, label, size=21, colour=SOFT, width=262)
    sheet.write(MARGIN, SIZE[1] - 32, shown.foot, size=19, colour=SOFT, width=SIZE[0] - 2 * MARGIN)
    if drawn:
        sheet.draw(drawn.city, (660, 104, SIZE[0] - MARGIN, 530))
        _legend(sheet, drawn.legend)
    return sheet.png()


def _legend(sheet: Sheet, legend: Sequence[tuple[int, str]]) -> None:
    if not legend:
        return
    wide = (SIZE[0] - MARGIN - 660) / len(legend)
    for place, (step, words) in enumerate(legend):
        x = 660 + place * wide
        sheet.pen.rectangle((x, 540, x + wide - 3, 552), fill=PAINTS[step])
        # The face has no sign for "at least".
        label = words.removeprefix("≥ ") + "+" if words.startswith("≥") else words
        sheet.write(x, 576, label, size=17, colour=SOFT, width=wide - 6)
