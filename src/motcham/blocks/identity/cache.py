"""What every request needs and hardly ever changes, kept in the process for a few seconds: agencies and token holders."""

from __future__ import annotations

import time

from motcham.blocks.identity import queries
from motcham.blocks.identity.define import Actor, AgencyView

AGENCIES_FOR = 30.0
TOKENS_FOR = 3.0
TOKENS_AT_MOST = 10_000

_agencies: tuple[float, tuple[AgencyView, ...], dict[str, AgencyView], dict[int, AgencyView]] = (0.0, (), {}, {})
_tokens: dict[bytes, tuple[float, Actor]] = {}


def agencies() -> tuple[AgencyView, ...]:
    """Return every agency, at most 30 s old."""
    return _fresh()[1]


def agency_by_code(code: str) -> AgencyView | None:
    """Return the agency of a code."""
    return _fresh()[2].get(code)


def agency_by_id(agency_id: int) -> AgencyView | None:
    """Return the agency of an id."""
    return _fresh()[3].get(agency_id)


def actor_of_token(*, token: str) -> Actor | None:
    """Return who acts by a token, at most 3 s old; only holders are kept, so that guessing fills no memory."""
    key, now = queries.digest(token), time.monotonic()
    kept = _tokens.get(key)
    if kept and kept[0] > now:
        return kept[1]
    actor = queries.actor_of_token(token)
    if actor is None:
        _tokens.pop(key, None)
        return None
    if len(_tokens) >= TOKENS_AT_MOST:
        _tokens.clear()
    _tokens[key] = (now + TOKENS_FOR, actor)
    return actor


def forget() -> None:
    """Read everything anew at the next question."""
    global _agencies
    _agencies = (0.0, (), {}, {})
    _tokens.clear()


def _fresh() -> tuple[float, tuple[AgencyView, ...], dict[str, AgencyView], dict[int, AgencyView]]:
    global _agencies
    if _agencies[0] < time.monotonic():
        rows = queries.agencies()
        _agencies = (
            time.monotonic() + AGENCIES_FOR,
            rows,
            {row.code: row for row in rows},
            {row.id: row for row in rows},
        )
    return _agencies
