"""Who is tied to whom by what: the data of every picture of the network.

The rows are those of the stored queries ``ties`` (what lasts) and ``dealings`` (what passes). What has no date at all
has no day on which it could be shown, and is kept apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.asking import solve
from foedus.diagnostics import UnknownName, did_you_mean
from foedus.entities import labels
from foedus.home import Home
from foedus.namespaces import FOE, ID, slug
from foedus.store import Store, Term
from foedus.storedqueries import provided_query

TIES: Final = "ties"
DEALINGS: Final = "dealings"
"""The stored queries, and the sort of all that passes, whatever its class."""

CERTAIN: Final = "certain"
POSSIBLE: Final = "possible"
_ASSERTED: Final = "asserted"
_FEW: Final = 12


class Days(NamedTuple):
    """The days asked about, both included."""

    first: date
    last: date


class Named(NamedTuple):
    """A thing or a value of a list, by its slug, with its label; both are '' where there is none."""

    slug: str = ""
    label: str = ""


@dataclass(frozen=True)
class Tie:
    """One thing that ties two actors.

    It may have held from ``earliest`` to ``latest`` (None: nothing bounds it on that side) and surely held from
    ``surely_from`` to ``surely_until`` (None: on no day). What passes is told for the whole years of its date.
    """

    one: str
    other: str
    kind: str
    detail: Named
    record: Named
    told: str
    until: str
    earliest: date | None
    surely_from: date | None
    surely_until: date | None
    latest: date | None
    tenor: str
    modality: str
    passing: bool
    evidence: tuple[str, ...]

    @property
    def sort(self) -> str:
        """What strand of a picture it belongs to: its class, or all that passes."""
        return DEALINGS if self.passing else self.kind

    @property
    def dated(self) -> bool:
        """Whether anything says when it was."""
        return any((self.earliest, self.surely_from, self.surely_until, self.latest))

    def held(self, days: Days) -> str:
        """Return 'certain' where it surely held on each of the days, 'possible' where it may have on one, else ''.

        What passes is certain where it surely lies in their years.
        """
        first, last = (
            (date(days.first.year, 1, 1), date(days.last.year, 12, 31)) if self.passing else tuple(days)
        )
        if (self.earliest or date.min) > last or (self.latest or date.max) < first:
            return ""
        if self.passing:
            within = self.earliest and self.latest and first <= self.earliest and self.latest <= last
            return CERTAIN if within else POSSIBLE
        if self.surely_from is None or self.surely_until is None:
            return POSSIBLE
        return CERTAIN if self.surely_from <= first and last <= self.surely_until else POSSIBLE


class Strand(NamedTuple):
    """What ties two actors in one way: the pair, the sort of tie, and the ties."""

    one: str
    other: str
    sort: str
    ties: tuple[Tie, ...]

    def state(self, days: Days) -> str:
        """Return the best of its ties on the days: 'certain', 'possible', 'told' (only claimed or planned) or ''."""
        held = [(tie.held(days), tie.modality == _ASSERTED) for tie in self.ties]
        for state in (CERTAIN, POSSIBLE):
            if (state, True) in held:
                return state
        return "told" if any(state for state, _ in held) else ""


@dataclass(frozen=True)
class Network:
    """The actors by their slugs, each with its label and classes, and the ties between them."""

    actors: Mapping[str, Named]
    classes: Mapping[str, frozenset[str]]
    ties: tuple[Tie, ...]
    undated: tuple[Tie, ...]

    def strands(self, wanted: Iterable[Tie] | None = None) -> list[Strand]:
        """Return the ties, or those wanted, gathered by pair and sort."""
        found: defaultdict[tuple[str, str, str], list[Tie]] = defaultdict(list)
        for tie in self.ties if wanted is None else wanted:
            found[tie.one, tie.other, tie.sort].append(tie)
        return [Strand(*key, tuple(ties)) for key, ties in sorted(found.items())]


def read_network(home: Home, store: Store) -> Network:
    """Return every tie of any day."""
    found = [_tie(row, name == DEALINGS) for name in (TIES, DEALINGS) for row in _rows(home, store, name)]
    ids = {end for tie in found for end in (tie.one, tie.other)}
    iris = {ID + i for i in ids} | {ID + tie.record.slug for tie in found}
    iris |= {tie.detail.slug for tie in found if tie.detail.slug}
    known = labels(store, sorted(iris))
    ties = [
        _labelled(tie, known.get(ID + tie.record.slug, ""), known.get(tie.detail.slug, "")) for tie in found
    ]
    return Network(
        {i: Named(i, known.get(ID + i) or i) for i in sorted(ids)},
        _classes(store, ids),
        tuple(tie for tie in ties if tie.dated),
        tuple(tie for tie in ties if not tie.dated),
    )


def sorts(ties: Iterable[Tie], order: Iterable[str]) -> list[str]:
    """Return the sorts of ties that there are, in the order of the classes given; what passes comes last."""
    present = {tie.sort for tie in ties}
    return [name for name in order if name in present] + [DEALINGS] * (DEALINGS in present)


def choose(ties: Sequence[Tie], **wanted: str) -> list[Tie]:
    """Return the ties that have each wanted actor, kind, tenor or modality, '' choosing all.

    Raise UnknownName for a value that none of them has.
    """
    found = list(ties)
    for field, value in wanted.items():
        known = {slugs for tie in ties for slugs in _slugs(tie, field)} - {""}
        if value and value not in known:
            hint = did_you_mean(value, sorted(known)) or f"choose from {', '.join(sorted(known)[:_FEW])}"
            raise UnknownName(f'{field}: nothing here is of "{value}"; {hint}')
        found = [tie for tie in found if not value or value in _slugs(tie, field)]
    return found


def _slugs(tie: Tie, field: str) -> tuple[str, ...]:
    """Return what a tie can be chosen by under a name."""
    by = {"actor": (tie.one, tie.other), "kind": (tie.kind, tie.sort, tie.detail.slug)}
    return by.get(field) or (tie.tenor if field == "tenor" else tie.modality,)


def busiest(strands: Iterable[Strand], days: Days, first: Iterable[str], most: int) -> list[str]:
    """Return those with ties on the days, at most so many: ``first`` before others, then by their number of strands.

    A strand that is certain outweighs any number of others.
    """
    score: defaultdict[str, int] = defaultdict(int)
    for strand in strands:
        state = strand.state(days)
        for end in (strand.one, strand.other) if state else ():
            score[end] += 1000 if state == CERTAIN else 1
    preferred = set(first)
    return sorted(score, key=lambda i: (i not in preferred, -score[i], i))[:most]


def _rows(home: Home, store: Store, name: str) -> list[dict[str, Term | None]]:
    found = solve(provided_query(home, name), store, {})
    return [dict(zip(found.variables, row, strict=True)) for row in found.rows]


def _tie(row: Mapping[str, Term | None], passing: bool) -> Tie:
    earliest, latest = _day(row["earliest"]), _day(row["latest"])
    return Tie(
        one=slug(_text(row["one"])),
        other=slug(_text(row["other"])),
        kind=slug(_text(row["kind"])),
        detail=Named(_text(row["detail"])),
        record=Named(slug(_text(row["record"]))),
        told=_text(row["date" if passing else "from"]),
        until="" if passing else _text(row["until"]),
        earliest=date(earliest.year, 1, 1) if earliest and passing else earliest,
        surely_from=None if passing else _day(row["surelyFrom"]),
        surely_until=None if passing else _day(row["surelyUntil"]),
        latest=date(latest.year, 12, 31) if latest and passing else latest,
        tenor=slug(_text(row["tenor"])) if passing else "",
        modality=slug(_text(row["modality"])),
        passing=passing,
        evidence=tuple(_text(row["evidence"]).split()),
    )


def _labelled(tie: Tie, record: str, detail: str) -> Tie:
    return replace(
        tie,
        record=Named(tie.record.slug, record or tie.record.slug),
        detail=Named(slug(tie.detail.slug), detail or slug(tie.detail.slug)),
    )


def _classes(store: Store, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the classes of each actor, by their slugs."""
    some = " ".join(str(ox.NamedNode(ID + i)) for i in sorted(ids))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for actor, kind in store.select(f"SELECT ?s ?c WHERE {{ VALUES ?s {{ {some} }} ?s a ?c }}"):
        if isinstance(kind, ox.NamedNode) and kind.value.startswith(FOE):
            found[slug(_text(actor))].add(slug(kind.value))
    return {actor: frozenset(kinds) for actor, kinds in found.items()}


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _day(term: Term | None) -> date | None:
    return date.fromisoformat(_text(term)) if term is not None else None
