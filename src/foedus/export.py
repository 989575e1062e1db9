"""A home's dataset in other forms: the same triples for other tools, and tables for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pyoxigraph as ox

from foedus import tables
from foedus.classtables import class_tables
from foedus.compaction import compact
from foedus.home import Home
from foedus.namespaces import PREFIXES, VOC
from foedus.sources import find_sources
from foedus.store import open_store
from foedus.turtle import sort_triples, to_ntriples, to_turtle
from foedus.vocabulary import parse_turtle, read_vocabulary
from foedus.void import DATASET

Parts = dict[str, list[ox.Triple]]
"""The dataset's triples by the IRI of the graph that each belongs to."""

TABLES: Final = "csv"
"""The form that is a folder of files; every other one is a single file."""

_INFERRED = ".inferred"
_VOCABULARIES = VOC.rstrip("#")


def export_file(home: Home, form: str) -> bytes:
    """Return the dataset as one file: ttl, nt, nq, trig or jsonld, the same bytes every time.

    ``nq`` and ``trig`` keep each dossier in a graph of its own, named as the dossier's description names it,
    and the vocabularies in another. Raise UnreadableInput where the graph was not built or is not what the
    build left.
    """
    return _FORMS[form](home, _read(home))


def export_tables(home: Home) -> dict[str, bytes]:
    """Return one CSV file for each class, by file name, of what the records say: without inferred triples.

    Raise UnreadableInput as ``export_file`` does.
    """
    open_store(home)
    told = [
        triple
        for path in home.dataset
        if path.parent == home.graph and not path.stem.endswith(_INFERRED)
        for triple in parse_turtle(path)
    ]
    labels = parse_turtle(home.ontology / "vocabularies.ttl")
    found = class_tables(told, labels, read_vocabulary(home.ontology), _source_slugs(home))
    return {f"{name}.csv": tables.csv(*table).encode() for name, table in found.items()}


def _read(home: Home) -> Parts:
    # The store refuses a dataset that is not as the build left it.
    open_store(home)
    parts: Parts = {}
    for path in home.dataset:
        own = path.parent == home.graph
        name = DATASET + path.stem.removesuffix(_INFERRED) if own else _VOCABULARIES
        parts.setdefault(name, []).extend(parse_turtle(path))
    return parts


def _source_slugs(home: Home) -> list[str]:
    return [source.slug for source in find_sources(home.graph, home.dossiers)]


def _triples(parts: Parts) -> list[ox.Triple]:
    return [triple for triples in parts.values() for triple in triples]


def _quads(parts: Parts) -> list[ox.Quad]:
    return [
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(name))
        for name, triples in sorted(parts.items())
        for t in sort_triples(triples)
    ]


def _nquads(home: Home, parts: Parts) -> bytes:
    return _serialized(ox.serialize(_quads(parts), format=ox.RdfFormat.N_QUADS))


def _trig(home: Home, parts: Parts) -> bytes:
    # As for Turtle: the library writes the prefixes in random order.
    content = _serialized(ox.serialize(_quads(parts), format=ox.RdfFormat.TRIG, prefixes=PREFIXES))
    lines = content.split(b"\n")
    prefixes = sorted(line for line in lines if line.startswith(b"@prefix "))
    return b"\n".join([*prefixes, b"", *lines[len(prefixes) :]])


def _serialized(content: bytes | None) -> bytes:
    assert content is not None, "without an output file the library returns the bytes"
    return content


def _json_ld(home: Home, parts: Parts) -> bytes:
    document = compact(_triples(parts), read_vocabulary(home.ontology), _source_slugs(home))
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


_FORMS: dict[str, Callable[[Home, Parts], bytes]] = {
    "ttl": lambda home, parts: to_turtle(_triples(parts)),
    "nt": lambda home, parts: to_ntriples(_triples(parts)),
    "nq": _nquads,
    "trig": _trig,
    "jsonld": _json_ld,
}

FORMS: Final = (*_FORMS, TABLES)
"""Every form that there is."""
