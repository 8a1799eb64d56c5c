"""What makes a printed page a result: the agency's signature, and the row by which anyone can check it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from motcham.blocks.documents import rendering, rules, signing
from motcham.blocks.documents.define import Sheet
from motcham.blocks.documents.models import Document, Result
from motcham.blocks.ledger import api as ledger
from motcham.ui import formats


def address(code: str) -> str:
    """Return where a result is checked, empty where the house does not know its own address."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('documents:result', args=[rules.show_code(code)])}"


def signed(result: Result, sheet: Sheet) -> bytes:
    """Print a result with its code and the words of its signature, and sign it; the row learns what it was signed with."""
    now = timezone.now()
    words = (
        *sheet.signed_by,
        f"Ký bởi: {result.agency_name}",
        f"Thời gian ký: {signing_time(now)}",
        f"Mã kiểm tra: {rules.show_code(result.code)}",
    )
    whole = replace(sheet, address=address(result.code), signed_by=words, agency=sheet.agency or result.agency_name)
    made = signing.sign(
        rendering.print_sheet(whole, seal_room=0),
        agency_code=result.agency_code,
        agency_name=result.agency_name,
        reason=result.title,
        place=settings.CITY_NAME,
    )
    result.signed_at, result.stamped_at, result.certificate = made.signed_at, made.stamped_at, made.certificate
    return made.content


def finish(result: Result, document: Document, content: bytes) -> None:
    """Note that a result is signed and kept: with this its code shows it."""
    result.document, result.digest = document, hashlib.sha256(content).digest()
    receipt = ledger.append(
        kind="document.signed",
        subject=f"result:{result.code}",
        payload={
            "document": document.id,
            "agency": result.agency_code,
            "sha256": result.digest.hex(),
            "certificate": (result.certificate or b"").hex(),
            "stamped_at": result.stamped_at,
            "owner": result.owner,
        },
    )
    result.save(update_fields=["document", "digest", "signed_at", "stamped_at", "certificate"])
    # Withdrawn before it was signed, its page goes on leading to the entry of that.
    Result.objects.filter(code=result.code, withdrawn_at=None).update(entry_id=receipt.entry_id)


def signing_time(at: datetime) -> str:
    """Return a time of signing as papers of the state write it, to the second and with the zone: 09:14:05 22/11/2026 +07:00."""
    local = formats.local(at)
    zone = f"{local:%z}"
    return f"{local:%H:%M:%S %d/%m/%Y} {zone[:3]}:{zone[3:]}"
