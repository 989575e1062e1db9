"""pySHACL as a judge of shapes: slow, and written by others, so that what is faster is held to what it finds.

The only module that imports pySHACL; see ``validation`` for the everyday judge.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from foedus.diagnostics import Severity, UnreadableInput
from foedus.namespaces import SH
from foedus.shapetrees import TARGETS
from foedus.validation import Shapes, Violation, read_background, read_shapes

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node


class ReferenceShapes:
    """Shapes that pySHACL judges."""

    def __init__(self, shapes: list[ox.Triple], background: list[ox.Triple] | None = None) -> None:
        """Take shapes as triples, and what of an ontology is judged with the data."""
        self.background = background or []
        own = Shapes(shapes, self.background)
        self._paths, self._compared = own.paths, own.compared
        self._graph = _to_rdflib(_batched(shapes))

    @classmethod
    def read(cls, ontology: Path) -> ReferenceShapes:
        """Return the shapes in ``ontology/shapes``; raise UnreadableInput where a file cannot be read."""
        return cls(read_shapes(ontology), read_background(ontology))

    def validate(self, asserted: Iterable[ox.Triple]) -> list[Violation]:
        """Return what is wrong with the asserted triples, sorted, as ``Shapes.validate`` does.

        Nothing is fetched and no code of the data runs: imports, SHACL's advanced features and JavaScript are off.
        """
        import pyshacl
        from pyshacl.errors import ReportableRuntimeError
        from rdflib import Graph

        try:
            conforms, report, text = pyshacl.validate(
                _to_rdflib([*asserted, *self.background], self._compared),
                shacl_graph=self._graph,
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
        return [] if conforms else _violations(report, self._paths)


def _batched(shapes: list[ox.Triple]) -> list[ox.Triple]:
    """Return the shapes with each node shape's targets handed down to its property shapes.

    The findings are the same; but pySHACL takes all targets of one shape at once, while it calls a shape that
    hangs on ``sh:property`` once per focus node, which costs several times as much. A node shape that another
    shape refers to keeps its links.
    """
    targets: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in shapes:
        if triple.predicate.value.removeprefix(SH) in TARGETS:
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
