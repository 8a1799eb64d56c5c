"""What a case is called: by its title at the desks, in plain words to the people whom it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from motcham.blocks.cases import widgets
from motcham.blocks.cases.define import CaseLine, CaseType, type_of


class _Titled(Protocol):
    # A row of the database or a line of a list.
    @property
    def title(self) -> str: ...
    @property
    def type_key(self) -> str: ...
    @property
    def clock(self) -> Mapping[str, Any]: ...


def is_its_kind(case: _Titled) -> bool:
    """Tell whether the title says no more than the kind: of a dossier it is the legal name of the procedure, perhaps cut."""
    case_type = type_of(case)
    kind = case_type.official_name if case_type.counted_as else str(case_type.label)
    return bool(case.title) and kind.startswith(case.title.removesuffix("…"))


def called(case: _Titled) -> str:
    """Return what a case is called to people: in plain words of their language where its title is the legal name of a procedure."""
    case_type = type_of(case)
    return str(case_type.label) if case_type.counted_as and is_its_kind(case) else case.title


def number_of(case_type: CaseType, case_id: UUID) -> tuple[object, ...]:
    """Return the number that agencies call a case by, with what is to be said of it; nothing where cases of its kind have none."""
    return case_type.numbers_of([case_id]).get(case_id, ()) if case_type.numbers_of else ()


def legal_name(case_type: CaseType) -> str:
    """Return the legal name of what is counted by itself, such as a procedure, to stand below its plain one; nothing where the
    plain name only leaves out the first words of it."""
    official = case_type.official_name
    return official if case_type.counted_as and not official.casefold().endswith(str(case_type.label).casefold()) else ""


def of_part(part: CaseLine) -> str:
    """Return what a part of a case is called to whoever follows the whole: what is done in it, in the language of the reader."""
    case_type = type_of(part)
    asked = case_type.field_named(case_type.category) if case_type.category else None
    return (widgets.shown(asked, part.category) if asked else "") or part.title
