"""The four families of refusal, each with a stable code, a message that is its docstring, and typed facts.

`Refused` may not be done (403), `Invalid` the person can mend (400, or 409 when somebody else was quicker),
`Missing` is not there (404), `Upstream` is another system's failure. `DefinitionError` is for developers, at start-up.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import ClassVar


class MotchamError(Exception):
    """Something the house refuses, with a reason a person can act on."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.template().format_map(_Facts(facts)))

    @classmethod
    def template(cls) -> str:
        """Return the message id: the docstring, on one line; pages and the API translate it before filling in."""
        return " ".join(inspect.cleandoc(cls.__doc__ or "").split())


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Refused(MotchamError):
    """You may not do this. Sign in with an account that has this right, or ask the office in charge."""

    code = "refused"
    status = 403


class Invalid(MotchamError):
    """Some of what was sent cannot be accepted. Mend the fields named and send again; nothing you entered is lost."""

    code = "invalid"
    status = 400

    def __init__(self, *, fields: Mapping[str, str] | None = None, **facts: object) -> None:
        self.fields = dict(fields or {})
        super().__init__(**facts)


class Overtaken(Invalid):
    """Somebody else acted on this a moment before you. Look at the case as it is now, then act again if it is still needed."""

    code = "overtaken"
    status = 409


class Missing(MotchamError):
    """There is nothing here. Check the code or the address."""

    code = "missing"
    status = 404


class TooMany(Refused):
    """Too many requests came from here. Wait {seconds} seconds, then try again; nothing you entered is lost."""

    code = "too_many"
    status = 429


class Upstream(MotchamError):
    """Another system did not answer as it should. Nothing is lost; it is tried again by itself."""

    code = "upstream"
    status = 503

    def __init__(self, *, permanent: bool = False, **facts: object) -> None:
        self.permanent = permanent
        super().__init__(**facts)


class DefinitionError(Exception):
    """A definition is wrong; the message names the file and what would be right."""
