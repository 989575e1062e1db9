"""Faults planted in one record, by what the ontology and its shapes say of its keys."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from foedus.dates import bounds
from foedus.namespaces import FOE, SH, SKOS, XSD
from foedus.standing import Standing
from foedus.vocabulary import Property, Vocabulary

Record = dict[str, Any]
NUMBERS = {XSD + "integer", XSD + "decimal"}


class Mutant(NamedTuple):
    """A broken record, the operator that broke it, and what it did.

    With ``added`` the record comes beside the one that it is made from; else it stands in its place.
    """

    operator: str
    record: Record
    what: str
    added: bool = False


class Breaker:
    """Makes mutants of records, by what the vocabulary says of their keys."""

    def __init__(
        self, vocabulary: Vocabulary, standing: Standing, ontology: Path, chance: random.Random
    ) -> None:
        self._vocabulary = vocabulary
        self._chance = chance
        self._required = _required(ontology)
        self._entities: dict[str, list[str]] = {}
        for name in sorted(standing.types):
            for kind in standing.types[name]:
                if "." not in name and ":" not in name:
                    self._entities.setdefault(kind, []).append(name)
        self._aside = sorted(key for key in standing.segments if standing.segments[key].disposition)

    def mutants(self, record: Record) -> Iterator[Mutant]:
        """Yield every mutant of a record."""
        for operator in (
            self._keys,
            self._values,
            self._evidence,
            self._times,
            self._modality,
            self._types,
            self._swaps,
            self._content,
        ):
            for name, change, what in operator(record):
                mutant = deepcopy(record)
                change(mutant)
                if mutant != record:
                    yield Mutant(name, mutant, what)

    def _keys(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        for key in [k for k in record if k not in ("id", "evidence")]:
            yield "misspell key", lambda m, k=key: m.update({k + "x": m.pop(k)}), f"{key}x"
        for key in self._required.get(record["type"], set()) & {*record} - {"evidence"}:
            yield "drop required", lambda m, k=key: m.pop(k), key
        yield "drop type", lambda m: m.pop("type"), "type"

    def _values(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        for path, key, value in _scalars(record):
            prop = self._vocabulary.properties.get(key)
            if prop is None or key in ("id", "type", "evidence"):
                continue
            for name, wrong in self._wrong(prop, value):
                yield name, lambda m, p=path, w=wrong: _put(m, p, w), f"{key}: {wrong}"

    def _wrong(self, prop: Property, value: str) -> Iterator[tuple[str, str]]:
        if prop.range == FOE + "Date":
            yield "impossible date", "2023-02-30"
            yield "no date", "soon"
        elif prop.range in NUMBERS:
            yield "no number", "many"
            yield "huge number", "9999999999"
        elif prop.kind == "ObjectProperty":
            yield "dangling or misspelt value", value + "-zz"
            if prop.range.startswith(FOE):
                foreign = self._foreign(prop.range)
                if foreign:
                    yield "value of another kind", foreign
        elif prop.iri == SKOS + "prefLabel" or prop.range.endswith("langString"):
            yield "hidden character", value[:1] + "\u202e" + value[1:]

    def _foreign(self, wanted: str) -> str:
        """Return an entity that is none of the class that is wanted."""
        kinds = [
            k
            for k in ("Person", "Place", "Treaty", "EquipmentType", "State", "Document")
            if k in self._vocabulary.classes
            and not self._vocabulary.is_a(k, wanted)
            and not any(
                self._vocabulary.is_a(w, self._vocabulary.classes[k].iri) for w in [wanted.removeprefix(FOE)]
            )
        ]
        names = self._entities.get(self._chance.choice(kinds), []) if kinds else []
        return self._chance.choice(names) if names else ""

    def _evidence(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        yield "cut evidence", lambda m: m.pop("evidence", None), "evidence"
        absent = f"{source_of(record)}:s-9999"
        yield "segment that is not", lambda m: m.update(evidence=absent), absent
        if self._aside:
            aside = self._chance.choice(self._aside)
            yield "segment of a namesake", lambda m: m.update(evidence=aside), aside

    def _times(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        start, end = record.get("from"), record.get("until")
        if isinstance(start, str) and isinstance(end, str) and ordered(start, end):
            yield (
                "swap from and until",
                lambda m: m.update({"from": end, "until": start}),
                f"{end} to {start}",
            )
        if isinstance(record.get("date"), str) and record.get("modality", "asserted") == "asserted":
            yield "after the source", lambda m: m.update(date="2031-05-05"), "2031"
        if isinstance(start, str) and ordered("1800", start):
            yield "end before start", lambda m: m.update(until="1700-01-01"), "1700"

    def _modality(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        if "accordingTo" in record:
            yield "claim without claimant", lambda m: m.pop("accordingTo"), "accordingTo"
        elif self._vocabulary.is_a(record["type"], FOE + "Record"):
            yield "claim without claimant", lambda m: m.update(modality="claimed"), "modality: claimed"
        if isinstance(record.get("prefLabel"), dict) and "en" in record["prefLabel"]:
            label = record["prefLabel"]["en"]
            yield "language in capitals", lambda m: m.update(prefLabel={"EN": label}), "EN"
            yield "two preferred labels", lambda m: m.update(prefLabel={"en": [label, label + " too"]}), "two"

    def _types(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        yield "misspell type", lambda m: m.update(type=m["type"] + "s"), record["type"] + "s"
        others = [
            k
            for k in ("Person", "Tenure", "Treaty", "Mission", "Vote", "Poll", "Place")
            if k != record["type"]
        ]
        other = self._chance.choice(others)
        yield "retype", lambda m: m.update(type=other), f"{record['type']} as {other}"

    def _swaps(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        keys = [
            k
            for k, v in record.items()
            if isinstance(v, str)
            and (p := self._vocabulary.properties.get(k))
            and p.kind == "ObjectProperty"
            and p.range.startswith(FOE)
            and p.range != FOE + "Date"
        ]
        for first, second in pairwise(keys):
            change = {first: record[second], second: record[first]}
            yield "swap", lambda m, c=change: m.update(c), f"{first} and {second}"

    def _content(self, record: Record) -> Iterator[tuple[str, Callable[[Record], Any], str]]:
        if "votesFor" in record and "votesAgainst" in record and "voteResult" in record:
            change = {"votesFor": record["votesAgainst"], "votesAgainst": record["votesFor"]}
            yield "votes against the result", lambda m: m.update(change), "votes exchanged"
        if record.get("measure") == "share":
            yield "share beyond the whole", lambda m: m.update(value="140"), "140"
        for key in [k for k in ("currency", "unit", "perUnit") if k in record]:
            yield "unit removed", lambda m, k=key: m.pop(k), key


def _required(ontology: Path) -> dict[str, set[str]]:
    """Return per class the keys of which its shapes demand at least one."""
    store = ox.Store()
    for path in [*(ontology / "shapes").glob("*.ttl"), ontology / "foedus.ttl"]:
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    found = store.query(
        f"""PREFIX sh: <{SH}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?class ?path WHERE {{ ?shape sh:targetClass/^rdfs:subClassOf* ?class ; sh:property ?p .
          ?p sh:path ?path ; sh:minCount ?n FILTER (?n > 0 && ISIRI(?path)) }}"""
    )
    assert isinstance(found, ox.QuerySolutions)
    required: dict[str, set[str]] = {}
    for row in found:
        kind, path = row["class"].value, row["path"].value
        required.setdefault(kind.removeprefix(FOE), set()).add(path.rpartition("#")[2].rpartition("/")[2])
    return required


def _scalars(
    node: Any, path: tuple[Any, ...] = (), key: str = ""
) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    if isinstance(node, dict):
        for k, value in node.items():
            # A label's languages, and a dated or sourced value, are below the key that has them.
            yield from _scalars(value, (*path, k), key if k in ("en", "value", "edtf") else k)
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _scalars(value, (*path, number), key)
    else:
        yield path, key, node


def _put(node: Any, path: tuple[Any, ...], value: str) -> None:
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value


def ordered(first: str, second: str) -> bool:
    """Tell whether a date certainly lies before another; what is no date does not."""
    try:
        early, late = bounds(first), bounds(second)
    except ValueError:
        return False
    return bool(early.latest and late.earliest and early.latest < late.earliest)


def source_of(record: Record) -> str:
    """Return the name of the source that a record cites first."""
    evidence = record.get("evidence", "")
    first = evidence[0] if isinstance(evidence, list) else evidence
    return first.partition(":")[0] if isinstance(first, str) else ""
