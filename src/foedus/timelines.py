"""What happened, was said and lasted, each at its place in time: the data of every picture of it.

The rows are those of the stored queries ``timeline`` and ``intervals``; here they get their labels, those involved and
their themes. A date that is partial keeps its bounds: what is drawn is the span in which it lies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.asking import solve
from foedus.diagnostics import UnknownName, did_you_mean
from foedus.entities import labels
from foedus.home import Home
from foedus.namespaces import FOE, ID, slug
from foedus.store import Solutions, Store, Term
from foedus.storedqueries import provided_query

MOMENTS: Final = "timeline"
INTERVALS: Final = "intervals"

_BEFORE: Final = 0.2
"""The share of the moments that lies before the usual span, which would else be mostly empty."""
_FEW: Final = 12
EVER: Final = (date.min, date.max)
"""What is shown where nothing has a date."""
_PER_QUESTION: Final = 2_000
"""Records whose participants and themes are asked for at once."""


class Concept(NamedTuple):
    """A value of a list or a thing, by its slug, with its label; both are '' where there is none."""

    slug: str = ""
    label: str = ""


@dataclass(frozen=True)
class Mark:
    """A record at its place in time.

    It may have held from ``earliest`` to ``latest`` (None: nothing bounds it on that side), and surely held from
    ``surely_from`` to ``surely_until`` (None where no day is sure). What did not last lies on one day in between.
    ``told`` is its date as the source gives it, in EDTF; ``until`` the end of what lasted. ``lane`` is what
    successive records share: an office, a membership, a treaty; else the record itself.
    """

    id: str
    label: str
    group: str
    lane: Concept
    kind: Concept
    tenor: str
    modality: str
    told: str
    until: str
    lasts: bool
    earliest: date | None
    surely_from: date | None
    surely_until: date | None
    latest: date | None
    actors: tuple[str, ...]
    themes: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def dated(self) -> bool:
        """Whether its source gives it a date, so that it has a place in time."""
        return bool(self.told or self.until) and any((self.earliest, self.surely_from, self.latest))

    @property
    def order(self) -> tuple[date, date, str]:
        """What marks are sorted by: the first day that it may be, then the last; what has no date comes last."""
        first = (self.earliest or self.surely_from or self.latest) if self.dated else None
        return first or date.max, self.latest or date.max, self.id


class Wanted(NamedTuple):
    """What marks are chosen by, as slugs; '' chooses all."""

    actor: str = ""
    theme: str = ""
    kind: str = ""
    tenor: str = ""
    modality: str = ""

    def takes(self, mark: Mark) -> bool:
        """Return whether a mark is chosen."""
        return (
            self.actor in ("", *mark.actors)
            and self.theme in ("", *mark.themes)
            and self.kind in ("", mark.kind.slug, mark.group)
            and self.tenor in ("", mark.tenor)
            and self.modality in ("", mark.modality)
        )


def values(marks: Iterable[Mark]) -> dict[str, set[str]]:
    """Return what can be wanted of marks: the slugs that any has, by the field of ``Wanted``."""
    found: dict[str, set[str]] = {field: set() for field in Wanted._fields}
    for mark in marks:
        found["actor"].update(mark.actors)
        found["theme"].update(mark.themes)
        found["kind"].update((mark.kind.slug, mark.group))
        found["tenor"].add(mark.tenor)
        found["modality"].add(mark.modality)
    return {field: slugs - {""} for field, slugs in found.items()}


def choose(marks: Sequence[Mark], wanted: Wanted) -> list[Mark]:
    """Return the marks that are wanted; raise UnknownName for a value that none of them has."""
    for field, known in values(marks).items():
        value = getattr(wanted, field)
        if value and value not in known:
            hint = did_you_mean(value, sorted(known)) or f"choose from {', '.join(sorted(known)[:_FEW])}"
            raise UnknownName(f'{field}: nothing here is of "{value}"; {hint}')
    return [mark for mark in marks if wanted.takes(mark)]


def read_moments(home: Home, store: Store) -> list[Mark]:
    """Return everything dated that happened, was said, signed or decided, in order."""
    query = provided_query(home, MOMENTS)
    return _marks(store, _rows(solve(query, store, {})), lasting=False)


def read_intervals(home: Home, store: Store) -> list[Mark]:
    """Return everything that lasted, in order; what has no date at all comes last."""
    query = provided_query(home, INTERVALS)
    return _marks(store, _rows(solve(query, store, {})), lasting=True)


def usual_span(moments: Iterable[Mark]) -> tuple[date, date] | None:
    """Return the years that a picture shows at first: from where moments begin to be many to the last of all.

    None where none has a date.
    """
    known = sorted(mark.order[0] for mark in moments if mark.dated)
    if not known:
        return None
    return date(known[int(len(known) * _BEFORE)].year, 1, 1), date(known[-1].year, 12, 31)


def _rows(found: Solutions) -> list[Mapping[str, Term | None]]:
    return [dict(zip(found.variables, row, strict=True)) for row in found.rows]


def _marks(store: Store, rows: Sequence[Mapping[str, Term | None]], lasting: bool) -> list[Mark]:
    known = labels(
        store, sorted({t.value for row in rows for t in row.values() if isinstance(t, ox.NamedNode)})
    )
    carriers = {_text(row[key]) for row in rows for key in ("record", "of") if row.get(key)}
    actors = _linked(store, carriers, "involves")
    treaties = {} if lasting else _treaties(store, carriers)
    themes = _linked(store, carriers, "theme")
    marks = []
    for row in rows:
        record, lane = _text(row["record"]), _text(row.get("of")) or _text(row["record"])
        kind = _text(row.get("detail") or row.get("kind"))
        earliest, latest = _day(row["earliest"]), _day(row["latest"])
        lasts = lasting or bool(_text(row["until"]))
        # A moment on a known day is sure of it; one that lasted is drawn from its first day to its last.
        exact = not lasting and earliest is not None and latest is not None and (lasts or earliest == latest)
        marks.append(
            Mark(
                id=slug(record),
                label=known.get(record) or slug(record),
                group=slug(_text(row["kind"])) if lasting else _text(row["class"]),
                lane=treaties.get(record) or Concept(slug(lane), known.get(lane) or slug(lane)),
                kind=Concept(slug(kind), known.get(kind) or slug(kind)),
                tenor=slug(_text(row.get("tenor"))),
                modality=slug(_text(row["modality"])),
                told=_text(row["from"] if lasting else row["date"]),
                until=_text(row["until"]),
                lasts=lasts,
                earliest=earliest,
                surely_from=_day(row["surelyFrom"]) if lasting else earliest if exact else None,
                surely_until=_day(row["surelyUntil"]) if lasting else latest if exact else None,
                latest=latest,
                actors=tuple(sorted(actors[record] | actors[lane])),
                themes=tuple(sorted(themes[record] | themes[lane])),
                evidence=tuple(_text(row["evidence"]).split()),
            )
        )
    return sorted(marks, key=lambda mark: mark.order)


def _treaties(store: Store, records: Iterable[str]) -> dict[str, Concept]:
    """Return the treaty of each record that is an act on one, by the record's IRI."""
    found = {record: ID + min(those) for record, those in _linked(store, records, "treaty").items()}
    known = labels(store, sorted(set(found.values())))
    return {record: Concept(slug(iri), known.get(iri) or slug(iri)) for record, iri in found.items()}


def _linked(store: Store, iris: Iterable[str], key: str) -> defaultdict[str, set[str]]:
    """Return the slugs of what each resource has under a property, by its IRI."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    terms = [str(ox.NamedNode(iri)) for iri in sorted(iris) if iri.startswith(ID)]
    for start in range(0, len(terms), _PER_QUESTION):
        some = " ".join(terms[start : start + _PER_QUESTION])
        for subject, value in store.select(
            f"SELECT ?s ?v WHERE {{ VALUES ?s {{ {some} }} ?s <{FOE}{key}> ?v }}"
        ):
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                found[subject.value].add(slug(value.value))
    return found


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _day(term: Term | None) -> date | None:
    return date.fromisoformat(_text(term)) if term is not None else None
