"""Where the figures of a page come from: the tallies as they are, or as they were at the end of a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from motcham.apps.operations_centre.measures import Facts
from motcham.apps.operations_centre.selection import Selection, last_of_month
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import EVER, NOTHING, Counts, Distribution, Scope, Span

_NONE = Distribution({})


@dataclass(frozen=True)
class Figures:
    """The figures of one scope, or of one `key` in it, for what a visitor chose; each part is read when first asked for."""

    chosen: Selection
    scope: Scope
    key: str | None = None

    # cached_property writes past the freeze; the fields stay frozen.
    @cached_property
    def month(self) -> Mapping[str, Counts]:
        """The counts of the month, up to the last day shown."""
        kind = self.chosen.case_type
        if self.chosen.on:
            return indicators.between(
                scope=self.scope, since=self.chosen.month, until=self.chosen.on, case_type=kind, key=self.key
            )
        return indicators.by_key(scope=self.scope, span=Span.MONTH, start=self.chosen.month, case_type=kind, key=self.key)

    @cached_property
    def ever(self) -> Mapping[str, Counts]:
        """The counts of all time, up to the last day shown; of a past month, how it stands now."""
        kind = self.chosen.case_type
        if self.chosen.on:
            return indicators.up_to(scope=self.scope, day=self.chosen.on, case_type=kind, key=self.key)
        return indicators.by_key(scope=self.scope, span=Span.EVER, start=EVER, case_type=kind, key=self.key)

    @cached_property
    def took(self) -> Mapping[str, Distribution]:
        """How long the cases took that were answered in the month; kept by month, so unknown within one that is cut short."""
        if self.chosen.on and self.chosen.on != last_of_month(self.chosen.month):
            return {}
        return indicators.handling(scope=self.scope, start=self.chosen.month, case_type=self.chosen.case_type, key=self.key)

    @cached_property
    def before(self) -> Mapping[str, Counts]:
        """The counts of the month before, up to the same day."""
        since, until = self.chosen.before
        return indicators.between(scope=self.scope, since=since, until=until, case_type=self.chosen.case_type, key=self.key)

    def facts(self, key: str) -> Facts:
        """Return all that is known of one ward or agency."""
        return Facts(self.month.get(key, NOTHING), self.ever.get(key, NOTHING), self.took.get(key, _NONE))
