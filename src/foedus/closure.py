"""The closure: what OWL 2 RL adds to asserted triples. The only seam to the reasoners.

Two reasoners give the same: ``rules`` binds the rules in ``ontology/entailment/`` to the ontology and chains them
forwards; ``owlrl`` is the reference that the tests hold it against, and takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from foedus.entailment import bind, infer, read_rules
from foedus.namespaces import ID, OWL, RDF, RDFS, XSD

if TYPE_CHECKING:
    from rdflib.term import Node

Reasoner = Literal["rules", "owlrl"]
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TYPE = RDF + "type"
_NOISE = (OWL, RDF, RDFS)


def close(
    asserted: Iterable[ox.Triple],
    ontology: Iterable[ox.Triple],
    rules_dir: Path,
    reasoner: Reasoner = "rules",
) -> list[ox.Triple]:
    """Return what follows from asserted triples and ontology and is worth writing, sorted as N-Triples.

    Worth writing is a triple about something in ``id:`` that neither input states, unless it is reflexive,
    has a blank node, or only says in OWL's, RDF's or RDFS' own words what holds of everything. Axioms are looked
    for in the ontology alone; ``asserted`` is read in a stream. Raise UnreadableInput where ``rules_dir`` holds no
    rules or one that is no rule.
    """
    axioms = list(ontology)
    if reasoner == "rules":
        clauses = bind(chain.from_iterable(read_rules(rules_dir).values()), axioms)
        derived = infer(clauses, chain(axioms, asserted))
    else:
        derived = _close_by_owlrl({*asserted, *axioms})
    return sorted(filter(_is_useful, derived), key=str)


def _is_useful(triple: ox.Triple) -> bool:
    subject, predicate, value = triple.subject, triple.predicate.value, triple.object
    if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(ID):
        return False
    if isinstance(value, ox.Literal):
        return not predicate.startswith(_NOISE)
    if not isinstance(value, ox.NamedNode) or value == subject:
        return False
    return not (value.value if predicate == _TYPE else predicate).startswith(_NOISE)


def _close_by_owlrl(given: set[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield what owlrl adds to the given, without the literals that it puts in the place of subjects."""
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    for triple in given:
        graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    for s, p, o in graph:
        if isinstance(s, rdflib.URIRef) and isinstance(p, rdflib.URIRef):
            triple = ox.Triple(ox.NamedNode(s), ox.NamedNode(p), _from_rdflib(o))
            if triple not in given:
                yield triple


def _to_rdflib(term: Object) -> Node:
    import rdflib

    match term:
        case ox.NamedNode():
            return rdflib.URIRef(term.value)
        case ox.BlankNode():
            return rdflib.BNode(term.value)
        case ox.Literal(language=str(language)):
            return rdflib.Literal(term.value, lang=language)
        case ox.Literal():
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"no RDF 1.1 term: {term}")


def _from_rdflib(term: Node) -> Object:
    import rdflib

    match term:
        case rdflib.URIRef():
            return ox.NamedNode(str(term))
        case rdflib.BNode():
            return ox.BlankNode(str(term))
        case rdflib.Literal(language=str(language)):
            return ox.Literal(str(term), language=language)
        case rdflib.Literal():
            return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype or XSD + "string")))
    raise TypeError(f"no RDF 1.1 term: {term!r}")
