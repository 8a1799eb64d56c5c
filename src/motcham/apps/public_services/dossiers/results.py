"""What can be read of the results of a dossier: which it has, who may draw one or take one back, what may stand in one."""

from __future__ import annotations

from uuid import UUID

from motcham.apps.public_services import asking, states
from motcham.blocks.cases.define import CaseView, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import ResultView
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.terms import Field, Kind

DRAWN_AT = (states.IN_PROGRESS, states.DONE, states.HANDED_OVER)
OF_FILING = frozenset({asking.ON_BEHALF, asking.CASE, asking.PAPERS_BY, asking.RESULT_BY, "post_to", "work"})
"""What is asked for the sake of the filing alone, and is no fact that a result states."""


def whole_of(view: CaseView) -> UUID:
    """Return the case of the dossier: an agency that settles a part of it draws results of the whole."""
    return view.parent_id or view.line.id


def results_of(view: CaseView) -> list[ResultView]:
    """Return the results of a dossier; where a part of it is read, those that the agency of the part issued."""
    found = documents.results(owner=f"case:{whole_of(view)}")
    return [each for each in found if view.parent_id is None or each.agency_code == identity.agency(id=view.line.agency_id).code]


def may_withdraw(by: Actor, view: CaseView, result: ResultView) -> bool:
    """Tell whether an officer may withdraw a result: not what another agency issued of its part."""
    parts = {identity.agency(id=each.agency_id).code for each in view.sub_cases} - {identity.agency(id=view.line.agency_id).code}
    return by.may(Permission.CASE_ACT, agency_id=view.line.agency_id) and result.agency_code not in parts


def may_draw(by: Actor, view: CaseView) -> bool:
    """Tell whether an officer may draw the result of a dossier as it stands now."""
    return view.line.step in DRAWN_AT and by.may(Permission.CASE_ACT, agency_id=view.line.agency_id)


def answers_to_show(view: CaseView) -> list[Field]:
    """Return the questions of a dossier whose answers can stand in its result; what they say is not shown here."""
    given = {*view.sealed_fields, *(name for name, value in view.answers.items() if value not in (None, "", []))}
    kinds = (Kind.FILES, Kind.GROUP, Kind.CHOICES)
    fields = type_of(view.line).fields
    return [each for each in fields if each.name in given and each.kind not in kinds and each.name not in OF_FILING]
