"""The nouns of documents: kinds of file, a reference to a document, and why one is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from motcham.kernel.errors import Invalid, Missing, Upstream

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 3000
THUMBNAIL_SIDE = 480
MAX_OF_ONE_OWNER = 20
KEPT_UNATTACHED = timedelta(hours=24)


class DocumentKind(StrEnum):
    """What a file is, by its content and never by its name; the value is its media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"

    @property
    def extension(self) -> str:
        """The ending of its name."""
        return {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}[self.value]

    @property
    def is_image(self) -> bool:
        """Whether it has a thumbnail and may be shown in a page."""
        return self is not DocumentKind.PDF


ACCEPT = ",".join(DocumentKind)


class HasRef(Protocol):
    """Whoever acts: an actor of `identity`, known here by reference alone."""

    @property
    def ref(self) -> str: ...


@dataclass(frozen=True)
class TakenAt:
    """Where a photograph says it was taken. It is offered once, to the one who sends it, and not kept."""

    lon: float
    lat: float


@dataclass(frozen=True)
class DocumentRef:
    """A document as other blocks and pages know it."""

    id: UUID
    kind: DocumentKind
    name: str
    size: int
    created_at: datetime
    width: int | None = None
    height: int | None = None
    taken_at_place: TakenAt | None = None


class EmptyFile(Invalid):
    """The file is empty. Choose it again; if it opens on your device, send it from there."""

    code = "document.empty"


class TooLarge(Invalid):
    """The file is larger than {megabytes} MB. Send a smaller photo, or the document in parts."""

    code = "document.too_large"


class UnknownKind(Invalid):
    """This kind of file cannot be taken. Send a photo (JPEG, PNG, WebP) or a PDF."""

    code = "document.unknown_kind"


class Unreadable(Invalid):
    """The file is damaged or not complete, so nobody could open it. Choose it again or take the photo anew."""

    code = "document.unreadable"


class TooManyPixels(Invalid):
    """The picture has more than {megapixels} million points. Send it in a smaller size."""

    code = "document.too_many_pixels"


class TooManyDocuments(Invalid):
    """At most {number} files can be attached. Take some away, or put several pages into one PDF."""

    code = "document.too_many"


class Infected(Invalid):
    """The file was refused by the malware scanner. Check your device, then send another file."""

    code = "document.infected"


class NoDocument(Missing):
    """There is no such file. It may have been erased, or it was not attached within 24 hours; send it again if it is yours."""

    code = "document.missing"


class NotKept(Upstream):
    """The file could not be stored or checked just now. Nothing else of what you entered is lost; send the file again in a minute."""

    code = "document.not_kept"
