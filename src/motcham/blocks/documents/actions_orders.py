"""Writes: order a page to be printed, and print what was ordered, in the worker, after the act that ordered it is committed."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.documents import actions, rendering, results, rules, store
from motcham.blocks.documents.define import PRINTED, DocumentKind, HasRef, templates
from motcham.blocks.documents.models import Document, Order, Result, Share
from motcham.blocks.ledger import api as ledger

logger = logging.getLogger("motcham.documents")
FACTS = "document.facts"
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)


@transaction.atomic
def order(
    *,
    template: str,
    facts: Mapping[str, Any],
    owner: str,
    by: HasRef,
    filename: str = "",
    holder: str = "",
    result: Result | None = None,
) -> UUID:
    """Write down what is to be printed for whom; the sealed facts go with the printing."""
    kind = templates[template]
    order_id, now = UUID(bytes=secrets.token_bytes(16)), timezone.now()
    said = json.dumps({"facts": facts, "name": filename or kind.official_name, "holder": holder}, ensure_ascii=False).encode()
    Order(
        id=order_id,
        template=template,
        facts=store.keyring().seal(FACTS, said, order_id.bytes),
        owner=owner,
        result=result,
        ordered_by=by.ref,
        ordered_at=now,
        due_at=now,
    ).save(force_insert=True)
    ledger.append(
        kind="document.ordered", subject=f"order:{order_id}", payload={"template": template, "owner": owner, "by": by.ref}
    )
    return order_id


@transaction.atomic
def recall(*, order_id: UUID, by: HasRef) -> None:
    """Take back a page, since the act that it tells of was taken back: not printed yet it never is; printed it leaves the wallet
    with every link to it, and stays with its owner as evidence."""
    found = Order.objects.select_for_update().filter(id=order_id).first()
    if found is None:
        return
    found.facts = None
    found.save(update_fields=["facts"])
    if found.document_id:
        Document.objects.filter(id=found.document_id).update(holder="")
        Share.objects.filter(document=found.document_id).delete()
    ledger.append(kind="document.recalled", subject=f"order:{order_id}", payload={"owner": found.owner, "by": by.ref})


def fulfil(*, batch: int = 20) -> int:
    """Print what is due, one after another; what cannot be printed now is tried again later, ever more seldom."""
    done = 0
    while done < batch and _fulfil_one():
        done += 1
    return done


def _fulfil_one() -> bool:
    with transaction.atomic():
        waiting = Order.objects.filter(facts__isnull=False, due_at__lte=timezone.now()).order_by("due_at")
        found = waiting.select_for_update(skip_locked=True).first()
        if found is None:
            return False
        try:
            with transaction.atomic():
                _print(found)
        except Exception as error:  # noqa: BLE001 -- whatever one page meets, those behind it are printed
            _put_off(found, error)
    return True


def _print(order: Order) -> None:
    said = json.loads(store.keyring().unseal(FACTS, bytes(order.facts or b""), order.id.bytes))
    sheet = templates[order.template].compose(said["facts"])
    content = rendering.print_sheet(sheet) if order.result is None else results.signed(order.result, sheet)
    document = actions.create(
        content,
        rules.neutral_name(f"{said['name']}.pdf", DocumentKind.PDF),
        DocumentKind.PDF,
        purpose=PRINTED,
        by=order.ordered_by,
        owner=order.owner,
        holder=said["holder"],
    )
    order.document, order.facts, order.problem = document, None, ""
    order.save(update_fields=["document", "facts", "problem"])
    if order.result is not None:
        results.finish(order.result, document, content)


def _put_off(order: Order, error: Exception) -> None:
    order.tries = min(order.tries + 1, 1000)
    # What the error says may quote the facts, which are somebody's; its kind tells an operator where to look.
    order.problem = getattr(error, "code", type(error).__name__)
    order.due_at = timezone.now() + min(_FIRST_PAUSE * 2 ** min(order.tries - 1, 20), _LONGEST_PAUSE)
    order.save(update_fields=["tries", "problem", "due_at"])
    logger.error("order %s of %s is not printed: %s", order.id, order.template, order.problem)
