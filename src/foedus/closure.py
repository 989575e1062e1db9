"""The closure: what OWL 2 RL adds to asserted triples. The only seam to the reasoners.

Two reasoners give the same: ``rules`` runs the rules in ``ontology/entailment/`` on Oxigraph and is quick;
``owlrl`` is the reference that the tests hold it against, and takes a hundred times as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import ID, OWL, RDF, RDFS, XSD

if TYPE_CHECKING:
    from rdflib.term import Node

Reasoner = Literal["rules", "owlrl"]
Object = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TYPE = RDF + "type"
_NOISE = (OWL, RDF, RDFS)
_OPAQUE = re.compile(r"""<[^<>"{}|^`\\\s]*>|#[^\n]*|"[^"\n]*"|'[^'\n]*'""")
_FORBIDDEN = re.compile(
    r"\\|(?<![?$:\w])(?:LOAD|SERVICE|DELETE|CLEAR|DROP|CREATE|ADD|MOVE|COPY|GRAPH|USING|WITH)\b",
    re.IGNORECASE,
)
_VEIL = "urn:veiled:"
_TYPING = re.compile(r"INSERT\s*\{\s*\?\w+\s+a\s")


def close(
    asserted: Iterable[ox.Triple],
    ontology: Iterable[ox.Triple],
    rules_dir: Path,
    reasoner: Reasoner = "rules",
) -> list[ox.Triple]:
    """Return what follows from asserted triples and ontology and is worth writing, sorted as N-Triples.

    Worth writing is a triple about something in ``id:`` that neither input states, unless it is reflexive,
    has a blank node, or only says in OWL's, RDF's or RDFS' own words what holds of everything. Raise
    UnreadableInput where ``rules_dir`` holds no rules or one that is no rule.
    """
    given = {*asserted, *ontology}
    derived = _close_by_rules(given, rules_dir) if reasoner == "rules" else _close_by_owlrl(given)
    useful = {triple for triple in derived if _is_useful(triple)} - given
    return sorted(useful, key=str)


def read_rules(rules_dir: Path) -> dict[str, str]:
    """Return the rules of a folder, SPARQL updates by name; raise UnreadableInput where there are none.

    Raise it too where a rule would do more than insert: a home's rules may not reach network or disk.
    """
    rules = {path.stem: path.read_text(encoding="utf-8") for path in sorted(rules_dir.glob("*.ru"))}
    if not rules:
        raise UnreadableInput(
            f"{rules_dir}: no rules (*.ru) here; copy ontology/entailment of the built-in home"
        )
    for name, text in rules.items():
        found = _FORBIDDEN.search(_OPAQUE.sub(" ", text))
        if found:
            raise UnreadableInput(
                f'{rules_dir / name}.ru: a rule has no "{found[0]}"; write INSERT {{ … }} WHERE {{ … }}'
            )
    return rules


def _is_useful(triple: ox.Triple) -> bool:
    subject, predicate, value = triple.subject, triple.predicate.value, triple.object
    if not isinstance(subject, ox.NamedNode) or not subject.value.startswith(ID):
        return False
    if isinstance(value, ox.Literal):
        return not predicate.startswith(_NOISE)
    if not isinstance(value, ox.NamedNode) or value == subject:
        return False
    return not (value.value if predicate == _TYPE else predicate).startswith(_NOISE)


def _close_by_rules(given: Iterable[ox.Triple], rules_dir: Path) -> list[ox.Triple]:
    """Return the closure under the rules, whatever the order in which they run."""
    rules = read_rules(rules_dir)
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, _veil(t.object)) for t in given)
    schema = {name: text for name, text in rules.items() if name.startswith("scm-")}
    relations = {name: text for name, text in rules.items() if not _TYPING.search(text)}
    # The last line alone would do. Typing is dear and feeds no relation in most ontologies: once schema and
    # relations are complete it needs one round and another to see that nothing is missing, not six.
    for phase in (schema, relations, rules):
        _saturate(store, phase, rules_dir)
    return [ox.Triple(q.subject, q.predicate, _unveil(q.object)) for q in store]


def _veil(term: Object) -> Object:
    """Return the term in a form that the store keeps as it is.

    Oxigraph stores numbers and times by value: ``"07"^^xsd:nonNegativeInteger`` would come back as ``7``.
    """
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(XSD):
        return ox.Literal(term.value, datatype=ox.NamedNode(_VEIL + term.datatype.value))
    return term


def _unveil(term: Object) -> Object:
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(_VEIL):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value[len(_VEIL) :]))
    return term


def _saturate(store: ox.Store, rules: dict[str, str], rules_dir: Path) -> None:
    """Run the rules over and over until a round adds nothing."""
    before = -1
    while before != (before := len(store)):
        for name, text in rules.items():
            try:
                store.update(text)
            except SyntaxError as error:
                raise UnreadableInput(f"{rules_dir / name}.ru: not a SPARQL update: {error}") from error


def _close_by_owlrl(given: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the closure by owlrl, without the literals that it puts in the place of subjects."""
    import owlrl
    import rdflib

    graph = rdflib.Graph()
    for triple in given:
        graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [
        ox.Triple(ox.NamedNode(s), ox.NamedNode(p), _from_rdflib(o))
        for s, p, o in graph
        if isinstance(s, rdflib.URIRef) and isinstance(p, rdflib.URIRef)
    ]


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
