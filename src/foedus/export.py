"""A home's dataset in other forms: the same triples for other tools, and tables for spreadsheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus import tables
from foedus.builtfiles import verified
from foedus.classtables import class_tables
from foedus.compaction import compact
from foedus.home import MANIFEST, Home
from foedus.namespaces import PREFIXES, VOC
from foedus.sources import find_sources
from foedus.turtle import PIECE, order, sort_triples, turtle_pieces
from foedus.vocabulary import parse_turtle, read_vocabulary
from foedus.void import DATASET

TABLES: Final = "csv"
"""The form that is a folder of files; every other one is a single file."""

_INFERRED = ".inferred"
_VOCABULARIES = VOC.rstrip("#")


def export_file(home: Home, form: str) -> Iterator[bytes]:
    """Yield the dataset as one file in pieces: ttl, nt, nq, trig or jsonld, the same bytes every time.

    ``nq`` and ``trig`` keep each dossier in a graph of its own, named as the dossier's description names it,
    and the vocabularies in another. ``ttl``, ``nt`` and ``nq`` are made in a stream: of a large graph, no more
    than the bytes of one file are in memory, while its digest is taken. Raise UnreadableInput where the graph was
    not built or is not what the build left.
    """
    _verify(home)
    return _FORMS[form](home)


def export_tables(home: Home) -> dict[str, bytes]:
    """Return one CSV file for each class, by file name, of what the records say: without inferred triples.

    Raise UnreadableInput as ``export_file`` does.
    """
    _verify(home)
    told = [
        triple
        for path in home.dataset
        if path.parent == home.graph and not path.stem.endswith(_INFERRED)
        for triple in parse_turtle(path)
    ]
    labels = parse_turtle(home.ontology / "vocabularies.ttl")
    found = class_tables(told, labels, read_vocabulary(home.ontology), _source_slugs(home))
    return {f"{name}.csv": tables.csv(*table).encode() for name, table in found.items()}


def _source_slugs(home: Home) -> list[str]:
    return [source.slug for source in find_sources(home.graph, home.dossiers)]


def _verify(home: Home) -> None:
    """Raise UnreadableInput where the dataset is not as the build left it."""
    for _ in verified(home.dataset, home.graph / MANIFEST):
        pass


def _parts(home: Home) -> list[tuple[str, list[Path]]]:
    """Return the files of the dataset by the IRI of the graph to which each belongs, sorted by it."""
    parts: dict[str, list[Path]] = {}
    for path in home.dataset:
        own = path.parent == home.graph
        name = DATASET + path.stem.removesuffix(_INFERRED) if own else _VOCABULARIES
        parts.setdefault(name, []).append(path)
    return sorted(parts.items())


def _triples(home: Home, paths: Iterable[Path]) -> Iterator[ox.Triple]:
    """Yield the triples of files of the dataset in their order, once each.

    What the build emitted is sorted, so that the files need only be merged.
    """
    streams = (
        (quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
        if path.parent == home.graph
        else sort_triples(parse_turtle(path))
        for path in paths
    )
    for _, same in groupby(merge(*streams, key=order), order):
        yield next(same)


def _quads(home: Home) -> Iterator[ox.Quad]:
    for name, paths in _parts(home):
        graph = ox.NamedNode(name)
        yield from (ox.Quad(t.subject, t.predicate, t.object, graph) for t in _triples(home, paths))


def _lines(statements: Iterator[ox.Triple] | Iterator[ox.Quad], form: ox.RdfFormat) -> Iterator[bytes]:
    while piece := list(islice(statements, PIECE)):
        yield _serialized(ox.serialize(piece, format=form))  # type: ignore[arg-type]


def _trig(home: Home) -> Iterator[bytes]:
    # As for Turtle: the library writes the prefixes in random order.
    content = _serialized(ox.serialize(_quads(home), format=ox.RdfFormat.TRIG, prefixes=PREFIXES))
    lines = content.split(b"\n")
    prefixes = sorted(line for line in lines if line.startswith(b"@prefix "))
    yield b"\n".join([*prefixes, b"", *lines[len(prefixes) :]])


def _serialized(content: bytes | None) -> bytes:
    assert content is not None, "without an output file the library returns the bytes"
    return content


def _json_ld(home: Home) -> Iterator[bytes]:
    triples = [triple for _, paths in _parts(home) for path in paths for triple in parse_turtle(path)]
    document = compact(triples, read_vocabulary(home.ontology), _source_slugs(home))
    yield (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


_FORMS: dict[str, Callable[[Home], Iterator[bytes]]] = {
    "ttl": lambda home: turtle_pieces(_triples(home, home.dataset)),
    "nt": lambda home: _lines(_triples(home, home.dataset), ox.RdfFormat.N_TRIPLES),
    "nq": lambda home: _lines(_quads(home), ox.RdfFormat.N_QUADS),
    "trig": _trig,
    "jsonld": _json_ld,
}

FORMS: Final = (*_FORMS, TABLES)
"""Every form that there is."""
