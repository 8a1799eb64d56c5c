"""What apps put on the page of a case beside what every case has: each part drawn by a template of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from motcham.blocks.identity.define import Actor
from motcham.kernel.registry import Registry

if TYPE_CHECKING:
    from motcham.blocks.cases.define import CaseView


@dataclass(frozen=True)
class Panel:
    """One part of the page of a case: the template that draws it, and what it shows there as `panel`."""

    template: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Panels:
    """Who adds parts to pages of cases. `of` gets a case as its reader may see it, and the officer who reads; None where whoever
    filed it or joined it does."""

    key: str
    of: Callable[[CaseView, Actor | None], Iterable[Panel]]


panels: Registry[Panels] = Registry("panels")
