"""The graph as something to be asked: the seam of the SPARQL engine.

What asks knows a ``Store`` alone; the embedded engine is here, the others are in ``foedus.engines``.

A dataset of 20,000 triples takes some 35 ms to parse and 10 ms to open as a read-only Oxigraph store, so one
is kept in the cache folder, found by the digest of the dataset's bytes. Where it cannot be had, the files are
parsed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from foedus.builtfiles import read_verified
from foedus.cache import cache_folder, prune_folders, recall, remember, stamp, touch
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.replacing import replaced_folder
from foedus.sparqltext import check_query

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple
"""What a cell of an answer holds, where it holds anything."""

_KEPT_STORES = 4
_ABANDONED = 86_400.0
"""Seconds after which a copy of a store is nobody's any more."""
_LARGE = 4_000_000
"""Bytes of Turtle above which a copy of the kept store is had sooner than the text is parsed (some 0.3 s)."""
_RESIDENT = 200_000_000
"""Bytes of Turtle up to which a process that answers many questions holds the graph in memory."""


class Solutions(NamedTuple):
    """The answer of a SELECT: the names of its columns, and rows as long as these."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


Answer = Solutions | bool
"""Rows, or the truth of an ASK. The triples of CONSTRUCT and DESCRIBE are rows of three columns."""


class Store(Protocol):
    """A graph that is only read, whatever engine answers for it."""

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT of our own making, which is trusted."""
        ...

    def ask(self, text: str) -> bool:
        """Return the truth of an ASK of our own making, which is trusted."""
        ...

    def query(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Return the answer of a query that anybody wrote; ``name`` stands for it in messages.

        ``prefixes`` serve a text that does not declare its own. Raise UnreadableInput where the text is no
        query, could reach beyond this graph, or exceeds a limit: ``max_rows`` (0: none) is one of the answer's.
        """
        check_query(text, name)
        return self.evaluate(text, name, prefixes, max_rows)

    def evaluate(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Return the answer of a query that was checked before, as a stored one is when it is read.

        Raise UnreadableInput where the text is no query, or its answer has more than ``max_rows`` (0: any).
        """
        ...


class EmbeddedStore(Store):
    """A graph in this very process: Oxigraph's."""

    def __init__(self, engine: ox.Store, default_graph: str = "") -> None:
        """Ask the engine's default graph, or the graph of that IRI in its place."""
        self._engine = engine
        self._graph = ox.NamedNode(default_graph) if default_graph else None

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT, as ``Store.select`` says."""
        found = self._engine.query(text, default_graph=self._graph)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"not a SELECT: {text}")
        return list(found)

    def ask(self, text: str) -> bool:
        """Return the truth of an ASK, as ``Store.ask`` says."""
        return bool(self._engine.query(text, default_graph=self._graph))

    def evaluate(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Return the answer of a checked query, as ``Store.evaluate`` says."""
        with reported(name):
            found = self.find(text, prefixes)
            if isinstance(found, ox.QueryTriples):
                return collect_triples(found, name, max_rows)
            return collect(found, name, max_rows)

    def find(
        self, text: str, prefixes: dict[str, str] | None = None, base: str | None = None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return the engine's own answer to a checked query, which evaluates while it is read.

        ``base`` is the IRI that relative ones are completed with. To be read within ``reported``, which turns what
        the engine raises into UnreadableInput.
        """
        return self._engine.query(text, base_iri=base, prefixes=prefixes, default_graph=self._graph)


def collect(found: ox.QuerySolutions | ox.QueryBoolean, name: str, max_rows: int = 0) -> Answer:
    """Return the whole of what an engine, or a reader of results, gives; raise UnreadableInput beyond the rows."""
    if isinstance(found, ox.QueryBoolean):
        return bool(found)
    rows = [tuple(row) for row in (islice(found, max_rows + 1) if max_rows else found)]
    _check_rows(rows, name, max_rows)
    return Solutions(tuple(v.value for v in found.variables), rows)


def collect_triples(found: Iterable[ox.Triple | ox.Quad], name: str, max_rows: int = 0) -> Solutions:
    """Return triples as rows of three columns; raise UnreadableInput where there are more than ``max_rows``."""
    triples = islice(found, max_rows + 1) if max_rows else found
    rows: list[tuple[Term | None, ...]] = [(t.subject, t.predicate, t.object) for t in triples]
    _check_rows(rows, name, max_rows)
    return Solutions(("subject", "predicate", "object"), rows)


def _check_rows(rows: list[tuple[Term | None, ...]], name: str, max_rows: int) -> None:
    if max_rows and len(rows) > max_rows:
        raise UnreadableInput(f"{name}: more than {max_rows:,} rows; ask for fewer, or raise --max-rows")


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Turn what the engine raises at a query into UnreadableInput, on one line with its place first.

    A RuntimeError is that of a function which the engine does not have.
    """
    try:
        yield
    except SyntaxError as error:
        raise UnreadableInput(_located(str(error.msg), name)) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableInput(f"{name}: {' '.join(str(error).split())}") from error


def open_store(home: Home) -> EmbeddedStore:
    """Return the home's dataset, from the cache where that holds it.

    Raise UnreadableInput where the graph was never built, is not what the manifest says, or is no Turtle.
    """
    return EmbeddedStore(_open(home.dataset, home.manifest, "datasets")[1])


def open_resident(home: Home) -> tuple[str, EmbeddedStore]:
    """Return a digest of the home's dataset, and the dataset for a process that answers many questions.

    In memory, where it fits, queries take a half to a fifth of the time that they take on the kept store. Raises
    as ``open_store`` does.
    """
    files = home.dataset
    manifest = home.manifest
    if sum(p.stat().st_size for p in files if p.is_file()) > _RESIDENT:
        digest, engine = _open(files, manifest, "datasets")
        return digest, EmbeddedStore(engine)
    digest, contents = read_verified(files, manifest)
    return digest, EmbeddedStore(_parse(contents))


@contextmanager
def open_asserted(home: Home) -> Iterator[ox.Store]:
    """Give a store of one's own with the home's asserted triples and vocabularies, which may be changed.

    A small graph is parsed into memory. Of a large one the kept store is copied by hard links, which takes some
    milliseconds at any size. Raises as ``open_store`` does.
    """
    files = [path for path in home.dataset if not path.name.endswith(".inferred.ttl")]
    manifest = home.manifest
    folder = cache_folder()
    if folder is None or sum(p.stat().st_size for p in files if p.is_file()) < _LARGE:
        yield _parse(read_verified(files, manifest)[1])
        return
    import shutil
    import tempfile

    _, kept = _open(files, manifest, "asserted")
    copies = folder / "copies"
    copy = None
    try:
        try:
            copies.mkdir(mode=0o700, parents=True, exist_ok=True)
            copy = Path(tempfile.mkdtemp(dir=copies))
            # However many there are, each may be in use; a day on it is one that a killed process left.
            prune_folders(copies, sys.maxsize, _ABANDONED)
            kept.backup(str(copy / "store"))
            engine = ox.Store(str(copy / "store"))
        except (OSError, RuntimeError, ValueError):
            # What was only just parsed is in memory still, and has no files to link.
            engine = _parse(read_verified(files, manifest)[1])
        yield engine
    finally:
        if copy is not None:
            shutil.rmtree(copy, ignore_errors=True)


def _open(files: list[Path], manifest: Path, kind: str) -> tuple[str, ox.Store]:
    """Return a digest of the files and a store of them, from the cache where that holds it under its kind.

    Raises as ``open_store`` does.
    """
    folder = cache_folder()
    if folder is None:
        key, contents = read_verified(files, manifest)
        return key, _parse(contents)
    slot = str(manifest)
    seen = stamp([*files, manifest])
    known = recall(kind, slot, seen) if seen else None
    if known:
        kept = _kept(folder, known)
        if kept:
            return known, kept
    key, contents = read_verified(files, manifest)
    if seen:
        remember(kind, slot, seen, key)
    kept = _kept(folder, key)
    if kept is None:
        kept = _parse(contents)
        _keep(folder, key, kept)
    return key, kept


def _parse(contents: dict[Path, bytes]) -> ox.Store:
    engine = ox.Store()
    for path, content in contents.items():
        try:
            engine.load(content, format=ox.RdfFormat.TURTLE)
        except SyntaxError as error:
            raise UnreadableInput(f"{path}:{error.lineno}:{error.offset}: not Turtle: {error.msg}") from error
    return engine


def _kept(folder: Path, key: str) -> ox.Store | None:
    """Return the store kept under a dataset's digest, or None where there is none that can be opened."""
    path = folder / "stores" / f"{key}-{ox.__version__}"
    try:
        engine = ox.Store.read_only(str(path))
    except (OSError, RuntimeError, ValueError):
        return None
    touch(path)
    return engine


def _keep(folder: Path, key: str, engine: ox.Store) -> None:
    """Write the store into the cache, whole or not at all, and remove what is old there."""
    stores = folder / "stores"
    target = stores / f"{key}-{ox.__version__}"
    try:
        stores.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What stands there could not be opened, or another process has just written the same.
        with replaced_folder(target) as fresh:
            copy = ox.Store(str(fresh))
            copy.bulk_extend(engine.quads_for_pattern(None, None, None, None))
            copy.flush()
            del copy
    except (OSError, RuntimeError, ValueError):
        return
    prune_folders(stores, _KEPT_STORES)


def _located(message: str, name: str) -> str:
    """Return the engine's message in one line, its place first, and the list of what it expects cut short."""
    at, _, reason = " ".join(message.split()).removeprefix("error at ").partition(": ")
    if not at.replace(":", "").isdigit():
        return f"{name}: not SPARQL: {' '.join(message.split())}"
    if "Prefix not found" in reason:
        reason = "the prefix before is not declared"
    return f"{name}:{at}: not SPARQL: {reason[:160]}"
