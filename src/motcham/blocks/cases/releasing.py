"""Releasing: what is proposed for everybody to read, masked; and the act itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from motcham.blocks.cases import actions_public
from motcham.blocks.cases.define import CLOSED, CaseType, CaseView, type_of
from motcham.blocks.channels import api as channels
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Kind

LONGEST = 2000


def proposed(view: CaseView) -> str:
    """Return the words of a report with what tells who somebody is struck out."""
    case_type = type_of(view.line)
    texts = [str(view.answers.get(each.name) or "") for each in case_type.fields if each.kind is Kind.LONG_TEXT]
    return channels.mask("\n".join(text for text in texts if text))[:LONGEST]


def proposed_reply(view: CaseView) -> str:
    """Return the answer that closed the case, masked; nothing while it is open."""
    said = [event.message for event in view.events if event.is_public and event.message and event.kind == "step"]
    return channels.mask(said[-1])[:LONGEST] if said and view.line.state == CLOSED else ""


def publish(
    *, by: Actor, case_id: UUID, text: str, reply: str = "", chosen: Sequence[UUID] = (), version: int | None = None,
    at: datetime | None = None,
) -> str:  # fmt: skip
    """Release a case; return its public reference. What is masked is masked again here, so that no way leads around it."""
    text, reply = channels.mask(text), channels.mask(reply)
    return actions_public.release(by=by, case_id=case_id, text=text, reply=reply, documents=chosen, version=version, at=at)


def public_list(case_type: CaseType) -> str:
    """Return the address where everybody reads the released cases of this kind, if its application has such a page."""
    try:
        return reverse(f"{case_type.key.partition('.')[0]}_reports")
    except NoReverseMatch:
        return ""


def public_address(case_type: CaseType, ref: str) -> str:
    """Return the address of the public page of a case: its application names that page `<application>_report`."""
    try:
        return reverse(f"{case_type.key.partition('.')[0]}_report", args=[ref])
    except NoReverseMatch:
        return ""
