"""The graph as something to be asked: the seam of the SPARQL engine.

A dataset of 20,000 triples takes some 35 ms to parse and 10 ms to open as a read-only Oxigraph store, so one
is kept in the cache folder, found by the digest of the dataset's bytes. Where it cannot be had, the files are
parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foedus.cache import cache_folder, prune_folders, recall, remember, stamp, touch
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.sparqltext import check_query

Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple
"""What a cell of an answer holds, where it holds anything."""

_KEPT_STORES = 4
_LARGE = 4_000_000
"""Bytes of Turtle above which a copy of the kept store is had sooner than the text is parsed (some 0.3 s)."""

_CURE = "run: foedus build"


class Solutions(NamedTuple):
    """The answer of a SELECT: the names of its columns, and rows as long as these."""

    variables: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]


Answer = Solutions | bool
"""Rows, or the truth of an ASK. The triples of CONSTRUCT and DESCRIBE are rows of three columns."""


class Store:
    """A graph that is only read."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT of our own making, which is trusted."""
        found = self._engine.query(text)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"not a SELECT: {text}")
        return list(found)

    def ask(self, text: str) -> bool:
        """Return the truth of an ASK of our own making, which is trusted."""
        return bool(self._engine.query(text))

    def query(self, text: str, name: str = "query", prefixes: dict[str, str] | None = None) -> Answer:
        """Return the answer of a query that anybody wrote; ``name`` stands for it in messages.

        ``prefixes`` serve a text that does not declare its own. Raise UnreadableInput where the text is no
        query, could reach beyond this graph, or exceeds a limit.
        """
        check_query(text, name)
        return self.evaluate(text, name, prefixes)

    def evaluate(self, text: str, name: str = "query", prefixes: dict[str, str] | None = None) -> Answer:
        """Return the answer of a query that was checked before, as a stored one is when it is read.

        Raise UnreadableInput where the text is no query.
        """
        try:
            found = self._engine.query(text, prefixes=prefixes)
            if isinstance(found, ox.QueryBoolean):
                return bool(found)
            if isinstance(found, ox.QueryTriples):
                rows: list[tuple[Term | None, ...]] = [(t.subject, t.predicate, t.object) for t in found]
                return Solutions(("subject", "predicate", "object"), rows)
            return Solutions(tuple(v.value for v in found.variables), [tuple(row) for row in found])
        except SyntaxError as error:
            raise UnreadableInput(_located(str(error.msg), name)) from error
        except (OSError, ValueError) as error:
            raise UnreadableInput(f"{name}: {' '.join(str(error).split())}") from error


def open_store(home: Home) -> Store:
    """Return the home's dataset, from the cache where that holds it.

    Raise UnreadableInput where the graph was never built, is not what the manifest says, or is no Turtle.
    """
    return Store(_open(home.dataset, home.graph / "manifest.json", "datasets"))


@contextmanager
def open_asserted(home: Home) -> Iterator[ox.Store]:
    """Give a store of one's own with the home's asserted triples and vocabularies, which may be changed.

    A small graph is parsed into memory. Of a large one the kept store is copied by hard links, which takes some
    milliseconds at any size. Raises as ``open_store`` does.
    """
    files = [path for path in home.dataset if not path.name.endswith(".inferred.ttl")]
    manifest = home.graph / "manifest.json"
    folder = cache_folder()
    if folder is None or sum(p.stat().st_size for p in files if p.is_file()) < _LARGE:
        yield _parse(_read_verified(files, manifest)[1])
        return
    import shutil
    import tempfile

    kept = _open(files, manifest, "asserted")
    copies = folder / "copies"
    try:
        copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy = Path(tempfile.mkdtemp(dir=copies))
        prune_folders(copies, _KEPT_STORES)
        kept.backup(str(copy / "store"))
        engine = ox.Store(str(copy / "store"))
    except (OSError, RuntimeError, ValueError):
        yield _parse(_read_verified(files, manifest)[1])
        return
    try:
        yield engine
    finally:
        del engine
        shutil.rmtree(copy, ignore_errors=True)


def _open(files: list[Path], manifest: Path, kind: str) -> ox.Store:
    """Return a store of the files, from the cache where that holds it under its kind; raises as ``open_store``."""
    folder = cache_folder()
    if folder is None:
        return _parse(_read_verified(files, manifest)[1])
    slot = str(manifest)
    seen = stamp([*files, manifest])
    key = recall(kind, slot, seen) if seen else None
    if key:
        kept = _kept(folder, key)
        if kept:
            return kept
    key, contents = _read_verified(files, manifest)
    if seen:
        remember(kind, slot, seen, key)
    kept = _kept(folder, key)
    if kept is None:
        kept = _parse(contents)
        _keep(folder, key, kept)
    return kept


def _read_verified(files: list[Path], manifest: Path) -> tuple[str, dict[Path, bytes]]:
    """Return a digest of the dataset, and its files; raise UnreadableInput where they are not as built."""
    import hashlib
    import json

    try:
        built = dict(json.loads(manifest.read_bytes())["files"])
    except OSError as error:
        raise UnreadableInput(f"{manifest}: {error.strerror}: the graph is not built; {_CURE}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableInput(f"{manifest}: not a manifest; {_CURE}") from error
    contents = {}
    digests = []
    for path in files:
        try:
            contents[path] = path.read_bytes()
        except OSError as error:
            raise UnreadableInput(f"{path}: {error.strerror or error}") from error
        digests.append(hashlib.sha256(contents[path]).hexdigest())
        # The vocabularies belong to the ontology, which is not built.
        if path.parent == manifest.parent and built.get(f"graph/{path.name}") != digests[-1]:
            raise UnreadableInput(f"{path}: not as the build left it; {_CURE}")
    for name in built:
        path = manifest.parent.parent / name
        if (
            path.parent == manifest.parent
            and path.suffix == ".ttl"
            and path not in contents
            and not path.is_file()
        ):
            raise UnreadableInput(f"{path}: built, but gone; {_CURE}")
    return hashlib.sha256("\n".join(digests).encode()).hexdigest(), contents


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
    import shutil
    import tempfile

    stores = folder / "stores"
    target = stores / f"{key}-{ox.__version__}"
    try:
        stores.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=stores))
    except OSError:
        return
    try:
        copy = ox.Store(str(draft))
        copy.bulk_extend(engine.quads_for_pattern(None, None, None, None))
        copy.flush()
        del copy
        # What stands there could not be opened, or another process has just written the same.
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except (OSError, RuntimeError, ValueError):
        shutil.rmtree(draft, ignore_errors=True)
    prune_folders(stores, _KEPT_STORES)


def _located(message: str, name: str) -> str:
    """Return the engine's message in one line, its place first, and the list of what it expects cut short."""
    at, _, reason = " ".join(message.split()).removeprefix("error at ").partition(": ")
    if not at.replace(":", "").isdigit():
        return f"{name}: not SPARQL: {' '.join(message.split())}"
    if "Prefix not found" in reason:
        reason = "the prefix before is not declared"
    return f"{name}:{at}: not SPARQL: {reason[:160]}"
