from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_home import make_home

from foedus.diagnostics import FoedusError, UnknownName, UnreadableInput
from foedus.home import Home
from foedus.parameters import MAX_LENGTH, MAX_VALUES, bind, completions, date_range
from foedus.sparqltext import tokenize
from foedus.store import Solutions, Store, open_store
from foedus.storedqueries import StoredQuery, find_query, read_query

VOC = "https://w3id.org/foedus/vocabulary#"

HOSTILE = [
    'a"b',
    "a'b",
    '"""',
    "'''",
    'x" } SELECT * WHERE { ?s ?p "',
    'x" } } DROP ALL #',
    "} DROP",
    "{ ( [ < > ] ) }",
    "<http://x/> <http://x/>",
    "a # no comment",
    "UNDEF",
    "?s $s",
    "back\\slash",
    'ends in a backslash\\"',
    "\\",
    '\\"',
    "\\n\\t",
    "%22%7D",
    "日本語 café naïve ﷽",
    '"@en',
    '"^^<http://x/>',
    "VALUES ?text { 1 }",
    "x" * MAX_LENGTH,
    '"' * MAX_LENGTH,
    "\\" * (MAX_LENGTH - 1),
]
REFUSED = [
    "line\nfeed",
    "carriage\rreturn",
    "tab\tstop",
    "nul\x00",
    "bell\x07",
    "escape \x1b[31m",
    "del\x7f",
    "next line \x85",
    "right to left \u202e override",
    "isolate \u2066",
    "broken \ud800 surrogate",
    "\\u0022 } DROP",
    "\\U00000022",
    "x" * (MAX_LENGTH + 1),
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("FOEDUS_CACHE", "off")
    return make_home(tmp_path)


@pytest.fixture
def store(home: Home) -> Store:
    return open_store(home)


@pytest.fixture
def members(home: Home) -> StoredQuery:
    return find_query(home, "members")


@pytest.fixture
def saying(home: Home) -> StoredQuery:
    return find_query(home, "saying")


def _rows(store: Store, query: StoredQuery, **values: list[str]) -> list[tuple[object, ...]]:
    answer = store.query(bind(query, store, values), query.file)
    assert isinstance(answer, Solutions)
    return list(answer.rows)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_changes_the_structure_of_a_query(store: Store, saying: StoredQuery, text: str) -> None:
    """Whatever the value, it is one string token in the query, and comes back as it was given."""
    bound = bind(saying, store, {"text": [text]})
    harmless = bind(saying, store, {"text": ["hello"]})
    assert [t.kind for t in tokenize(bound, "q")] == [t.kind for t in tokenize(harmless, "q")]
    assert _rows(store, saying, text=[text]) == [
        (ox.Literal(text), ox.Literal("7", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")))
    ]


@pytest.mark.parametrize("text", REFUSED)
def test_values_that_engines_or_people_would_misread_are_refused(
    store: Store, saying: StoredQuery, text: str
) -> None:
    """Control and bidirectional characters, escapes of code points and overlong texts are refused."""
    with pytest.raises(UnreadableInput, match=r"^--text: "):
        bind(saying, store, {"text": [text]})


@pytest.mark.parametrize("name", ["member", "status", "asOf"])
@pytest.mark.parametrize("text", [*HOSTILE, *REFUSED])
def test_no_hostile_text_is_an_entity_choice_or_date(
    store: Store, members: StoredQuery, name: str, text: str
) -> None:
    """Where a name or a date is asked for, hostile texts are refused, in one line that names the option."""
    with pytest.raises(FoedusError, match=f"^--{'as-of' if name == 'asOf' else name}: "):
        bind(members, store, {name: [text]})


def test_rows_are_replaced_in_every_scope_and_lines_keep_their_numbers(
    store: Store, members: StoredQuery, saying: StoredQuery
) -> None:
    """Values arrive in the rows of groups and sub-queries; comments are left alone; no line moves."""
    bound = bind(
        members, store, {"member": ["Freedonia", "ruritania"], "status": ["Full Member"], "asOf": ["1931-05"]}
    )
    id_ = "https://w3id.org/foedus/id/"
    assert f"VALUES ?member {{ <{id_}freedonia> <{id_}ruritania>" in bound
    assert f"VALUES ?status {{ <{VOC}membership-status.full> }}" in bound
    assert '"1931-05-01"^^<http://www.w3.org/2001/XMLSchema#date> "1931-05-31"^^' in bound
    assert 'VALUES ?member { "not this one" }' in bound
    assert bound.count("\n") == members.text.count("\n")
    assert _rows(store, saying, text=["a"], number=["-42"])[0][1].value == "-42"  # type: ignore[attr-defined]


def test_without_values_defaults_serve_and_optional_parameters_are_unbound(
    store: Store, members: StoredQuery, saying: StoredQuery
) -> None:
    """The date's default is the last day that any source speaks of; UNDEF leaves all members in."""
    bound = bind(members, store, {})
    assert "VALUES ?member { UNDEF " in bound
    assert bound.count('"1931-12-31"^^<http://www.w3.org/2001/XMLSchema#date>') == 2
    assert len(_rows(store, members)) == 2
    assert len(_rows(store, members, asOf=["1930"])) == 1
    assert len(_rows(store, members, member=["ruritania"])) == 1
    with pytest.raises(UnknownName, match=r"^--text: a value is needed, such as hello"):
        bind(saying, store, {})


def test_an_optional_date_is_unbound_on_both_sides(store: Store, tmp_path: Path) -> None:
    """A date without value gives a row of two UNDEF."""
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ question: When?\n#+ parameters: {day: {type: date, optional: true}}\n"
        'SELECT * WHERE { VALUES (?dayFrom ?dayTo) { ("2020-01-01" "2020-01-01") } }'
    )
    query = read_query(path, "mine")
    assert "{ (UNDEF UNDEF) }" in bind(query, store, {})


def test_a_list_takes_several_values_each_once(
    store: Store, members: StoredQuery, saying: StoredQuery
) -> None:
    """The same entity by two names gives one row of VALUES; where one value is asked for, two are refused."""
    assert len(_rows(store, members, member=["freedonia", "Libertonie", "ruritania"])) == 2
    with pytest.raises(UnreadableInput, match="--text: takes one value"):
        bind(saying, store, {"text": ["a", "b"]})
    with pytest.raises(UnreadableInput, match=f"--member: takes up to {MAX_VALUES} values"):
        bind(members, store, {"member": ["freedonia"] * (MAX_VALUES + 1)})


def test_unknown_parameters_and_choices_bring_suggestions(store: Store, members: StoredQuery) -> None:
    """A mistyped parameter or choice is refused with what is near it."""
    with pytest.raises(UnknownName, match='no parameter "membr" in members; did you mean "member"'):
        bind(members, store, {"membr": ["freedonia"]})
    with pytest.raises(UnknownName, match='--status: "frozn" is no choice; did you mean "frozen"'):
        bind(members, store, {"status": ["frozn"]})
    with pytest.raises(UnknownName, match="choose from frozen, full"):
        bind(members, store, {"status": ["xyz"]})


@pytest.mark.parametrize("text", ["12.5", "", "1e3", "٣", "2147483648", "0x1", "1 2"])
def test_what_is_no_whole_number_is_refused(store: Store, saying: StoredQuery, text: str) -> None:
    """An integer is a whole number in digits, below 2³¹."""
    with pytest.raises(UnreadableInput, match="no whole number"):
        bind(saying, store, {"text": ["a"], "number": [text]})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("2024-02-10", "2024-02-10", "2024-02-10"),
        ("2023-12..2024-02", "2023-12-01", "2024-02-29"),
        ("2020..", "2020-01-01", "9999-12-31"),
        ("..2020", "0001-01-01", "2020-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("2023-05/2024-06", "2023-05-01", "2024-06-30"),
        ("[2017-10-11..2017-10-20]", "2017-10-11", "2017-10-20"),
        ("speaksUntil", "1931-12-31", "1931-12-31"),
        ("1931-05-04..speaksUntil", "1931-05-04", "1931-12-31"),
    ],
)
def test_dates_are_bound_by_their_first_and_last_day(store: Store, text: str, first: str, last: str) -> None:
    """Plain dates, ranges, EDTF and words give the days between which they lie."""
    assert date_range(store, text) == (date.fromisoformat(first), date.fromisoformat(last))


def test_today_must_be_written(store: Store) -> None:
    """Only the word today reads the clock."""
    first, last = date_range(store, "today")
    assert first == last
    assert abs(first - date.today()) <= timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["2023-02-30", "2024-13", "0000", "..", "2024..2023", "2024~", "2024?", "soon", ""]
)
def test_what_is_no_date_is_refused(store: Store, text: str) -> None:
    """Impossible, unsure and reversed dates are refused."""
    with pytest.raises(UnreadableInput):
        date_range(store, text)


def test_choices_may_come_from_a_query_or_be_fixed(store: Store, tmp_path: Path) -> None:
    """ChoicesFrom gives terms with labels; choices without scheme are plain strings."""
    path = tmp_path / "mine.rq"
    path.write_text(
        "#+ question: Which?\n#+ parameters:\n"
        '#+   state: {type: choice, choicesFrom: "SELECT ?s ?l WHERE { ?s a foe:State ; skos:prefLabel ?l '
        "FILTER (LANG(?l) = 'en') }\"}\n"
        "#+   side: {type: choice, choices: [left, right]}\n"
        'SELECT * WHERE { VALUES ?state { 1 } VALUES ?side { "left" } }'
    )
    query = read_query(path, "mine")
    bound = bind(query, store, {"state": ["ruritania"], "side": ["right"]})
    assert "{ <https://w3id.org/foedus/id/ruritania> }" in bound
    assert '{ "right" }' in bound


def test_values_complete_by_slug_and_label(store: Store, members: StoredQuery) -> None:
    """Half-typed slugs and labels bring the entities of the class and the concepts of the scheme."""
    member, status, _ = members.parameters
    assert completions(store, member, "Fre") == [("freedonia", "Freedonia")]
    assert completions(store, member, "côt") == [("cote-d-oree", "Côte d’Orée")]
    assert completions(store, member, "sou") == []
    assert completions(store, status, "f") == [("frozen", "frozen"), ("full", "full member")]
