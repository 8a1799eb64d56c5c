"""What a refusal says to the person who meets it, and to a program."""

from typing import Any

from django.utils.translation import gettext

from motcham.kernel.errors import Invalid, MotchamError


def wording(error: MotchamError) -> str:
    """Return what was refused and what to do next, in the reader's language."""
    return gettext(error.template()).format_map(error.facts)


def problem_of(error: MotchamError) -> dict[str, Any]:
    """Return the refusal as RFC 9457 has it."""
    body = {"type": f"urn:motcham:error:{error.code}", "code": error.code, "title": wording(error), "status": error.status}
    return {**body, "fields": error.fields} if isinstance(error, Invalid) and error.fields else body
