"""Every stored query gives its golden rows on every engine; every parser reads the same number of triples."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Require
from matrix import servers
from matrix.servers import Missing
from test_parameters import HOSTILE
from test_queries import GOLDEN, NAMES, rows

from foedus.engines import Dataset, open_dataset
from foedus.engines.embedded import open_folder
from foedus.home import Home
from foedus.loading import load_folder
from foedus.parameters import bind
from foedus.results import sparql_tsv
from foedus.store import Solutions, Store, open_store
from foedus.storedqueries import find_query, read_query

SERVERS = {
    "oxigraph-server": servers.oxigraph,
    "virtuoso": servers.virtuoso,
    "jena-arq": partial(servers.jena, path="arq"),
    "jena-tdb2": partial(servers.jena, path="tdb2"),
    "comunica": servers.comunica,
}
ENGINES = ["pyoxigraph", "pyoxigraph-folder", "rdflib", *SERVERS]
"""All are asked what stands in the files; rdflib, the slowest, is asked with values of the fictional home only."""

WRONG: dict[tuple[str, str], str] = {}
"""What an engine cannot do, by a fault of its own, and why; a query that is mended has to leave the list, or fails."""


@pytest.fixture(scope="session")
def home() -> Home:
    return Home.find()


@pytest.fixture(scope="session")
def embedded(home: Home) -> Store:
    return open_store(home)


@pytest.fixture(scope="session")
def engine(
    request: pytest.FixtureRequest, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store | Missing]:
    """Return the engine of that name, loaded with the built-in dataset, or why it is missing."""
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        if request.param == "pyoxigraph":
            yield open_store(home)
        elif request.param == "pyoxigraph-folder":
            load_folder(home, folder / "store")
            yield open_folder(str(folder / "store"))
        elif request.param == "rdflib":
            yield open_dataset(home, Dataset("rdflib"))
        else:
            try:
                found: Store | Missing = stack.enter_context(SERVERS[request.param](home, folder))
            except Missing as missing:
                found = missing
            yield found


def _by_value(row: str) -> str:
    """Return a row in which numbers that are equal are written alike: engines write -81 and -81.0."""
    decimal = re.compile(
        r'"?(-?\d+(?:\.\d+)?)"?(?:\^\^<http://www\.w3\.org/2001/XMLSchema#(?:decimal|integer)>)?'
    )
    cells = []
    for cell in row.split("\t"):
        number = decimal.fullmatch(cell)
        cells.append(f"{Decimal(number[1]).normalize():f}" if number else cell)
    return "\t".join(cells)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
@pytest.mark.parametrize("name", NAMES)
def test_a_stored_query_gives_its_golden_rows(
    name: str, engine: Store | Missing, home: Home, require: Require, request: pytest.FixtureRequest
) -> None:
    """The file as it stands gives the same rows on this engine as those that were read and kept."""
    golden = (GOLDEN / name / "expected.tsv").read_text(encoding="utf-8")
    text = (home.queries / f"{name}.rq").read_text(encoding="utf-8")
    _compare(name, text, golden, engine, require, request)


@pytest.mark.parametrize("engine", [e for e in ENGINES if e != "rdflib"], indirect=True)
@pytest.mark.parametrize("name", [name for name in NAMES if find_query(Home.find(), name).example])
def test_a_worked_example_is_answered_alike(
    name: str,
    engine: Store | Missing,
    home: Home,
    embedded: Store,
    require: Require,
    request: pytest.FixtureRequest,
) -> None:
    """The example that a query's header works out has the same rows on this engine as on the embedded one."""
    query = find_query(home, name)
    text = bind(query, embedded, query.example)
    answer = embedded.query(text, name)
    assert isinstance(answer, Solutions)
    _compare(name, text, sparql_tsv(answer), engine, require, request)


@pytest.mark.parametrize(
    "engine", ["pyoxigraph-folder", *(e for e in SERVERS if e != "virtuoso")], indirect=True
)
@pytest.mark.parametrize("name", [name for name in NAMES if find_query(Home.find(), name).parameters])
def test_a_question_with_values_is_answered_alike(
    name: str,
    engine: Store | Missing,
    home: Home,
    embedded: Store,
    require: Require,
    request: pytest.FixtureRequest,
) -> None:
    """Asked with each parameter's example in turn, it gives on this engine the rows that the embedded one gives."""
    query = find_query(home, name)
    needed = {p.name: p.example for p in query.parameters if p.required}
    for values in [needed | {p.name: p.example} for p in query.parameters if p.example]:
        text = bind(query, embedded, values)
        answer = embedded.query(text, name)
        assert isinstance(answer, Solutions)
        _compare(name, text, sparql_tsv(answer), engine, require, request)


def _compare(
    name: str,
    text: str,
    golden: str,
    engine: Store | Missing,
    require: Require,
    request: pytest.FixtureRequest,
) -> None:
    """Ask a query of an engine and hold its rows to those of a table, unless the engine is known to be wrong."""
    called = request.node.callspec.params["engine"]
    if isinstance(engine, Missing):
        require(called, False, str(engine))
    assert not isinstance(engine, Missing)
    if (called, name) in WRONG:
        request.applymarker(pytest.mark.xfail(reason=WRONG[called, name], strict=True))
    answer = engine.query(text, name)
    assert isinstance(answer, Solutions)
    difference = rows(sparql_tsv(answer), _by_value)
    difference.subtract(rows(golden, _by_value))
    wrong = [row for row in difference.items() if row[1]]
    assert not wrong, wrong[:6]


ECHO = """\
#+ question: What comes back?
#+ parameters: {text: {type: string, example: hello}}
SELECT ?text ?n WHERE { VALUES ?text { "hello" } BIND (7 AS ?n) }
"""


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_no_hostile_value_changes_a_query_on_any_engine(
    engine: Store | Missing, require: Require, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Each text of the hostile corpus is one value on this engine, too: it comes back as it went, in one row."""
    called = request.node.callspec.params["engine"]
    if isinstance(engine, Missing):
        require(called, False, str(engine))
    assert not isinstance(engine, Missing)
    file = tmp_path / "echo.rq"
    file.write_text(ECHO, encoding="utf-8")
    query = read_query(file, "echo")
    for text in HOSTILE:
        answer = engine.query(bind(query, engine, {"text": [text]}), "echo")
        assert isinstance(answer, Solutions)
        assert [[term.value for term in row if isinstance(term, ox.Literal)] for row in answer.rows] == [
            [text, "7"]
        ]


@pytest.mark.parametrize("tool", ["rapper", "serdi"])
def test_another_parser_reads_as_many_triples(tool: str, home: Home, require: Require) -> None:
    """Raptor and serd read each Turtle file to the number of triples that it has."""
    words = {"rapper": ["rapper", "-q", "-i", "turtle"], "serdi": ["serdi", "-i", "turtle"]}[tool]
    package = {"rapper": "raptor2-utils", "serdi": "serdi"}[tool]
    for path in home.dataset:
        try:
            done = subprocess.run([*words, str(path)], capture_output=True, check=True)
        except FileNotFoundError:
            require(tool, False, f"{tool} is not installed (Debian: {package})")
            raise
        count = sum(1 for _ in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
        assert len(set(done.stdout.splitlines())) == count
        assert Path(path).suffix == ".ttl"
