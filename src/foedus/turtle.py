"""Turtle and N-Triples with the same bytes on every machine, and files that are wholly old or wholly new."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import PREFIXES, RDF

MANIFEST = "manifest.json"
"""The file in ``graph/`` that holds the digest of every emitted file; it is renamed into place last."""

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


def write_atomically(files: dict[Path, bytes]) -> None:
    """Write files so that each is wholly old or new; the last of the mapping is renamed last.

    All are first written beside their targets and synced, so a full disk or a kill before the renames changes
    nothing. Drafts that remain are removed by the next run that succeeds. Raise UnreadableInput where a draft cannot
    be written, after which all files are as before.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            draft = path.with_name(f".{path.name}.{os.getpid()}.new")
            drafts.append((draft, path))
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with draft.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                reason = error.strerror or str(error)
                raise UnreadableInput(
                    f"{path}: {reason}; nothing was changed; make room, or write elsewhere"
                ) from error
        for draft, path in drafts:
            draft.replace(path)
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
