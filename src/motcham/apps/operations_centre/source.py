"""Where the figures of a page come from: the tallies as they are, or as they were at the end of a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from motcham.apps.operations_centre import fresh
from motcham.apps.operations_centre.measures import Facts
from motcham.apps.operations_centre.selection import Selection, last_of_month
from motcham.blocks.cases import api as cases
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import EVER, NOTHING, Closing, Counts, Distribution, Scope, Span

_NONE = Distribution({})
KEPT = frozenset({Scope.CITY, Scope.AGENCY, Scope.AREA})


@dataclass(frozen=True)
class Figures:
    """The figures of one scope, or of one `key` in it, for what a visitor chose; each part is read when first asked for."""

    chosen: Selection
    scope: Scope
    key: str | None = None

    # cached_property writes past the freeze; the fields stay frozen.
    @cached_property
    def closing(self) -> Closing | None:
        """What was kept at the end of the chosen day, where it was kept."""
        return indicators.closing(day=self.chosen.on) if self.chosen.on and self.scope in KEPT else None

    @cached_property
    def month(self) -> Mapping[str, Counts]:
        """The counts of the month, up to the last day shown."""
        kind, on = self.chosen.kinds, self.chosen.on
        if self.closing:
            return self.closing.counts(scope=self.scope, span=Span.MONTH, case_type=kind, key=self.key)
        if on:
            return indicators.between(scope=self.scope, since=self.chosen.month, until=on, case_type=kind, key=self.key)
        return indicators.by_key(scope=self.scope, span=Span.MONTH, start=self.chosen.month, case_type=kind, key=self.key)

    @cached_property
    def ever(self) -> Mapping[str, Counts]:
        """The counts of all time, up to the last day shown; of a past month, how it stands now."""
        kind = self.chosen.kinds
        if self.closing:
            return self.closing.counts(scope=self.scope, span=Span.EVER, case_type=kind, key=self.key)
        if self.chosen.on:
            return indicators.up_to(scope=self.scope, day=self.chosen.on, case_type=kind, key=self.key)
        return indicators.by_key(scope=self.scope, span=Span.EVER, start=EVER, case_type=kind, key=self.key)

    @cached_property
    def took(self) -> Mapping[str, Distribution]:
        """How long the cases took that were answered in the month; unknown of a month cut short that was not kept."""
        kind, on = self.chosen.kinds, self.chosen.on
        if self.closing:
            return self.closing.handling(scope=self.scope, case_type=kind, key=self.key)
        if on and on != last_of_month(self.chosen.month):
            return {}
        return indicators.handling(scope=self.scope, start=self.chosen.month, case_type=kind, key=self.key)

    @cached_property
    def before(self) -> Mapping[str, Counts]:
        """The counts of the month before, up to the same day."""
        since, until = self.chosen.before
        return indicators.between(scope=self.scope, since=since, until=until, case_type=self.chosen.kinds, key=self.key)

    @cached_property
    def reopened(self) -> Mapping[str, int]:
        """How many of the cases received in the month were reopened; read only for the map that shows it."""
        return self._tallied("reopened", cases.reopened_by)

    @cached_property
    def promises(self) -> Mapping[str, tuple[int, int]]:
        """How many of the promises for the month were kept, of how many; read only for the map that shows it."""
        return self._tallied("promises", cases.promises_by)

    def _tallied(self, measure: str, read: Callable[..., Mapping[str, Any]]) -> Mapping[str, Any]:
        if self.chosen.measure != measure or self.scope not in {Scope.AGENCY, Scope.AREA}:
            return {}
        chosen = self.chosen
        key = (measure, self.scope, chosen.month, chosen.last_day, chosen.kinds)
        return fresh.for_a_while(
            key, lambda: read(by=self.scope.value, since=chosen.month, until=chosen.last_day, type_key=chosen.kinds)
        )

    def facts(self, key: str) -> Facts:
        """Return all that is known of one ward or agency."""
        kept, settled = self.promises.get(key, (0, 0))
        month, ever, took = self.month.get(key, NOTHING), self.ever.get(key, NOTHING), self.took.get(key, _NONE)
        return Facts(month, ever, took, self.reopened.get(key, 0), kept, settled)
