"""A server that really listens: the SPARQL 1.1 Protocol, its limits, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from conftest import Require

from foedus.build import build, write
from foedus.home import Home
from foedus.namespaces import FOE
from foedus.store import open_store
from foedus.web.pool import Limits, Pool
from foedus.web.protocol import Protocol

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
ASK = "ASK {}"
RUNAWAY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?a = ?l) }"
FORM = {"content-type": "application/x-www-form-urlencoded"}
QUERY = {"content-type": "application/sparql-query"}


def _ask(server: str, **options: object) -> httpx.Response:
    return httpx.request("GET", f"{server}/sparql", timeout=60, **options)  # type: ignore[arg-type]


def _send(server: str, content: str, headers: dict[str, str], address: str = "/sparql") -> httpx.Response:
    return httpx.post(f"{server}{address}", content=content, headers=headers, timeout=60)


def test_a_query_is_asked_by_get_and_by_post_in_both_forms(server: str) -> None:
    """The three ways of the protocol give one answer."""
    bindings = [
        _ask(server, params={"query": COUNT}).json()["results"]["bindings"],
        _send(server, COUNT, QUERY).json()["results"]["bindings"],
        _send(server, str(httpx.QueryParams({"query": COUNT})), FORM).json()["results"]["bindings"],
    ]
    assert bindings[0] == bindings[1] == bindings[2]
    assert int(bindings[0][0]["n"]["value"]) > 1000


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("", COUNT, "application/sparql-results+json"),
        ("*/*", ASK, "application/sparql-results+json"),
        ("application/sparql-results+xml", ASK, "application/sparql-results+xml"),
        ("text/csv;q=0.5, text/tab-separated-values", COUNT, "text/tab-separated-values"),
        ("text/*", COUNT, "text/csv"),
        ("", "DESCRIBE <https://w3id.org/foedus/id/freedonia>", "text/turtle"),
        ("application/ld+json", "CONSTRUCT WHERE { ?s a foe:State }", "application/ld+json"),
        ("application/rdf+xml, text/csv", "CONSTRUCT WHERE { ?s a foe:State }", "application/rdf+xml"),
    ],
)
def test_the_form_of_an_answer_is_negotiated(server: str, accept: str, query: str, expected: str) -> None:
    """Quality, specificity and the form of the query decide on the media type."""
    answer = _ask(server, params={"query": query}, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, expected)


def test_an_answer_is_byte_for_byte_the_engines(server: str, fiction: Home) -> None:
    """What arrives is what the engine itself writes."""
    query = "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?o } ORDER BY ?s ?o"
    engine = ox.Store()
    for path in fiction.dataset:
        engine.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    found = engine.query(query)
    assert isinstance(found, ox.QuerySolutions)
    answer = _ask(server, params={"query": query}, headers={"accept": "application/sparql-results+xml"})
    assert answer.content == found.serialize(format=ox.QueryResultsFormat.XML)


@pytest.mark.parametrize(
    ("status", "content", "headers", "address"),
    [
        (400, "ASK {", QUERY, "/sparql"),
        (400, "query=ASK%20%7B%7D&query=ASK%20%7B%7D", FORM, "/sparql"),
        (400, ASK, QUERY, "/sparql?query=ASK%20%7B%7D"),
        (400, "nothing=1", FORM, "/sparql"),
        (400, "update=CLEAR%20ALL", FORM, "/sparql"),
        (400, "CLEAR ALL", QUERY, "/sparql"),
        (400, "ASK { SERVICE <http://127.0.0.1:1/> {} }", QUERY, "/sparql"),
        (400, "ASK FROM <file:///etc/passwd> {}", QUERY, "/sparql"),
        (400, ASK, QUERY, "/sparql?default-graph-uri=http%3A%2F%2Fa%2F"),
        (400, "query=ASK%20%7B%7D&named-graph-uri=http%3A%2F%2Fa%2F", FORM, "/sparql"),
        (400, "query=ASK%20%FF", FORM, "/sparql"),
        (413, "#" * 1_100_000, QUERY, "/sparql"),
        (415, ASK, {"content-type": "text/plain"}, "/sparql"),
        (415, ASK, {}, "/sparql"),
        (415, ASK, {"content-type": "application/sparql-query; charset=UTF-16"}, "/sparql"),
    ],
)
def test_what_the_protocol_does_not_allow_is_refused(
    server: str, status: int, content: str, headers: dict[str, str], address: str
) -> None:
    """A refusal has the fitting status and one line that says why."""
    answer = _send(server, content, headers, address)
    assert (answer.status_code, answer.text.count("\n")) == (status, 1)


def test_other_methods_and_forms_are_refused(server: str) -> None:
    """Another method is told what is allowed; a form that is not made is not answered in another."""
    answer = httpx.request("DELETE", f"{server}/sparql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert _ask(server, params={"query": ASK}, headers={"accept": "image/png"}).status_code == 406
    assert httpx.head(f"{server}/sparql", params={"query": ASK}).content == b""
    assert httpx.options(f"{server}/sparql").headers["access-control-allow-origin"] == "*"


def test_an_unchanged_answer_is_not_sent_again(server: str) -> None:
    """The tag of an answer, sent back, gives 304 without content."""
    first = _ask(server, params={"query": COUNT})
    again = _ask(server, params={"query": COUNT}, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = _ask(server, params={"query": COUNT}, headers={"accept": "text/csv"})
    assert other.headers["etag"] != first.headers["etag"]


def test_what_changes_each_time_is_not_kept(server: str) -> None:
    """A query of random identifiers is answered anew, and bears no tag."""
    answers = [_ask(server, params={"query": "SELECT (STRUUID() AS ?id) {}"}) for _ in range(2)]
    assert answers[0].text != answers[1].text
    assert "etag" not in answers[0].headers


@pytest.mark.parametrize("delay", [0, 0.05, 0.3])
def test_a_pool_closes_while_its_workers_still_open_the_graph(fiction: Home, delay: float) -> None:
    """Whenever the server is stopped, it ends."""

    async def live() -> None:
        async with Pool(fiction):
            await asyncio.sleep(delay)

    asyncio.run(asyncio.wait_for(live(), 20))


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/rdf+xml"])
def test_the_server_describes_itself_and_its_dossiers(server: str, path: str, accept: str) -> None:
    """Service description and VoID come in each form of RDF, and parse."""
    answer = httpx.get(server + path, headers={"accept": accept})
    form = ox.RdfFormat.from_media_type(answer.headers["content-type"])
    assert form
    text = {
        t.object.value for t in ox.parse(answer.content, format=form) if isinstance(t.object, ox.NamedNode)
    }
    wanted = {"/sparql": "service-description#Service", "/.well-known/void": "void#Dataset"}[path]
    assert any(t.endswith(wanted) for t in text)


def test_runaway_and_nested_queries_harm_nobody_else(server: str) -> None:
    """While one query runs away and one is nested to kill, the small ones are all answered."""
    nested = "ASK { FILTER (" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"
    with ThreadPoolExecutor(12) as threads:
        runaway = threads.submit(_send, server, RUNAWAY, QUERY)
        deep = threads.submit(_send, server, nested, QUERY)
        small = [threads.submit(_ask, server, params={"query": f"{COUNT} #{n}"}) for n in range(100)]
        assert {done.result().status_code for done in small} == {200}
        assert deep.result().status_code == 400
        assert runaway.result().status_code in (400, 504)
    assert _ask(server, params={"query": f"{COUNT} # after"}).status_code == 200


def test_a_rebuilt_graph_is_served_as_a_whole(server: str, fiction: Home) -> None:
    """After a build with another fact the answers are those of the new graph, none before it being mixed."""
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o } # rebuilt"
    before = _ask(server, params={"query": query}).text
    [file] = [
        p for p in (fiction.graph / "entities").glob("*.yaml") if "{id: ruritania," in p.read_text("utf-8")
    ]
    text = file.read_text(encoding="utf-8")
    changed = text.replace(
        "altLabel: Kingdom of Ruritania", "altLabel: [Kingdom of Ruritania, Old Ruritania]"
    )
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    write(fiction, build(fiction))
    end = time.monotonic() + 30
    while _ask(server, params={"query": query}).text == before:
        assert time.monotonic() < end
        time.sleep(0.2)
    said = int(
        _ask(server, params={"query": f"{query} again"}, headers={"accept": "text/csv"}).text.split()[1]
    )
    assert said == len(open_store(fiction).select("SELECT ?s WHERE { ?s ?p ?o }"))


def test_a_w3c_client_asks_it(server: str) -> None:
    """SPARQLWrapper, another project's client, gets its bindings."""
    from SPARQLWrapper import JSON, SPARQLWrapper

    client = SPARQLWrapper(f"{server}/sparql", returnFormat=JSON)
    client.setQuery(COUNT)
    found = client.queryAndConvert()
    assert int(found["results"]["bindings"][0]["n"]["value"]) > 1000


def test_comunica_asks_it(server: str, require: Require) -> None:
    """Comunica, which finds out what an endpoint can do and sends it parts of a query, gets its bindings."""
    node, modules = shutil.which("node"), Path(os.environ.get("FOEDUS_NODE_MODULES", "node_modules"))
    there = node is not None and (modules / "@comunica/query-sparql").is_dir()
    require(
        "comunica", there, "Comunica is not installed (npm: @comunica/query-sparql@4; FOEDUS_NODE_MODULES)"
    )
    query = (
        f"PREFIX foe: <{FOE}> SELECT ?event (COUNT(?part) AS ?parts) WHERE {{ ?event a foe:Event "
        "OPTIONAL { ?event foe:participation ?part } FILTER NOT EXISTS { ?event foe:ordinal 99 } } "
        "GROUP BY ?event ORDER BY ?event LIMIT 3"
    )
    script = Path(__file__).with_name("comunica_client.mjs")
    words = [str(node), str(script), str(modules), f"{server}/sparql", query]
    found = json.loads(subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout)
    expected = _ask(server, params={"query": query}).json()["results"]["bindings"]
    assert found == [{name: term["value"] for name, term in row.items()} for row in expected]
    assert len(found) == 3


def test_past_the_cap_the_server_says_when_to_ask_again(fiction: Home) -> None:
    """With one worker at work and one question waiting, a third is told 503 and when to come back."""

    async def ask_thrice() -> list[httpx.Response]:
        protocol = Protocol()
        async with Pool(fiction, Limits(workers=1, waiting=1, patience=30.0, timeout=1.5)) as pool:
            protocol.serve_from(pool)
            transport = httpx.ASGITransport(app=protocol)
            async with httpx.AsyncClient(transport=transport, base_url="http://here", timeout=60) as client:
                asked = [client.post("/sparql", content=f"{RUNAWAY} # {n}", headers=QUERY) for n in range(3)]
                return await asyncio.gather(*asked)

    answers = sorted(asyncio.run(ask_thrice()), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [503, 504, 504]
    assert int(answers[0].headers["retry-after"]) > 0
    assert "ask again" in answers[0].text
