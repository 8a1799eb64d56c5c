"""A file that is not taken, named for what it seems to be, with what to send instead: an Excel in the place of a scan."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcham.blocks.documents import rules
from motcham.blocks.documents.define import DocumentKind, UnknownKind, WrongKind

_PRINT = _("open it, print it to PDF and send the PDF, or take a photo of the paper")
_PHOTO = _("take a photo of the paper, or send a PDF")
_UNPACK = _("unpack it on your device and send each paper by itself, as a photo or a PDF")
_WORDS = {
    "spreadsheet": (_("a spreadsheet"), _PRINT),
    "text": (_("a text document"), _PRINT),
    "slides": (_("a presentation"), _PRINT),
    "office": (_("an office document"), _PRINT),
    "program": (_("a program"), _PHOTO),
    "archive": (_("a packed archive"), _UNPACK),
    "gif": (_("a moving picture (GIF)"), _PHOTO),
    "tiff": (_("a picture for printing (TIFF)"), _PRINT),
    "heic": (_("a photo in a form that not every device can show (HEIC)"), _("send a screenshot of it, or set the camera to “most compatible” and take it again")),
    "film": (_("a film"), _PHOTO),
    "page": (_("a web page or a drawing"), _PRINT),
}  # fmt: skip


def kind_of(content: bytes) -> DocumentKind:
    """Tell what a file is, as `rules.kind_of` does; what is refused for its kind is called by its name, whatever its ending."""
    try:
        return rules.kind_of(content)
    except UnknownKind:
        what, instead = _WORDS.get(rules.looks_like(content), ("", ""))
        if not what:
            raise
        raise WrongKind(what=str(what), instead=str(instead)) from None
