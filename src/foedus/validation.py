"""The asserted graph against the shapes, which are compiled to queries and asked of the store that holds it.

What the shapes find is what pySHACL finds with them, which ``shapereference`` runs and the tests compare. SHACL
passes a misspelt class, property or target in silence, so those are looked for here as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import Severity, did_you_mean
from foedus.literalforms import comparable
from foedus.namespaces import FOE, ID, OWL, RDF, RDFS, SH, SKOS, VOC, slug
from foedus.shapequeries import Compiler, Query
from foedus.shapetrees import ShapeTrees, Term
from foedus.terms import text_of
from foedus.vocabulary import Vocabulary, parse_turtle

_TYPE = ox.NamedNode(RDF + "type")
_SUB_CLASS = ox.NamedNode(RDFS + "subClassOf")
_FEW = 500
"""Nodes up to which constraints are asked about each; for more it is faster to judge the whole graph once."""


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


class Shapes:
    """The shapes of an ontology, read once and ready to judge any number of graphs."""

    def __init__(self, shapes: list[ox.Triple], background: Iterable[ox.Triple] = ()) -> None:
        """Take shapes as triples, and what of an ontology is judged with the data.

        Of its classes the order counts, which data cannot change; its individuals are judged as if they were data.
        """
        self._trees = ShapeTrees(shapes)
        self.paths: Mapping[str, str] = {
            text_of(t.subject): t.object.value
            for t in shapes
            if t.predicate.value == SH + "path" and isinstance(t.object, ox.NamedNode)
        }
        """Per shape whose path is a single property, that property."""
        pairs = [t for t in shapes if t.predicate.value.startswith(SH + "lessThan")]
        compared = {text_of(t.object) for t in pairs} | {
            self.paths.get(text_of(t.subject), "") for t in pairs
        }
        self.compared = frozenset(compared)
        """The properties whose values are compared with one another."""
        classes: dict[str, set[str]] = defaultdict(set)
        self.individuals: list[ox.Triple] = []
        """What of the background has to stand beside the data."""
        for triple in background:
            if triple.predicate == _SUB_CLASS:
                classes[text_of(triple.subject)].add(text_of(triple.object))
            else:
                self.individuals.append(triple)
        self._above = {name: _reached(name, classes) for name in classes}
        below: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._above):
            for above in self._above[name]:
                below[above].append(name)
        self._compiler = Compiler({name: sorted({name, *found}) for name, found in below.items()})
        self._by_target: dict[tuple[str, Term], list[Term]] = defaultdict(list)
        for shape, targets in self._trees.targets():
            for target in targets:
                self._by_target[target].append(shape)

    @classmethod
    def read(cls, ontology: Path, *, vocabularies: bool = True) -> Shapes:
        """Return the shapes in ``ontology/shapes``; raise UnreadableInput where a file cannot be read.

        Without ``vocabularies``, the graphs to be judged hold these, so that only the ontology's own individuals
        have to stand beside them.
        """
        return cls(read_shapes(ontology), read_background(ontology, vocabularies=vocabularies))

    def queries(self) -> list[Query]:
        """Return what is asked of a whole graph; raise UnreadableInput where a shape holds what is not known."""
        return [
            query
            for shape, _ in self._trees.targets()
            for query in self._compiler.queries(self._trees.tree(shape))
        ]

    def validate(self, asserted: Iterable[ox.Triple]) -> list[Violation]:
        """Return what is wrong with the asserted triples, sorted; see ``validate``."""
        queries = self.queries()
        engine = ox.Store()
        triples = comparable([*asserted, *self.individuals], self.compared)
        engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        return self._run(engine, queries)

    def judge(self, engine: ox.Store, focuses: Collection[str]) -> list[Violation]:
        """Return what is wrong with some nodes of a store, sorted, looking only at what is linked to them.

        The store holds the graph, the shapes' ``individuals``, and what is to be judged as ``comparable`` made it.
        Raise UnreadableInput where a shape that targets one of them cannot be run.
        """
        if len(focuses) > _FEW:
            return [v for v in self._run(engine, self.queries()) if v.focus in focuses]
        return self._run(engine, self.queries_about(engine, focuses))

    def queries_about(self, engine: ox.Store, focuses: Collection[str]) -> list[Query]:
        """Return what is asked of a store about some nodes, of which most shapes target none."""
        targeted: dict[Term, list[Term]] = defaultdict(list)
        for node in map(ox.NamedNode, sorted(focuses)):
            for shape in self._shapes_of(node, engine):
                targeted[shape].append(node)
        return [
            query
            for shape, nodes in targeted.items()
            for query in self._compiler.queries(self._trees.tree(shape), nodes)
        ]

    def _shapes_of(self, node: ox.NamedNode, engine: ox.Store) -> dict[Term, None]:
        """Return the shapes that target a node."""
        targets: dict[tuple[str, Term], None] = {("targetNode", node): None}
        for quad in engine.quads_for_pattern(node, None, None):
            targets["targetSubjectsOf", quad.predicate] = None
            if quad.predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
                for name in (quad.object.value, *self._above.get(quad.object.value, ())):
                    targets["targetClass", ox.NamedNode(name)] = None
        for kind, term in self._by_target:
            if kind == "targetObjectsOf" and any(
                engine.quads_for_pattern(None, ox.NamedNode(term.value), node)
            ):
                targets[kind, term] = None
        return dict.fromkeys(shape for t in targets for shape in self._by_target.get(t, ()))

    def _run(self, engine: ox.Store, queries: Iterable[Query]) -> list[Violation]:
        found: set[Violation] = set()
        for shape, constraint, text in queries:
            solutions = engine.query(text)
            assert isinstance(solutions, ox.QuerySolutions), "a SELECT"
            for row in solutions:
                found.add(
                    Violation(
                        focus=text_of(row[0]),
                        path=shape.prop,
                        value=text_of(row[1]) if len(solutions.variables) > 1 else "",
                        source=shape.name,
                        message=shape.message,
                        severity=shape.severity,
                        constraint=f"{SH}{constraint.kind}ConstraintComponent",
                    )
                )
        return sorted(found)


def validate(asserted: Iterable[ox.Triple], ontology: Path) -> list[Violation]:
    """Return what is wrong with the asserted triples by the shapes in ``ontology/shapes``, sorted.

    The triples are judged as they are, before any inference; of the ontology only the order of its classes
    and its individuals count. Nothing is fetched, and shapes within the data are not looked at. Raise
    UnreadableInput where the ontology or a shape cannot be read, or a shape holds what is not known here.
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
            found.add(Violation(text_of(triple.subject), triple.predicate.value, iri, "", message))

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


def read_background(ontology: Path, *, vocabularies: bool = True) -> list[ox.Triple]:
    """Return what of the ontology is judged with the data: subclasses, types of concepts, its own entities.

    ``skos:Concept`` is left out of the types, since no shape asks for it; so are the terms themselves.
    """
    return [
        t
        for name in ("foedus.ttl", *(("vocabularies.ttl",) if vocabularies else ()))
        for t in parse_turtle(ontology / name)
        if (t.predicate == _SUB_CLASS and isinstance(t.object, ox.NamedNode))
        or (t.predicate == _TYPE and not text_of(t.object).startswith((OWL, SKOS)))
        or text_of(t.subject).startswith(ID)
    ]


def _reached(name: str, steps: Mapping[str, set[str]]) -> list[str]:
    """Return all that is reached from a name by one step or more, sorted."""
    found: set[str] = set()
    pending = list(steps[name])
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending += steps.get(current, ())
    return sorted(found)
