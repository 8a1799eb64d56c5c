"""Hands out slips: the facts of an act become a page in the worker, once the act is committed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from motcham.apps.public_services.slips.apology import Apology
from motcham.apps.public_services.slips.control import Control
from motcham.apps.public_services.slips.form import form_of
from motcham.apps.public_services.slips.receipt import Receipt
from motcham.apps.public_services.slips.refusal import Refusal
from motcham.apps.public_services.slips.register import Register
from motcham.apps.public_services.slips.stop import Stop
from motcham.apps.public_services.slips.supplement import Supplement
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import HasRef

KINDS: dict[str, type[Any]] = {
    "receipt": Receipt,
    "supplement": Supplement,
    "refusal": Refusal,
    "apology": Apology,
    "stop": Stop,
    "control": Control,
    "register": Register,
}
AnySlip = Receipt | Supplement | Refusal | Apology | Stop | Control | Register


def slip(*, kind: str, facts: AnySlip, owner: str, by: HasRef, holder: str = "") -> UUID:
    """Order a slip in the transaction of the act it tells of; it becomes a document of `owner` ("case:<id>").

    Refused at once, while the act can still be undone: a kind that was not in force for this dossier, facts of another kind.
    """
    if not isinstance(facts, KINDS.get(kind, ())):
        raise TypeError(
            f"A slip '{kind}' takes {KINDS[kind].__name__ if kind in KINDS else 'nothing'}, not {type(facts).__name__}."
        )
    received = facts.until if isinstance(facts, Register) else facts.dossier.received_on
    form = form_of(kind, received)
    code = "" if isinstance(facts, Register) else f" {facts.dossier.code}"
    said = msgspec.to_builtins(facts)
    return documents.order(
        template=f"public_services.{kind}", facts=said, owner=owner, by=by, holder=holder, filename=f"{form.name}{code}"
    )
