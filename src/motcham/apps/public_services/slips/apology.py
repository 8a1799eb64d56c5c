"""The apology for being late, with the reason and the new day; said once, before the limit passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcham.apps.public_services.slips.form import Dossier, Part, about, moment, template
from motcham.blocks.documents.define import FactList


@dataclass(frozen=True)
class Apology:
    """What is said when the promised day cannot be kept."""

    dossier: Dossier
    promised: datetime
    reason: str
    now_promised: datetime
    ask_at: str = ""


def parts(facts: Apology) -> tuple[Part, ...]:
    """Return the parts of the page."""
    sorry = f"{facts.dossier.agency} xin lỗi vì hồ sơ chưa được giải quyết đúng hẹn."
    return (
        about(facts.dossier),
        sorry,
        FactList(
            (
                ("Ngày đã hẹn", moment(facts.promised)),
                ("Lý do chậm", facts.reason),
                ("Hẹn lại", moment(facts.now_promised)),
                ("Hỏi về hồ sơ tại", facts.ask_at),
            )
        ),
    )


slip = template("apology", Apology, parts)
