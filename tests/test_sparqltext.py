import pyoxigraph as ox
import pytest

from foedus.diagnostics import UnreadableInput
from foedus.sparqltext import MAX_CHARACTERS, MAX_DEPTH, MAX_PARTS, check_query, find_values, tokenize

HOSTILE = {
    "service": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "service in lower case": "select * { service silent <URL> { ?s ?p ?o } }",
    "service glued to a boolean": "SELECT * { ?s ?p trueSERVICE <URL> { ?a ?b ?c } }",
    "service as a prefix": "PREFIX : <URL> SELECT * { SERVICE: { ?s ?p ?o } }",
    "service behind a comparison that looks like an IRI": (
        'SELECT * { ?s ?p ?a FILTER(?a<2)#>"""\n SERVICE <URL> { ?x ?y ?z } }#"""'
    ),
    "service behind a broken long string": 'SELECT ("""a" AS ?x) { SERVICE <URL> { ?s ?p ?o } } # \\q """',
    "service behind an escape in an IRI": "SELECT * { ?s ?p <urn:x#\\u0041> SERVICE <URL> { ?a ?b ?c } }",
    "service behind a quoted triple": 'SELECT * { <<<a:b>#>"""\n SERVICE <URL> { ?x ?y ?z } }#"""',
    "escaped quote": 'SELECT ("\\u0022 AS ?x) { SERVICE <URL> { ?s ?p ?o } } #" AS ?x) {}',
    "surrogate": 'SELECT ("\\uD800" AS ?x) {}',
    "from": "SELECT * FROM <URL> { ?s ?p ?o }",
    "from named": "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "insert": "INSERT DATA { <a:b> <a:c> 1 }",
    "load": "PREFIX a: <urn:a#> LOAD <URL>",
    "delete": "DELETE WHERE { ?s ?p ?o }",
    "nothing": "# SELECT",
    "nested parentheses": f"SELECT ({'(' * 5000}1{')' * 5000} AS ?x) {{}}",
    "nested groups": f"SELECT * {{{'{' * 5000}{'}' * 5000}}}",
    "nested collections": f"SELECT * {{ ?s ?p {'[a ' * 5000}1{']' * 5000} }}",
    "parentheses in what looks like an IRI": f"SELECT (1<{'(' * 5000}2>1 AS ?x) {{}}",
    "a long sum": f"SELECT (1{'+1' * 8000} AS ?x) {{}}",
    "a long union": f"SELECT * {{ {{}} {'UNION {}' * 8000} }}",
    "many columns": f"SELECT {' '.join(f'(1 AS ?x{n})' for n in range(5000))} {{}}",
    "length": f"SELECT * {{}} #{'x' * MAX_CHARACTERS}",
}
HARMLESS = [
    'SELECT ("SERVICE <http://x/> { } FROM" AS ?x) {}',
    "SELECT ('''SERVICE''' AS ?from) { ?service ?p ?o } # SERVICE FROM",
    "PREFIX ex: <urn:service#from> SELECT * { ?s ex:service ex:from }",
    "SELECT * { ?s <http://x/from#service> ?o FILTER(?o < 3 && ?o > 1) }",
    'SELECT * { VALUES (?a ?b) { (<http://x/#a> <http://x/#b>) ("x"@en-service _:b0) } }'.replace(
        " _:b0", " 1.5e3"
    ),
    "BASE <http://x/> ASK { <a> <b> <c> }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <http://x/>",
    'SELECT ("caf\\u00E9 \\"quoted\\" \\\\u0041" AS ?x) {}',
    f"SELECT ({'(' * 150}1{')' * 150} AS ?x) {{}}",
    f"SELECT (1{'+1' * 500} AS ?x) {{}}",
]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_reaches_beyond_the_graph_or_exhausts_the_engine_is_refused(text: str) -> None:
    """A query that does more than read the graph is refused with its place before the engine sees it."""
    with pytest.raises(UnreadableInput, match=r"^q(:\d+:\d+)?: "):
        check_query(text.replace("URL", "http://localhost/"), "q")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_so_is_not_refused(text: str) -> None:
    """Refused words within strings, comments, IRIs, variables and local names are no reason to refuse."""
    check_query(text, "q")
    ox.Store().query(text)


def test_every_limit_lies_where_the_engine_still_lives() -> None:
    """A query at the limits of depth and number at once is evaluated, not refused."""
    calls = MAX_DEPTH - 3
    text = f"SELECT ({'IF(true,' * calls}1{'+1' * (MAX_PARTS - 5)}{',1)' * calls} AS ?x) {{}}"
    check_query(text, "q")
    assert len(list(ox.Store().query(text))) == 1


@pytest.mark.parametrize("code", [*range(1, 0x80)])
def test_the_engine_reads_no_iri_where_we_read_none(code: int) -> None:
    """Whatever character stands between angle brackets, the engine takes it for an IRI only where we do."""
    text = f"SELECT * {{ <urn:x{chr(code)}y> ?p ?o }}"
    try:
        ox.Store().query(text)
    except SyntaxError:
        return
    try:
        tokens = tokenize(text, "q")
    except UnreadableInput:
        return
    assert [t.kind for t in tokens[3:6]] == ["iri", "variable", "variable"]


def test_values_blocks_are_found_in_every_scope_and_nowhere_else() -> None:
    """VALUES in comments, strings and IRIs is text; blocks of sub-queries are found, a trailing one is marked."""
    text = """SELECT * { # VALUES ?x { 1 }
      BIND("VALUES ?x { 2 }" AS ?text) <http://x/VALUES> ?p ?o .
      values $x { "}" <http://x/}> }
      { SELECT * { VALUES(?x ?y){(UNDEF 3)} } }
    } VALUES ?x { 4 }""".replace("<http://x/}>", "5")
    blocks = find_values(tokenize(text, "q"))
    assert [(b.variables, text[b.start : b.end].strip(), b.inside) for b in blocks] == [
        (("x",), '"}" 5', True),
        (("x", "y"), "(UNDEF 3)", True),
        (("x",), "4", False),
    ]
