"""Reads the JSON body of a call; what does not fit is told by field, in the caller's language."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from motcham.blocks.cases.refusals import UnreadableBody

T = TypeVar("T")
WHOLE = "$"
"""How the body itself is named among its fields."""
UNFIT = gettext_noop("This is not what the API's description asks for here.")
KINDS = {
    "object": gettext_lazy("Send a JSON object here."),
    "str": gettext_lazy("Send a text here."),
    "int | null": gettext_lazy("Send a whole number here, or null."),
}


def decode(decoder: msgspec.json.Decoder[T], request: HttpRequest) -> T:
    """Return what the body says. Raises UnreadableBody, with what is wrong by the path of its field."""
    try:
        return decoder.decode(request.body)
    except msgspec.ValidationError as error:
        raise UnreadableBody(fields=_fault(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = re.search(r"\(byte (\d+)\)", str(error))
        said = _("This is no JSON from byte {byte} on.").format(byte=at[1]) if at else _("This is no whole JSON.")
        raise UnreadableBody(fields={WHOLE: said}) from None


def _fault(said: str) -> dict[str, str]:
    """Return what is wrong and where; the decoder says it in English only, in a handful of forms."""
    what, _at, path = said.partition(" - at `")
    path = path.rstrip("`").removeprefix(WHOLE).lstrip(".")
    form, *names = re.split("`([^`]*)`", what)[:2]
    name = names[0] if names else ""
    if form.startswith("Object missing"):
        return {".".join(filter(None, (path, name))): _("This is missing. Add it and send again.")}
    if form.startswith("Object contains unknown"):
        return {".".join(filter(None, (path, name)))[:80]: _("There is no such field.")}
    return {path or WHOLE: str(KINDS.get(name, _(UNFIT)))}
