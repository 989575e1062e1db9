"""Descriptions: everything that the graph holds about one entity or record, in reading order.

What is read first, what records are listed under and what a value is to its record, the ontology tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from foedus.namespaces import DCTERMS, FOE, ID, RDF, SKOS, slug
from foedus.nodes import TYPE, Node, fetch
from foedus.store import Store
from foedus.vocabulary import KIND, USUAL, Vocabulary

_OTHER = "further records"
_APART = frozenset({FOE + "evidence", DCTERMS + "isReplacedBy", SKOS + "prefLabel", TYPE})
"""What stands in a place of its own in a description."""


@dataclass(frozen=True)
class Line:
    """One value of a node in words: the key of its property, and the evidence where it has its own.

    ``iri`` is that of the value, where it is no text: of a thing, a nested node, or a concept. A nested node has
    its own values as ``lines``, and its ``modality`` where it is a record.
    """

    key: str
    value: str
    label: str = ""
    language: str = ""
    evidence: tuple[str, ...] = ()
    iri: str = ""
    modality: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A record that speaks of an entity: when, what, as what the entity figures in it, and on what evidence.

    ``section`` is the heading that it is listed under; ``kind`` and ``roles`` are in words. Of what is not asserted,
    ``according`` is the id of the statement or actor that it comes from, and ``claimant`` the label of who that is.
    """

    id: str
    section: str
    kind: str
    label: str
    date: str
    until: str
    roles: tuple[str, ...]
    modality: str
    according: str
    claimant: str
    evidence: tuple[str, ...]
    earliest: str


@dataclass(frozen=True)
class Description:
    """What one entity or record is, and the records that speak of it, in reading order."""

    id: str
    label: str
    kinds: tuple[str, ...]
    modality: str
    evidence: tuple[str, ...]
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...]


def describe(store: Store, vocabulary: Vocabulary, iri: str) -> Description:
    """Return everything about the resource: its own properties, then the records in which it figures."""
    return _Describing(store, vocabulary, iri).description()


class _Describing:
    """The graph around one resource, alive only while the resource is described."""

    def __init__(self, store: Store, vocabulary: Vocabulary, iri: str) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._iri = iri
        self._own = fetch(store, [iri])[iri]
        self._properties = {p.iri: p for p in vocabulary.properties.values()}
        self._silent = _APART | {p.iri for p in vocabulary.properties.values() if p.derived}

    def description(self) -> Description:
        own = self._own
        records = self._mentions()
        claimants = self._claimants(records)
        facts = sorted((self._ordered_fact(node, claimants) for node in records), key=lambda found: found[0])
        return Description(
            slug(self._iri),
            own.first(SKOS + "prefLabel") or slug(self._iri),
            tuple(map(slug, self._vocabulary.most_specific(own.types))),
            own.first(FOE + "modality"),
            own.evidence,
            tuple(self._lines(own)),
            tuple(fact for _, fact in facts),
        )

    def _mentions(self) -> list[Node]:
        """Return the records that mention the resource, itself or through a nested node."""
        rows = self._store.select(f"SELECT DISTINCT ?s WHERE {{ ?s ?p <{self._iri}> }}")
        subjects = {row["s"].value for row in rows} - {self._iri}
        candidates = {root for subject in subjects for root in _owners(subject)} - {self._iri}
        nodes = fetch(self._store, sorted(candidates)).values()
        records = {n.iri: n for n in nodes if FOE + "modality" in n.values or FOE + "Record" in n.types}
        inner = {r for r in records for other in records if r.startswith(other + ".")}
        return [
            node
            for name, node in records.items()
            if name not in inner and not name.startswith(self._iri + ".")
        ]

    def _claimants(self, records: Iterable[Node]) -> Mapping[str, str]:
        """Return the labels of those who speak, by the statements or actors that the records come from."""
        sources = {v.value for node in records for v in node.values.get(FOE + "accordingTo", ())}
        rows = self._store.select(
            f"SELECT ?s ?label WHERE {{ VALUES ?s {{ {' '.join(f'<{iri}>' for iri in sorted(sources))} }} "
            f"OPTIONAL {{ ?s <{FOE}speaker> ?speaker }} BIND (COALESCE(?speaker, ?s) AS ?who) "
            f'?who <{SKOS}prefLabel> ?label FILTER (LANG(?label) = "en") }} ORDER BY ?s ?label'
        )
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(slug(row["s"].value), []).append(row["label"].value)
        return {source: " and ".join(labels) for source, labels in found.items()}

    def _ordered_fact(
        self, node: Node, claimants: Mapping[str, str]
    ) -> tuple[tuple[int, str, str, str], Fact]:
        """Return a record as a fact, with its place among the others: what is undated comes last."""
        heading = self._vocabulary.heading_of(node.types)
        kinds = [*self._vocabulary.most_specific(node.types), *self._kinds(node)]
        fact = Fact(
            id=slug(node.iri),
            section=heading.heading if heading else _OTHER,
            kind=", ".join(map(self._vocabulary.label, kinds)),
            label=node.first(SKOS + "prefLabel") or slug(node.iri),
            date=node.date("date") or node.date("from"),
            until=node.date("until"),
            roles=tuple(sorted(set(self._roles(node)))),
            modality=node.first(FOE + "modality"),
            according=node.first(FOE + "accordingTo"),
            claimant=claimants.get(node.first(FOE + "accordingTo"), ""),
            evidence=node.evidence,
            earliest=node.earliest,
        )
        return (
            self._vocabulary.order(heading.iri) if heading else USUAL,
            fact.earliest or "9999",
            fact.label,
            fact.id,
        ), fact

    def _kinds(self, node: Node) -> Iterator[str]:
        """Yield the IRIs of the concepts that say what kind of thing a node is."""
        for path, values in sorted(node.values.items()):
            if self._vocabulary.order(path) == KIND:
                yield from sorted(v.value for v in values)

    def _roles(self, node: Node) -> Iterator[str]:
        """Yield as what the resource figures in a record: what its properties make of it, or the role of its part."""
        for path, values in node.values.items():
            if path != FOE + "involves" and any(v.value == self._iri for v in values):
                prop = self._properties.get(path)
                yield (prop and prop.role) or self._vocabulary.label(path)
        for nested in node.nested.values():
            roles = nested.values.get(FOE + "role")
            if roles and nested.first(FOE + "actor") == slug(self._iri):
                yield from (self._vocabulary.label(role.value) for role in roles)
            else:
                yield from self._roles(nested)

    def _lines(self, node: Node) -> Iterator[Line]:
        """Yield every value of a node: its properties in reading order, its records by date."""
        paths = [p for p in node.values if p not in self._silent and p.startswith((FOE, SKOS, DCTERMS))]
        for path in sorted(paths, key=self._place):
            prop = self._properties.get(path)
            key = prop.key if prop else slug(path)
            inner = [node.nested[v.value] for v in node.values[path] if v.value in node.nested]
            for value in sorted((v for v in node.values[path] if v.value not in node.nested), key=str):
                yield self._line(path, key, value)
            for below in sorted(inner, key=lambda n: (n.earliest or "9999", n.iri)):
                yield self._nested_line(key, below)

    def _place(self, path: str) -> tuple[int, str]:
        return self._vocabulary.order(path), self._vocabulary.label(path).casefold()

    def _line(self, path: str, key: str, value: ox.NamedNode | ox.Literal) -> Line:
        source = self._sourced.get((path, value.value))
        evidence = source.evidence if source else ()
        if isinstance(value, ox.Literal):
            return Line(key, value.value, language=value.language or "", evidence=evidence)
        label = self._labels.get(value.value) or self._vocabulary.labels.get(value.value, "")
        return Line(key, slug(value.value), label, evidence=evidence, iri=value.value)

    def _nested_line(self, key: str, inner: Node) -> Line:
        """Return a nested node: a date as one value, anything else with its own values below it."""
        if FOE + "Date" in inner.types:
            text = inner.first(FOE + "edtf") or inner.first(FOE + "boundReason")
            return Line(key, text, _remarks(inner), evidence=inner.evidence)
        return Line(
            key,
            slug(inner.iri).rpartition(".")[2],
            inner.first(SKOS + "prefLabel"),
            evidence=inner.evidence,
            iri=inner.iri,
            modality=inner.first(FOE + "modality"),
            lines=tuple(self._lines(inner)),
        )

    @cached_property
    def _sourced(self) -> Mapping[tuple[str, str], Node]:
        """The sourced values of the resource by property and value: those that have evidence of their own."""
        rows = self._store.select(
            f"SELECT ?node ?p ?o WHERE {{ ?node <{RDF}subject> <{self._iri}> ; <{RDF}predicate> ?p ; "
            f"<{RDF}object> ?o }}"
        )
        nodes = fetch(self._store, sorted({row["node"].value for row in rows})) if rows else {}
        return {(row["p"].value, row["o"].value): nodes[row["node"].value] for row in rows}

    @cached_property
    def _labels(self) -> Mapping[str, str]:
        """The English labels of all things that the resource, at any depth, points to."""
        iris = " ".join(f"<{iri}>" for iri in sorted(set(_things(self._own))))
        rows = self._store.select(
            f"SELECT ?s ?label WHERE {{ VALUES ?s {{ {iris} }} ?s <{SKOS}prefLabel> ?label "
            'FILTER (LANG(?label) = "en") }'
        )
        return {row["s"].value: row["label"].value for row in rows}


def _remarks(date: Node) -> str:
    """Return what is told of a date besides itself: its precision, its words, and what it is derived from."""
    derived = "derived" if date.first(FOE + "dateStatus") == "derived" else ""
    reason = ": ".join(r for r in (derived, date.first(FOE + "derivation")) if r)
    remarks = [*(date.first(FOE + p) for p in ("precision", "asStated", "qualification")), reason]
    return ", ".join(r for r in remarks if r and r != "none")


def _things(node: Node) -> Iterator[str]:
    """Yield the IRIs of the entities and records that a node, at any depth, points to."""
    for values in node.values.values():
        yield from (v.value for v in values if isinstance(v, ox.NamedNode) and v.value.startswith(ID))
    for nested in node.nested.values():
        yield from _things(nested)


def _owners(iri: str) -> Iterable[str]:
    """Return the IRI and those of the nodes that it may be nested in."""
    base, _, local = iri.rpartition("/")
    parts = local.split(".")
    return [f"{base}/{'.'.join(parts[:n])}" for n in range(1, len(parts) + 1)]
