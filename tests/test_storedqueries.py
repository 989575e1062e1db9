from pathlib import Path

import pytest
from fiction import foedus
from small_home import MEMBERS, make_home

from foedus.diagnostics import UnknownName, UnreadableInput
from foedus.home import Home
from foedus.storedqueries import find_query, query_names, read_query

BODY = "SELECT ?x WHERE { VALUES ?x { 1 } }"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return make_home(tmp_path / "home")


def _read(tmp_path: Path, header: str, body: str = BODY) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("".join(f"#+ {line}\n" for line in header.splitlines()) + body)
    read_query(path, "mine")


def test_a_header_becomes_values(home: Home) -> None:
    """Question, tags, parameters with their keys, columns and the worked example are read from the header."""
    query = find_query(home, "members")
    assert (query.name, query.summary, query.tags) == (
        "members",
        "Members of an organization",
        ("membership", "as-of"),
    )
    member, status, as_of = query.parameters
    assert (member.type, member.class_name, member.optional, member.many) == ("entity", "State", True, True)
    assert (status.scheme, status.example, status.label) == ("membership-status", ("frozen",), "status")
    assert (as_of.option, as_of.variables, as_of.default) == (
        "as-of",
        ("asOfFrom", "asOfTo"),
        ("speaksUntil",),
    )
    assert query.columns == (
        ("member", "entity", "who belongs"),
        ("organization", "entity", "to what"),
        ("status", "concept", ""),
        ("evidence", "", "ids of segments"),
    )
    assert query.example == {"member": ("freedonia",), "asOf": ("1931",)}
    assert query.answer == "One row for its full membership."


def test_the_header_kept_in_the_cache_gives_the_same_query(home: Home, tmp_path: Path) -> None:
    """A query is read alike with its header parsed, kept, changed, and kept in a broken file."""
    first = find_query(home, "members")
    assert find_query(home, "members") == first
    (entry,) = (tmp_path / "cache" / "foedus" / "queries").iterdir()
    for broken in (entry.read_bytes()[:-20], entry.read_bytes().partition(b"\0")[0] + b"\0{}"):
        entry.write_bytes(broken)
        assert find_query(home, "members") == first
    (home.queries / "members.rq").write_text(MEMBERS.replace("Members of", "All members of"))
    assert find_query(home, "members").summary == "All members of an organization"


def test_a_query_is_found_by_its_name_alone(home: Home) -> None:
    """Names are those of the files; an unknown name brings a suggestion; a path is no name, even of a query."""
    assert query_names(home) == ["members", "saying"]
    assert find_query(home, "saying").name == "saying"
    with pytest.raises(UnknownName, match='"membres"; did you mean "members"'):
        find_query(home, "membres")
    for path in (str(home.queries / "saying.rq"), "saying.rq", "../queries/saying", "./saying", ""):
        with pytest.raises(UnknownName, match="no stored query"):
            find_query(home, path)


def test_a_query_file_that_is_not_there_is_unreadable(home: Home) -> None:
    """Where a file is named and cannot be opened, it is said why."""
    with pytest.raises(UnreadableInput, match=r"no-such\.rq: No such file"):
        read_query(home.queries / "no-such.rq", "no-such")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "no header; describe"),
        ("question: Q?\nparametres: {}", r'mine\.rq:2:4: "parametres" is no key .*did you mean "parameters"'),
        ("question: Q?\nquestion: R?", r"mine\.rq:2:4: .*duplicate key"),
        ("question: Q?\ntags: [a, b", r"mine\.rq:\d+:\d+: not YAML"),
        ("question: what: which", r"mine\.rq:1:\d+: not YAML"),
        ("tags: [a]", "a query without question; add question"),
        (
            "question: Q?\nparameters:\n  x: {type: entitty}",
            r'mine\.rq:3:\d+: "entitty" is no type; did you mean',
        ),
        (
            "question: Q?\nparameters:\n  x: {typ: date}",
            r'mine\.rq:3:\d+: "typ" is no key .*did you mean "type"',
        ),
        ("question: Q?\nparameters:\n  x: {type: choice}", "has no choices"),
        ("question: Q?\nparameters:\n  x: {type: string, scheme: modality}", "type string has no scheme"),
        ("question: Q?\nparameters:\n  x: {type: string, optional: maybe}", "write true or false"),
        ("question: Q?\nparameters:\n  x: {optional: true, default: a}", "optional and has a default"),
        ("question: Q?\nparameters:\n  format: {type: string}", '"format" cannot name a parameter'),
        ("question: Q?\nparameters:\n  y: {type: string}", r'"y" has no rows; write VALUES \?y \{'),
        ("question: Q?\nparameters:\n  x: {type: date}", r'"x" has no rows; write VALUES \(\?xFrom \?xTo\)'),
        (
            "question: Q?\ncolumns:\n  x: {type: entitty}",
            r'mine\.rq:3:\d+: "entitty" is no type of a column; did you mean "entity"',
        ),
        ("question: Q?\ncolumns:\n  x: {kind: entity}", '"kind" is no key of column "x"'),
        ("question: Q?\ncolumns: {xs: the xs}", 'no column "xs" in the query; did you mean "x"'),
        ("question: Q?\ndefaults: {y: 1}", 'no parameter "y"'),
        ("question: Q?\nexample: {y: 1}", '"y" is no key of the example'),
        ('question: "a\\e[31m"', "mine.rq:1:14: the control character U.001B in a text; take it out"),
        ('question: Q?\ncolumns: {x: "a\\u202e"}', "the control character U.202E in a text"),
        ("question: \x1b[31m", "mine.rq:1:14: the control character U.001B; take it out"),
        ("question: Q?\nparameters: {x: {type: entity, class: 'A> ?b'}}", '"A> .b" cannot name a class'),
        ("question: Q?\nparameters: {x: {type: choice, scheme: 'a> ?b'}}", '"a> .b" cannot name a scheme'),
    ],
)
def test_a_header_that_is_not_in_order_is_refused_with_its_place(
    tmp_path: Path, header: str, message: str
) -> None:
    """Whatever is wrong with a header is told with file, line, and the way out."""
    with pytest.raises(UnreadableInput, match=message):
        _read(tmp_path, header)


def test_two_parameters_of_one_option_are_refused(tmp_path: Path) -> None:
    """``aB`` and ``a_b`` would be the same word on the command line."""
    with pytest.raises(UnreadableInput, match='parameters "aB" and "a_b" both are --a-b'):
        _read(
            tmp_path,
            "question: Q?\nparameters: {aB: {type: string}, a_b: {type: string}}",
            "SELECT * WHERE { VALUES ?aB { 1 } VALUES ?a_b { 1 } }",
        )


@pytest.mark.parametrize("name", ["self", "form", "ctx", "of", "asked_engine", "value_of_x"])
def test_a_parameter_may_have_any_name(home: Home, tmp_path: Path, name: str) -> None:
    """What the program calls its own things is no matter of the query's."""
    path = tmp_path / "mine.rq"
    path.write_text(
        f"#+ question: Q?\n#+ parameters: {{{name}: {{type: string}}}}\n"
        f"SELECT ?{name} WHERE {{ VALUES ?{name} {{ 1 }} }}"
    )
    option = f"--{name.replace('_', '-')}"
    result = foedus(home, "run", str(path), option, "told", "--format", "csv")
    assert result.output == f"{name}\ntold\n"


def test_choices_of_a_foreign_query_are_not_asked_for_help(home: Home, tmp_path: Path) -> None:
    """A query that runs away runs only where it can be ended."""
    path = tmp_path / "mine.rq"
    runaway = "SELECT ?x { ?x ?a ?b . ?c ?d ?e . ?f ?g ?h . ?i ?j ?k . ?l ?m ?n . ?o ?p ?q }"
    path.write_text(
        f'#+ question: Q?\n#+ parameters: {{x: {{type: choice, choicesFrom: "{runaway}"}}}}\n{BODY}'
    )
    assert "what its query choicesFrom finds" in foedus(home, "run", str(path), "--help").output
    result = foedus(home, "run", str(path), "--x", "y", "--timeout", "1")
    assert result.exit_code == 2
    assert "ended after 1 s" in result.output


def test_endless_texts_and_functions_of_others_are_refused(home: Home) -> None:
    """A device that never ends, standard input that does not, and a function that the engine does not have."""
    for words, stdin, said in (
        (("run", "/dev/zero"), None, "longer than 100,000 characters"),
        (("sparql", "/dev/zero"), None, "longer than 100,000 characters"),
        (("sparql", "-"), b"#" * 1_000_000, "longer than 100,000 characters"),
        (("sparql", "-"), b"SELECT (1 AS ?x) { # \xe9", "standard input:1:22: the byte 0xE9 is not UTF-8"),
        (("sparql", "ASK { FILTER(<http://127.0.0.1:9/f>(1)) }"), None, "is not supported"),
    ):
        result = foedus(home, *words, stdin=stdin)
        assert result.exit_code == 2, result.output
        assert said in result.output


def test_a_trailing_values_block_is_refused(tmp_path: Path) -> None:
    """Rows after the query would leave its filters unbound."""
    with pytest.raises(UnreadableInput, match=r"VALUES \?x trails the query; put it inside WHERE"):
        _read(
            tmp_path, "question: Q?\nparameters: {x: {type: string}}", "SELECT ?x WHERE { } VALUES ?x { 1 }"
        )


def test_two_parameters_for_one_variable_are_refused(tmp_path: Path) -> None:
    """A date's two variables belong to no other parameter."""
    with pytest.raises(UnreadableInput, match=r"both bind \?xFrom"):
        _read(
            tmp_path,
            "question: Q?\nparameters: {x: {type: date}, xFrom: {type: string}}",
            "SELECT * WHERE { VALUES (?xFrom ?xTo) { (1 2) } }",
        )


def test_defaults_may_stand_in_the_form_of_grlc(tmp_path: Path) -> None:
    """The key ``defaults`` gives defaults as a mapping or as a list of mappings."""
    for defaults in ("{x: a}", "[{x: a}]"):
        path = tmp_path / "mine.rq"
        path.write_text(
            f"#+ question: Q?\n#+ parameters: {{x: {{type: string}}}}\n#+ defaults: {defaults}\n{BODY}"
        )
        assert read_query(path, "mine").parameters[0].default == ("a",)
