"""The terms that records may use, as the ontology declares them.

Nothing here knows a class or property by name: what a key means, which list its values come from and how a
nested node is named is read from ``ontology/``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import FOE, OWL, RDF, RDFS, SKOS, XSD, slug

TEXT = RDF + "PlainLiteral"
"""The datatype by which the ontology marks text in a language."""

KIND: Final = 0
"""The reading order of properties that say what kind of thing something is."""
USUAL: Final = 50
"""The reading order of properties that declare none."""

_TYPE = RDF + "type"
_SUB_CLASS = RDFS + "subClassOf"


@dataclass(frozen=True)
class Class:
    """A class: its IRI, all its superclasses (itself included), and how its nested nodes are named.

    They are named after ``local_keys``, and where that name is taken by another of the same owner after
    ``apart_keys`` as well.

    Records of it are listed under the ``heading`` ('': under that of a class above). Of what is ``derived`` the build
    alone makes members.
    """

    name: str
    iri: str
    ancestors: frozenset[str]
    local_keys: tuple[str, ...] = ()
    apart_keys: tuple[str, ...] = ()
    scheme: str = ""
    heading: str = ""
    derived: bool = False

    @property
    def recordable(self) -> bool:
        """Whether records are of it: it is neither a class of concepts nor one that the build derives."""
        return not (self.scheme or self.derived)


@dataclass(frozen=True)
class Property:
    """A property: its key in records, and the IRIs of itself, its domain, range and default ('': none).

    ``kind`` is the local name of its OWL type: ObjectProperty, DatatypeProperty or AnnotationProperty. ``role``
    tells what its value is to the record, in words. What is ``derived`` is filled in by the build alone; what is
    ``of_terms`` describes the ontology's own terms and no record.
    """

    key: str
    iri: str
    kind: str
    domain: str = ""
    range: str = ""
    default: str = ""
    role: str = ""
    derived: bool = False
    of_terms: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """Everything that ``ontology/foedus.ttl`` and ``ontology/vocabularies.ttl`` declare, by short name."""

    classes: dict[str, Class]
    properties: dict[str, Property]
    concepts: dict[str, dict[str, str]]
    """Per scheme IRI, the concepts' IRIs by slug."""
    individuals: dict[str, str]
    """Entities that the vocabularies themselves declare, by slug."""
    labels: dict[str, str]
    orders: dict[str, int] = field(default_factory=dict)
    """Of the terms that declare one, the place where people read them."""
    disjoint: tuple[tuple[str, ...], ...] = ()
    """The IRIs of classes of which nothing is two, in groups as the ontology declares them."""

    def is_a(self, name: str, ancestor_iri: str) -> bool:
        """Tell whether the class called ``name`` is, or is below, the class with the IRI."""
        found = self.classes.get(name)
        return found is not None and ancestor_iri in found.ancestors

    def class_of(self, iri: str) -> Class | None:
        """Return the class with the IRI, or None."""
        return self.classes.get(slug(iri))

    def most_specific(self, iris: Iterable[str]) -> list[str]:
        """Return those of the classes, given and returned as IRIs, that no other of them is below; sorted."""
        found = {c.iri: c for iri in iris if (c := self.class_of(iri))}
        above = {a for c in found.values() for a in c.ancestors - {c.iri}}
        return sorted(iri for iri in found if iri not in above)

    def heading_of(self, iris: Iterable[str]) -> Class | None:
        """Return the nearest class with a heading, of the classes (IRIs) and those above them; None without one."""
        above = {a for iri in iris if (c := self.class_of(iri)) for a in c.ancestors}
        headed = [c for a in above if (c := self.class_of(a)) and c.heading]
        return max(headed, key=lambda c: (len(c.ancestors), c.iri), default=None)

    def label(self, iri: str) -> str:
        """Return the label of a class, property or concept; its slug where it has none."""
        return self.labels.get(iri) or slug(iri)

    def order(self, iri: str) -> int:
        """Return the place of a term among its like where people read them; KIND for what says the kind of a thing."""
        return self.orders.get(iri, USUAL)

    def scheme_of(self, prop: Property) -> str:
        """Return the IRI of the scheme in which the property's values are concepts, or ''."""
        found = self.class_of(prop.range)
        return found.scheme if found else ""

    def applies_to(self, prop: Property, class_name: str) -> bool:
        """Tell whether a record of the class may carry the property."""
        return not prop.domain or self.is_a(class_name, prop.domain)

    def keys_for(self, class_name: str) -> list[str]:
        """Return the keys that a record of the class may carry, sorted; what is derived none carries."""
        return sorted(
            key
            for key, prop in self.properties.items()
            if self.applies_to(prop, class_name) and not (prop.derived or prop.of_terms)
        )


def read_vocabulary(ontology: Path) -> Vocabulary:
    """Read the ontology folder; raise UnreadableInput where one of its files is missing or no Turtle."""
    triples = [
        triple for name in ("foedus.ttl", "vocabularies.ttl") for triple in parse_turtle(ontology / name)
    ]
    return _Reading(triples).vocabulary()


def parse_turtle(path: Path) -> list[ox.Triple]:
    """Return the triples of a Turtle file; raise UnreadableInput with its place where it cannot be parsed."""
    try:
        return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}") from error
    except SyntaxError as error:
        raise UnreadableInput(f"{path}:{error.lineno}:{error.offset}: not Turtle: {error.msg}") from error


class _Reading:
    """An index of the ontology's triples, alive only while the vocabulary is read."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._instances: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[tuple[str, str], str] = {}
        self._lists: dict[str, dict[object, object]] = defaultdict(dict)
        for triple in triples:
            if not isinstance(triple.subject, ox.NamedNode):
                self._lists[triple.predicate.value][triple.subject] = triple.object
                continue
            subject, predicate = triple.subject.value, triple.predicate.value
            if isinstance(triple.object, ox.NamedNode):
                self._objects[subject, predicate].append(triple.object.value)
                if predicate == _TYPE:
                    self._instances[triple.object.value].append(subject)
            elif isinstance(triple.object, ox.Literal):
                self._texts[subject, predicate] = triple.object.value

    def vocabulary(self) -> Vocabulary:
        classes = {c.name: c for c in map(self._class, self._instances[OWL + "Class"]) if c.name}
        declared = [
            self._property(iri, kind)
            for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
            for iri in self._instances[OWL + kind]
        ]
        # A key that two vocabularies have, such as member, is ours: of the other only what is inferred comes.
        properties = {p.key: p for p in sorted(declared, key=lambda p: p.iri.startswith(FOE))}
        concepts: dict[str, dict[str, str]] = {s: {} for s in self._instances[SKOS + "ConceptScheme"]}
        for iri in self._instances[SKOS + "Concept"]:
            for scheme in self._objects[iri, SKOS + "inScheme"]:
                concepts.setdefault(scheme, {})[slug(iri)] = iri
        individuals = {
            slug(iri): iri
            for found in classes.values()
            if found.iri.startswith(FOE) and not found.scheme
            for iri in self._instances[found.iri]
        }
        labels = {subject: text for (subject, p), text in self._texts.items() if p == SKOS + "prefLabel"}
        orders = {subject: int(n) for (subject, p), n in self._texts.items() if p == FOE + "readingOrder"}
        return Vocabulary(classes, properties, concepts, individuals, labels, orders, self._disjoint())

    def _disjoint(self) -> tuple[tuple[str, ...], ...]:
        groups = []
        for cell in self._lists[OWL + "members"].values():
            members = []
            while cell in self._lists[RDF + "first"]:
                first = self._lists[RDF + "first"][cell]
                members.append(first.value if isinstance(first, ox.NamedNode) else "")
                cell = self._lists[RDF + "rest"][cell]
            groups.append(tuple(members))
        return tuple(groups)

    def _class(self, iri: str) -> Class:
        ancestors, stack = set(), [iri]
        while stack:
            current = stack.pop()
            if current not in ancestors:
                ancestors.add(current)
                stack.extend(self._objects[current, _SUB_CLASS])
        local, apart = (
            tuple(sorted(slug(k) for k in self._objects[iri, FOE + name]))
            for name in ("localKey", "apartKey")
        )
        scheme = next(iter(self._objects[iri, FOE + "conceptScheme"]), "")
        name = slug(iri) if iri.startswith(FOE) else ""
        heading = self._texts.get((iri, FOE + "heading"), "")
        return Class(
            name, iri, frozenset(ancestors), local, apart, scheme, heading, self._flag(iri, "isDerived")
        )

    def _property(self, iri: str, kind: str) -> Property:
        def first(predicate: str) -> str:
            return next(iter(self._objects[iri, predicate]), "")

        key = slug(iri) if iri.startswith(FOE) else iri.replace("#", "/").rpartition("/")[2]
        return Property(
            key,
            iri,
            kind,
            first(RDFS + "domain"),
            first(RDFS + "range"),
            first(FOE + "defaultConcept"),
            self._texts.get((iri, FOE + "roleLabel"), ""),
            self._flag(iri, "isDerived"),
            self._flag(iri, "describesTerms"),
        )

    def _flag(self, iri: str, name: str) -> bool:
        return self._texts.get((iri, FOE + name)) == "true"


NUMERIC = frozenset({XSD + "integer", XSD + "decimal", XSD + "nonNegativeInteger"})
"""Ranges whose values are numbers."""
