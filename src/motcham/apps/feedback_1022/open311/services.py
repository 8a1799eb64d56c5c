"""The services that are offered, read off the report's definition: one for each category, its extra questions as attributes."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311.define import REPORT, Attribute, NoSuchService, Option, Service
from motcham.blocks.cases.define import case_types
from motcham.kernel.terms import Field, Kind

# Fields that GeoReport has parameters of its own for.
OWN = frozenset({"category", "place", "description", "photos", "name", "phone", "email"})
DATATYPES = {
    Kind.TEXT: "string",
    Kind.LONG_TEXT: "text",
    Kind.INTEGER: "number",
    Kind.DATE: "datetime",
    Kind.CHOICE: "singlevaluelist",
    Kind.CHOICES: "multivaluelist",
    Kind.YES_NO: "singlevaluelist",
}


def services() -> dict[str, Service]:
    """Return every service by its code, in the language of the caller."""
    return _services(get_language() or "vi")


def service(code: str) -> Service:
    """Return the service of a code. Raises NoSuchService."""
    found = services().get(code)
    if found is None:
        raise NoSuchService(code=code[:80])
    return found


@cache
def _services(language: str) -> dict[str, Service]:
    report = case_types[REPORT]
    asked = report.field_named(report.category)
    found = {}
    for choice in asked.choices if asked else ():
        label, group = str(choice.label), str(choice.group)
        found[choice.key] = Service(
            code=choice.key,
            name=label,
            group=group,
            description=f"{group}: {label}" if group else label,
            keywords=", ".join(dict.fromkeys((*choice.key.replace("_", " ").split("."), group.replace(",", "")))),
            attributes=tuple(_attribute(each, order) for order, each in enumerate(extra_questions(choice.key), 1)),
        )
    return found


def questions(code: str) -> list[Field]:
    """Return what the form may ask for a category beyond what GeoReport has parameters for."""
    report = case_types[REPORT]
    return [
        each
        for each in report.fields
        if each.name not in OWN and each.kind in DATATYPES and (each.when is None or each.when({report.category: code}))
    ]


def extra_questions(code: str) -> list[Field]:
    """Return the questions that are this category's own. What every report may say besides is taken as an attribute too, but
    not announced: clients fetch a definition for each service that has one."""
    return [each for each in questions(code) if each.when is not None or each.required]


def _attribute(each: Field, order: int) -> Attribute:
    values = tuple(Option(choice.key, str(choice.label)) for choice in each.choices)
    if each.kind is Kind.YES_NO:
        values = (Option("yes", _("Yes")), Option("no", _("No")))
    return Attribute(
        code=each.name,
        datatype=DATATYPES[each.kind],
        required=each.required,
        order=order,
        description=str(each.label),
        datatype_description=str(each.hint),
        values=values,
    )


def forget() -> None:
    """Read the definition anew: between tests."""
    _services.cache_clear()
