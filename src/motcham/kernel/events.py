"""Kernel events: how a block above follows a block below without being known to it.

`within` handlers run in the transaction of the act, so what they write stands or falls with it;
`after` handlers run once the transaction is committed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import transaction

E = TypeVar("E")
Handler = Callable[[E], None]


@dataclass
class Event(Generic[E]):
    """One kind of happening, declared by the block in which it happens."""

    key: str
    _within: list[Handler[E]] = field(default_factory=list)
    _after: list[Handler[E]] = field(default_factory=list)

    def within(self, handler: Handler[E]) -> Handler[E]:
        """Call `handler` in the same transaction as the act."""
        self._within.append(handler)
        return handler

    def after(self, handler: Handler[E]) -> Handler[E]:
        """Call `handler` when the act is committed; what it raises does not undo the act."""
        self._after.append(handler)
        return handler

    @property
    def is_followed_within(self) -> bool:
        """Tell whether somebody writes in the transaction of the act, so that it needs one."""
        return bool(self._within)

    def publish(self, happening: E) -> None:
        """Tell the handlers; call it inside the transaction of the act."""
        for handler in self._within:
            handler(happening)
        if self._after:
            transaction.on_commit(lambda: [handler(happening) for handler in self._after], robust=True)
