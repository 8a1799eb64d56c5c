"""What a refusal says to the person who meets it, and to a program."""

from typing import Any

from django.utils.translation import gettext

from motcham.kernel.errors import Invalid, MotchamError


def wording(error: MotchamError) -> str:
    """Return what was refused and what to do next, in the reader's language; a fact that has a name of its own is told by it."""
    facts = {name: gettext(fact.label) if hasattr(fact, "label") else fact for name, fact in error.facts.items()}
    return gettext(error.template()).format_map(facts)


def problem_of(error: MotchamError) -> dict[str, Any]:
    """Return the refusal as RFC 9457 has it."""
    body = {"type": f"urn:motcham:error:{error.code}", "code": error.code, "title": wording(error), "status": error.status}
    return (
        {**body, "fields": {name: gettext(why) for name, why in error.fields.items()}}
        if isinstance(error, Invalid) and error.fields
        else body
    )
