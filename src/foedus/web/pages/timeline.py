"""The page of the line of time: moments in strips, what lasted in lanes, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple

from foedus import tables
from foedus.entities import labels
from foedus.namespaces import ID, VOC
from foedus.parameters import date_range
from foedus.timelines import EVER, Mark, Wanted, read_intervals, read_moments, usual_span, values
from foedus.timescale import Scale, Span, stack
from foedus.web.site import Page, Site
from foedus.web.tabling import as_json

MARKS: Final = 800
"""Marks of one page; of more, the first ones in the time shown are drawn, and the page says so."""

_DOT: Final = 1.1
"""Per cent of the width that a dot takes."""
_LETTER: Final = 0.6
"""Per cent of the width that a letter of a caption takes."""


class Drawn(NamedTuple):
    """A mark on the scale, in per cent: where it may be, and where it surely is (None: nowhere).

    Its number tells it from another of the same record, as where sources disagree about its date.
    """

    mark: Mark
    number: int
    start: float
    end: float
    sure: tuple[float, float] | None
    row: int
    shown: bool
    style: str
    caption: str

    @property
    def words_end(self) -> float:
        """Where the caption ends, in per cent."""
        return max(self.start, 0.0) + len(self.caption) * _LETTER

    @property
    def late(self) -> bool:
        """Whether the caption would reach beyond the edge, so that it has to end there."""
        return self.words_end > 100


class Strip(NamedTuple):
    """The moments of one class, in rows."""

    group: str
    drawn: list[Drawn]
    rows: int
    shown: int


class Lane(NamedTuple):
    """Successive or parallel intervals of one thing."""

    id: str
    label: str
    drawn: list[Drawn]
    rows: int
    shown: int

    @property
    def captions(self) -> bool:
        """Whether intervals have captions above them."""
        return any(d.caption for d in self.drawn)


def timeline(site: Site, form: Mapping[str, Sequence[str]]) -> Page:
    """Return the line of time between ``from`` and ``to``, of what the other values choose.

    Raise UnreadableInput for a value that is no date.
    """
    moments, intervals = read_moments(site.home, site.store), read_intervals(site.home, site.store)
    given = {key: found[0].strip() for key, found in form.items() if found and found[0].strip()}
    wanted = Wanted(**{key: given.get(key, "") for key in Wanted._fields})
    scale = _scale(site, moments, given)
    placed = sorted((mark for mark in (*moments, *intervals) if mark.dated), key=_order)
    chosen = [m for m in placed if wanted.takes(m) and scale.shows(m.earliest, m.latest)]
    if len(chosen) > MARKS:
        placed = chosen[:MARKS]
    shown = set(chosen[:MARKS])
    drawn = [_draw(site, mark, number, scale, mark in shown) for number, mark in enumerate(placed)]
    momentary = set(moments)
    context = {
        "scale": scale,
        "ticks": scale.ticks(),
        "whole": _whole(placed),
        "usual": usual_span(moments) or EVER,
        "strips": _strips([d for d in drawn if d.mark in momentary]),
        "bands": _bands([d for d in drawn if d.mark not in momentary]),
        "listed": drawn,
        "undated": [m for m in (*moments, *intervals) if not m.dated and wanted.takes(m)],
        "left_out": max(0, len(chosen) - MARKS),
        "wanted": wanted._asdict(),
        "fields": _fields(site, [*moments, *intervals]),
        "given": given,
        "tenors": sorted({m.tenor for m in moments if m.tenor}),
    }
    return Page("timeline.html", "The line of time", context, _twins(chosen))


_order = attrgetter("order")


def _scale(site: Site, moments: Sequence[Mark], given: Mapping[str, str]) -> Scale:
    """Return the time asked for, at first the usual one."""
    first, last = usual_span(moments) or EVER
    if "from" in given:
        first = date_range(site.store, given["from"])[0]
    if "to" in given:
        last = date_range(site.store, given["to"])[1]
    return Scale(first, max(first, last))


def _whole(marks: Iterable[Mark]) -> tuple[date, date]:
    """Return the first and last day of which any mark tells."""
    days = [day for m in marks for day in (m.earliest, m.surely_from, m.surely_until, m.latest) if day]
    return (min(days), max(days)) if days else EVER


def _strips(drawn: Sequence[Drawn]) -> list[Strip]:
    by_group = sorted(drawn, key=lambda d: d.mark.group)
    found = []
    for group, within in groupby(by_group, key=lambda d: d.mark.group):
        placed, height = _stack(list(within), _DOT)
        found.append(Strip(group, placed, height, sum(d.shown for d in placed)))
    return sorted(found, key=lambda strip: -len(strip.drawn))


def _bands(drawn: Sequence[Drawn]) -> list[tuple[str, list[Lane], int]]:
    """Return the lanes of each class of intervals, and how many of them have anything to show."""
    by_group = sorted(drawn, key=lambda d: (d.mark.group, d.mark.lane.label, d.mark.lane.slug))
    found = []
    for group, within in groupby(by_group, key=lambda d: d.mark.group):
        lanes = []
        for lane, intervals in groupby(within, key=lambda d: d.mark.lane):
            placed, height = _stack(list(intervals), 0.0)
            lanes.append(Lane(lane.slug, lane.label, placed, height, sum(d.shown for d in placed)))
        found.append((group, lanes, sum(bool(lane.shown) for lane in lanes)))
    return found


def _draw(site: Site, mark: Mark, number: int, scale: Scale, shown: bool) -> Drawn:
    start = scale.at(mark.earliest or date.min)
    end = scale.at(mark.latest or date.max, end=True)
    sure = None
    if mark.surely_from and mark.surely_until:
        sure = (scale.at(mark.surely_from), scale.at(mark.surely_until, end=True))
    return Drawn(mark, number, start, end, sure, 0, shown, _style(site, mark), _caption(mark))


def _stack(drawn: Sequence[Drawn], gap: float) -> tuple[list[Drawn], int]:
    """Return marks with the rows of those that are shown, and how many rows these are; moments have a gap."""
    visible = [d for d in drawn if d.shown]
    spans = [
        Span(d.start, max(d.end, d.words_end), bool(gap) and not (d.mark.earliest and d.mark.latest))
        for d in visible
    ]
    places = {d.number: row for d, row in zip(visible, stack(spans, gap), strict=True)}
    return [d._replace(row=places.get(d.number, 0)) for d in drawn], max(places.values(), default=0) + 1


def _caption(mark: Mark) -> str:
    """Return what tells an interval from the others in its lane: a status, or who held the office."""
    if not mark.lasts or mark.lane.slug == mark.id:
        return ""
    return mark.label if mark.kind.slug == mark.group else mark.kind.label


def _style(site: Site, mark: Mark) -> str:
    """Return the class of a mark's colour: by tenor what happened, by the side that it concerns what lasted."""
    if mark.tenor:
        return mark.tenor
    sides = [n for n, side in enumerate(site.sides, 1) if side.id in mark.actors]
    return f"side-{sides[0]}" if len(sides) == 1 else "neutral"


def _fields(site: Site, marks: Sequence[Mark]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what one can choose by: the key, and each value that a mark has, with its label."""
    slugs = values(marks)
    iris = {
        (key, s): ID + s if key == "actor" else f"{VOC}{key}.{s}"
        for key, found in slugs.items()
        for s in found
    }
    known = labels(site.store, iris.values())
    kinds = {m.kind.slug: m.kind.label for m in marks} | {m.group: site.term(m.group) for m in marks}
    fields = {
        key: [(s, known.get(iris[key, s]) or kinds.get(s, s)) for s in found] for key, found in slugs.items()
    }
    return [(key, sorted(found, key=lambda choice: choice[1].casefold())) for key, found in fields.items()]


def _twins(marks: Sequence[Mark]) -> dict[str, Any]:
    flat = [
        {
            **{key: value for key, value in asdict(mark).items() if key not in ("lane", "kind", "group")},
            "class": mark.group,
            "kind": mark.kind.slug,
            "of": mark.lane.slug,
        }
        for mark in marks
    ]
    header = list(flat[0]) if flat else ["id"]
    cells = [[_cell(row[key]) for key in header] for row in flat]
    return {
        "json": lambda: as_json(flat),
        "csv": lambda: tables.csv(header, cells),
    }


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)
