"""The asserted graph against the shapes: the only module that imports pySHACL and rdflib.

SHACL passes a misspelt class, property or target in silence, so those are looked for here as well.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foedus.diagnostics import Severity, UnreadableInput, did_you_mean
from foedus.namespaces import FOE, ID, OWL, RDF, RDFS, SH, SKOS, VOC, slug
from foedus.shapeselection import bearing_on
from foedus.vocabulary import Vocabulary, parse_turtle

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_TYPE = ox.NamedNode(RDF + "type")
_SUB_CLASS = ox.NamedNode(RDFS + "subClassOf")
_TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")


@dataclass(frozen=True, order=True)
class Violation:
    """What one node has against one shape.

    All but the message are IRIs (``value`` also a literal's lexical form), or empty: ``path`` where the
    constraint has no single property, ``value`` where a value is missing, ``source`` and ``constraint`` (the
    kind of constraint, such as ``sh:MinCountConstraintComponent``) where no shape but this module found it.
    """

    focus: str
    path: str
    value: str
    source: str
    message: str
    severity: Severity = Severity.VIOLATION
    constraint: str = ""


@dataclass(frozen=True)
class Shapes:
    """The shapes of an ontology, read once and ready to judge any number of graphs."""

    graph: Graph
    background: list[ox.Triple]
    """What of the ontology is judged with the data, since classes of a value depend on it."""
    paths: Mapping[str, str]
    """Per shape whose path is a single property, that property."""
    compared: frozenset[str]
    """The properties whose values are compared with one another."""

    @classmethod
    def read(cls, ontology: Path, about: Collection[ox.Triple] | None = None) -> Shapes:
        """Return the shapes in ``ontology/shapes``; raise UnreadableInput where a file cannot be read.

        With ``about``, only those that can find something in these triples, which takes a fifth of the time.
        """
        shapes, background = read_shapes(ontology), _background(ontology)
        if about is not None:
            shapes, background = bearing_on(about, shapes, background)
        return cls.of(shapes, background)

    @classmethod
    def of(cls, shapes: list[ox.Triple], background: list[ox.Triple] | None = None) -> Shapes:
        """Return shapes given as triples, beside those of which they judge against a background."""
        paths = {
            _text(t.subject): t.object.value
            for t in shapes
            if t.predicate.value == SH + "path" and isinstance(t.object, ox.NamedNode)
        }
        pairs = [t for t in shapes if t.predicate.value.startswith(SH + "lessThan")]
        compared = {_text(t.object) for t in pairs} | {paths[_text(t.subject)] for t in pairs}
        return cls(_to_rdflib(_batched(shapes)), background or [], paths, frozenset(compared))

    def validate(self, asserted: Iterable[ox.Triple]) -> list[Violation]:
        """Return what is wrong with the asserted triples, sorted; see ``validate``."""
        import pyshacl
        from pyshacl.errors import ReportableRuntimeError
        from rdflib import Graph

        try:
            conforms, report, text = pyshacl.validate(
                _to_rdflib([*asserted, *self.background], self.compared),
                shacl_graph=self.graph,
                inference="none",
                inplace=True,
                advanced=False,
                js=False,
                meta_shacl=False,
                do_owl_imports=False,
            )
        except ReportableRuntimeError as error:
            raise UnreadableInput(f"the shapes cannot be run: {error}") from error
        if not isinstance(report, Graph):
            raise UnreadableInput(f"the shapes cannot be run: {text.strip()}")
        return [] if conforms else _violations(report, self.paths)


def validate(asserted: Iterable[ox.Triple], ontology: Path) -> list[Violation]:
    """Return what is wrong with the asserted triples by the shapes in ``ontology/shapes``, sorted.

    The triples are judged as they are, before any inference; of the ontology only the order of its classes
    and its individuals count. Nothing is fetched and no code of the data runs: imports, SHACL's advanced
    features and JavaScript are off, and shapes within the data are not looked at. Raise UnreadableInput where
    the ontology or a shape cannot be read, or the shapes cannot be run.
    """
    return Shapes.read(ontology).validate(asserted)


def read_shapes(ontology: Path) -> list[ox.Triple]:
    """Return the triples of all shapes; raise UnreadableInput where a file is no Turtle."""
    return [t for path in sorted((ontology / "shapes").glob("*.ttl")) for t in parse_turtle(path)]


def undeclared_terms(triples: Iterable[ox.Triple], vocabulary: Vocabulary) -> list[Violation]:
    """Return every class, property and concept in the triples that the ontology does not declare, sorted.

    A property of any namespace has to be declared, but for RDF's own; a class only if it is one of ours.
    """
    properties = {p.iri: key for key, p in vocabulary.properties.items()}
    classes = {c.iri: c.name for c in vocabulary.classes.values()}
    concepts = {iri: name for names in vocabulary.concepts.values() for name, iri in names.items()}
    found: set[Violation] = set()

    def check(triple: ox.Triple, iri: str, kind: str, known: Mapping[str, str]) -> None:
        if iri not in known:
            message = f'"{slug(iri)}" is not a {kind} of the ontology; '
            message += did_you_mean(slug(iri), known.values()) or "mend it, or declare it first"
            found.add(Violation(_text(triple.subject), triple.predicate.value, iri, "", message))

    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if not predicate.startswith(RDF):
            check(triple, predicate, "property", properties)
        if isinstance(value, ox.NamedNode):
            if triple.predicate == _TYPE and value.value.startswith(FOE):
                check(triple, value.value, "class", classes)
            elif value.value.startswith(VOC):
                check(triple, value.value, "concept", concepts)
    return sorted(found)


def _ontology(ontology: Path) -> list[ox.Triple]:
    return [t for name in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(ontology / name)]


def _background(ontology: Path) -> list[ox.Triple]:
    """Return what of the ontology is judged with the data: subclasses, types of concepts, its own entities.

    ``skos:Concept`` is left out of the types, since no shape asks for it; so are the terms themselves.
    """
    return [
        t
        for t in _ontology(ontology)
        if (t.predicate == _SUB_CLASS and isinstance(t.object, ox.NamedNode))
        or (t.predicate == _TYPE and not _text(t.object).startswith((OWL, SKOS)))
        or _text(t.subject).startswith(ID)
    ]


def _batched(shapes: list[ox.Triple]) -> list[ox.Triple]:
    """Return the shapes with each node shape's targets handed down to its property shapes.

    The findings are the same; but pySHACL takes all targets of one shape at once, while it calls a shape that
    hangs on ``sh:property`` once per focus node, which costs several times as much. A node shape that another
    shape refers to keeps its links.
    """
    targets: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in shapes:
        if triple.predicate.value.removeprefix(SH) in _TARGETS:
            targets[triple.subject].append(triple)
    inner = {t.object for t in shapes if not t.predicate.value.startswith(SH + "target")}
    batched: list[ox.Triple] = []
    for triple in shapes:
        owner = triple.subject
        if triple.predicate.value == SH + "property" and owner in targets and owner not in inner:
            assert isinstance(triple.object, ox.NamedNode | ox.BlankNode)
            batched += [ox.Triple(triple.object, t.predicate, t.object) for t in targets[owner]]
        else:
            batched.append(triple)
    return batched


def _violations(report: Graph, paths: Mapping[str, str]) -> list[Violation]:
    from rdflib import URIRef

    def one(result: Node, name: str) -> str:
        found = report.value(result, URIRef(SH + name))
        return "" if found is None else str(found)

    violations = set()
    for result in report.objects(None, URIRef(SH + "result")):
        source = one(result, "sourceShape")
        refused = one(result, "resultSeverity") == SH + "Violation"
        violations.add(
            Violation(
                focus=one(result, "focusNode"),
                path=paths.get(source, ""),
                value=one(result, "value"),
                source=source,
                message=one(result, "resultMessage"),
                severity=Severity.VIOLATION if refused else Severity.WARNING,
                constraint=one(result, "sourceConstraintComponent"),
            )
        )
    return sorted(violations)


def _to_rdflib(triples: Iterable[ox.Triple], compared: frozenset[str] = frozenset()) -> Graph:
    """Return the triples as a graph of rdflib, with every literal's lexical form as it is.

    pySHACL breaks down over values that cannot be compared. So an ill-typed literal, an endless number and, of
    the ``compared`` properties, a blank node become plain strings, which break the datatype demanded as well.
    """
    from rdflib import BNode, Graph, Literal, URIRef

    @cache
    def term(value: object) -> Node:
        if isinstance(value, ox.NamedNode):
            return URIRef(value.value)
        if isinstance(value, ox.BlankNode):
            return BNode(value.value)
        if not isinstance(value, ox.Literal):
            raise UnreadableInput(f"{value} is no term of RDF 1.1; take it out")
        if value.language:
            return Literal(value.value, lang=value.language)
        literal = Literal(value.value, datatype=URIRef(value.datatype.value), normalize=False)
        endless = isinstance(literal.value, float) and not math.isfinite(literal.value)
        return Literal(value.value) if literal.ill_typed or endless else literal

    graph = Graph()
    with _quiet():
        for triple in triples:
            unfit = isinstance(triple.object, ox.BlankNode) and triple.predicate.value in compared
            value = Literal(str(triple.object)) if unfit else term(triple.object)
            graph.add((term(triple.subject), term(triple.predicate), value))
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from telling standard error, traceback and all, of each literal that it cannot read."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    finally:
        logger.disabled = before


def _text(term: object) -> str:
    """Return a term's IRI, a blank node's label or a literal's lexical form."""
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)
