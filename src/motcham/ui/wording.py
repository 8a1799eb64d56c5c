"""What a refusal says to the person who meets it."""

from django.utils.translation import gettext

from motcham.kernel.errors import MotchamError


def wording(error: MotchamError) -> str:
    """Return what was refused and what to do next, in the reader's language."""
    return gettext(error.template()).format_map(error.facts)
