"""A line of time laid over a width: days as shares of it, the marks of years and months, rows for what overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MOST_TICKS: Final = 14
_MONTHS_BELOW: Final = 3 * 366
"""Days below which months are marked, too."""
_BEYOND: Final = 2.0
"""Per cent that a line may reach beyond the edge, so that it is seen to go on."""


@dataclass(frozen=True)
class Scale:
    """The days from ``first`` to ``last``, both shown, over a width of 100 per cent."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days the scale shows."""
        return self.last.toordinal() - self.first.toordinal() + 1

    def at(self, day: date, end: bool = False) -> float:
        """Return where a day begins, or ends, in per cent; a day beyond the edge is just beyond it."""
        share = 100 * (day.toordinal() + end - self.first.toordinal()) / self.days
        return round(min(max(share, -_BEYOND), 100 + _BEYOND), 2)

    def shows(self, earliest: date | None, latest: date | None) -> bool:
        """Return whether a span, open where None, has a day on the scale."""
        return (earliest or date.min) <= self.last and (latest or date.max) >= self.first

    def ticks(self) -> list[tuple[float, str]]:
        """Return where years, or in a short time months, begin, with their names."""
        if self.days < _MONTHS_BELOW:
            months = range(self.first.year * 12 + self.first.month, self.last.year * 12 + self.last.month)
            step = next(s for s in (1, 2, 3, 6, 12, 24, 48) if len(months) / s <= _MOST_TICKS)
            found = [date(m // 12, m % 12 + 1, 1) for m in months if m % step == 0]
            return [(self.at(d), str(d.year) if d.month == 1 else f"{d:%b}") for d in found]
        years = range(self.first.year, min(self.last.year + 1, date.max.year))
        step = next((s for s in _STEPS if len(years) / s <= _MOST_TICKS), _STEPS[-1])
        return [(self.at(date(y, 1, 1)), str(y)) for y in years if y % step == 0]


class Span(NamedTuple):
    """Where something begins and ends on a scale, in per cent; ``endless`` where nothing bounds one side of it."""

    start: float
    end: float
    endless: bool = False


def stack(spans: Sequence[Span], gap: float = 0.0) -> list[int]:
    """Return the row of each span, so that none touches another within ``gap`` per cent.

    What is endless, which would fill row after row, stands below the rest.
    """
    found = [0] * len(spans)
    above = 0
    for endless in (False, True):
        ends: list[float] = []
        some = [n for n, span in enumerate(spans) if span.endless is endless]
        for number in sorted(some, key=lambda n: spans[n].start):
            row = next((n for n, taken in enumerate(ends) if taken + gap <= spans[number].start), len(ends))
            ends[row:] = [spans[number].end, *ends[row + 1 :]]
            found[number] = above + row
        above += len(ends)
    return found
