"""Other graphs than the home's and other engines than the embedded one, each a ``Store`` like it."""

from __future__ import annotations

from typing import Final, NamedTuple

from foedus.builtfiles import verified
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.store import Store, open_store

OXIGRAPH: Final = "oxigraph"
RDFLIB: Final = "rdflib"
ENGINES: Final = (OXIGRAPH, RDFLIB)

TIMEOUT: Final = 30.0
"""Seconds after which a query is ended, unless something else is said."""

MAX_BYTES: Final = 100_000_000
"""Bytes that an answer may have, unless something else is said."""


class Dataset(NamedTuple):
    """Which graph is asked, and by which engine; without any word the home's, by the embedded one.

    Of ``endpoint`` (a server's address), ``files`` (of RDF) and ``store`` (a folder) one at most is given.
    ``default_graph`` is the IRI of the graph that stands for the default graph, at an endpoint or in a store.
    """

    engine: str = OXIGRAPH
    endpoint: str = ""
    files: tuple[str, ...] = ()
    store: str = ""
    default_graph: str = ""


def open_dataset(home: Home, dataset: Dataset, timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES) -> Store:
    """Return the dataset as something to be asked.

    ``timeout``, in seconds for each request, and ``max_bytes`` concern servers; what runs in this process is
    only ended with it. Raise UnreadableInput where the dataset cannot be read or the choice makes no sense.
    """
    given = [
        name for name, value in zip(("--endpoint", "--graph", "--store"), dataset[1:4], strict=True) if value
    ]
    if len(given) > 1:
        raise UnreadableInput(f"{' and '.join(given)}: one graph is asked at a time; leave out all but one")
    if dataset.engine == RDFLIB and (dataset.endpoint or dataset.store):
        raise UnreadableInput(f"--engine rdflib: {given[0]} has an engine of its own; leave one of them out")
    if dataset.default_graph and not (dataset.endpoint or dataset.store):
        raise UnreadableInput(
            "--default-graph: files have one graph only; it goes with --endpoint or --store"
        )
    if dataset.endpoint:
        from foedus.engines.endpoint import Endpoint

        return Endpoint(dataset.endpoint, dataset.default_graph, timeout, max_bytes)
    if dataset.store:
        from foedus.engines.embedded import open_folder

        return open_folder(dataset.store, dataset.default_graph)
    if dataset.engine == RDFLIB:
        from foedus.engines.reference import RdflibStore

        return RdflibStore(dataset.files or _verified(home))
    if dataset.files:
        from foedus.engines.embedded import read_files

        return read_files(dataset.files)
    return open_store(home)


def _verified(home: Home) -> list[str]:
    """Return the home's files; raise UnreadableInput where they are not as the build left them."""
    for _ in verified(home.dataset, home.manifest):
        pass
    return [str(path) for path in home.dataset]
