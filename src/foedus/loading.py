"""The dataset brought elsewhere: into a persistent store or into a server, and compared with what arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urlencode

import pyoxigraph as ox

from foedus.closure import close
from foedus.derivation import construct
from foedus.diagnostics import FoedusError, UnreadableInput
from foedus.engines.embedded import parse_file
from foedus.home import Home
from foedus.namespaces import XSD
from foedus.replacing import replaced_folder
from foedus.store import EmbeddedStore, Store, open_store
from foedus.vocabulary import parse_turtle

BATCH: Final = 4_000_000
"""Bytes of one request; a server that keeps a request as one text may refuse ten million."""

PAGE: Final = 100
"""Subjects whose triples are compared at once: their answer stays below what servers cut answers off at."""

_COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_SUBJECTS = "SELECT DISTINCT ?s WHERE { ?s ?p ?o }"
_REQUEST_TIMEOUT = 300.0


Filled = TypeVar("Filled")


class Difference(FoedusError):
    """What arrived is not what was sent."""

    exit_code = 1


class Arrived(NamedTuple):
    """What was found where it was loaded: how many triples, and a digest of them all."""

    triples: int
    digest: str


def load_folder(home: Home, folder: Path, graph: str = "") -> Arrived:
    """Write the dataset into the persistent store in a folder, which is made where there is none.

    It takes the place of what the graph of that IRI, or else the default graph, held; other graphs stay. The
    folder is wholly old or new. Raise UnreadableInput where the graph was not built or the folder holds something
    else, Difference where the store does not hold what it should.
    """
    ours = open_store(home)

    def fill(engine: ox.Store, name: ox.NamedNode | ox.DefaultGraph) -> Arrived:
        for path in home.dataset:
            engine.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=name)
        engine.flush()
        return compare(ours, EmbeddedStore(engine, graph))

    return _replace(folder, graph, fill)


def load_files(home: Home, files: Sequence[str], folder: Path, graph: str = "") -> int:
    """Write RDF files and the home's vocabularies into the persistent store in a folder, as ``load_folder`` does.

    What follows from the files under the home's ontology is added, as a build adds it, for stored queries ask by it.
    The files are read in a stream, so that they may be larger than memory. Return how many triples the store then
    holds of that graph. Raise UnreadableInput for a file that cannot be read, with the place, or as ``load_folder``
    does; Difference where a statement of a file is not found again.
    """
    given = [*files, str(home.ontology / "vocabularies.ttl")]

    def fill(engine: ox.Store, name: ox.NamedNode | ox.DefaultGraph) -> int:
        for file in given:
            engine.bulk_extend(ox.Quad(q.subject, q.predicate, q.object, name) for q in parse_file(file))
        engine.flush()
        for file in given:
            for quad in parse_file(file):
                triple = quad.triple
                if not _named(triple):
                    continue
                if ox.Quad(triple.subject, triple.predicate, triple.object, name) not in engine:
                    raise Difference(f"{file}: a statement did not arrive: {triple}")
        told = (quad.triple for file in files for quad in parse_file(file))
        ontology = parse_turtle(home.ontology / "foedus.ttl") + parse_turtle(
            home.ontology / "vocabularies.ttl"
        )
        inferred = close(told, ontology, home.ontology / "entailment")
        engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in inferred)
        for derived in construct(EmbeddedStore(engine, graph), home.ontology / "derivations"):
            engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in derived)
        engine.flush()
        return sum(1 for _ in engine.quads_for_pattern(None, None, None, name))

    return _replace(folder, graph, fill)


def _named(triple: ox.Triple) -> bool:
    """Return whether a triple has no blank node, whose name another reading gives otherwise, and no number.

    The store keeps numbers by value, so that ``07`` is found as ``7``.
    """
    value = triple.object
    plain = not isinstance(value, ox.Literal) or value.datatype.value in (XSD + "string", XSD + "date")
    return plain and not isinstance(triple.subject, ox.BlankNode) and not isinstance(value, ox.BlankNode)


def _replace(
    folder: Path, graph: str, fill: Callable[[ox.Store, ox.NamedNode | ox.DefaultGraph], Filled]
) -> Filled:
    """Fill a graph of the store in a folder anew, and return what filling it does; other graphs stay.

    The folder is wholly old or new.
    """
    name = _graph_name(graph)
    kept = _existing(folder)
    try:
        with replaced_folder(folder) as fresh:
            engine = ox.Store(str(fresh))
            if kept is not None:
                engine.bulk_extend(
                    q for q in kept.quads_for_pattern(None, None, None, None) if q.graph_name != name
                )
            filled = fill(engine, name)
            del engine, kept
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise UnreadableInput(f"{folder}: {reason}") from error
    return filled


def load_server(home: Home, url: str, endpoint: str, graph: str = "") -> Arrived:
    """Send the dataset to a server by the SPARQL 1.1 Graph Store Protocol, and ask its endpoint what arrived.

    It takes the place of what the graph of that IRI, or else the default graph, held. Raise UnreadableInput where
    the graph was not built or a request fails, after which the server may hold a part; Difference where the
    server does not hold what it should.
    """
    from foedus.engines.endpoint import Endpoint
    from foedus.engines.web import check_address, send

    ours = open_store(home)
    theirs = Endpoint(endpoint, graph, _REQUEST_TIMEOUT)
    _graph_name(graph)
    place = urlencode({"graph": graph}) if graph else "default"
    address = f"{check_address(url)}{'&' if '?' in url else '?'}{place}"
    headers = {"Content-Type": "text/turtle", "User-Agent": "foedus"}
    for number, batch in enumerate(batches(home)):
        # The first request replaces the graph, the others add to it.
        send("POST" if number else "PUT", address, headers, batch, _REQUEST_TIMEOUT)
    return compare(ours, theirs)


def batches(home: Home, size: int = BATCH) -> Iterator[bytes]:
    """Yield the dataset in N-Triples, which are Turtle, in pieces of about ``size`` bytes of whole lines."""
    lines: list[bytes] = []
    filled = 0
    for path in home.dataset:
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            lines.append(f"{quad.triple} .\n".encode())
            filled += len(lines[-1])
            if filled >= size:
                yield b"".join(lines)
                lines, filled = [], 0
    if lines:
        yield b"".join(lines)


def compare(ours: Store, theirs: Store) -> Arrived:
    """Return how many triples both hold, and their digest; raise Difference, naming a subject, where they differ.

    The digest is taken over pages of complete subjects, each of them small enough to arrive whole.
    """
    expected, found = _count(ours), _count(theirs)
    if expected != found:
        raise Difference(f"{found:,} triples arrived of {expected:,}; load again, into a graph of its own")
    subjects = sorted(
        str(row["s"]) for row in ours.select(_SUBJECTS)
    )  # the engine sorts before it is distinct
    whole = hashlib.sha256()
    for start in range(0, len(subjects), PAGE):
        page = subjects[start : start + PAGE]
        mine, other = _lines(ours, page), _lines(theirs, page)
        if mine != other:
            lost = sorted(set(mine) ^ set(other)) or [page[0]]
            raise Difference(f"of {expected:,} triples some arrived otherwise, such as: {lost[0]}")
        whole.update("\n".join(mine).encode())
    return Arrived(expected, whole.hexdigest())


def _count(store: Store) -> int:
    return int(store.select(_COUNT)[0]["n"].value)


def _lines(store: Store, subjects: Sequence[str]) -> list[str]:
    rows = store.select(f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(subjects)} }} ?s ?p ?o }}")
    return sorted(" ".join(map(str, row)) for row in rows)


def _existing(folder: Path) -> ox.Store | None:
    """Return the store in a folder, None where the folder is empty or missing; raise UnreadableInput otherwise."""
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return None
        if not (folder / "CURRENT").is_file():
            raise UnreadableInput(f"{folder}: not empty, and no store; name another folder")
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableInput(f"{folder}: {' '.join(str(error).split())}") from error


def _graph_name(graph: str) -> ox.NamedNode | ox.DefaultGraph:
    try:
        return ox.NamedNode(graph) if graph else ox.DefaultGraph()
    except ValueError as error:
        raise UnreadableInput(
            f"{graph}: not an IRI; write one such as https://w3id.org/foedus/graph"
        ) from error
