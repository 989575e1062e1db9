"""Files of RDF and persistent stores, asked by the embedded engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.store import EmbeddedStore

_SUFFIXES = "ttl, nt, nq, trig, n3, rdf, owl, jsonld"


def read_files(files: Iterable[str]) -> EmbeddedStore:
    """Return all triples of the files as one graph, those of named graphs included.

    Raise UnreadableInput, with the place, for what cannot be read.
    """
    engine = ox.Store()
    for file in files:
        engine.bulk_extend(parse_file(file))
    return EmbeddedStore(engine)


def parse_file(file: str) -> Iterator[ox.Quad]:
    """Yield the triples of an RDF file, as quads of the default graph; blank nodes are the file's own.

    Raise UnreadableInput, with the place, where it cannot be read or its name does not tell what it is.
    """
    suffix = Path(file).suffix.removeprefix(".").lower()
    form = ox.RdfFormat.from_extension("rdf" if suffix == "owl" else suffix)
    if form is None:
        raise UnreadableInput(f"{file}: no known suffix; give files named .{_SUFFIXES.replace(', ', ', .')}")
    try:
        for quad in ox.parse(
            path=file, format=form, base_iri=Path(file).resolve().as_uri(), rename_blank_nodes=True
        ):
            yield ox.Quad(quad.subject, quad.predicate, quad.object)
    except SyntaxError as error:
        raise UnreadableInput(
            f"{file}:{error.lineno}:{error.offset}: not {form.name}: {error.msg}"
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnreadableInput(f"{file}: {reason or ' '.join(str(error).split())}") from error


def open_folder(folder: str, default_graph: str = "") -> EmbeddedStore:
    """Return the persistent store in a folder, to be read only; raise UnreadableInput where there is none."""
    if not (Path(folder) / "CURRENT").is_file():
        raise UnreadableInput(f"{folder}: no store here; make one with: foedus load {folder}")
    try:
        return EmbeddedStore(ox.Store.read_only(folder), default_graph)
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableInput(f"{folder}: not a store: {' '.join(str(error).split())}") from error
