"""The stored queries told to people, as a page of Markdown, and to programs, in RDF.

The RDF is that of SHACL's executables as the SIB's collections of SPARQL examples use them: ``sh:select`` with the
query as it stands, ``schema:keywords``, ``schema:target``; parameters are ``sh:Parameter``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from foedus.facts import Facts
from foedus.namespaces import DCTERMS, FOE, PREFIXES, RDF, RDFS, SH, VOC, XSD
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
    return to_turtle(describe_queries(queries))


def describe_queries(queries: Iterable[StoredQuery]) -> list[ox.Triple]:
    """Return the triples that describe the queries."""
    facts = Facts()
    for query in queries:
        _describe(facts, query)
    return list(facts.triples)


def _describe(facts: Facts, query: StoredQuery) -> None:
    iri = QUERY + query.name
    facts.link(iri, RDF + "type", SH + "SPARQLExecutable", SH + "SPARQLSelectExecutable")
    facts.say(iri, RDFS + "label", query.summary, "en")
    facts.say(iri, RDFS + "comment", query.question, "en")
    if query.description:
        facts.say(iri, DCTERMS + "description", query.description, "en")
    facts.say(iri, SH + "select", query.text)
    for tag in query.tags:
        facts.say(iri, _SCHEMA + "keywords", tag)
    facts.link(iri, _SCHEMA + "target", ENDPOINT)
    for parameter in query.parameters:
        facts.link(iri, SH + "parameter", f"{iri}#{parameter.name}")
        _describe_parameter(facts, f"{iri}#{parameter.name}", parameter)
    for place, column in enumerate(query.columns, 1):
        node = f"{iri}#column-{column.name}"
        facts.link(iri, _SCHEMA + "variableMeasured", node)
        facts.link(node, RDF + "type", _SCHEMA + "PropertyValue")
        facts.say(node, _SCHEMA + "name", column.name)
        facts.say(node, _SCHEMA + "description", column.description, "en")
        facts.count(node, _SCHEMA + "position", place)


def _describe_parameter(facts: Facts, node: str, parameter: Parameter) -> None:
    facts.link(node, RDF + "type", SH + "Parameter")
    facts.link(node, SH + "path", node)
    facts.say(node, SH + "name", parameter.name)
    facts.say(node, SH + "description", parameter.description, "en")
    facts.say(node, SH + "optional", str(not parameter.required).lower(), datatype="boolean")
    if parameter.class_name:
        facts.link(node, SH + "class", FOE + parameter.class_name)
    elif parameter.scheme:
        facts.link(node, SH + "nodeKind", SH + "IRI")
        facts.link(node, RDFS + "seeAlso", VOC + parameter.scheme)
    else:
        facts.link(node, SH + "datatype", XSD + _DATATYPES.get(parameter.type, "string"))
    if not parameter.many:
        facts.count(node, SH + "maxCount", 1)
    for value in parameter.default:
        facts.say(node, SH + "defaultValue", value)
