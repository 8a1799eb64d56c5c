"""Signatures of agencies in PDF: made as PAdES (ETSI EN 319 142, B-T with a time-stamp after RFC 3161), and looked at again."""

from __future__ import annotations

import hashlib
import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from django.conf import settings

from motcham.blocks.documents import agency_keys, pdf
from motcham.blocks.documents.define import NotStamped, Soundness, Verification
from motcham.kernel.errors import Invalid

FIELD = "AgencySignature"
# What a parser in Python may be given to read by anyone: a second's work. Results have a tenth of it.
MOST_READ = 1024 * 1024
# What pyHanko says of a hostile file is for nobody: people read what the page says.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Signed:
    """A signed file, with what it was signed with and what the time-stamp says."""

    content: bytes
    certificate: bytes
    signed_at: datetime
    stamped_at: datetime | None


def sign(page: bytes, *, agency_code: str, agency_name: str, reason: str, place: str) -> Signed:
    """Sign for an agency, so that any later change is seen. Raises NoAgencyKey, or NotStamped where the authority does not answer."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate, key_path = agency_keys.newest(agency_code)
    known: Any = _made(SimpleCertificateStore)
    known.register_multiple(_asn1(each) for each in certificate.chain)
    from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1

    signer = signers.SimpleSigner(
        signing_cert=_asn1(certificate.subject),
        signing_key=translate_pyca_cryptography_key_to_asn1(load_pem_private_key(key_path.read_bytes(), password=None)),
        cert_registry=known,
    )
    asked = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=agency_name,
        reason=reason,
        location=place,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    out, now = io.BytesIO(), datetime.now(UTC).replace(microsecond=0)
    try:
        signers.PdfSigner(asked, signer, timestamper=_stamper()).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(page)), output=out)
    except (TimestampRequestError, OSError) as error:
        raise NotStamped() from error
    content = out.getvalue()
    found = verify(content)
    if found.soundness is not Soundness.INTACT or (settings.TIME_STAMP_URL and found.stamped_at is None):
        # A stamp by an authority whose certificate nobody put into keys/time-stamps proves nothing to anyone.
        raise NotStamped(permanent=True)
    return Signed(content, certificate.fingerprint, found.signed_at or now, found.stamped_at)


def verify(content: bytes) -> Verification:
    """Say who signed a file, when, and whether it is what was signed; whatever it is, this answers."""
    digest = hashlib.sha256(content).hexdigest()
    try:
        if pdf.judge(content, most_object_bytes=MOST_READ) > MOST_READ:
            return Verification(Soundness.UNREADABLE, digest)
    except Invalid:
        return Verification(Soundness.UNREADABLE, digest)
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = list(PdfFileReader(io.BytesIO(content), strict=False).embedded_regular_signatures)
        if not signatures:
            return Verification(Soundness.UNSIGNED, digest)
        known = {each.fingerprint: each for each in agency_keys.certificates()}
        found = [_look(each, known, digest) for each in signatures]
    # A file from anywhere breaks a parser in any way there is; the answer is the same.
    except Exception:  # noqa: BLE001 -- see above
        return Verification(Soundness.UNREADABLE, digest)
    order = [Soundness.INTACT, Soundness.CHANGED, Soundness.STRANGER]
    return min(found, key=lambda each: order.index(each.soundness))


def _look(signature: Any, known: dict[bytes, agency_keys.Certificate], digest: str) -> Verification:
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    shown = x509.load_der_x509_certificate(signature.signer_cert.dump())
    own = known.get(hashlib.sha256(signature.signer_cert.dump()).digest())
    stampers = [_asn1(each) for each in agency_keys.trusted_stampers()]
    moment = signature.self_reported_timestamp or datetime.now(UTC)
    context = ValidationContext(trust_roots=[signature.signer_cert], moment=moment, allow_fetching=False)
    stamp_context = ValidationContext(trust_roots=stampers, allow_fetching=False)
    try:
        status = validate_pdf_signature(signature, context, ts_validation_context=stamp_context)
        is_whole = status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    except (SignatureValidationError, SigningError, ValueError):
        return Verification(Soundness.CHANGED if own else Soundness.STRANGER, digest, agency_keys.name_of(shown))
    stamp = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.valid and stamp.intact and stamp.trusted else None
    at = stamped_at or signature.self_reported_timestamp
    in_force = at is not None and shown.not_valid_before_utc <= at <= shown.not_valid_after_utc
    if not is_whole:
        soundness = Soundness.CHANGED if own else Soundness.STRANGER
    else:
        soundness = Soundness.INTACT if own and in_force else Soundness.STRANGER
    return Verification(
        soundness,
        digest,
        signer=agency_keys.name_of(shown),
        agency_code=own.agency_code if own else "",
        signed_at=signature.self_reported_timestamp,
        stamped_at=stamped_at,
    )


def _made(kind: Any, *arguments: Any, **more: Any) -> Any:
    # pyHanko says types of most that it has, and of these none.
    return kind(*arguments, **more)


def _stamper() -> Any:
    if not settings.TIME_STAMP_URL:
        return None
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    return _made(RequestsHTTPTimeStamper, settings.TIME_STAMP_URL, timeout=10)


def _asn1(certificate: x509.Certificate) -> Any:
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
