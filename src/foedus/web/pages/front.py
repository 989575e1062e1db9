"""The first page: the two sides, the line of years, the latest events, and what one can ask."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.entities import labels
from foedus.namespaces import DCTERMS, FOE, ID, VOC, slug
from foedus.parameters import SPEAKS_UNTIL
from foedus.store import Solutions, Term
from foedus.storedqueries import query_names
from foedus.timelines import EVER, read_moments, usual_span
from foedus.timescale import Scale
from foedus.vocabulary import USUAL
from foedus.web.site import Page, Side, Site
from foedus.web.tabling import Cell, tabulate, twins

_LATEST: Final = 8
_FEW: Final = 4
"""Offices told of a side."""
_HEIGHT: Final = 125
"""Points of the highest year."""


class Box(NamedTuple):
    """What the page tells of one side: a sentence, its capital, the holders of its first offices, its memberships."""

    side: Side
    description: str
    capitals: list[Cell]
    holders: list[dict[str, Cell]]
    memberships: list[tuple[Cell, list[str]]]


class Year(NamedTuple):
    """A year's events by tenor: where it begins and how wide it is, in per cent, and each part's place and height."""

    year: int
    start: float
    width: float
    parts: list[tuple[str, float, float]]
    counts: dict[str, int]


def front(site: Site) -> Page:
    """Return the first page."""
    events = site.query("events")
    found = site.rows(events, {})
    latest = found._replace(rows=found.rows[-_LATEST:][::-1])
    query = site.query("counts-per-year")
    rows = site.rows(query, {})
    counts = _counts(rows)
    first, last = usual_span(read_moments(site.home, site.store)) or EVER
    scale = Scale(first, last)
    context = {
        "boxes": [_box(site, side) for side in site.sides],
        "scale": scale,
        "years": _years({y: of for y, of in counts.items() if first.year <= y <= last.year}, scale),
        "numbers": sorted(counts.items()),
        "before": sum(sum(of.values()) for year, of in counts.items() if year < first.year),
        "since": min(counts, default=first.year),
        "tenors": sorted({tenor for of in counts.values() for tenor in of}),
        "events": tabulate(site, events, latest).named,
        "questions": [site.query(name) for name in query_names(site.home)],
    }
    title = " and ".join(side.label for side in site.sides) or "Relations between states"
    return Page("front.html", title, context, twins(site, query, rows))


def _box(site: Site, side: Side) -> Box:
    told = site.store.select(
        f"SELECT ?text WHERE {{ <{ID}{side.id}> <{DCTERMS}description> ?text FILTER (LANG(?text) = 'en') }} "
        "ORDER BY ?text"
    )
    holders = _named(site, "office-holders", {"of": [side.id]})
    ranks = _ranks(site, [row["office"].id for row in holders])
    memberships = _named(site, "membership-history", {"member": [side.id], "asOf": [SPEAKS_UNTIL]})
    statuses: dict[Cell, list[str]] = {}
    for row in memberships:
        if (row["certainty"].text, row["modality"].text) == ("certain", "asserted"):
            statuses.setdefault(row["organization"], []).append(row["status"].text)
    holders.sort(key=lambda row: (row["certainty"].text != "certain", ranks[row["office"].id]))
    return Box(
        side,
        told[0]["text"].value if told else "",
        _capitals(site, side),
        holders[:_FEW],
        list(statuses.items()),
    )


def _capitals(site: Site, side: Side) -> list[Cell]:
    """Return the state's capital as the sources last know it: that which none is said to have followed."""
    rows = site.store.select(
        f"SELECT ?city WHERE {{ ?record <{FOE}capitalOf> <{ID}{side.id}> ; <{FOE}capitalCity> ?city ; "
        f"<{FOE}modality> <{VOC}modality.asserted> ; <{FOE}until>/<{FOE}boundReason> <{VOC}bound-reason.open> }} "
        "ORDER BY ?city"
    )
    known = labels(site.store, [row["city"].value for row in rows])
    return [Cell(known.get(iri, slug(iri)), slug(iri)) for iri in (row["city"].value for row in rows)]


def _ranks(site: Site, offices: list[str]) -> dict[str, int]:
    """Return the reading order of the kinds of offices, by the offices' ids."""
    iris = " ".join(f"<{ID}{office}>" for office in offices)
    rows = site.store.select(
        f"SELECT ?office ?kind WHERE {{ VALUES ?office {{ {iris} }} ?office <{FOE}officeKind> ?kind }}"
    )
    ranks = dict.fromkeys(offices, USUAL)
    for row in rows:
        office = slug(row["office"].value)
        ranks[office] = min(ranks[office], site.vocabulary.order(row["kind"].value))
    return ranks


def _named(site: Site, name: str, values: dict[str, list[str]]) -> list[dict[str, Cell]]:
    query = site.query(name)
    return tabulate(site, query, site.rows(query, values)).named


def _counts(found: Solutions) -> dict[int, dict[str, int]]:
    """Return the number of events by year and tenor; years without any are left out."""
    year, tenor, events = (found.variables.index(name) for name in ("year", "tenor", "events"))
    counts: dict[int, dict[str, int]] = {}
    for row in found.rows:
        number = int(_text(row[events]) or 0)
        if row[year] is not None and number:
            counts.setdefault(int(_text(row[year])), {})[_text(row[tenor])] = number
    return counts


def _years(counts: dict[int, dict[str, int]], scale: Scale) -> list[Year]:
    most = max((sum(of.values()) for of in counts.values()), default=1)
    found = []
    for year, of in sorted(counts.items()):
        start, end = scale.at(date(year, 1, 1)), scale.at(date(year, 12, 31), end=True)
        top, parts = float(_HEIGHT), []
        for tenor in sorted(of):
            height = _HEIGHT * of[tenor] / most
            top -= height
            parts.append((tenor, round(top, 1), round(height, 1)))
        found.append(Year(year, start, round((end - start) * 0.8, 2), parts, of))
    return found


def _text(term: Term | None) -> str:
    return "" if term is None or isinstance(term, ox.Triple) else slug(term.value)
