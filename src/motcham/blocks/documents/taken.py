"""What can be sent, said beside the field that asks for it: the kinds and the size that `receive` holds a file to."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.blocks.documents.define import ACCEPT, MOST_MEGABYTES, DocumentKind


def bounds(*, at_most: int, accept: str = ACCEPT) -> str:
    """Return in words how many files of which kinds a field takes, and how large each may be."""
    kinds = [each for each in DocumentKind if each in accept.split(",")]
    photos = ", ".join(each.name for each in kinds if each.is_image)
    facts = {"number": at_most, "photos": photos, "most": MOST_MEGABYTES}
    if not photos:
        return _("One PDF, at most %(most)s MB.") % facts
    return (
        ngettext(
            "%(number)s file at most: a photo (%(photos)s) or a PDF, up to %(most)s MB.",
            "At most %(number)s files: photos (%(photos)s) or PDF, each up to %(most)s MB.",
            at_most,
        )
        % facts
    )
