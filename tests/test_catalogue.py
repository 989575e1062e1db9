"""Stored queries described in RDF and Markdown; the descriptions of those that come with the tool are in order."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner

from foedus.catalogue import QUERY, to_markdown, to_rdf
from foedus.cli import main
from foedus.home import Home
from foedus.namespaces import SH
from foedus.storedqueries import StoredQuery, find_query, query_names

SHAPES = Path(__file__).with_name("query-shapes.ttl")


@pytest.fixture(scope="module")
def queries() -> list[StoredQuery]:
    return [find_query(Home.find(), name) for name in query_names(Home.find())]


def _conforms(turtle: bytes) -> bool:
    data, shapes = rdflib.Graph().parse(data=turtle, format="turtle"), rdflib.Graph().parse(SHAPES)
    # A parameter is itself a shape in SHACL; here it is data.
    return bool(pyshacl.validate(data, shacl_graph=shapes)[0])


def test_every_query_is_described_as_its_shapes_demand(queries: list[StoredQuery]) -> None:
    """What is printed is valid, and holds each query as it stands, ready to run."""
    turtle = to_rdf(queries)
    assert _conforms(turtle)
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE)
    for query in queries:
        found = store.quads_for_pattern(ox.NamedNode(QUERY + query.name), ox.NamedNode(SH + "select"), None)
        [text] = [quad.object.value for quad in found]
        assert text == query.text


@pytest.mark.parametrize(
    "change",
    [
        {"summary": ""},
        {"question": "Not a question."},
        {"tags": ()},
        {"tags": ("Two words",)},
        {"columns": ()},
        {"text": "ASK {}"},
    ],
)
def test_a_description_that_lacks_something_is_found(
    queries: list[StoredQuery], change: dict[str, object]
) -> None:
    """Each demand of the shapes of queries has a case that fails by it."""
    broken = queries[0]._replace(**change)  # type: ignore[arg-type]
    if change == {"summary": ""}:
        broken = broken._replace(summary="x" * 121)
    assert not _conforms(to_rdf([broken]))


def test_parameters_and_columns_are_held_to_their_shapes(queries: list[StoredQuery]) -> None:
    """A parameter or column without a description is found."""
    query = next(q for q in queries if q.parameters)
    bare = query.parameters[0]._replace(description="")
    assert not _conforms(to_rdf([query._replace(parameters=(bare,))]))
    column = query.columns[0]._replace(description="")
    assert not _conforms(to_rdf([query._replace(columns=(column,))]))


def test_the_page_tells_every_query_once(queries: list[StoredQuery]) -> None:
    """Each query has one heading, its question, and its parameters and columns."""
    page = to_markdown(queries)
    for query in queries:
        assert page.count(f"### {query.name}\n") == 1
        assert query.question in page
        assert all(f"--{p.option}" in page for p in query.parameters)


@pytest.mark.parametrize(("form", "begin"), [("turtle", "@prefix"), ("markdown", "# Stored queries")])
def test_the_list_is_printed_in_each_form(form: str, begin: str) -> None:
    """``foedus list --format`` prints either, the same each time."""
    printed = [CliRunner().invoke(main, ["list", "--format", form], prog_name="foedus") for _ in range(2)]
    assert printed[0].exit_code == 0
    assert printed[0].output.startswith(begin)
    assert printed[0].output == printed[1].output
