"""The notice that a dossier is no longer dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcham.apps.public_services.slips.form import Dossier, Part, about, moment, template
from motcham.blocks.documents.define import FactList


@dataclass(frozen=True)
class Stop:
    """What is said when work on a dossier stops."""

    dossier: Dossier
    stopped_at: datetime
    reason: str
    legal_basis: str = ""
    remedy: str = ""
    ask_at: str = ""


def parts(facts: Stop) -> tuple[Part, ...]:
    """Return the parts of the page."""
    return (
        about(facts.dossier),
        FactList(
            (
                ("Dừng giải quyết lúc", moment(facts.stopped_at)),
                ("Lý do", facts.reason),
                ("Căn cứ", facts.legal_basis),
                ("Có thể làm gì", facts.remedy),
                ("Hỏi về hồ sơ tại", facts.ask_at),
            )
        ),
    )


slip = template("stop", Stop, parts)
