"""What a slip says of a dossier: read from what was handed in, what its agency did, and the law that it went by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from motcham.apps.public_services import asking, states
from motcham.apps.public_services.dossiers import money
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.slips import form
from motcham.apps.public_services.slips.apology import Apology
from motcham.apps.public_services.slips.control import Control, HandOver
from motcham.apps.public_services.slips.issuing import AnySlip
from motcham.apps.public_services.slips.receipt import Paper, Receipt
from motcham.apps.public_services.slips.refusal import Refusal
from motcham.apps.public_services.slips.stop import Stop
from motcham.apps.public_services.slips.supplement import Supplement, Wanted
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType, CaseView, EventLine, Happening, Said, case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Missing
from motcham.kernel.terms import Answers, Field, Kind
from motcham.ui import formats

CITY = "city.leadership"
CHANNELS = {1: "Nộp trực tiếp", 2: "Nộp trực tuyến", 3: "Nộp qua bưu chính"}
RESULT_BY = {"online": "Bản điện tử", "counter": "Nhận trực tiếp tại quầy", "post": "Nhận qua bưu chính"}


def filed_as(happened: Happening) -> CaseType:
    """Return the definition that a dossier was filed under."""
    return case_types[f"{happened.type_key}:{happened.variant}" if happened.variant else happened.type_key]


def facts_of(kind: str, row: Dossier, said: Said, happened: Happening, *, by: Actor, facts: Answers) -> AnySlip:
    """Return what a slip of this kind says after an act."""
    case_type, message = filed_as(happened), str(facts.get("message") or "").strip()
    with translation.override("vi"):
        dossier = heading(row, said, case_type, agency_id=happened.agency_id, by=by)
        ask_at = dossier.agency
        match kind:
            case "receipt":
                return receipt(row, said, dossier, happened)
            case "supplement":
                wanted = wanted_papers(case_type, facts.get(states.PAPERS) or (), message)
                return Supplement(dossier, wanted, reason=message, ask_at=ask_at)
            case "refusal":
                return Refusal(dossier, message, ask_at=ask_at)
            case "stop":
                return Stop(dossier, happened.at, message, ask_at=ask_at)
            case "apology":
                before = happened.before.due_at if happened.before else None
                return Apology(dossier, before or happened.at, message, happened.due_at or happened.at, ask_at=ask_at)
    raise ValueError(f"No act of a dossier calls for a slip '{kind}'.")


def heading(row: Dossier, said: Said, case_type: CaseType, *, agency_id: int, by: Actor, named: bool = True) -> form.Dossier:
    """Return what every slip says of its dossier; `named` where it goes to whoever filed."""
    agency = identity.agency(id=agency_id)
    answers = said.answers if named else {}
    posts = [post for post in by.posts if post.agency_id == agency_id] or list(by.posts)
    return form.Dossier(
        agency=agency.official_name,
        code=row.code,
        procedure=case_type.official_name,
        procedure_code=row.procedure,
        received_on=row.on,
        issued_at=timezone.now(),
        applicant=str(answers.get("name") or ""),
        organisation=str(answers.get("company") or answers.get("household") or ""),
        parent_agency="" if agency.code == CITY else city_name(),
        place=settings.CITY_NAME,
        address=address_of(said),
        lookup=said.code if named else "",
        signed_by=posts[0].title if posts else "",
    )


def city_name() -> str:
    """Return the name of the committee under which the agencies of the city stand; empty where it is not known here."""
    try:
        return identity.agency(code=CITY).official_name
    except Missing:
        return ""


def address_of(said: Said) -> str:
    """Return where a dossier is followed; empty where the house does not know its own address."""
    here = settings.PUBLIC_URL.rstrip("/")
    return f"{here}{reverse('cases:case_of_code', args=[said.code])}" if here else ""


def receipt(row: Dossier, said: Said, dossier: form.Dossier, happened: Happening) -> Receipt:
    """Return what is said when a dossier is accepted."""
    answers = said.answers
    return Receipt(
        dossier,
        row.accepted_at or happened.at,
        tuple(handed_in(filed_as(happened), answers, row)),
        submitted_at=said.filed_at,
        appointment=happened.due_at,
        limit=formats.limit(said.limit) if said.limit else "",
        channel=CHANNELS[row.channel],
        result_by=RESULT_BY.get(str(answers.get(asking.RESULT_BY)), ""),
        phone=answered(filed_as(happened), "phone", said),
        fee_vnd=money.quote_of(row, answers).amount,
        ask_at=dossier.agency,
    )


def answered(case_type: CaseType, name: str, said: Said) -> str:
    """Return an answer as it is written on paper: a day with its year, a telephone number as it is dialled; empty where there is
    none."""
    field, value = case_type.field_named(name), said.answers.get(name)
    if field is None or value in (None, "", []):
        return ""
    return form.day(date.fromisoformat(str(value))) if field.kind is Kind.DATE else cases.shown(field, value)


def handed_in(case_type: CaseType, answers: Answers, row: Dossier) -> list[Paper]:
    """Return the papers of a dossier: those sent as files, and where papers were brought to a counter those that its procedure
    asks of everybody, for an officer accepts a dossier only when it has them."""
    found = []
    counts = paper_counts(row)
    for each in paper_fields(case_type):
        name = str(each.label)
        if answers.get(each.name):
            found.append(Paper(name, is_electronic=True))
        elif is_brought(each, answers):
            originals, copies = counts.get(each.name, (0, 0))
            found.append(Paper(name, originals=originals, copies=copies))
    return found


def paper_fields(case_type: CaseType) -> list[Field]:
    """Return the questions of a form that take papers."""
    return [each for each in case_type.fields if each.kind is Kind.FILES]


def is_brought(field: Field, answers: Answers) -> bool:
    """Tell whether a paper is one that somebody who brings theirs to a counter has to bring."""
    as_sent = {**answers, asking.PAPERS_BY: asking.SENT}
    by_hand = answers.get(asking.PAPERS_BY) == asking.AT_COUNTER
    return by_hand and field.required and (field.when is None or field.when(as_sent))


def paper_counts(row: Dossier) -> dict[str, tuple[int, int]]:
    """Return how many originals and copies the procedure asks for, by the name of the question."""
    found = money.procedure_of(row)
    return {each.name: (each.paper.originals or 0, each.paper.copies or 0) for each in asking.slots(found)} if found else {}


def wanted_papers(case_type: CaseType, names: Sequence[str], message: str) -> tuple[Wanted, ...]:
    """Return the papers that were asked for, each with what is to be done; without any the message is all."""
    labels = {each.name: str(each.label) for each in case_type.fields}
    return tuple(Wanted(labels.get(name, name), message) for name in names) or (Wanted("Hồ sơ", message),)


def control_of(row: Dossier, view: CaseView, said: Said, case_type: CaseType, *, by: Actor) -> Control:
    """Return the way of a dossier through the offices, for those who work on it: nobody is named."""
    dossier = heading(row, said, case_type, agency_id=view.line.agency_id, by=by, named=False)
    hand_overs = tuple(_hand_overs(view, case_type))
    return Control(replace(dossier, address=""), hand_overs)


def _hand_overs(view: CaseView, case_type: CaseType) -> list[HandOver]:
    found: list[HandOver] = []
    holder = ""
    for event in view.events:
        if event.kind not in ("opened", "step", "transferred", "held"):
            continue
        taker = _desk_of(event)
        outcome = str(case_type.step(event.step).label)
        found.append(HandOver(holder or "Người nộp hồ sơ", taker, event.at, due=view.line.due_at, outcome=outcome))
        holder = taker
    return found


def _desk_of(event: EventLine) -> str:
    if event.actor.startswith("post:"):
        number = event.actor.removeprefix("post:").partition(" ")[0]
        held = identity.holders(post_ids=[int(number)]).get(int(number)) if number.isdigit() else None
        if held:
            return f"{held.title}, {_agency(event.agency_id)}"
    return _agency(event.agency_id)


def _agency(agency_id: int | None) -> str:
    try:
        return identity.agency(id=agency_id).official_name if agency_id else ""
    except Missing:
        return ""
