"""Shapes and rules that can find nothing: SHACL and SPARQL pass over a misspelt term without a word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region, did_you_mean
from foedus.namespaces import FOE, RDF, SH, VOC, slug
from foedus.positions import Lines
from foedus.rulefiles import check_rules, read_rules
from foedus.terms import text_of
from foedus.vocabulary import Vocabulary, parse_turtle

_CORE_TERM = re.compile(
    "NodeShape|PropertyShape|IRI|Literal|Warning|alternativePath|and|class|closed|datatype|description|disjoint|"
    "equals|hasValue|ignoredProperties|in|inversePath|languageIn|lessThan|lessThanOrEquals|maxCount|maxExclusive|"
    "maxInclusive|maxLength|message|minCount|minExclusive|minInclusive|minLength|name|node|nodeKind|not|or|order|"
    "path|pattern|property|qualifiedMaxCount|qualifiedMinCount|qualifiedValueShape|severity|targetClass|"
    "targetNode|targetObjectsOf|targetSubjectsOf|uniqueLang|xone"
)
"""The terms of SHACL core that shapes may use; none of them runs code or reads another file."""

_TARGETS = frozenset({"targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf"})
_OF_CLASSES = frozenset({"class", "targetClass"})
_OF_PROPERTIES = frozenset(
    {"disjoint", "equals", "inversePath", "lessThan", "lessThanOrEquals", "path"}
    | {"targetObjectsOf", "targetSubjectsOf"}
)


def find_idle(ontology: Path, vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return a finding per part of shapes and rules that no graph could ever break, or that says no cure.

    Raise UnreadableInput where a file of them cannot be read.
    """
    found = check_rules(read_rules(ontology), vocabulary)
    files = {path: parse_turtle(path) for path in sorted((ontology / "shapes").glob("*.ttl"))}
    linked = {text_of(t.object) for ts in files.values() for t in ts if t.predicate.value == SH + "property"}
    for path, shapes in files.items():
        idle = _check_shapes(path, shapes, linked, vocabulary)
        found += sorted(idle, key=lambda d: (d.region, d.message))
    return found


def _check_shapes(
    path: Path, shapes: list[ox.Triple], linked: set[str], vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """Find in a file terms that are not SHACL core or not in the ontology, and shapes without target or message.

    The ``linked`` shapes have their target from another one.
    """
    text = path.read_text(encoding="utf-8")
    classes = {c.iri for c in vocabulary.classes.values()}
    properties = {p.iri for p in vocabulary.properties.values()}
    concepts = {*vocabulary.concepts, *(i for known in vocabulary.concepts.values() for i in known.values())}
    described: dict[str, set[str]] = defaultdict(set)
    for triple in shapes:
        key, value = triple.predicate.value.removeprefix(SH), text_of(triple.object)
        if isinstance(triple.subject, ox.NamedNode):
            described[triple.subject.value].add(key)
        for term in (triple.predicate.value, value):
            if term.startswith(SH) and not _CORE_TERM.fullmatch(term.removeprefix(SH)):
                what = f'"{slug(term)}" is not of SHACL core'
                yield _finding(path, text, term, what, "mend it, or write a rule")
        fitting, kind = classes | properties | concepts, "in the ontology"
        if key in _OF_CLASSES:
            fitting, kind = classes, "a class of the ontology"
        elif key in _OF_PROPERTIES:
            fitting, kind = properties, "a property of the ontology"
        ours = isinstance(triple.object, ox.NamedNode) and value.startswith((FOE, VOC))
        if ours and value not in fitting:
            cure = did_you_mean(slug(value), map(slug, fitting)) or "mend or declare it"
            yield _finding(
                path, text, value, f'"{slug(value)}" is not {kind}, so that the shape is idle', cure
            )
    for shape, keys in described.items():
        if shape not in linked and keys.isdisjoint(_TARGETS):
            what = f'nothing is the target of the shape "{_local(shape)}"'
            yield _finding(path, text, shape, what, "add a target, or link it by sh:property")
        if "message" not in keys and keys - {RDF + "type", "property", *_TARGETS}:
            what = f'the shape "{_local(shape)}" has no sh:message'
            yield _finding(path, text, shape, what, "state the rule and its cure")


def _finding(path: Path, text: str, term: str, fact: str, cure: str, key: str = "") -> Diagnostic:
    """Return a finding at the first place in a file where a term is written, best of all as the value of a key."""
    name = f"ontology/shapes/{path.name}"
    word = rf"[\w-]*[:#]({re.escape(_local(term))})(?![\w-])"
    written = re.search(rf":{key}\s+{word}", text) or re.search(word, text)
    region = Lines(text, name).region(*written.span(1)) if written else Region(name)
    return Diagnostic(region, "FOE300", fact, cure, focus=_local(term), value=term)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
