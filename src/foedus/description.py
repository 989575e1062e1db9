"""Descriptions: everything that the graph holds about one entity or record, in reading order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.namespaces import DCTERMS, FOE, ID, RDF, SKOS, slug
from foedus.store import Store

_TYPE = RDF + "type"
_SECTIONS = (
    (FOE + "TemporalRelation", "intervals"),
    (FOE + "Occurrence", "events, acts and statements"),
    (FOE + "Figure", "figures"),
)
_OTHER = "further records"
_LABELS = (SKOS + "prefLabel", SKOS + "altLabel", FOE + "formerLabel", DCTERMS + "description")
_SILENT = frozenset(
    {FOE + "citesSource", FOE + "involves", FOE + "evidence", DCTERMS + "isReplacedBy", _TYPE, *_LABELS[:1]}
)
"""What a description leaves out: what is inferred from the rest, and what stands in a column of its own."""


@dataclass
class Node:
    """A resource with its values by property IRI; nested nodes hang below the property that leads to them."""

    iri: str
    values: dict[str, list[ox.NamedNode | ox.Literal]] = field(default_factory=lambda: defaultdict(list))
    nested: dict[str, Node] = field(default_factory=dict)

    def first(self, path: str) -> str:
        """Return the slug or text of the first value of a property, or ''; English comes first."""
        values = sorted(self.values.get(path, ()), key=lambda v: getattr(v, "language", "") != "en")
        return slug(values[0].value) if values else ""

    def all(self, path: str) -> list[str]:
        """Return the slugs or texts of all values of a property, sorted."""
        return sorted(slug(v.value) for v in self.values.get(path, ()))

    @property
    def types(self) -> set[str]:
        """The IRIs of the node's classes, inferred ones included."""
        return {v.value for v in self.values.get(_TYPE, ())}


@dataclass(frozen=True)
class Line:
    """One property of a node in words: its path of keys, its value, and the evidence where it has its own.

    ``iri`` is that of the value, where it is no text: of a thing, a nested node, or a concept.
    """

    path: str
    value: str
    label: str
    evidence: tuple[str, ...] = ()
    iri: str = ""


@dataclass(frozen=True)
class Fact:
    """A record that speaks of an entity: when, what, as what the entity figures in it, and on what evidence."""

    id: str
    section: str
    kind: str
    label: str
    date: str
    until: str
    roles: tuple[str, ...]
    modality: str
    according: str
    evidence: tuple[str, ...]
    earliest: str


@dataclass(frozen=True)
class Description:
    """What one entity or record is, and the records that speak of it, in reading order."""

    id: str
    label: str
    kinds: tuple[str, ...]
    evidence: tuple[str, ...]
    lines: list[Line]
    facts: list[Fact]


def describe(store: Store, iri: str) -> Description:
    """Return everything about the resource: its own properties, then the records in which it figures."""
    own = fetch(store, [iri])[iri]
    facts = [_fact(node, iri) for node in _mentions(store, iri)]
    sections = [name for _, name in _SECTIONS] + [_OTHER]
    facts.sort(key=lambda f: (sections.index(f.section), f.earliest or "9999", f.label, f.id))
    labels = _labels(store, [own, *own.nested.values()])
    kinds = sorted(slug(t) for t in own.types if t.startswith(FOE))
    return Description(
        slug(iri),
        own.first(SKOS + "prefLabel") or slug(iri),
        tuple(most_specific(kinds)),
        _evidence(own),
        list(_lines(own, "", labels, _sourced(store, iri))),
        facts,
    )


def fetch(store: Store, iris: Iterable[str]) -> dict[str, Node]:
    """Return the nodes with the IRIs, each with its nested nodes (those named ``IRI.…``) fetched as well."""
    roots = {iri: Node(iri) for iri in iris}
    known: dict[str, Node] = dict(roots)
    pending = list(roots)
    while pending:
        rows = store.select(
            f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(f'<{iri}>' for iri in pending)} }} ?s ?p ?o }}"
        )
        pending = []
        for row in rows:
            node = known[row["s"].value]
            node.values[row["p"].value].append(row["o"])
            target = row["o"].value if isinstance(row["o"], ox.NamedNode) else ""
            if target.startswith(node.iri + "."):
                if target not in known:
                    known[target] = Node(target)
                    pending.append(target)
                node.nested[target] = known[target]
    return roots


def _mentions(store: Store, iri: str) -> list[Node]:
    """Return the records that mention the resource, itself or through a nested node."""
    rows = store.select(f"SELECT DISTINCT ?s WHERE {{ ?s ?p <{iri}> }}")
    subjects = {row["s"].value for row in rows} - {iri}
    candidates = {root for subject in subjects for root in _owners(subject)} - {iri}
    nodes = fetch(store, sorted(candidates)).values()
    records = {n.iri: n for n in nodes if FOE + "modality" in n.values or FOE + "Record" in n.types}
    inner = {r for r in records for other in records if r.startswith(other + ".")}
    return [node for name, node in records.items() if name not in inner and not name.startswith(iri + ".")]


def _owners(iri: str) -> list[str]:
    """Return the IRI and those of the nodes that it may be nested in."""
    base, _, local = iri.rpartition("/")
    parts = local.split(".")
    return [f"{base}/{'.'.join(parts[:n])}" for n in range(1, len(parts) + 1)]


def _fact(node: Node, iri: str) -> Fact:
    section = next((name for class_iri, name in _SECTIONS if class_iri in node.types), _OTHER)
    date = _date(node, "date") or _date(node, "from")
    kinds = [
        n
        for p in node.values
        if p.endswith(("Kind", "actKind", "measure", "missionRank"))
        for n in node.all(p)
    ]
    classes = most_specific(sorted(slug(t) for t in node.types if t.startswith(FOE)))
    return Fact(
        id=slug(node.iri),
        section=section,
        kind=" · ".join([*classes, *kinds]),
        label=node.first(SKOS + "prefLabel") or slug(node.iri),
        date=date,
        until=_date(node, "until"),
        roles=tuple(sorted(set(_roles(node, iri)))),
        modality=node.first(FOE + "modality"),
        according=node.first(FOE + "accordingTo"),
        evidence=_evidence(node),
        earliest=_bound(node),
    )


def _roles(node: Node, iri: str) -> Iterable[str]:
    """Yield as what the resource figures in a record: the keys that lead to it, or the role of its part."""
    for path, values in node.values.items():
        if path != FOE + "involves" and any(v.value == iri for v in values):
            yield slug(path)
    for nested in node.nested.values():
        roles = nested.all(FOE + "role")
        if roles and nested.first(FOE + "actor") == slug(iri):
            yield from roles
        else:
            yield from _roles(nested, iri)


def _date(node: Node, key: str) -> str:
    """Return the EDTF strings of a date, rivals joined by a bar, or why there is none."""
    dates = [node.nested[v.value] for v in node.values.get(FOE + key, ()) if v.value in node.nested]
    return " | ".join(sorted(d.first(FOE + "edtf") or d.first(FOE + "boundReason") for d in dates))


def _bound(node: Node) -> str:
    dates = [
        node.nested[v.value]
        for key in ("date", "from")
        for v in node.values.get(FOE + key, ())
        if v.value in node.nested
    ]
    return min((b for d in dates for b in d.all(FOE + "earliest") + d.all(FOE + "latest")), default="")


def _evidence(node: Node) -> tuple[str, ...]:
    return tuple(e.replace(".", ":", 1) for e in node.all(FOE + "evidence"))


def _lines(
    node: Node, prefix: str, labels: dict[str, str], sourced: dict[tuple[str, str], Node]
) -> Iterable[Line]:
    """Yield every property of a node and of its nested nodes, labels and description first."""
    order = [*(p for p in _LABELS if p in node.values), *sorted(p for p in node.values if p not in _LABELS)]
    for path in order:
        if path in _SILENT or not path.startswith((FOE, SKOS, DCTERMS)):
            continue
        key = f"{prefix}{re.split('[/#]', path)[-1]}"
        for value in sorted(node.values[path], key=str):
            inner = node.nested.get(value.value)
            source = sourced.get((path, value.value))
            evidence = _evidence(source) if source else ()
            if inner is None:
                text = slug(value.value) if isinstance(value, ox.NamedNode) else value.value
                language = getattr(value, "language", None)
                label = labels.get(value.value, "")
                iri = value.value if isinstance(value, ox.NamedNode) else ""
                named = f"{key}@{language}" if language not in (None, "en") else key
                yield Line(named, text, label, evidence, iri)
            else:
                yield from _inner_lines(inner, key, labels, sourced)


def _inner_lines(
    inner: Node, key: str, labels: dict[str, str], sourced: dict[tuple[str, str], Node]
) -> Iterable[Line]:
    """Yield a nested node: a date in one line, anything else line by line below its key."""
    if FOE + "Date" in inner.types:
        text = inner.first(FOE + "edtf") or inner.first(FOE + "boundReason")
        remarks = [inner.first(FOE + p) for p in ("precision", "asStated", "derivation", "qualification")]
        derived = ["derived"] if inner.first(FOE + "dateStatus") == "derived" else []
        yield Line(
            key, text, ", ".join([*derived, *(r for r in remarks if r and r != "none")]), _evidence(inner)
        )
    else:
        name = slug(inner.iri).rpartition(".")[2]
        yield Line(key, name, inner.first(SKOS + "prefLabel"), _evidence(inner), inner.iri)
        yield from _lines(inner, f"  {key.strip()}.", labels, sourced)


def _sourced(store: Store, iri: str) -> dict[tuple[str, str], Node]:
    """Return the sourced values of the resource by property and value: those that have evidence of their own."""
    rows = store.select(
        f"SELECT ?node ?p ?o WHERE {{ ?node <{RDF}subject> <{iri}> ; <{RDF}predicate> ?p ; <{RDF}object> ?o }}"
    )
    nodes = fetch(store, sorted({row["node"].value for row in rows})) if rows else {}
    return {(row["p"].value, row["o"].value): nodes[row["node"].value] for row in rows}


def _labels(store: Store, nodes: Iterable[Node]) -> dict[str, str]:
    """Return the English labels of everything that the nodes, at any depth, point to."""
    wanted: set[str] = set()
    stack = list(nodes)
    while stack:
        node = stack.pop()
        stack.extend(node.nested.values())
        wanted |= {v.value for vs in node.values.values() for v in vs if isinstance(v, ox.NamedNode)}
    iris = " ".join(f"<{iri}>" for iri in sorted(wanted) if iri.startswith(ID))
    rows = store.select(
        f'SELECT ?s ?label WHERE {{ VALUES ?s {{ {iris} }} ?s <{SKOS}prefLabel> ?label FILTER (LANG(?label) = "en") }}'
    )
    return {row["s"].value: row["label"].value for row in rows}


def most_specific(classes: list[str]) -> list[str]:
    """Return the classes less those that every record or entity of their sort has."""
    general = {
        "Entity",
        "Actor",
        "Location",
        "StateOrOrganization",
        "Record",
        "Occurrence",
        "TemporalRelation",
    }
    specific = [c for c in classes if c not in general]
    return [c for c in specific if c != "Situation" or len(specific) == 1] or classes
