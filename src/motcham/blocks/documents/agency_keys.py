"""What agencies sign with: a key and a certificate for each, in the folder of keys, outside the database. No Django models.

`keys/agencies/<code>/key-0001.pem` and `certificate-0001.pem`, by versions: the newest signs, and every certificate that is there
is known when a file is checked. `keys/time-stamps/*.pem` holds the certificates of the time-stamp authorities that are trusted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings

from motcham.blocks.documents.define import AgencyKey, KeyNotTaken, NoAgencyKey

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")


@dataclass(frozen=True)
class Certificate:
    """One certificate of an agency; `chain` are those that lead from it to its issuer."""

    agency_code: str
    version: int
    subject: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over the certificate."""
        return self.subject.fingerprint(SHA256())

    def view(self) -> AgencyKey:
        """Return it as others know it."""
        return AgencyKey(
            self.agency_code,
            self.version,
            name_of(self.subject),
            self.fingerprint.hex(),
            self.subject.not_valid_before_utc,
            self.subject.not_valid_after_utc,
        )


def folder() -> Path:
    """Return where the agencies' keys lie."""
    path: Path = settings.HOME / "keys" / "agencies"
    return path


def certificates() -> Iterator[Certificate]:
    """Yield every certificate that is known, newest first for each agency."""
    for path in sorted(folder().glob("*/certificate-*.pem"), reverse=True):
        first, *chain = x509.load_pem_x509_certificates(path.read_bytes())
        yield Certificate(path.parent.name, int(path.stem.rpartition("-")[2]), first, tuple(chain))


def newest(agency_code: str) -> tuple[Certificate, Path]:
    """Return what an agency signs with now and where its key lies; NoAgencyKey where there is none or it has run out."""
    now = datetime.now(UTC)
    for each in certificates():
        key = folder() / each.agency_code / f"key-{each.version:04}.pem"
        in_force = each.subject.not_valid_before_utc <= now <= each.subject.not_valid_after_utc
        if each.agency_code == agency_code and key.exists() and in_force:
            return each, key
    raise NoAgencyKey(agency_code=agency_code, permanent=True)


def trusted_stampers() -> list[x509.Certificate]:
    """Return the certificates of the time-stamp authorities that this installation trusts."""
    found = sorted((settings.HOME / "keys" / "time-stamps").glob("*.pem"))
    return [each for path in found for each in x509.load_pem_x509_certificates(path.read_bytes())]


def make(agency_code: str, official_name: str, *, years: int = 3) -> AgencyKey:
    """Draw a key and write a certificate for it, signed by itself: enough to try out, and where no authority of the state issues one."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, official_name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, official_name[:64]),
        ]
    )
    now = datetime.now(UTC).replace(microsecond=0)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _write(agency_code, pem, [certificate])


def take(agency_code: str, content: bytes, password: str) -> AgencyKey:
    """Take over a key that an authority issued, as PKCS#12 (.p12, .pfx). Raises KeyNotTaken."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, password.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyNotTaken(why="the file or its password is wrong") from error
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise KeyNotTaken(why="there is no RSA or EC key with its certificate in it")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _write(agency_code, pem, [certificate, *chain])


def name_of(certificate: x509.Certificate) -> str:
    """Return whom a certificate names."""
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := certificate.subject.get_attributes_for_oid(kind):
            return str(found[0].value)
    return certificate.subject.rfc4514_string()


def _write(agency_code: str, key: bytes, chain: list[x509.Certificate]) -> AgencyKey:
    if not _CODE.fullmatch(agency_code):
        raise KeyNotTaken(why="the agency's code has other signs than letters, digits, dots and dashes")
    if load_pem_private_key(key, password=None).public_key() != chain[0].public_key():
        raise KeyNotTaken(why="the certificate is for another key")
    place = folder() / agency_code
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    version = max((each.version for each in certificates() if each.agency_code == agency_code), default=0) + 1
    # The key first: a certificate without its key would be taken for one that can sign.
    for name, content in (
        (f"key-{version:04}.pem", key),
        (f"certificate-{version:04}.pem", b"".join(each.public_bytes(Encoding.PEM) for each in chain)),
    ):
        with os.fdopen(os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return Certificate(agency_code, version, chain[0], tuple(chain[1:])).view()
