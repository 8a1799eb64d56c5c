"""Pictures: bounded before they are decoded, turned upright, and written anew with nothing but their points."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from dataclasses import dataclass

from PIL import Image, ImageOps

from motcham.blocks.documents.define import MAX_PIXELS, MAX_SIDE, THUMBNAIL_SIDE, DocumentKind, TakenAt, TooManyPixels, Unreadable
from motcham.blocks.documents.rules import taken_at

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

_FORMATS = {DocumentKind.JPEG: "JPEG", DocumentKind.PNG: "PNG", DocumentKind.WEBP: "WEBP"}
_GPS = 0x8825
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, struct.error, zlib.error)
# One picture at a time in a process: 40 million points take up to 240 MB while they are decoded.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A picture written anew, its thumbnail (JPEG), and the position that was taken out of it."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    taken_at: TakenAt | None


def rewrite(content: bytes, kind: DocumentKind) -> Picture:
    """Decode the first frame and write it anew, at most `MAX_SIDE` long, without metadata."""
    with _one_at_a_time:
        try:
            with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
                return _rewrite(image, kind)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels(megapixels=MAX_PIXELS // 1_000_000) from None
        except _DAMAGED as error:
            raise Unreadable() from error


def _rewrite(image: Image.Image, kind: DocumentKind) -> Picture:
    position = taken_at(image.getexif().get_ifd(_GPS))
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    has_alpha = kind is not DocumentKind.JPEG and (
        image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    )
    mode = "RGBA" if has_alpha else "L" if image.mode in ("1", "L") else "RGB"
    upright = ImageOps.exif_transpose(image)
    points = upright if upright.mode == mode else upright.convert(mode)
    points.thumbnail((MAX_SIDE, MAX_SIDE))
    small = points.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    if has_alpha:
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    return Picture(_written(points, _FORMATS[kind]), _written(small, "JPEG"), *points.size, position)


def _written(image: Image.Image, form: str) -> bytes:
    # Writers copy comments, XMP and profiles from `info` unless it is empty.
    image.info = {}
    out = io.BytesIO()
    image.save(out, form, quality=85)
    return out.getvalue()
