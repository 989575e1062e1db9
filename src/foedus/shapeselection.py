"""Of all shapes those that can say anything about a few triples, since most have no target among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from foedus.namespaces import RDF, RDFS, SH

_TYPE = RDF + "type"
_SUB_CLASS = RDFS + "subClassOf"


def bearing_on(
    triples: Collection[ox.Triple], shapes: list[ox.Triple], background: list[ox.Triple]
) -> tuple[list[ox.Triple], list[ox.Triple]]:
    """Return the shapes with a target in the triples, all that these refer to, and the background needed.

    The background (subclasses, types of concepts) is narrowed to what the triples mention; all subclasses stay.
    """
    subjects, predicates, objects = (
        (set(terms) for terms in zip(*map(_terms, triples), strict=True))
        if triples
        else (
            set[object](),
            set[object](),
            set[object](),
        )
    )
    nodes = subjects | objects
    narrowed = [t for t in background if t.predicate.value == _SUB_CLASS or t.subject in nodes]
    classes = _with_superclasses(
        (t.object for t in (*triples, *narrowed) if t.predicate.value == _TYPE), narrowed
    )
    hit = {
        SH + "targetClass": classes,
        SH + "targetSubjectsOf": predicates,
        SH + "targetObjectsOf": predicates,
        SH + "targetNode": nodes,
    }
    pending: list[object] = [t.subject for t in shapes if t.object in hit.get(t.predicate.value, ())]
    about: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in shapes:
        about[triple.subject].append(triple)
    wanted: set[object] = set()
    while pending:
        shape = pending.pop()
        if shape not in wanted:
            wanted.add(shape)
            pending += [t.object for t in about.get(shape, ())]
    return [t for t in shapes if t.subject in wanted], narrowed


def _terms(triple: ox.Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def _with_superclasses(classes: Iterable[object], background: list[ox.Triple]) -> set[object]:
    above: dict[object, list[object]] = defaultdict(list)
    for triple in background:
        if triple.predicate.value == _SUB_CLASS:
            above[triple.subject].append(triple.object)
    found: set[object] = set()
    pending = list(classes)
    while pending:
        current = pending.pop()
        if current not in found:
            found.add(current)
            pending += above.get(current, ())
    return found
