"""Every stored query gives its golden rows, and the same rows on another engine and another home."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from foedus.home import Home
from foedus.parameters import bind
from foedus.results import sparql_tsv
from foedus.store import Solutions, Store, open_store
from foedus.storedqueries import find_query, query_names

GOLDEN = Path(__file__).parent / "queries"
FICTION = Path(__file__).parent / "home"
NAMES = query_names(Home.find())

IN_FICTION = {
    "changes": {"from": ["1926"], "to": ["1931"]},
    "consequences": {"event": ["relations-restored-1929"]},
    "facts-of-segment": {"segment": ["freedonia-yearbook:s-0014"]},
    "involved-with": {"actor": ["Freedonia"]},
    "membership-history": {"member": ["Ruritania"]},
    "position-changes": {"speaker": ["ruritania"], "about": ["freedonia"]},
    "shared-memberships": {"first": ["Freedonia"], "second": ["Ruritania"]},
}
"""What the queries that cannot do without a value are asked in the fictional home."""


BASES = {
    "entity": "https://w3id.org/foedus/id/",
    "concept": "https://w3id.org/foedus/vocabulary#",
    "class": "https://w3id.org/foedus/ontology#",
}
DATATYPES = {
    "date": {"string"},
    "day": {"date"},
    "integer": {"integer"},
    "decimal": {"decimal", "integer"},
    "text": {"string", "langString"},
    "segments": {"string"},
}
"""What the cells of a column of each type are."""


@pytest.fixture(scope="session")
def fiction(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the fictional home, built afresh."""
    from foedus.build import build, write

    root = tmp_path_factory.mktemp("fiction") / "home"
    shutil.copytree(FICTION, root)
    home = Home.find(root)
    write(home, build(home))
    return home


@pytest.fixture(scope="session")
def fiction_graph(fiction: Home) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in fiction.dataset:
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="session")
def built_in() -> Store:
    return open_store(Home.find())


def rows(tsv: str, settle: Callable[[str], str] = str) -> Counter[str]:
    """Return the rows as a multiset; the parts of joined cells stand in no order that engines share."""
    lines = tsv.rstrip("\n").split("\n")
    return Counter(_settled(settle(line)) for line in lines)


def _settled(line: str) -> str:
    cells = []
    for cell in line.split("\t"):
        inner = cell.strip('"')
        for joint in ("; ", " "):
            if joint in inner and cell.startswith('"') and not cell.endswith("@en"):
                inner = joint.join(sorted(inner.split(joint)))
        cells.append(inner)
    return "\t".join(cells)


def test_every_query_has_golden_rows_and_every_golden_folder_a_query() -> None:
    """No query goes unproven, and no golden file outlives its query."""
    assert {p.parent.name for p in GOLDEN.glob("*/expected.tsv")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_file_as_it_stands_gives_its_golden_rows(name: str, built_in: Store) -> None:
    """The stored query runs unedited and gives exactly the rows that were read and kept."""
    text = (Home.find().queries / f"{name}.rq").read_text(encoding="utf-8")
    answer = built_in.query(text, name)
    assert isinstance(answer, Solutions)
    expected = (GOLDEN / name / "expected.tsv").read_text(encoding="utf-8")
    assert rows(sparql_tsv(answer)) == rows(expected)
    assert len(answer.rows) > 0, "a query whose example has no answer shows nothing"


@pytest.mark.parametrize("name", NAMES)
def test_both_engines_agree_on_the_fictional_home(
    name: str, fiction: Home, fiction_graph: rdflib.Graph
) -> None:
    """Oxigraph and rdflib give the same rows for the same bound query."""
    store = open_store(fiction)
    text = bind(find_query(fiction, name), store, IN_FICTION.get(name, {}))
    answer = store.query(text, name)
    assert isinstance(answer, Solutions)
    theirs = fiction_graph.query(text)
    expected = Counter(
        tuple(_plain(row[v]) if row[v] is not None else None for v in answer.variables) for row in theirs
    )
    assert Counter(tuple(_settled_term(c) for c in row) for row in answer.rows) == expected


def test_the_strength_of_a_whole_force_is_not_that_of_one_place(fiction: Home) -> None:
    """A figure about the force stands apart from how many are where it is stationed."""
    store = open_store(fiction)
    text = bind(find_query(fiction, "forces"), store, {"force": ["coastal-brigade"]})
    (row,) = store.select(text)
    assert "strength" not in row
    assert row["total"].value == "1200"


@pytest.mark.parametrize("name", NAMES)
def test_every_column_is_declared_with_the_type_of_its_cells(name: str, built_in: Store) -> None:
    """Header and query name the same columns in the same order, and the golden rows hold what is declared."""
    query = find_query(Home.find(), name)
    assert [column.name for column in query.columns] == list(_solutions(built_in, query.text).variables)
    golden = (GOLDEN / name / "expected.tsv").read_bytes()
    rows = ox.parse_query_results(golden, format=ox.QueryResultsFormat.TSV)
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        for column in query.columns:
            term = row[column.name]
            assert term is None or _fits(term, column.type), f"{column.name}: {term} is no {column.type}"


def _solutions(store: Store, text: str) -> Solutions:
    answer = store.query(text)
    assert isinstance(answer, Solutions)
    return answer


def _fits(term: object, kind: str) -> bool:
    if isinstance(term, ox.NamedNode):
        return kind == "any" or term.value.startswith(BASES.get(kind, " "))
    assert isinstance(term, ox.Literal)
    datatype = term.datatype.value.rpartition("#")[2]
    return kind == "any" or datatype in DATATYPES.get(kind, ())


def _plain(term: rdflib.term.Node) -> str:
    return _settled('"' + str(term) + '"')


def _settled_term(term: object) -> str | None:
    if term is None:
        return None
    assert isinstance(term, (ox.NamedNode, ox.Literal))
    return _settled('"' + term.value + '"')


def test_no_query_names_a_real_entity_outside_its_examples() -> None:
    """Beyond header and VALUES rows a stored query speaks of terms and lists only, so that it serves any dossier."""
    from foedus.sparqltext import find_values, tokenize

    for name in NAMES:
        text = (Home.find().queries / f"{name}.rq").read_text(encoding="utf-8")
        for block in reversed(find_values(tokenize(text, name))):
            text = text[: block.start] + text[block.end :]
        body = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "PREFIX")))
        assert "id:" not in body.replace("void:", ""), name
