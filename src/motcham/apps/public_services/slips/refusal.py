"""The refusal to take a dossier, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from motcham.apps.public_services.slips.form import Dossier, Part, about, template
from motcham.blocks.documents.define import FactList


@dataclass(frozen=True)
class Refusal:
    """What is said when a dossier cannot be taken; `remedy` is what the applicant can do instead."""

    dossier: Dossier
    reason: str
    legal_basis: str = ""
    remedy: str = ""
    ask_at: str = ""


def parts(facts: Refusal) -> tuple[Part, ...]:
    """Return the parts of the page."""
    return (
        about(facts.dossier),
        FactList(
            (
                ("Lý do", facts.reason),
                ("Căn cứ", facts.legal_basis),
                ("Có thể làm gì", facts.remedy),
                ("Hỏi về hồ sơ tại", facts.ask_at),
            )
        ),
    )


slip = template("refusal", Refusal, parts)
