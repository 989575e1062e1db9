"""Stored queries held to their shapes: that each says what it asks, what it takes and what its columns mean."""

from __future__ import annotations

import re
from pathlib import Path

from foedus.catalogue import QUERY, describe_queries
from foedus.diagnostics import Diagnostic, Region
from foedus.home import Home
from foedus.namespaces import PREFIXES, RDFS, slug
from foedus.positions import Lines
from foedus.storedqueries import StoredQuery, find_query, query_names
from foedus.validation import Shapes
from foedus.vocabulary import parse_turtle

SHAPES = "query-shapes.ttl"
"""The file of the shapes of queries in an ontology's folder."""

_KEYS = {RDFS + "label": "summary", RDFS + "comment": "question", PREFIXES["schema"] + "keywords": "tags"}
"""The key of a header that stands behind a property of a query's description."""


def find_query_faults(home: Home) -> list[Diagnostic]:
    """Return a finding per demand of the shapes that the description of a stored query does not meet.

    Raise UnreadableInput where a query's file is not in order at all.
    """
    queries = {name: find_query(home, name) for name in query_names(home)}
    path = home.ontology / SHAPES
    if not path.is_file():
        path = Home.find().ontology / SHAPES
    shapes = Shapes(parse_turtle(path))
    found = []
    for violation in shapes.validate(describe_queries(queries.values())):
        name, _, part = violation.focus.removeprefix(QUERY).partition("#")
        section = "columns" if part.startswith("column-") else "parameters" if part else ""
        region = _place(queries[name], section, part.removeprefix("column-") or _KEYS.get(violation.path, ""))
        told = f'stored query "{name}"{f", {part}" if part else ""}: {violation.message}'
        found.append(
            Diagnostic(region, "FOE140", told, focus=name, path=slug(violation.path), value=violation.value)
        )
    return found


def _place(query: StoredQuery, section: str, key: str) -> Region:
    """Return where a key stands in a section of a query's header, else its first line."""
    name = f"queries/{Path(query.file).name}"
    begin = re.search(rf"^#\+ {section}:", query.text, re.MULTILINE) if section else None
    written = re.compile(rf"^#\+\s+({re.escape(key)}):", re.MULTILINE).search(
        query.text, begin.end() if begin else 0
    )
    return Lines(query.text, name).region(*written.span(1)) if key and written else Region(name)
