"""A server that speaks the SPARQL 1.1 Protocol, as something to be asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.engines import MAX_BYTES, TIMEOUT
from foedus.engines.syntax import check_syntax, declare
from foedus.engines.web import Reply, check_address, send, without_secrets
from foedus.store import Answer, Store, collect, collect_triples

MAX_ADDRESS: Final = 2_000
"""Characters of a request's address up to which GET is used, which caches understand; beyond, POST."""

_RESULTS = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
_TRIPLES = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"

_END = re.compile(rb"(\]\s*\}|true|false)\s*\}\s*$")
"""How results in JSON end where nothing stands after the rows."""


class Endpoint(Store):
    """A ``Store`` that a server keeps; what anyone wrote is checked here before it is sent there."""

    def __init__(
        self, url: str, default_graph: str = "", timeout: float = TIMEOUT, max_bytes: int = MAX_BYTES
    ) -> None:
        """Name the server's address; nothing is sent yet. Raise UnreadableInput where it is no address."""
        self._url = check_address(url)
        self._graph = {"default-graph-uri": default_graph} if default_graph else {}
        self._timeout = timeout
        self._max_bytes = max_bytes

    @property
    def url(self) -> str:
        """The server's address."""
        return self._url

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Return the solutions of a SELECT, as ``Store.select`` says; raise UnreadableInput as ``evaluate`` does."""
        with self._understood():
            found = self._results(text)
            if not isinstance(found, ox.QuerySolutions):
                raise UnreadableInput(f"{self._url}: answers a SELECT with true or false")
            return list(found)

    def ask(self, text: str) -> bool:
        """Return the truth of an ASK, as ``Store.ask`` says; raise UnreadableInput as ``evaluate`` does."""
        with self._understood():
            found = self._results(text)
            if not isinstance(found, ox.QueryBoolean):
                raise UnreadableInput(f"{self._url}: answers an ASK with neither true nor false")
            return bool(found)

    def evaluate(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Return the answer of a checked query, as ``Store.evaluate`` says.

        Raise UnreadableInput as well where the server cannot be reached, refuses, or exceeds a limit.
        """
        gives_triples = check_syntax(text, name, prefixes)
        declared = declare(text, prefixes)
        with self._understood():
            if gives_triples:
                return collect_triples(self._triples(declared), name, max_rows)
            return collect(self._results(declared), name, max_rows)

    def _results(self, text: str) -> ox.QuerySolutions | ox.QueryBoolean:
        reply = self._send(text, _RESULTS)
        form = ox.QueryResultsFormat.from_media_type(reply.type)
        if form is None or form == ox.QueryResultsFormat.CSV:
            raise self._unexpected(reply)
        return ox.parse_query_results(_plain(reply.content, form), form)

    def _triples(self, text: str) -> ox.QuadParser:
        reply = self._send(text, _TRIPLES)
        form = ox.RdfFormat.from_media_type(reply.type)
        if form is None:
            raise self._unexpected(reply)
        return ox.parse(reply.content, form, base_iri=self._url)

    def _send(self, text: str, accept: str) -> Reply:
        form = urlencode({"query": text, **self._graph})
        joint = "&" if "?" in self._url else "?"
        headers = {"Accept": accept, "User-Agent": "foedus"}
        if len(self._url) + len(form) < MAX_ADDRESS:
            return send("GET", f"{self._url}{joint}{form}", headers, None, self._timeout, self._max_bytes)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return send("POST", self._url, headers, form.encode(), self._timeout, self._max_bytes)

    def _unexpected(self, reply: Reply) -> UnreadableInput:
        return UnreadableInput(
            f"{self._url}: answers in {reply.type}; is this the address of SPARQL queries?"
        )

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Turn what the readers of results, which read as they are asked, find wrong into UnreadableInput."""
        try:
            yield
        except (SyntaxError, ValueError, KeyError, TypeError, RecursionError) as error:
            reason = without_secrets(" ".join(str(error).split())[:300])
            raise UnreadableInput(f"{self._url}: answers in what is not its format: {reason}") from error


def _plain(content: bytes, form: ox.QueryResultsFormat) -> bytes:
    """Return results without members beyond the standard's, such as Comunica's metadata, which our reader refuses."""
    if form != ox.QueryResultsFormat.JSON or _END.search(content[-100:]):
        return content
    found = json.loads(content)
    known = {key: found[key] for key in ("head", "boolean") if key in found}
    if "results" in found:
        known["results"] = {"bindings": found["results"]["bindings"]}
    return json.dumps(known, ensure_ascii=False).encode()
