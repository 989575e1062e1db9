import csv as standard_csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_home import make_home

from foedus import tables
from foedus.results import render, sort_evidence, sparql_tsv
from foedus.store import Solutions, Store, open_store

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "foe": "https://w3id.org/foedus/ontology#",
    "id": "https://w3id.org/foedus/id/",
    "voc": "https://w3id.org/foedus/vocabulary#",
    "xsd": XSD,
}
QUERY = """SELECT ?member ?status ?class ?count ?share ?since ?nothing ?sure ?evidence WHERE {
  VALUES (?member ?status ?class ?count ?share ?since ?nothing ?sure ?evidence) {
    (id:freedonia voc:membership-status.full foe:State 12 31.50 "1931-05-04"^^xsd:date UNDEF true "b:s-2 a:s-1 b:s-2")
    (id:nameless UNDEF foe:Place -3 1.5e3 "NaN"^^xsd:double UNDEF false id:yearbook.s-0003)
  }
}"""
SRJ = ox.QueryResultsFormat.JSON
TSV = ox.QueryResultsFormat.TSV


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("FOEDUS_CACHE", "off")
    return open_store(make_home(tmp_path))


@pytest.fixture
def solutions(store: Store) -> Solutions:
    answer = store.query(QUERY, prefixes=PREFIXES)
    assert isinstance(answer, Solutions)
    return answer


def _strings(*texts: str) -> Solutions:
    return Solutions(("text",), [(ox.Literal(text),) for text in texts])


def test_json_keeps_kinds_of_values(store: Store, solutions: Solutions) -> None:
    """Numbers stay numbers, unbound cells are null, names are slugs with their label beside them."""
    first, second = json.loads(render(solutions, store, "json"))
    assert first == {
        "member": "freedonia",
        "memberLabel": "Freedonia",
        "status": "full",
        "statusLabel": "full member",
        "class": "State",
        "count": 12,
        "share": 31.5,
        "since": "1931-05-04",
        "nothing": None,
        "sure": True,
        "evidence": "a:s-1 b:s-2",
    }
    assert (second["memberLabel"], second["statusLabel"]) == ("nameless", None)
    assert (second["count"], second["share"], second["since"]) == (-3, 1500.0, "NaN")
    assert second["evidence"] == "yearbook:s-0003"


def test_a_label_column_of_the_query_is_not_doubled(store: Store) -> None:
    """Where the query itself projects NAMELabel, that column stays the only one."""
    answer = store.query(
        'SELECT ?x ?xLabel WHERE { VALUES (?x ?xLabel) { (id:freedonia "own") } }', prefixes=PREFIXES
    )
    assert json.loads(render(answer, store, "json")) == [{"x": "freedonia", "xLabel": "own"}]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_declared_columns_do_not_depend_on_the_rows(store: Store, form: str) -> None:
    """Columns declared to hold names have labels beside them without any row or name; others never have."""
    types = {"member": "entity", "status": "concept", "note": "text", "thing": ""}
    named = ox.NamedNode(PREFIXES["id"] + "freedonia")
    for rows, last in (
        ([], ["thing"]),
        ([(None, None, named, None)], ["thing"]),
        ([(named, named, named, named)], ["thing", "thingLabel"]),
    ):
        text = render(Solutions(tuple(types), list(rows)), store, form, types=types)
        names = text.splitlines()[0].split("," if form == "csv" else "\t")
        assert names == ["member", "memberLabel", "status", "statusLabel", "note", *last]


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal("abc", datatype=ox.NamedNode(XSD + "decimal")),
        ox.Literal("abc", datatype=ox.NamedNode(XSD + "boolean")),
        ox.Literal("1e999", datatype=ox.NamedNode(XSD + "double")),
        ox.Literal("9" * 5000, datatype=ox.NamedNode(XSD + "integer")),
    ],
)
def test_json_gives_as_text_what_is_no_number(store: Store, term: ox.Literal) -> None:
    """A literal that JSON or its own type has no value for is given as it is written."""
    assert json.loads(render(Solutions(("x",), [(term,)]), store, "json")) == [{"x": term.value}]


def test_json_rows_have_every_declared_label(store: Store) -> None:
    """A name that is not there leaves null for itself and its label."""
    answer = Solutions(("member",), [(None,)])
    assert json.loads(render(answer, store, "json", types={"member": "entity"})) == [
        {"member": None, "memberLabel": None}
    ]


def test_people_see_labels(store: Store, solutions: Solutions) -> None:
    """Tables show the label of an entity or concept, and the slug where there is none."""
    lines = render(solutions, store, "table").splitlines()
    assert lines[0].split() == list(solutions.variables)
    assert " ".join(lines[2].split()) == "Freedonia full member State 12 31.5 1931-05-04 true a:s-1 b:s-2"
    assert lines[3].split()[0] == "nameless"
    assert "| Freedonia | full member | State | 12 |" in render(solutions, store, "markdown")


def test_csv_and_tsv_hold_what_json_holds(store: Store, solutions: Solutions) -> None:
    """The columns are those of JSON; numbers stand as the engine gives them."""
    keys = list(json.loads(render(solutions, store, "json"))[0])
    rows = list(standard_csv.reader(io.StringIO(render(solutions, store, "csv"))))
    assert rows[0] == keys
    assert rows[1][:2] == ["freedonia", "Freedonia"]
    assert rows[1][6] == "31.5"
    assert [line.split("\t") for line in render(solutions, store, "tsv").splitlines()] == rows


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_no_cell_is_a_formula(store: Store, cell: str, form: str) -> None:
    """A cell that a spreadsheet would run begins with an apostrophe."""
    assert render(_strings(cell), store, form).split("\n", 1)[1].lstrip('"').startswith("'")


def test_plain_numbers_and_odd_cells_survive_csv(store: Store) -> None:
    """Negative numbers are no formulas; commas, quotes and line feeds come back as they were."""
    cells = ["-3", "+1.5e3", 'say "no", then\ngo', "", "café"]
    rows = list(standard_csv.reader(io.StringIO(render(_strings(*cells), store, "csv"), newline="")))
    assert [row[0] if row else "" for row in rows[1:]] == cells


def test_tsv_keeps_one_line_a_row(store: Store) -> None:
    """Tabs and line feeds within cells are written as escapes."""
    assert render(_strings("a\tb\nc\\d"), store, "tsv") == "text\na\\tb\\nc\\\\d\n"


@pytest.mark.parametrize("form", ["table", "markdown", "json", "srj"])
def test_terminals_get_no_control_characters(store: Store, form: str) -> None:
    """Escape sequences and bidirectional overrides are shown, never sent."""
    text = render(_strings("\x1b[31mred\x07 \u202etxt\x9b"), store, form)
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)
    assert "u202e" in text


def test_markdown_cells_are_no_markup(store: Store) -> None:
    """Bars, links and tags in a cell stay text."""
    assert (
        render(_strings("a|b <i>[x](y)*"), store, "markdown").splitlines()[2] == r"| a\|b \<i\>\[x\](y)\* |"
    )


def test_a_table_fits_the_terminal() -> None:
    """Cells are wrapped at blanks, long words are broken, wide characters count twice, nothing is lost."""
    rows = [
        ("x" * 70, "one two three four five seven eight nine ten", "日本語日本語日本語日本語日本語日本語")
    ]
    text = tables.table(("a", "b", "c"), rows, width=60)
    assert max(map(tables.display_width, text.splitlines())) <= 60
    assert [text.count(c) for c in "x日"] == [70, 6]
    assert {"one", "two", "three", "four", "five", "seven", "eight", "nine", "ten"} <= set(text.split())
    assert "─" * 8 in text
    assert tables.table(("a", "b"), [("1", "2")], width=60) == "a  b\n─  ─\n1  2\n"


def test_numbers_stand_at_the_right_and_headers_may_be_bold() -> None:
    """Columns of numbers are aligned by their last digit."""
    assert tables.table(("n",), [("1",), ("100",)]).splitlines()[2:] == ["  1", "100"]
    assert tables.table(("n",), [], bold=True).startswith("\x1b[1mn\x1b[0m\n")


def test_an_empty_answer_has_headers_alone(store: Store) -> None:
    """No row gives the header line, an empty list, or no bindings."""
    empty = Solutions(("a", "b"), [])
    assert render(empty, store, "table") == "a  b\n─  ─\n"
    assert render(empty, store, "csv") == "a,b\n"
    assert json.loads(render(empty, store, "json")) == []
    assert json.loads(render(empty, store, "srj"))["results"] == {"bindings": []}


def test_srj_is_what_the_standard_says(store: Store, solutions: Solutions) -> None:
    """A parser of W3C's JSON results reads the same terms back."""
    for answer in (solutions, Solutions(("x",), [(ox.Literal("hé", language="en"),), (ox.BlankNode("b"),)])):
        found = ox.parse_query_results(render(answer, store, "srj").encode(), format=SRJ)
        assert isinstance(found, ox.QuerySolutions)
        assert [tuple(row) for row in found] == sort_evidence(answer).rows
    assert bool(ox.parse_query_results(render(True, store, "srj").encode(), format=SRJ))


def test_golden_rows_keep_every_term(solutions: Solutions) -> None:
    """SPARQL TSV gives back the very terms, with the evidence in one order."""
    found = ox.parse_query_results(sparql_tsv(solutions).encode(), format=TSV)
    assert isinstance(found, ox.QuerySolutions)
    assert [tuple(row) for row in found] == sort_evidence(solutions).rows
    assert '"a:s-1 b:s-2"' in sparql_tsv(solutions)


@pytest.mark.parametrize("form", ["table", "json", "csv", "tsv", "markdown"])
def test_the_answer_of_ask_is_a_word(store: Store, form: str) -> None:
    """Yes and no are true and false in every format."""
    assert (render(True, store, form), render(False, store, form)) == ("true\n", "false\n")
