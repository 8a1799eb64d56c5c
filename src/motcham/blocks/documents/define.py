"""The nouns of documents: kinds of file, sheets to print, signed results, and why something is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from motcham.kernel.errors import Invalid, Missing, Upstream
from motcham.kernel.registry import Registry
from motcham.kernel.terms import LegalBasis

MOST_MEGABYTES = 10
MAX_BYTES = MOST_MEGABYTES * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 3000
THUMBNAIL_SIDE = 480
MAX_OF_ONE_OWNER = 20
PRINTED = "printed"
LONGEST_SHARE = timedelta(days=30)
MOST_SHARES = 20
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


class Fault(StrEnum):
    """What can be wrong with a scanned paper."""

    COARSE = "coarse"
    DARK = "dark"
    BLANK = "blank"
    BLURRED = "blurred"
    SKEWED = "skewed"
    UNMEASURED = "unmeasured"


HOLDS_UP = frozenset(Fault) - {Fault.UNMEASURED}
"""What an officer decides on before the paper goes anywhere."""


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
    digest: str = ""
    """Keyed: the same for the same content, and of no use without our keys."""


@dataclass(frozen=True)
class FactList:
    """Facts of a sheet, each a label and what is said under it; one without a value is left out."""

    rows: tuple[tuple[str, str], ...]
    heading: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of a sheet; `widths` are shares of its breadth."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    heading: str = ""
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What a page says, in reading order, apart from how it looks. `address` is where its QR code leads."""

    title: str
    agency: str
    parts: tuple[FactList | Grid | str, ...]
    parent: str = ""
    form: str = ""
    code: str = ""
    place: str = ""
    dated: date | None = None
    address: str = ""
    signed_by: tuple[str, ...] = ()
    footer: str = ""
    is_wide: bool = False


@dataclass(frozen=True)
class Template:
    """A kind of page that can be rendered: facts go in, a sheet comes out. One file of an app adds one."""

    key: str
    official_name: str
    compose: Callable[[Mapping[str, Any]], Sheet]
    legal_basis: LegalBasis


templates: Registry[Template] = Registry("template")


class Leading(Protocol):
    """Where something is read, and what it is called there: a link of `channels`, known here by its shape alone."""

    @property
    def about(self) -> str: ...
    @property
    def href(self) -> str: ...


@dataclass(frozen=True)
class Origins:
    """From what the papers and bills of owners of one prefix come ("case:<id>"): `links` leads an account to those that it follows, and to no
    other."""

    key: str
    links: Callable[[Collection[str], int], Mapping[str, Leading]]


origins: Registry[Origins] = Registry("origins")


def origins_of(owners: Collection[str], account_id: int) -> dict[str, Leading]:
    """Return by owner where an account reads of what it follows; nothing of what it does not."""
    found: dict[str, Leading] = {}
    for each in origins:
        found |= each.links([owner for owner in owners if owner.partition(":")[0] == each.key], account_id)
    return found


class OrderState(StrEnum):
    """How far a page that is to be printed has come."""

    WAITING = "waiting"
    FAILING = "failing"
    PRINTED = "printed"


@dataclass(frozen=True)
class OrderView:
    """A page that was ordered: printed, there is a document."""

    id: UUID
    template: str
    state: OrderState
    ordered_at: datetime
    document_id: UUID | None = None


@dataclass(frozen=True)
class ResultView:
    """A signed result as anyone sees it who has its code. It names no person."""

    code: str
    title: str
    agency_code: str
    agency_name: str
    issued_at: datetime
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    digest: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    document_id: UUID | None = None
    entry_id: int | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it is signed and stands."""
        return self.signed_at is not None and self.withdrawn_at is None


@dataclass(frozen=True)
class Withdrawn:
    """A result of an owner was withdrawn; published in the transaction that withdraws it."""

    owner: str
    result: ResultView
    by: HasRef


class Soundness(StrEnum):
    """What looking at a file's signature found."""

    INTACT = "intact"
    CHANGED = "changed"
    STRANGER = "stranger"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Verification:
    """What a file says of itself: who signed it, when, and whether it is still what was signed."""

    soundness: Soundness
    digest: str
    signer: str = ""
    agency_code: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    result: ResultView | None = None


@dataclass(frozen=True)
class AgencyKey:
    """What an agency signs with: the newest of its keys, which lies outside the database."""

    agency_code: str
    version: int
    subject: str
    fingerprint: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class ShareView:
    """A link to a document, as its holder sees it."""

    id: UUID
    document_id: UUID
    made_at: datetime
    until: datetime
    revoked_at: datetime | None
    looks: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Held:
    """One paper in a person's wallet: sent in by them, printed for them, or a result."""

    document: DocumentRef
    owner: str
    result: ResultView | None = None
    shares: tuple[ShareView, ...] = ()


class EmptyFile(Invalid):
    """The file is empty. Choose it again; if it opens on your device, send it from there."""

    code = "document.empty"


class TooLarge(Invalid):
    """The file is larger than {megabytes} MB. Send a smaller photo, or the document in parts."""

    code = "document.too_large"


class UnknownKind(Invalid):
    """This kind of file cannot be taken. Send a photo (JPEG, PNG, WebP) or a PDF."""

    code = "document.unknown_kind"


class WrongKind(Invalid):
    """This is {what}, which cannot be taken here. To send the paper itself: {instead}."""

    code = "document.wrong_kind"


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


class NotRendered(Upstream):
    """The page could not be printed now. What it tells of is done and recorded; the operator sees why, and it is tried again."""

    code = "document.not_rendered"


class NoAgencyKey(Upstream):
    """The agency {agency_code} has no key to sign with on this machine. The operator makes or imports one: motcham documents agency-key."""

    code = "document.no_agency_key"


class NotStamped(Upstream):
    """The time-stamp authority did not answer, so the result is not signed yet. Nothing is lost; it is tried again by itself."""

    code = "document.not_stamped"


class NoResult(Missing):
    """There is no result of this code. Compare it with the paper, letter by letter; if it is the same, the paper is not ours."""

    code = "document.no_result"


class AlreadyWithdrawn(Invalid):
    """This result was withdrawn before. Look at its page; nothing more is needed."""

    code = "document.already_withdrawn"


class ReasonNeeded(Invalid):
    """A result is withdrawn for a reason that its holder can read. Write it, without anybody's name."""

    code = "document.reason_needed"


class NoShare(Missing):
    """This link shows nothing: it has ended, was taken back, or is not complete. Ask whoever sent it for a new one."""

    code = "document.no_share"


class ActivePdf(Invalid):
    """The PDF holds {what}, which could do something on the reader's computer. Print it to a new PDF, or send photos of its pages."""

    code = "document.active_pdf"


class LockedPdf(Invalid):
    """The PDF is locked, so nobody could look what is in it. Print it to a new PDF without a password, or send photos of its pages."""

    code = "document.locked_pdf"


class SwollenPdf(Invalid):
    """The PDF unpacks to far more than it weighs, so it was not opened. Print it to a new PDF, or send photos of its pages."""

    code = "document.swollen_pdf"


class KeyNotTaken(Invalid):
    """The key was not taken: {why}. Look at the file and the code, then try again; nothing was changed."""

    code = "document.key_not_taken"


class TooManyShares(Invalid):
    """This paper has {number} links already. Take back those that are no longer needed, then make a new one."""

    code = "document.too_many_shares"
