"""Answers in the formats of W3C, byte for byte as the engine writes them."""

from __future__ import annotations

from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import ID, PREFIXES
from foedus.sparqltext import check_query
from foedus.store import EmbeddedStore, reported

RESULTS: Final = {
    "srj": ox.QueryResultsFormat.JSON,
    "srx": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
"""The formats of what SELECT and ASK give, by the suffixes of their files."""

GRAPHS: Final = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""The formats of what CONSTRUCT and DESCRIBE give, by the suffixes of their files."""


class Inquiry(NamedTuple):
    """A query that anybody wrote, and the formats in which the answer may come, whichever the query's form.

    Of ``results`` and ``graph``, keys of RESULTS and GRAPHS, one that is empty says that the asker takes none.
    ``timeout`` in seconds; the bytes of an answer bound its rows too.
    """

    text: str
    results: str
    graph: str
    timeout: float
    max_bytes: int
    name: str = "query"


class Serialized(NamedTuple):
    """An answer in a format; ``form`` is empty where the asker takes none that there is."""

    form: str
    body: bytes


class _Bounded:
    """Bytes in the making that are not to exceed a limit."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self._left = limit

    def write(self, part: bytes) -> int:
        self._left -= len(part)
        if self._left < 0:
            raise _TooLarge
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        return


class _TooLarge(Exception):
    """More bytes than the limit."""


def serialize(inquiry: Inquiry, store: EmbeddedStore) -> Serialized:
    """Return the answer; raise UnreadableInput for what is no query, reaches beyond the graph or is too large.

    An answer that grows too large is given up where it does, so that it never takes more memory than it may.
    """
    check_query(inquiry.text, inquiry.name)
    out = _Bounded(inquiry.max_bytes)
    with reported(inquiry.name):
        found = store.find(inquiry.text, PREFIXES, ID)
        form = inquiry.graph if isinstance(found, ox.QueryTriples) else inquiry.results
        if not form:
            return Serialized("", b"")
        try:
            if isinstance(found, ox.QueryTriples):
                ox.serialize(found, out, GRAPHS[form], prefixes=PREFIXES)  # type: ignore[arg-type]
            else:
                found.serialize(out, RESULTS[form])  # type: ignore[arg-type]
        except _TooLarge as error:
            raise UnreadableInput(
                f"{inquiry.name}: the answer has more than {inquiry.max_bytes:,} bytes; ask for less, with LIMIT"
            ) from error
    return Serialized(form, b"".join(out.parts))
