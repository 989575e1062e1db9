"""The query cases of W3C's own suite for the SPARQL 1.1 Protocol, sent to a server that listens.

There is one graph only, so that a request that names a dataset is refused; without that it has to do what the suite
says. The suite is not part of the repository: FOEDUS_W3C_SUITES names the archive of it.
"""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pyoxigraph as ox
import pytest
from conftest import Require

ROOT = Path(__file__).parents[2]
SUITES = Path(os.environ.get("FOEDUS_W3C_SUITES", ROOT.parent / "shared" / "data" / "w3c-suites.tgz"))
PLACE = "sparql/sparql11/protocol/manifest.ttl"
MF, HT, CNT = (
    "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#",
    "http://www.w3.org/2011/http#",
    "http://www.w3.org/2011/content#",
)
FORMATS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml", "text/boolean"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"),
}
DATASET = ("default-graph-uri", "named-graph-uri")
NAMES = [
    *("query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post"),
    *("query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full"),
    *("query_multiple_dataset", "query_get", "query_post_direct", "query_content_type_select"),
    *("query_content_type_ask", "query_content_type_describe", "query_content_type_construct"),
    *(
        "bad_query_method",
        "bad_multiple_queries",
        "bad_query_wrong_media_type",
        "bad_query_missing_form_type",
    ),
    *("bad_query_missing_direct_type", "bad_query_non_utf8", "bad_query_syntax"),
]
"""The suite's cases of queries, so that one that is lost is missed."""


class Exchange(NamedTuple):
    """One request of a case, and what is to come back: classes of statuses, a truth, a kind of format."""

    method: str
    parameters: list[tuple[str, str]]
    headers: dict[str, str]
    body: str
    encoding: str
    statuses: set[str]
    truth: str
    format: str

    @property
    def names_a_dataset(self) -> bool:
        """Whether the address, the form that is sent, or the query itself names graphs."""
        if "FROM <" in self.body:
            return True
        form = parse_qsl(self.body) if "urlencoded" in self.headers.get("content-type", "") else []
        return any(name in DATASET for name, _ in [*self.parameters, *form])

    def without_dataset(self) -> Exchange:
        """Return the same request of whatever graph the server has."""
        kept = [pair for pair in self.parameters if pair[0] not in DATASET]
        body = self.body
        if "urlencoded" in self.headers.get("content-type", ""):
            body = urlencode([pair for pair in parse_qsl(self.body) if pair[0] not in DATASET])
        return self._replace(parameters=kept, body=re.sub(r"FROM (NAMED )?<[^>]*>", "", body))


@cache
def _suite() -> dict[str, list[Exchange]]:
    with tarfile.open(SUITES) as archive:
        [member] = [m for m in archive.getmembers() if m.name.endswith(PLACE)]
        content = archive.extractfile(member)
        assert content is not None
        graph = ox.Store()
        graph.load(io.BytesIO(content.read()), format=ox.RdfFormat.TURTLE, base_iri="https://example.org/")
    cases: dict[str, list[Exchange]] = {}
    for quad in graph.quads_for_pattern(None, ox.NamedNode(MF + "action"), None):
        requests = [
            request
            for node in graph.quads_for_pattern(quad.object, ox.NamedNode(HT + "requests"), None)
            for request in _items(graph, node.object)
        ]
        name = quad.subject.value.rpartition("#")[2]
        cases[name] = [_exchange(graph, request) for request in requests]
    return cases


def _items(graph: ox.Store, node: Any) -> Iterator[Any]:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    while node.value != rdf + "nil":
        yield _one(graph, node, rdf + "first")
        node = _one(graph, node, rdf + "rest")


def _one(graph: ox.Store, node: Any, path: str) -> Any:
    return next((q.object for q in graph.quads_for_pattern(node, ox.NamedNode(path), None)), None)


def _text(graph: ox.Store, node: Any, path: str) -> str:
    found = _one(graph, node, path) if node is not None else None
    return "" if found is None else str(found.value)


def _exchange(graph: ox.Store, request: Any) -> Exchange:
    body, response = _one(graph, request, HT + "body"), _one(graph, request, HT + "resp")
    headers = _one(graph, request, HT + "headers")
    statuses = graph.quads_for_pattern(response, ox.NamedNode(MF + "expectedStatus"), None)
    return Exchange(
        _text(graph, request, HT + "methodName"),
        parse_qsl(urlsplit(_text(graph, request, HT + "absolutePath")).query, keep_blank_values=True),
        {
            _text(graph, header, HT + "fieldName").lower(): _text(graph, header, HT + "fieldValue")
            for header in (_items(graph, headers) if headers is not None else ())
        },
        _text(graph, body, CNT + "chars"),
        _text(graph, body, CNT + "characterEncoding") or "UTF-8",
        {q.object.value[-3] for q in statuses},
        _text(graph, response, MF + "expectedBoolean"),
        _text(graph, response, MF + "expectedFormat"),
    )


def _send(server: str, exchange: Exchange) -> httpx.Response:
    return httpx.request(
        exchange.method,
        f"{server}/sparql",
        params=exchange.parameters or None,
        content=exchange.body.encode(exchange.encoding) if exchange.body else None,
        headers=exchange.headers,
        timeout=30,
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_case_of_the_suite_is_answered_as_it_says(name: str, server: str, require: Require) -> None:
    """A dataset in the request is refused with 400; else status, truth and format are those of the suite."""
    require("w3c-suites", SUITES.is_file(), f"{SUITES.name} is not at hand; FOEDUS_W3C_SUITES names it")
    for exchange in _suite()[name]:
        if exchange.names_a_dataset and "2" in exchange.statuses:
            assert _send(server, exchange).status_code == 400
            exchange = exchange.without_dataset()
            if name.startswith("query_dataset") or name == "query_multiple_dataset":
                # Its truth is that of graphs which are not here; the request must be taken all the same.
                exchange = exchange._replace(truth="")
        answer = _send(server, exchange)
        assert str(answer.status_code)[0] in exchange.statuses, answer.text
        if exchange.format and answer.status_code == 200:
            assert answer.headers["content-type"].startswith(FORMATS[exchange.format])
        if exchange.truth:
            assert answer.json()["boolean"] is (exchange.truth == "true")


def test_no_case_of_queries_is_left_out(require: Require) -> None:
    """Each case of the suite that is not about updates is among those that are sent."""
    require("w3c-suites", SUITES.is_file(), f"{SUITES.name} is not at hand; FOEDUS_W3C_SUITES names it")
    assert {name for name in _suite() if "update" not in name} == set(NAMES)
