"""What the tests of slips, money and results share: a dossier that costs something, and what stands on a printed page."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pypdf

from motcham.apps.public_services.dossiers import tasks
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.sources import Offer
from motcham.apps.public_services.testing import MARRIAGE_STATUS
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import print_orders
from motcham.blocks.identity.testing import an_officer, client_of

PRICE = 50_000
PAID = replace(
    MARRIAGE_STATUS,
    code="1.009998",
    title="Thủ tục thử có phí",
    offers=tuple(Offer(channel, 3, "working_days", "amount", PRICE) for channel in ("online", "direct", "post")),
)
"""A procedure whose page names a fee."""


def text_of(pdf: bytes) -> str:
    """Return the words of a PDF, one space between any two."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return unicodedata.normalize("NFC", " ".join(" ".join(page.extract_text() for page in pages).split()))


def printed(case_id: object) -> list[str]:
    """Print what is waiting, and return the words of every page of a dossier, what was declared first, then in the order of the orders."""
    tasks.declare()
    print_orders()
    owner = f"case:{case_id}"
    found = [
        each.document_id for each in sorted(documents.orders(owner=owner), key=lambda one: one.template != "dossiers.declaration")
    ]
    return [text_of(documents.content(document_id=each, owner=owner)) for each in found if each]


def row_of(opened: Any) -> Dossier:
    """Return the row of a dossier as it stands."""
    return Dossier.objects.get(case_id=opened.id)


def desk(agency: str = "ward.26740") -> Any:
    """Return the browser of an officer of a ward."""
    return client_of(an_officer(role="ward_officer", agency_code=agency))


def acts(browser: Any, opened: Any, act: str, **more: str) -> Any:
    """Take a dossier to a step from its page; return the answer."""
    sent: Mapping[str, str] = {f"{act}-{name}": value for name, value in more.items()}
    return browser.post(f"/desk/{opened.id}/act/", {"act": act, **sent})


def accepts_with_others(browser: Any, opened: Any) -> None:
    """Accept a dossier by the act for many at once, which can be taken back within a minute."""
    assert browser.post("/desk/bulk/", {"step": "public_services.dossier:2", "case": [str(opened.id)]}).status_code == 302
