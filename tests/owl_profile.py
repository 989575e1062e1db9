"""A checker of the OWL 2 RL profile: where each construct may stand, and that every term is declared.

It follows the grammar of the W3C's *OWL 2 Web Ontology Language Profiles*, section 4, over the RDF mapping.
Of OWL 2 DL's global restrictions it checks those on declarations, reserved vocabulary and simple properties;
that property hierarchies are regular is left to the reasoner, which refuses an ontology where they are not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

DATATYPES = frozenset(
    {
        *(RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString, RDFS.Literal, XSD.boolean, XSD.anyURI),
        *(XSD.decimal, XSD.integer, XSD.long, XSD.int, XSD.short, XSD.byte, XSD.float, XSD.double),
        *(XSD.nonNegativeInteger, XSD.nonPositiveInteger, XSD.positiveInteger, XSD.negativeInteger),
        *(XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte),
        *(XSD.string, XSD.normalizedString, XSD.token, XSD.language, XSD.Name, XSD.NCName, XSD.NMTOKEN),
        *(XSD.hexBinary, XSD.base64Binary, XSD.dateTime, XSD.dateTimeStamp),
    }
)
"""The datatypes of the profile; ``rdf:langString`` is how RDF 1.1 spells a plain literal with a language."""

OBJECT, DATA, ANNOTATION = OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty
KINDS = {
    OBJECT: "object property",
    DATA: "data property",
    ANNOTATION: "annotation property",
    OWL.Class: "class",
}
NEEDS_SIMPLE = {OWL.InverseFunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty}
OBJECT_CHARACTERISTICS = NEEDS_SIMPLE | {OWL.SymmetricProperty, OWL.TransitiveProperty}
DECLARATIONS = {*KINDS, OWL.Ontology, OWL.NamedIndividual, RDFS.Datatype}
STRUCTURE = {
    *(OWL.AllDisjointClasses, OWL.AllDifferent, OWL.Restriction, OWL.Axiom, OWL.Annotation, RDF.List),
    *(OWL.AllDisjointProperties, OWL.NegativePropertyAssertion),
}
PARTS = {
    *(RDF.first, RDF.rest, OWL.members, OWL.distinctMembers, OWL.onProperty, OWL.onClass, OWL.onDataRange),
    *(OWL.intersectionOf, OWL.unionOf, OWL.oneOf, OWL.complementOf, OWL.someValuesFrom, OWL.allValuesFrom),
    *(OWL.hasValue, OWL.maxCardinality, OWL.maxQualifiedCardinality),
    *(OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget),
    *(OWL.sourceIndividual, OWL.assertionProperty, OWL.targetIndividual, OWL.targetValue),
}
HARMLESS = {
    *(RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionInfo, OWL.versionIRI, OWL.imports),
    *(OWL.deprecated, OWL.priorVersion, OWL.sameAs, OWL.differentFrom),
}
RESERVED = tuple(str(ns) for ns in (OWL, RDF, RDFS, XSD))


def violations(graph: Graph, departures: Collection[URIRef] = ()) -> list[str]:
    """Return a sentence per place where an ontology leaves OWL 2 RL; ``departures`` are datatypes allowed."""
    checker = _Checker(graph, DATATYPES | set(departures))
    return sorted({f"{checker.name(node)}: {fault}" for node, fault in checker.faults()})


Faults = Iterator[tuple[Node, str]]


class _Checker:
    def __init__(self, graph: Graph, datatypes: Collection[Node]) -> None:
        self.graph, self.datatypes = graph, datatypes
        self.composite: set[Node | None] = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
        self.composite |= set(graph.subjects(OWL.propertyChainAxiom))
        # A property is composite as soon as one below it is.
        self.composite |= {
            w for p in set(self.composite) for w in graph.transitive_objects(p, RDFS.subPropertyOf)
        }

    def name(self, node: Node) -> str:
        return node.n3(self.graph.namespace_manager) if isinstance(node, URIRef) else "an anonymous node"

    def faults(self) -> Faults:
        for subject, predicate, value in self.graph:
            if predicate == RDF.type:
                yield from self.typing(subject, value)
            elif predicate in (RDFS.domain, RDFS.range):
                yield from self.reach(subject, predicate, value)
            elif predicate == RDFS.subClassOf:
                yield from self.lower(subject)
                yield from self.upper(value)
            elif predicate == OWL.equivalentClass:
                yield from self.equivalent(subject)
                yield from self.equivalent(value)
            elif predicate == OWL.disjointWith:
                yield from self.lower(subject)
                yield from self.lower(value)
            elif predicate in (
                RDFS.subPropertyOf,
                OWL.equivalentProperty,
                OWL.propertyDisjointWith,
                OWL.inverseOf,
            ):
                yield from self.relation(subject, predicate, value)
            elif predicate == OWL.propertyChainAxiom:
                for link in (subject, *self.graph.items(value)):
                    yield from self.declared(link, OBJECT)
            elif predicate == OWL.hasKey:
                yield from self.lower(subject)
                for key in self.graph.items(value):
                    yield from self.declared(key, OBJECT, DATA)
            elif predicate not in PARTS | HARMLESS:
                if str(predicate).startswith(RESERVED):
                    yield subject, f"{self.name(predicate)} is not in OWL 2 RL"
                else:
                    yield from self.declared(predicate, OBJECT, DATA, ANNOTATION)
            if isinstance(value, Literal) and value.datatype and value.datatype not in self.datatypes:
                yield subject, f"the datatype {self.name(value.datatype)} is not in OWL 2 RL"

    # Declarations

    def kinds(self, term: Node) -> set[URIRef]:
        return {kind for kind in KINDS if (term, RDF.type, kind) in self.graph}

    def declared(self, term: Node, *kinds: URIRef) -> Faults:
        """Check that a term is declared as one of the kinds; an anonymous inverse is an object property."""
        if isinstance(term, BNode) and OBJECT in kinds and (inverse := self.graph.value(term, OWL.inverseOf)):
            yield from self.declared(inverse, OBJECT)
        elif not self.kinds(term) & set(kinds):
            yield term, f"is used as {' or '.join(KINDS[k] for k in kinds)} without being declared so"

    def typing(self, subject: Node, kind: Node) -> Faults:
        if kind in KINDS and isinstance(subject, URIRef):
            if str(subject).startswith(RESERVED):
                yield subject, "is reserved vocabulary and cannot be declared"
            if len(self.kinds(subject) - {OWL.Class}) > 1:
                yield subject, "is declared as properties of two kinds"
        elif kind == OWL.FunctionalProperty:
            yield from self.declared(subject, OBJECT, DATA)
        elif kind in OBJECT_CHARACTERISTICS:
            yield from self.declared(subject, OBJECT)
        elif kind == OWL.AllDisjointClasses:
            for member in self.members(subject, OWL.members):
                yield from self.lower(member)
        elif kind == OWL.AllDisjointProperties:
            for member in self.members(subject, OWL.members):
                yield from self.declared(member, OBJECT, DATA)
        elif kind not in DECLARATIONS | STRUCTURE:
            if str(kind).startswith(RESERVED):
                yield subject, f"{self.name(kind)} is not in OWL 2 RL"
            else:
                yield from self.upper(kind)
        if kind in NEEDS_SIMPLE | {OWL.FunctionalProperty} and subject in self.composite:
            yield subject, "is transitive or chained, so it cannot be functional, irreflexive or asymmetric"

    # Axioms about properties

    def reach(self, subject: Node, predicate: Node, value: Node) -> Faults:
        kinds = self.kinds(subject)
        if not kinds:
            yield subject, "has a domain or range without being declared as a property"
        elif DATA in kinds and predicate == RDFS.range:
            yield from self.data_range(value)
        elif ANNOTATION not in kinds:
            yield from self.upper(value)

    def relation(self, subject: Node, predicate: Node, value: Node) -> Faults:
        if isinstance(subject, BNode) and predicate == OWL.inverseOf:
            yield from self.declared(value, OBJECT)
            return
        kinds = self.kinds(subject) & {OBJECT, DATA, ANNOTATION}
        if not kinds:
            yield subject, "is used as a property without being declared as one"
        for kind in kinds:
            if predicate == OWL.inverseOf and kind != OBJECT:
                yield subject, "has an inverse, so it must be an object property"
            yield from self.declared(value, kind)

    # Class expressions, by the place where they stand

    def plain(self, node: Node) -> Faults:
        """Check a named class: every one but owl:Thing may stand anywhere in the profile."""
        if node == OWL.Thing:
            yield node, "cannot stand here in OWL 2 RL"
        elif node != OWL.Nothing:
            yield from self.declared(node, OWL.Class)

    def members(self, node: Node, *lists: URIRef) -> list[Node]:
        return [m for p in lists for head in self.graph.objects(node, p) for m in self.graph.items(head)]

    def lower(self, node: Node) -> Faults:
        """Check a subclass expression: a class, intersection, union, enumeration, some value, one value."""
        if isinstance(node, URIRef):
            yield from self.plain(node)
        elif parts := self.members(node, OWL.intersectionOf, OWL.unionOf):
            for part in parts:
                yield from self.lower(part)
        elif filler := self.graph.value(node, OWL.someValuesFrom):
            if filler != OWL.Thing:
                yield from self.filler(node, filler, self.lower)
        elif (node, OWL.oneOf, None) not in self.graph:
            yield from self.one_value(node, "a subclass")

    def upper(self, node: Node) -> Faults:
        """Check a superclass expression: class, intersection, complement, all or one value, at most one."""
        if isinstance(node, URIRef):
            yield from self.plain(node)
        elif parts := self.members(node, OWL.intersectionOf):
            for part in parts:
                yield from self.upper(part)
        elif complement := self.graph.value(node, OWL.complementOf):
            yield from self.lower(complement)
        elif filler := self.graph.value(node, OWL.allValuesFrom):
            yield from self.filler(node, filler, self.upper)
        elif limit := self.graph.value(node, OWL.maxCardinality) or self.graph.value(
            node, OWL.maxQualifiedCardinality
        ):
            if int(str(limit)) > 1:
                yield node, f"at most {limit} is not in OWL 2 RL, only at most 0 or 1"
            if self.graph.value(node, OWL.onProperty) in self.composite:
                yield node, "counts the values of a transitive or chained property"
            if (qualifier := self.graph.value(node, OWL.onClass)) and qualifier != OWL.Thing:
                yield from self.lower(qualifier)
        else:
            yield from self.one_value(node, "a superclass")

    def equivalent(self, node: Node) -> Faults:
        """Check an equivalent class expression: a class, intersection, one value."""
        if isinstance(node, URIRef):
            yield from self.plain(node)
        elif parts := self.members(node, OWL.intersectionOf):
            for part in parts:
                yield from self.equivalent(part)
        else:
            yield from self.one_value(node, "an equivalent class")

    def one_value(self, node: Node, place: str) -> Faults:
        if (node, OWL.hasValue, None) not in self.graph:
            yield node, f"this class expression cannot be {place} in OWL 2 RL"

    def filler(self, node: Node, filler: Node, check: Callable[[Node], Faults]) -> Faults:
        on = self.graph.value(node, OWL.onProperty)
        if on is not None and DATA in self.kinds(on):
            yield from self.data_range(filler)
        else:
            yield from check(filler)

    def data_range(self, node: Node) -> Faults:
        for part in self.members(node, OWL.intersectionOf) or [node]:
            if part not in self.datatypes:
                yield part, "is not a datatype of OWL 2 RL"
