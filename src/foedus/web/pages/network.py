"""The page of the network: who is tied to whom by what on a day, drawn, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import pairwise
from typing import Any, Final, NamedTuple

from foedus import tables
from foedus.bundles import TALL, WIDE, draw
from foedus.namespaces import FOE, slug
from foedus.networks import CERTAIN, DEALINGS, Days, Network, Strand, Tie, busiest, sorts
from foedus.parameters import date_range
from foedus.web.site import Page, Site
from foedus.web.tabling import as_json

ACTORS: Final = 60
"""Actors drawn of one day; of more, those with the most ties are, and the page says how many are not."""
ROWS: Final = 1_200
"""Ties of one page; where there are more, only those of the day are sent, and the slider asks the server."""

_HUES: Final = 10
_LAST_DAY: Final = "speaksUntil"
_GAP: Final = 20
"""Years without anything, after the last of which the slider begins: it would else be mostly empty."""


class Row(NamedTuple):
    """A tie with its strand and what it is on the days: certain, possible or, where it is not shown, ''."""

    tie: Tie
    strand: int
    state: str


class Line(NamedTuple):
    """A strand as it is drawn: its number, hue, state on the days ('' where it is not shown), and how thick."""

    number: int
    strand: Strand
    hue: int
    state: str
    weight: int


def network(site: Site, form: Mapping[str, Sequence[str]]) -> Page:
    """Return the network on the day ``on``, of what the other values choose.

    Raise UnreadableInput for a value that is no date.
    """
    given = {key: [v.strip() for v in found if v.strip()] for key, found in form.items()}
    asked = next(iter(given.get("on", ())), "")
    days = Days(*date_range(site.store, asked or _LAST_DAY))
    whole = site.network
    hues = _hues(site, whole)
    actor = next(iter(given.get("actor", ())), "")
    chosen = set(given.get("kind", ())) or set(hues)
    sure = "certain" in given.get("show", ())
    ties = [tie for tie in whole.ties if actor in ("", tie.one, tie.other)]
    if len(ties) > ROWS:
        ties = [tie for tie in ties if tie.held(days)][:ROWS]
    strands = whole.strands(ties)
    states = [_state(s, days, s.sort in chosen, sure) for s in strands]
    shown = [s for s, state in zip(strands, states, strict=True) if state]
    sides = [side.id for side in site.sides]
    drawn = set(busiest(shown, days, sides, ACTORS))
    lines = [
        Line(n, s, hues.get(s.sort, 0), state if {s.one, s.other} <= drawn else "", min(len(s.ties), 4))
        for n, (s, state) in enumerate(zip(strands, states, strict=True))
    ]
    numbers = {(s.one, s.other, s.sort): n for n, s in enumerate(strands)}
    rows = [_row(tie, numbers, days, chosen, sure) for tie in ties]
    rows.sort(key=lambda row: (row.tie.passing, row.strand, row.tie.told, row.tie.record.slug))
    known = {end for s in shown for end in (s.one, s.other)}
    context = {
        "network": whole,
        "days": days,
        "asked": asked or days.first.isoformat(),
        "lines": lines,
        "drawings": [
            (name, draw(whole, strands, sides, plane)) for name, plane in (("wide", WIDE), ("tall", TALL))
        ],
        "rows": rows,
        "drawn": drawn & known,
        "certain": {end for n in lines if n.state == CERTAIN for end in (n.strand.one, n.strand.other)},
        "sides": sides,
        "sorts": hues,
        "chosen": chosen,
        "sure": sure,
        "actor": actor,
        "actors": sorted(whole.actors.values(), key=lambda a: a.label.casefold()),
        "classes": {i: _particular(site, whole, i) for i in whole.actors},
        "left_out": len(known - drawn),
        "undated": [tie for tie in whole.undated if actor in ("", tie.one, tie.other)],
        "years": _years(whole, days),
        "embedded": len(ties) == len([t for t in whole.ties if actor in ("", t.one, t.other)]),
        "most": ACTORS,
        "ordinals": ordinals,
    }
    title = "Who is tied to whom"
    return Page("network.html", title, context, _twins([row for row in rows if row.state]))


def _hues(site: Site, network: Network) -> dict[str, int]:
    """Return the hue of each sort of tie, in the order of the ontology; what passes has none."""
    found = sorts(network.ties, site.vocabulary.classes)
    return {name: 0 if name == DEALINGS else n % _HUES + 1 for n, name in enumerate(found)}


def _state(strand: Strand, days: Days, chosen: bool, sure: bool) -> str:
    state = strand.state(days) if chosen else ""
    return "" if sure and state != CERTAIN else state


def _row(
    tie: Tie, numbers: Mapping[tuple[str, str, str], int], days: Days, chosen: set[str], sure: bool
) -> Row:
    state = tie.held(days) if tie.sort in chosen else ""
    return Row(tie, numbers[tie.one, tie.other, tie.sort], "" if sure and state != CERTAIN else state)


def _particular(site: Site, network: Network, actor: str) -> str:
    """Return the name of the lowest class of an actor, '' where none is known."""
    found = site.vocabulary.most_specific(FOE + name for name in network.classes.get(actor, ()))
    return slug(found[0]) if found else ""


def _years(network: Network, days: Days) -> list[tuple[int, int, int]]:
    """Return the years of the slider, each with how much surely passed in it, and that as a share of 100."""
    sure = sorted(
        t.earliest.year
        for t in network.ties
        if t.passing and t.earliest and t.latest and t.earliest.year == t.latest.year
    )
    after = [later for year, later in pairwise(sure) if later - year > _GAP]
    first = min([days.first.year, *(after or sure)[-1 if after else 0 :][:1]])
    last = max([days.last.year, *sure[-1:]])
    if last - first > 400:
        first, last = max(first, days.first.year - 200), min(last, days.first.year + 200)
    count = Counter(sure)
    most = max((count[y] for y in range(first, last + 1)), default=0) or 1
    return [(year, count[year], round(100 * count[year] / most)) for year in range(first, last + 1)]


def _twins(rows: Iterable[Row]) -> dict[str, Any]:
    flat = [
        {
            **{k: v for k, v in asdict(row.tie).items() if k not in ("detail", "record", "passing")},
            "detail": row.tie.detail.slug,
            "record": row.tie.record.slug,
            "state": row.state,
        }
        for row in rows
    ]
    header = list(flat[0]) if flat else ["one", "other"]
    cells = [[" ".join(v) if isinstance(v, tuple) else str(v or "") for v in row.values()] for row in flat]
    return {"json": lambda: as_json(flat), "csv": lambda: tables.csv(header, cells)}


def ordinals(tie: Tie) -> str:
    """Return the four days of a tie as numbers for the script, '' where there is none."""
    days: tuple[date | None, ...] = (tie.earliest, tie.surely_from, tie.surely_until, tie.latest)
    return ",".join(str(day.toordinal()) if day else "" for day in days)
