"""Triples as compact JSON-LD: the keys and values of the records, read by the generated context."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from foedus.context import JsonObject, build_context, is_language_map, prefixes_of
from foedus.namespaces import ID, PREFIXES, RDF, XSD, slug
from foedus.vocabulary import NUMERIC, TEXT, Property, Vocabulary

Values = dict[str, list[ox.NamedNode | ox.Literal]]
"""What a subject has, by the IRI of the property."""

_TYPE = RDF + "type"
_SAFE_SLUG = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_COERCED = NUMERIC | {XSD + "date"}
_WHOLE = NUMERIC - {XSD + "decimal"}
_CANONICAL_INTEGER = r"0|-?[1-9][0-9]*"


def compact(triples: Iterable[ox.Triple], vocabulary: Vocabulary, sources: Iterable[str] = ()) -> JsonObject:
    """Return the triples, which hold no blank nodes, as one document with its context, sorted by subject.

    A node that is named after another and that the other points to stands within it, as in the records.
    """
    sources = prefixes_of(sources, vocabulary)
    return {
        "@context": build_context(vocabulary, sources),
        "@graph": _Compaction(group(triples), vocabulary, sources).roots(),
    }


def group(triples: Iterable[ox.Triple]) -> dict[str, Values]:
    """Return the triples by subject and property, all sorted, each once."""
    nodes: dict[str, Values] = {}
    for triple in sorted(set(triples), key=str):
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
            raise TypeError(f"not of the RDF that the graph is written in: {triple}")
        nodes.setdefault(subject.value, defaultdict(list))[triple.predicate.value].append(value)
    return nodes


def owners(nodes: dict[str, Values]) -> dict[str, tuple[str, str]]:
    """Return for each nested node the subject after which it is named, and the property that leads to it."""
    found: dict[str, tuple[str, str]] = {}
    for subject, values in nodes.items():
        for path, targets in sorted(values.items()):
            for target in targets:
                nested = target.value.startswith(subject + ".") and target.value in nodes
                # The nearest owner has the longest name.
                if nested and len(subject) > len(found.get(target.value, ("", ""))[0]):
                    found[target.value] = subject, path
    return found


def short_name(iri: str, sources: Iterable[str] = ()) -> str:
    """Return how records name a resource: by its slug, by ``SOURCE:SEGMENT``, or by a prefixed name."""
    if iri.startswith(ID):
        name = slug(iri)
        source, dot, segment = name.partition(".")
        if dot and source in sources:
            return f"{source}:{segment}"
        return name if re.fullmatch(_SAFE_SLUG, name) else iri
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and re.fullmatch(_SAFE_SLUG, iri[len(base) :]):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def keys_of(vocabulary: Vocabulary) -> dict[str, Property]:
    """Return the properties that have a key in records, by IRI."""
    return {p.iri: p for p in vocabulary.properties.values()}


class _Compaction:
    def __init__(self, nodes: dict[str, Values], vocabulary: Vocabulary, sources: list[str]) -> None:
        self._nodes = nodes
        self._owners = owners(nodes)
        self._vocabulary = vocabulary
        self._properties = keys_of(vocabulary)
        self._sources = sources

    def roots(self) -> list[JsonObject]:
        return [self._node(iri) for iri in sorted(self._nodes) if iri not in self._owners]

    def _node(self, iri: str) -> JsonObject:
        values = self._nodes[iri]
        node: JsonObject = {"id": short_name(iri, self._sources)}
        if values.get(_TYPE):
            node["type"] = _one_or_all([self._class(v.value) for v in values[_TYPE]])
        for path, found in sorted(values.items(), key=lambda item: self._key(item[0])):
            if path != _TYPE:
                node[self._key(path)] = self._values(iri, path, found)
        return node

    def _class(self, iri: str) -> str:
        found = self._vocabulary.class_of(iri)
        return found.name if found and found.name else short_name(iri)

    def _key(self, path: str) -> str:
        prop = self._properties.get(path)
        return prop.key if prop else short_name(path)

    def _values(self, subject: str, path: str, found: list[ox.NamedNode | ox.Literal]) -> Any:
        prop = self._properties.get(path)
        if prop and is_language_map(prop):
            return _language_map(found) or [self._explicit(value) for value in found]
        return _one_or_all([self._value(subject, path, prop, value) for value in found])

    def _value(self, subject: str, path: str, prop: Property | None, value: ox.NamedNode | ox.Literal) -> Any:
        if isinstance(value, ox.Literal):
            bare = _bare(prop, value)
            return self._explicit(value) if bare is None else bare
        if self._owners.get(value.value) == (subject, path):
            return self._node(value.value)
        scheme = self._vocabulary.scheme_of(prop) if prop else ""
        if scheme:
            # What is no concept of the scheme needs its whole IRI: the property's own context knows no prefix.
            concept = value.value.startswith(f"{scheme}.")
            return slug(value.value) if concept else {"@id": value.value}
        if prop and prop.kind == "ObjectProperty":
            return short_name(value.value, self._sources)
        return self._explicit(value)

    def _explicit(self, value: ox.NamedNode | ox.Literal) -> JsonObject:
        """Return a value that no definition of the context can read otherwise."""
        if isinstance(value, ox.NamedNode):
            return {"id": short_name(value.value, self._sources)}
        if value.language:
            return {"@value": value.value, "@language": value.language}
        plain = value.datatype.value == XSD + "string"
        return {"@value": value.value} | ({} if plain else {"@type": value.datatype.value})


def _language_map(found: list[ox.NamedNode | ox.Literal]) -> JsonObject:
    """Return texts by language; nothing where a value is no text in a language."""
    texts: dict[str, list[str]] = defaultdict(list)
    for value in found:
        if not isinstance(value, ox.Literal) or not value.language:
            return {}
        texts[value.language].append(value.value)
    return {language: _one_or_all(texts[language]) for language in sorted(texts)}


def _bare(prop: Property | None, value: ox.Literal) -> str | int | None:
    """Return a literal by itself where the context says its language or datatype, else None."""
    datatype = value.datatype.value
    if value.language:
        return value.value if value.language == "en" and prop and prop.range == TEXT else None
    if prop and prop.range in _COERCED:
        if prop.range != datatype:
            return None
        whole = datatype in _WHOLE and re.fullmatch(_CANONICAL_INTEGER, value.value)
        return int(value.value) if whole else value.value
    untold = not prop or (prop.kind == "DatatypeProperty" and prop.range != TEXT)
    return value.value if untold and datatype == XSD + "string" else None


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
