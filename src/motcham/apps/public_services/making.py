"""Makes the kind of case that a dossier is: what all have in common, so that a full form says only what is its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from textwrap import shorten

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services import asking, limits, naming, numbers_of_law, routing, sources, states
from motcham.apps.public_services.dossiers import money
from motcham.apps.public_services.dossiers.actions_after import REASONS
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.dossiers.numbers import case_of, numbers_of
from motcham.apps.public_services.sources import Procedure
from motcham.blocks.cases.define import Advice, CaseType, Filing, Part, Place, Retention, SetLimit, Together, case_types
from motcham.kernel.terms import Answers, Choice, Field, LegalBasis

FAMILY = "public_services.dossier"
DECREE = LegalBasis("118/2025/NĐ-CP", in_force=date(2025, 7, 1))
ARCHIVES = Retention(years=10, legal_basis=LegalBasis("33/2024/QH15", trust="memory"))
UNROUTED = "department.office"
"""The office under which the Public Administration Service Centre stands sends on what no row routes."""
LONGEST_TITLE = 160


def kept(code: str) -> Retention:
    """Return how long dossiers of a procedure are kept: as its own law says, else as the archives keep what an office settled."""
    own = next((each for each in numbers_of_law.table() if each.key == f"kept.{code[:8]}"), None)
    return Retention(years=own.number, legal_basis=own.legal_basis) if own else ARCHIVES


def dossier(
    key: str,
    procedure: Procedure,
    *,
    fields: tuple[Field, ...],
    papers: tuple[Choice, ...],
    variant: str = "",
    names_day: bool = False,
    sets_limit: Callable[[Filing], SetLimit] | None = None,
    route: Callable[[Filing], str | None] | None = None,
    place_of: Callable[[Answers], Place | None] = asking.place_of,
    parts: Callable[[Filing], Iterable[Part]] | None = None,
    together: Together = asking.TOGETHER_WITH,
    advises: Callable[[Answers], Iterable[Advice]] | None = None,
) -> CaseType:
    """Return the kind of case for one procedure; a full form goes by the version in force on the day of filing."""
    version = procedure.version if variant else None
    title = asking.short(procedure.title)
    return CaseType(
        key=key,
        variant=variant,
        official_name=" ".join(procedure.title.split()),
        label=naming.label(procedure.code, title),
        summary=format_lazy(
            _("Procedure {code}. What is missing is asked for once, and you see at any time who holds it."), code=procedure.code
        ),
        legal_basis=DECREE,
        limit="",
        sets_limit=sets_limit or (lambda filing: limits.limit_of(procedure, filing, version=version)),
        fields=fields,
        steps=states.steps(papers, names_day=names_day),
        route=route or (lambda filing: routing.agency_of(procedure, filing)),
        title=lambda filing: shorten(title, LONGEST_TITLE, placeholder="…"),
        in_force=procedure.valid_from,
        desk=UNROUTED,
        desk_sends_on=True,
        counted_as=procedure.code,
        place_of=place_of,
        parts=parts,
        rated=True,
        extensions=1,
        apology=states.APOLOGY,
        reopen_limit="dossier.correction",
        reopens_at=states.IN_PROGRESS,
        reopened_by_filer=False,
        follows=follow,
        numbers_of=numbers_of,
        numbered=case_of,
        together=together,
        advises=advises,
        cost=lambda filing: money.cost(procedure, filing),
        reasons=REASONS,
        apology_tells=states.APOLOGY_TELLS,
        part_tells=states.PART_TELLS if parts else "",
        retention=kept(procedure.code),
    )


def variant(name: str) -> CaseType | None:
    """Return the dossier of a procedure: of the version in force by its code, of another by `code@version`."""
    code, _at, version = name.partition("@")
    if version:
        return _of_version(code, int(version)) if version.isdecimal() and len(version) < 6 else None
    found = sources.find(code=code)
    return _of_version(code, found.version) if found else None


def title_of(code: str) -> str:
    """Return the legal name of a procedure, for officers and papers; nothing where the catalogue has none of that code."""
    found = variant(code)
    return asking.short(found.official_name) if found else ""


def called(code: str) -> str:
    """Return what people call a procedure; nothing where the catalogue has none of that code."""
    found = variant(code)
    return str(found.label) if found else ""


def form_of(code: str) -> str:
    """Return the key of the kind of case by which a procedure is filed: its full form where there is one, else the dossier made
    of its papers. `reverse("cases:new", args=[form_of(code)])` is where a page of the procedure leads."""
    full = (each.key for each in case_types if each.counted_as == code and each.follows is follow and each.anyone_files)
    return next(full, f"{FAMILY}:{code}")


@lru_cache(maxsize=512)
def _made(procedure: Procedure) -> CaseType:
    # A version never changes; only what is asked for is made, for there are thousands.
    return dossier(
        f"{FAMILY}:{procedure.code}",
        procedure,
        variant=f"{procedure.code}@{procedure.version}",
        fields=asking.fields(procedure),
        papers=asking.paper_choices(procedure),
        names_day=limits.lacks_limit(procedure),
    )


def _of_version(code: str, version: int) -> CaseType | None:
    found = sources.find(code=code, version=version)
    return _made(found) if found else None
