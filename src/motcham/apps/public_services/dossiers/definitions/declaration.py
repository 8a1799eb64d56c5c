"""What its applicant declared, as a page to keep: printed in the worker after the filing, from the dossier itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils import translation

from motcham.apps.public_services import asking
from motcham.apps.public_services.dossiers import on_paper
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.slips.form import moment
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType, Said, type_of
from motcham.blocks.documents.define import FactList, Grid, Sheet, Template
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Field, Kind, LegalBasis
from motcham.ui import formats

TEMPLATE = "dossiers.declaration"
NAME = "Bản khai đã gửi"
HOUSE = Actor.system("dossiers")


def compose(facts: Mapping[str, Any]) -> Sheet:
    """Return the page; the order names the dossier alone, so that what was said in it lies in one place."""
    view = cases.case_by_id(UUID(str(facts["case"])), actor=HOUSE)
    said = cases.said(by=HOUSE, case_id=view.line.id, purpose="declaration")
    row = Dossier.objects.get(case_id=view.line.id)
    case_type = type_of(view.line)
    with translation.override("vi"):
        head = on_paper.heading(row, said, case_type, agency_id=row.agency_id, by=HOUSE)
        parts: tuple[FactList | Grid | str, ...] = (
            *_about(row, said, case_type),
            *_papers(case_type, said),
            *_truth(case_type, said),
        )
    filed = formats.local(said.filed_at)
    return Sheet(
        title=NAME,
        agency=head.agency,
        parent=head.parent_agency,
        code=row.code,
        place=head.place,
        dated=filed.date(),
        parts=parts,
        address=head.address,
        signed_by=tuple(each for each in ("Người khai", head.applicant) if each),
        footer=f"{row.code} · gửi lúc {filed:%H:%M:%S} ngày {filed:%d/%m/%Y}",
    )


def _about(row: Dossier, said: Said, case_type: CaseType) -> tuple[FactList, ...]:
    first = (
        ("Thủ tục", f"{case_type.official_name} ({row.procedure})"),
        ("Cách nộp", on_paper.CHANNELS[row.channel]),
        ("Gửi lúc", moment(said.filed_at)),
    )
    asked = [each for each in case_type.fields if each.kind is not Kind.FILES and each.name != asking.TRUTH]
    rows = tuple((_label(each), text) for each in asked if (text := on_paper.answered(case_type, each.name, said)))
    return FactList(first), FactList(rows, heading="Nội dung khai")


def _label(field: Field) -> str:
    # A question is answered here, not asked.
    return str(field.heading).rstrip("? ")


def _papers(case_type: CaseType, said: Said) -> tuple[Grid, ...]:
    sent = [(each, said.answers.get(each.name) or ()) for each in on_paper.paper_fields(case_type)]
    rows = tuple(
        (str(number), str(each.label), str(len(files)))
        for number, (each, files) in enumerate(((each, files) for each, files in sent if files), 1)
    )
    return (Grid(("STT", "Giấy tờ", "Số tệp"), rows, heading="Giấy tờ đã gửi", widths=(1, 9, 2)),) if rows else ()


def _truth(case_type: CaseType, said: Said) -> tuple[str, ...]:
    asked = case_type.field_named(asking.TRUTH)
    return (cases.shown(asked, said.answers[asking.TRUTH]),) if asked and said.answers.get(asking.TRUTH) else ()


declaration = Template(TEMPLATE, NAME, compose, LegalBasis("118/2025/NĐ-CP", trust="found"))
