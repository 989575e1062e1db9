"""The same graph asked by rdflib, an engine that is slow and shares no line with the embedded one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox
import rdflib
from rdflib.query import Result

from foedus.diagnostics import UnreadableInput
from foedus.engines.embedded import parse_file
from foedus.engines.syntax import check_syntax, declare
from foedus.store import Answer, Store, collect, collect_triples


class RdflibStore(Store):
    """A ``Store`` whose queries rdflib evaluates.

    Files are parsed by the embedded engine all the same: rdflib's parsers accept what is no Turtle, and follow
    links out of JSON-LD and RDF/XML.
    """

    def __init__(self, files: Iterable[str]) -> None:
        """Read the files; raise UnreadableInput, with the place, for what cannot be read."""
        quads = (quad for file in files for quad in parse_file(file))
        lines = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
        self._graph = rdflib.Graph()
        with _literals_as_written():
            self._graph.parse(data=lines or b"", format="nt")

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT, as ``Store.select`` says."""
        found = ox.parse_query_results(self._json(text), ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"not a SELECT: {text}")
        return list(found)

    def ask(self, text: str) -> bool:
        """Return the truth of an ASK, as ``Store.ask`` says."""
        return bool(self._result(text).askAnswer)

    def evaluate(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Return the answer of a checked query, as ``Store.evaluate`` says."""
        check_syntax(text, name, prefixes)
        try:
            with _literals_as_written():
                result = self._result(declare(text, prefixes))
                if result.graph is not None:
                    lines = result.graph.serialize(format="nt", encoding="utf-8")
                    return collect_triples(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES), name, max_rows)
                content = result.serialize(format="json") or b""
        except RecursionError as error:
            raise UnreadableInput(f"{name}: nested too deeply for rdflib") from error
        except (UnreadableInput, AssertionError):
            raise
        except Exception as error:  # rdflib names no exceptions of its own for what it cannot evaluate
            reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise UnreadableInput(f"{name}: rdflib cannot evaluate it: {reason}") from error
        return collect(ox.parse_query_results(content, ox.QueryResultsFormat.JSON), name, max_rows)

    def _json(self, text: str) -> bytes:
        with _literals_as_written():
            return self._result(text).serialize(format="json") or b""

    def _result(self, text: str) -> Result:
        return self._graph.query(text)


@contextmanager
def _literals_as_written() -> Iterator[None]:
    """Keep rdflib, for a while, from rewriting literals such as ``31.50``."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before
