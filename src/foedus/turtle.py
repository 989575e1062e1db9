"""Turtle and N-Triples with the same bytes on every machine, and the digests by which such files are known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from foedus.namespaces import PREFIXES, RDF

PIECE: Final = 10_000
"""Triples that are serialised at a time where they come in a stream."""

_TYPE = RDF + "type"


def order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Return by what triples about named nodes are sorted: subject, ``rdf:type`` first, predicate, object."""
    assert isinstance(triple.subject, ox.NamedNode), "no other is sorted"
    predicate = triple.predicate.value
    return triple.subject.value, predicate != _TYPE, predicate, str(triple.object)


def sort_triples(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples about named nodes in their order, once each."""
    keyed = {order(t): t for t in triples if isinstance(t.subject, ox.NamedNode)}
    return [keyed[key] for key in sorted(keyed)]


def to_turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    """Return the triples as Turtle."""
    return b"".join(turtle_pieces(sort_triples(triples), prefixes))


def turtle_pieces(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> Iterator[bytes]:
    """Yield sorted triples as Turtle in pieces of whole subjects, so that all need not be in memory."""
    head = b""
    for piece in _whole_subjects(triples):
        lines = _serialize(piece, ox.RdfFormat.TURTLE, prefixes).split(b"\n")
        # The library writes the prefixes in random order.
        declared = sorted(line for line in lines if line.startswith(b"@prefix "))
        if not head:
            yield (head := b"\n".join([*declared, b"", b""]))
        yield b"\n".join(lines[len(declared) :])


def _whole_subjects(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    """Yield sorted triples some thousands at a time; those of one subject stay together."""
    piece: list[ox.Triple] = []
    for triple in triples:
        if len(piece) >= PIECE and triple.subject != piece[-1].subject:
            yield piece
            piece = []
        piece.append(triple)
    yield piece


def to_ntriples(triples: Iterable[ox.Triple]) -> bytes:
    """Return the triples as sorted N-Triples."""
    return _serialize(sort_triples(triples), ox.RdfFormat.N_TRIPLES, {})


def _serialize(triples: Iterable[ox.Triple], form: ox.RdfFormat, prefixes: dict[str, str]) -> bytes:
    content = ox.serialize(triples, format=form, prefixes=prefixes)
    assert content is not None, "without an output file the library returns the bytes"
    return content


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_of(files: dict[str, bytes]) -> bytes:
    """Return the manifest of emitted files, named by their path below the home."""
    digests = {name: digest(content) for name, content in sorted(files.items())}
    return (json.dumps({"files": digests}, indent=2) + "\n").encode()
