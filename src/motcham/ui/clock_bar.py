"""The clock bar: legal time used, paused, over and left, with the words that say the same without colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcham.kernel.clock import Part, Reading, Segment, State
from motcham.kernel.terms import Limit
from motcham.ui import formats

NEAR = 1 / 3
"""The part of its time that a running case has left when it starts to count as near its limit."""

EDGE = 0.025
"""How near its ends the dot of now may come."""

COARSE = timedelta(days=3)
"""From here on hours are noise."""


@dataclass(frozen=True)
class Drawn:
    """A segment as SVG wants it."""

    kind: str
    x: str
    width: str


@dataclass(frozen=True)
class ClockBar:
    """The time of one case. `left` is what remains, negative when late; without it the plain time to `due` counts.
    It `awaits` its beginning where the case is not accepted yet."""

    start: datetime
    due: datetime | None
    now: datetime
    segments: tuple[Segment, ...]
    state: State = State.RUNNING
    ended: datetime | None = None
    left: timedelta | None = None
    provisional: bool = False
    limit: Limit | None = None
    awaits: bool = False

    @classmethod
    def of(
        cls,
        reading: Reading,
        *,
        start: datetime,
        now: datetime,
        ended: datetime | None = None,
        limit: Limit | None = None,
        awaits: bool = False,
    ) -> ClockBar:
        """Return the bar of what the clock of a case shows at `now`."""
        return cls(
            start=start,
            due=reading.due_at,
            now=now,
            segments=reading.segments,
            state=reading.state,
            ended=ended,
            left=-reading.late_by if reading.is_late else reading.left,
            provisional=reading.provisional,
            limit=limit,
            awaits=awaits,
        )

    @cached_property
    def margin(self) -> timedelta | None:
        """Time left, negative when late; None where nothing is due."""
        if self.left is not None or self.due is None:
            return self.left
        return self.due - (self.ended or self.now)

    @cached_property
    def is_late(self) -> bool:
        """Whether the limit was passed, answered since or not."""
        return self.margin is not None and self.margin < timedelta(0)

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.state is State.PAUSED

    @property
    def tone(self) -> str:
        """The colour family: ok, near, late or none."""
        if self.is_late:
            return "late"
        if self.state is State.ENDED:
            return "ok"
        if self.state is State.PAUSED or self.margin is None:
            return ""
        return "near" if self.share(Part.LEFT) <= NEAR else "ok"

    @property
    def sign(self) -> str:
        """The sign that stands beside the words."""
        if self.is_late:
            return "late"
        return {State.ENDED: "check", State.PAUSED: "pause"}.get(self.state, "none" if self.margin is None else "pie")

    @cached_property
    def words(self) -> str:
        """What the chip says: còn 1 ngày 4 giờ, trễ 2 ngày, đúng hạn, tạm dừng."""
        if self.awaits:
            return _("not accepted") if self.ended else _("waiting to be accepted")
        if self.margin is None:
            return _("paused") if self.state is State.PAUSED else _("no time limit")
        span = {"duration": formats.duration(self.margin, parts=1 if abs(self.margin) >= COARSE else 2)}
        if self.state is State.ENDED:
            return _("done %(duration)s late") % span if self.is_late else _("on time")
        if self.is_late:
            return _("%(duration)s late") % span
        return _("paused") if self.state is State.PAUSED else _("%(duration)s left") % span

    @cached_property
    def dates(self) -> tuple[tuple[str, datetime], ...]:
        """The two dates that matter, each with its word."""
        received = (_("Sent") if self.awaits else _("Received"), self.start)
        if self.ended:
            return received, (_("Answered"), self.ended)
        if self.due is None:
            return (received,)
        return received, (_("Was due by") if self.is_late else _("Answer by"), self.due)

    @property
    def note(self) -> str:
        """What the dates leave unsaid: the limit, a provisional date, why no date stands."""
        if self.awaits:
            return " · ".join([*([formats.limit(self.limit)] if self.limit else []), _("counted from the acceptance")])
        if self.state is State.PAUSED and self.due is None:
            return _("The clock is stopped; the date is set again when it goes on.")
        said = [formats.limit(self.limit)] if self.limit else []
        if self.ended and self.due:
            said.append(_("due %(moment)s") % {"moment": formats.moment(self.due, now=self.now)})
        if self.provisional:
            said.append(_("provisional: some days off are not announced yet"))
        return " · ".join(said)

    @property
    def sentence(self) -> str:
        """The whole bar in words, for those who do not see it."""
        dates = [f"{label} {formats.moment(at, now=self.now)}" for label, at in self.dates]
        return "; ".join([*dates, self.words])

    @property
    def here(self) -> str:
        """Where now is on the bar."""
        if self.state is State.ENDED or not self.share(Part.LEFT):
            return ""
        # The dot is drawn whole, also in the first hour and in the last.
        return _percent(min(1 - EDGE, max(EDGE, 1 - self.share(Part.LEFT))))

    @property
    def pie(self) -> str:
        """The used part of the time in hundredths, for the small round sign."""
        return str(min(100, max(6, round(100 * (1 - self.share(Part.LEFT))))))

    def share(self, part: Part) -> float:
        """Return how much of the bar is of one kind."""
        return sum(segment.share for segment in self.segments if segment.part is part)

    def kinds(self) -> tuple[str, ...]:
        """Return what the key must explain."""
        return tuple(part.value for part in Part if self.share(part))

    @cached_property
    def brief(self) -> tuple[str, datetime | None]:
        """The word, and the moment if there is one, that stand under the bar in a list."""
        if self.ended:
            return pgettext("date", "done"), self.ended
        if self.due:
            return pgettext("date", "due"), self.due
        return (_("a new date when it goes on") if self.is_paused and not self.awaits else self.words), None

    def drawn(self) -> Iterator[Drawn]:
        """Yield what is drawn; what is left stays the empty ground."""
        at = 0.0
        for segment in self.segments:
            if segment.part is not Part.LEFT and segment.share > 0:
                yield Drawn(segment.part.value, _percent(at), _percent(segment.share))
            at += segment.share


def draw(bar: ClockBar, *, here: bool) -> SafeString:
    """Return the bar as SVG; a list has hundreds of them, so they are joined here and not by a template."""
    parts = [f'<svg role="img" aria-label="{escape(bar.sentence)}">']
    for part in bar.drawn():
        fill = ' fill="url(#hatch)"' if part.kind == Part.PAUSED else ""
        parts.append(f'<rect class="{part.kind}" x="{part.x}" width="{part.width}" height="100%"{fill}/>')
        if part.kind == Part.OVER:
            parts.append(f'<rect class="tick" x="{part.x}" width="2" height="100%"/>')
    if here and bar.here:
        parts.append(f'<circle class="here" cx="{bar.here}" cy="50%" r="5.5"/>')
    return mark_safe("".join([*parts, "</svg>"]))


def _percent(share: float) -> str:
    return f"{100 * min(1.0, max(0.0, share)):.2f}%"
