"""The stored queries told to people, as a page of Markdown, and to programs, in RDF.

The RDF is that of SHACL's executables as the SIB's collections of SPARQL examples use them: ``sh:select`` with the
query as it stands, ``schema:keywords``, ``schema:target``; parameters are ``sh:Parameter``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from foedus.namespaces import FOE, PREFIXES, RDF, RDFS, SH, VOC, XSD
from foedus.storedqueries import Parameter, StoredQuery
from foedus.tables import markdown
from foedus.turtle import to_turtle

QUERY: Final = "https://w3id.org/foedus/query/"
"""Base of the IRIs of stored queries."""

ENDPOINT: Final = "https://w3id.org/foedus/sparql"
"""What stands for any endpoint that holds the dataset."""

_SCHEMA = PREFIXES["schema"]
_DATATYPES = {"date": "date", "integer": "integer", "string": "string"}


def to_markdown(queries: Iterable[StoredQuery]) -> str:
    """Return a page that tells of each query what it asks, takes and gives, under the first of its tags."""
    by_tag: dict[str, list[StoredQuery]] = {}
    for query in queries:
        by_tag.setdefault(query.tags[0] if query.tags else "other", []).append(query)
    parts = ["# Stored queries\n"]
    for tag in sorted(by_tag):
        parts.append(f"## {tag}\n")
        parts += [_section(query) for query in by_tag[tag]]
    return "\n".join(parts)


def _section(query: StoredQuery) -> str:
    taken = [
        (f"--{p.option}", p.type, p.description, "yes" if p.required else "", " ".join(p.default))
        for p in query.parameters
    ]
    given = [(c.name, c.type, c.description) for c in query.columns]
    parts = [f"### {query.name}\n", f"{query.question}\n"]
    parts += [f"{query.description}\n"] if query.description else []
    if taken:
        parts.append(markdown(("parameter", "type", "meaning", "required", "default"), taken))
    if given:
        parts.append(markdown(("column", "type", "meaning"), given))
    parts += [f"{query.answer}\n"] if query.answer else []
    return "\n".join(parts)


def to_rdf(queries: Iterable[StoredQuery]) -> bytes:
    """Return the descriptions of the queries in Turtle, without blank nodes; the same queries give the same bytes."""
    facts = _Facts()
    for query in queries:
        facts.describe(query)
    return to_turtle(facts.triples)


class _Facts:
    """Triples in the making."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def describe(self, query: StoredQuery) -> None:
        iri = QUERY + query.name
        self._link(iri, RDF + "type", SH + "SPARQLExecutable", SH + "SPARQLSelectExecutable")
        self._say(iri, RDFS + "label", query.summary, "en")
        self._say(iri, RDFS + "comment", query.question, "en")
        if query.description:
            self._say(iri, PREFIXES["dcterms"] + "description", query.description, "en")
        self._say(iri, SH + "select", query.text)
        for tag in query.tags:
            self._say(iri, _SCHEMA + "keywords", tag)
        self._link(iri, _SCHEMA + "target", ENDPOINT)
        for parameter in query.parameters:
            self._parameter(iri, parameter)
        for place, column in enumerate(query.columns, 1):
            node = f"{iri}#column-{column.name}"
            self._link(iri, _SCHEMA + "variableMeasured", node)
            self._link(node, RDF + "type", _SCHEMA + "PropertyValue")
            self._say(node, _SCHEMA + "name", column.name)
            self._say(node, _SCHEMA + "description", column.description, "en")
            self._say(node, _SCHEMA + "position", str(place), datatype="integer")

    def _parameter(self, iri: str, parameter: Parameter) -> None:
        node = f"{iri}#{parameter.name}"
        self._link(iri, SH + "parameter", node)
        self._link(node, RDF + "type", SH + "Parameter")
        self._link(node, SH + "path", node)
        self._say(node, SH + "name", parameter.name)
        self._say(node, SH + "description", parameter.description, "en")
        self._say(node, SH + "optional", str(not parameter.required).lower(), datatype="boolean")
        if parameter.class_name:
            self._link(node, SH + "class", FOE + parameter.class_name)
        elif parameter.scheme:
            self._link(node, SH + "nodeKind", SH + "IRI")
            self._link(node, RDFS + "seeAlso", VOC + parameter.scheme)
        else:
            self._link(node, SH + "datatype", XSD + _DATATYPES.get(parameter.type, "string"))
        if not parameter.many:
            self._say(node, SH + "maxCount", "1", datatype="integer")
        for value in parameter.default:
            self._say(node, SH + "defaultValue", value)

    def _link(self, subject: str, path: str, *targets: str) -> None:
        for target in targets:
            self.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), ox.NamedNode(target)))

    def _say(self, subject: str, path: str, text: str, language: str = "", datatype: str = "string") -> None:
        kind = ox.NamedNode(XSD + datatype)
        value = ox.Literal(text, language=language) if language else ox.Literal(text, datatype=kind)
        self.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value))
