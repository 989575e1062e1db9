"""Turtle and N-Triples with the same bytes on every machine, and the digests by which such files are known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import pyoxigraph as ox

from foedus.namespaces import PREFIXES, RDF

_TYPE = RDF + "type"


def sort_triples(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples once each: by subject, with ``rdf:type`` first, then by predicate and object."""
    keyed = {
        (t.subject.value, t.predicate.value != _TYPE, t.predicate.value, str(t.object)): t
        for t in triples
        if isinstance(t.subject, ox.NamedNode)
    }
    return [keyed[key] for key in sorted(keyed)]


def to_turtle(triples: Iterable[ox.Triple], prefixes: dict[str, str] = PREFIXES) -> bytes:
    """Return the triples as Turtle; the library writes prefixes in random order, so they are sorted here."""
    lines = _serialize(triples, ox.RdfFormat.TURTLE, prefixes).split(b"\n")
    head = sorted(line for line in lines if line.startswith(b"@prefix "))
    body = lines[len(head) :]
    return b"\n".join([*head, b"", *body])


def to_ntriples(triples: Iterable[ox.Triple]) -> bytes:
    """Return the triples as sorted N-Triples."""
    return _serialize(triples, ox.RdfFormat.N_TRIPLES, {})


def _serialize(triples: Iterable[ox.Triple], form: ox.RdfFormat, prefixes: dict[str, str]) -> bytes:
    content = ox.serialize(sort_triples(triples), format=form, prefixes=prefixes)
    assert content is not None, "without an output file the library returns the bytes"
    return content


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest_of(files: dict[str, bytes]) -> bytes:
    """Return the manifest of emitted files, named by their path below the home."""
    digests = {name: digest(content) for name, content in sorted(files.items())}
    return (json.dumps({"files": digests}, indent=2) + "\n").encode()
