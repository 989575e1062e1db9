"""Stored queries described in RDF and Markdown; the descriptions of those that come with the tool are in order."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from fiction import built_copy, foedus

from foedus import querycheck
from foedus.catalogue import QUERY, to_markdown, to_rdf
from foedus.cli import main
from foedus.home import Home
from foedus.namespaces import SH
from foedus.storedqueries import StoredQuery, find_query, query_names
from foedus.validation import Shapes
from foedus.vocabulary import parse_turtle

SHAPES = Home.find().ontology / querycheck.SHAPES


@pytest.fixture(scope="module")
def queries() -> list[StoredQuery]:
    return [find_query(Home.find(), name) for name in query_names(Home.find())]


def _conforms(turtle: bytes) -> bool:
    triples = [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    return not Shapes(parse_turtle(SHAPES)).validate(triples)


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


def test_check_finds_what_a_stored_query_does_not_say(tmp_path: Path) -> None:
    """A header without the meaning of a column, or without tags, is a finding at its line."""
    home = built_copy(tmp_path / "home")
    shutil.copytree(Home.find().queries, home.root / "queries", dirs_exist_ok=True)
    assert "FOE140" not in foedus(home, "check").output
    file = home.root / "queries" / "members.rq"
    text = file.read_text(encoding="utf-8")
    broken = re.sub(r'(#\+   status: {type: concept), description: "[^"]*"', r"\1", text)
    broken = re.sub(r"#\+ tags: .*\n", "", broken)
    assert broken != text
    file.write_text(broken, encoding="utf-8")
    done = foedus(home, "check")
    assert done.exit_code == 1
    line = broken[: broken.index("#+   status: {type: concept}")].count("\n") + 1
    assert f"queries/members.rq:{line}:6: violation FOE140" in done.output
    assert 'stored query "members": A stored query has at least one tag' in done.output
