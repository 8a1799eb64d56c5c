"""What is written beside a case of a dossier, in the transaction of each of its acts."""

from __future__ import annotations

from typing import Any

from motcham.apps.public_services import asking, limits, states
from motcham.apps.public_services.dossiers import numbers
from motcham.apps.public_services.dossiers.models import Dossier, Slip
from motcham.blocks.cases.define import REUSED, Happening
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Answers
from motcham.ui import formats

CHANNELS = {"direct": 1, "online": 2, "post": 3}
"""`KenhThucHien` of the national dictionary."""
SLIPS = {states.ACCEPTED: "01", states.ASKED: "02", states.NOT_ACCEPTED: "03", states.STOPPED: "05"}
APOLOGY_SLIP = "04"
UNROUTED = "department.office"
NOT_PAID = 0


def follow(happened: Happening, by: Actor, facts: Answers) -> None:
    """Keep the row of a dossier in step with its case, and note which slips are to be made."""
    match happened.kind:
        case "opened":
            _file(happened, by, facts)
        case "step":
            _step(happened, facts)
        case "apologised":
            Slip.objects.create(case_id=happened.case_id, form=APOLOGY_SLIP, at=happened.at)
        case "transferred":
            Dossier.objects.filter(case_id=happened.case_id).update(is_unrouted=False)
        case "taken_back":
            _take_back(happened, facts)
        case "reopened":
            Dossier.objects.filter(case_id=happened.case_id).update(settled_at=None, handed_over_at=None)


def _file(happened: Happening, by: Actor, answers: Answers) -> None:
    on, channel = formats.local(happened.at).date(), limits.channel_of(happened.channel)
    given = numbers.give(agency_id=happened.agency_id, on=on)
    sent = sum(len(value) > 0 for name, value in answers.items() if name.startswith("paper") and isinstance(value, list))
    code, _colon, version = happened.variant.partition("@")
    at_desk = channel != "online" and by.agency_ids
    Dossier.objects.create(
        case_id=happened.case_id,
        code=given.code,
        number=given.number,
        is_official=given.is_official,
        agency_id=happened.agency_id,
        on=on,
        procedure=code or happened.category,
        version=int(version) if version else None,
        applicant=asking.NATIONAL_KINDS.get(str(answers.get(asking.APPLICANT) or asking.CITIZEN)),
        channel=CHANNELS[channel],
        taken_in_by_id=min(by.agency_ids) if at_desk else None,
        is_unrouted=happened.agency_id == identity.agency(code=UNROUTED).id,
        papers=sent,
        digitised=sent,
        reused=len(answers.get(REUSED) or ()),
    )


def _step(happened: Happening, facts: Answers) -> None:
    changes: dict[str, Any] = {}
    if happened.step in (states.ACCEPTED, states.IN_PROGRESS):
        Dossier.objects.filter(case_id=happened.case_id, accepted_at=None).update(accepted_at=happened.at)
    if happened.step == states.DONE:
        changes = {"settled_at": happened.at, "electronic_result": facts.get(states.ELECTRONIC)}
    if happened.step == states.HANDED_OVER:
        changes = {"handed_over_at": happened.at}
    if changes:
        Dossier.objects.filter(case_id=happened.case_id).update(**changes)
    if form := SLIPS.get(happened.step):
        Slip.objects.create(case_id=happened.case_id, form=form, at=happened.at)


def _take_back(happened: Happening, facts: Answers) -> None:
    """Forget what an act that was taken back had brought: the acceptance, and the slip unless it was made."""
    if happened.step == states.NEW:
        Dossier.objects.filter(case_id=happened.case_id).update(accepted_at=None)
    form = SLIPS.get(str(facts.get("step")), "")
    last = Slip.objects.filter(case_id=happened.case_id, form=form, document_id=None).order_by("-at").first()
    if last:
        last.delete()
