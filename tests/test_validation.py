"""Shapes judged, by queries and by pySHACL: what goes in, what comes out, what can never happen on the way."""

from __future__ import annotations

import random
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from foedus.assembly import assemble
from foedus.diagnostics import Severity, UnreadableInput
from foedus.home import Home
from foedus.namespaces import FOE, ID, RDFS, SH, SHAPE, SKOS, VOC, XSD
from foedus.shapereference import ReferenceShapes
from foedus.validation import Shapes, Violation, read_background, undeclared_terms, validate
from foedus.vocabulary import parse_turtle, read_vocabulary

TESTS = Path(__file__).parent
CASES = TESTS / "shapes"
ONTOLOGY = Home.find().ontology
COMPLETE = CASES / "complete.ttl"
PREFIXES = f"""@prefix foe: <{FOE}> . @prefix id: <{ID}> . @prefix voc: <{VOC}> . @prefix xsd: <{XSD}> .
@prefix rdfs: <{RDFS}> . @prefix sh: <{SH}> . @prefix shape: <{SHAPE}> . @prefix skos: <{SKOS}> .
"""


Judge = Shapes | ReferenceShapes


@pytest.fixture(scope="module", params=[Shapes, ReferenceShapes])
def shapes(request: pytest.FixtureRequest) -> Judge:
    """Return the shapes of the ontology, read once, as each judge has them."""
    judge: Judge = request.param.read(ONTOLOGY)
    return judge


def triples(turtle: str) -> list[ox.Triple]:
    """Return the triples of a Turtle text, with the usual prefixes bound."""
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def broken(found: list[Violation]) -> set[str]:
    """Return the names of the shapes that are broken."""
    return {v.source.removeprefix(SHAPE) for v in found}


def all_cases() -> list[ox.Triple]:
    """Return every case of every shape in one graph, where they break each other's shapes as well."""
    return [t for case in sorted(CASES.glob("*/*.ttl")) for t in parse_turtle(case)]


def test_a_violation_names_focus_path_value_shape_and_cure(shapes: Judge) -> None:
    """A finding tells which node, by which property and value, breaks which constraint of which shape."""
    found = shapes.validate(parse_turtle(CASES / "Mission-seat" / "invalid-state-as-seat.ttl"))
    (violation,) = [v for v in found if v.source == f"{SHAPE}Mission-seat"]
    assert (violation.focus, violation.path, violation.value) == (
        f"{ID}embassy-of-ruritania",
        f"{FOE}seat",
        f"{ID}freedonia",
    )
    assert violation.constraint == f"{SH}ClassConstraintComponent"
    assert violation.message == "A mission sits in one place; name the city, or split the record by time."
    assert violation.severity is Severity.VIOLATION


def test_a_constraint_on_several_properties_has_no_path(shapes: Judge) -> None:
    """Where no single property is at fault the path is empty, so that the record itself is pointed at."""
    found = shapes.validate(parse_turtle(CASES / "Occurrence-when" / "invalid-no-date.ttl"))
    assert {v.path for v in found if v.source == f"{SHAPE}Occurrence-when"} == {""}


def test_a_warning_stays_a_warning(shapes: Judge) -> None:
    """A shape of lower severity gives a warning, which does not refuse the graph."""
    found = shapes.validate(parse_turtle(CASES / "MembershipStatus-until" / "invalid-without-until.ttl"))
    severities = {v.source.removeprefix(SHAPE): v.severity for v in found}
    assert severities["MembershipStatus-until"] is Severity.WARNING
    assert severities["MembershipStatus-from"] is Severity.VIOLATION


def test_the_fictional_home_breaks_no_shape() -> None:
    """What the records of a whole home expand to passes, dossier by dossier."""
    home = Home.find(TESTS / "home")
    assembly = assemble(home)
    assert home.dossiers
    for dossier in home.dossiers:
        assert assembly.dossier(dossier)
        assert validate(assembly.dossier(dossier), home.ontology) == []


def test_the_order_of_triples_does_not_matter(shapes: Judge) -> None:
    """The same graph in any order gives the same findings in the same order."""
    graph = all_cases()
    expected = shapes.validate(graph)
    random.Random(7).shuffle(graph)
    assert shapes.validate(graph) == expected
    assert expected == sorted(expected)


def test_the_hash_seed_does_not_matter() -> None:
    """Two processes with different hash seeds print the same findings."""
    code = (
        "import sys; from pathlib import Path; from foedus.validation import validate;"
        "from foedus.vocabulary import parse_turtle;"
        "print(validate([t for c in sorted(Path(sys.argv[1]).glob('F*/*.ttl')) for t in parse_turtle(c)],"
        " Path(sys.argv[2])))"
    )
    command = [sys.executable, "-c", code, str(CASES), str(ONTOLOGY)]
    outputs = {
        subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert b"Figure-share" in outputs.pop()


def test_pyshacl_finds_the_same_without_our_batching(shapes: Judge) -> None:
    """pySHACL, given shapes and data as they stand in their files, finds the same shapes broken."""
    import pyshacl

    own = {(v.focus, v.source, v.value) for v in shapes.validate(well_typed(all_cases()))}
    data, plain = Graph(), Graph()
    for path in (ONTOLOGY / "shapes").glob("*.ttl"):
        plain.parse(path)
    text = ox.serialize([*well_typed(all_cases()), *read_background(ONTOLOGY)], format=ox.RdfFormat.N_TRIPLES)
    data.parse(data=text, format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=plain)
    results = list(report.objects(None, URIRef(SH + "result")))
    names = ("focusNode", "sourceShape", "value")
    found = {tuple(str(report.value(r, URIRef(SH + name), default="")) for name in names) for r in results}
    assert len(own) > 500
    assert found == own


def well_typed(graph: list[ox.Triple]) -> list[ox.Triple]:
    """Return the triples that bare pySHACL can bear: no blank node, no ill-typed day."""
    day = re.compile(r"\d{4}-(0[1-9]|1[0-2])-\d\d")

    def bearable(term: object) -> bool:
        dated = isinstance(term, ox.Literal) and term.datatype.value == f"{XSD}date"
        return not isinstance(term, ox.BlankNode) and (not dated or bool(day.fullmatch(term.value)))

    return [t for t in graph if bearable(t.subject) and bearable(t.object)]


def test_the_shapes_are_valid_shacl() -> None:
    """The shapes conform to the W3C's own shapes for shapes."""
    import pyshacl

    plain = Graph()
    for path in (ONTOLOGY / "shapes").glob("*.ttl"):
        plain.parse(path)
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=plain, meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("earliest", '"abc"^^xsd:date'),
        ("earliest", '"1931-13-01"^^xsd:date'),
        ("earliest", '"1931-02-30"^^xsd:date'),
        ("latest", '"1931"^^xsd:gYear'),
        ("latest", '"abc"^^xsd:gYear'),
        ("latest", "_:day"),
        ("latest", "true"),
        ("latest", '"maybe"^^xsd:boolean'),
        ("earliest", '"P1D"^^xsd:duration'),
        ("earliest", "id:day"),
    ],
)
def test_no_value_breaks_the_validator(
    shapes: Judge, capfd: pytest.CaptureFixture[str], prop: str, value: str
) -> None:
    """A bound that is no day, or no literal, is a finding at its place, never a traceback."""
    other = {"earliest": "latest", "latest": "earliest"}[prop]
    date = f'id:day a foe:Date ; foe:{other} "1931-05-04"^^xsd:date ; foe:{prop} {value} .'
    assert f"Date-{prop}" in broken(shapes.validate(triples(date)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("value", ['"NaN"^^xsd:double', '"-INF"^^xsd:double', '"x"^^xsd:decimal', '"270"'])
def test_a_value_that_is_no_number_is_found(shapes: Judge, value: str) -> None:
    """A figure whose value cannot be compared with 0 is a finding."""
    assert "Figure-value" in broken(shapes.validate(triples(f"id:price a foe:Figure ; foe:value {value} .")))


def test_a_term_of_rdf_1_2_is_refused(shapes: Judge) -> None:
    """A triple as a value is no RDF 1.1, and is refused in one line."""
    inner = ox.Triple(ox.NamedNode(f"{ID}a"), ox.NamedNode(f"{FOE}about"), ox.NamedNode(f"{ID}b"))
    with pytest.raises(UnreadableInput, match=r"no term of RDF 1\.1"):
        shapes.validate([ox.Triple(ox.NamedNode(f"{ID}c"), ox.NamedNode(f"{FOE}about"), inner)])


HOSTILE = """
<http://evil.example/> a <http://www.w3.org/2002/07/owl#Ontology> ;
    <http://www.w3.org/2002/07/owl#imports> <http://evil.example/more.ttl> , <file:///etc/passwd> .
id:freedonia a foe:State .
shape:Evil a sh:NodeShape ; sh:targetClass foe:State ; sh:nodeKind sh:Literal ;
    sh:js [ sh:jsLibrary [ sh:jsLibraryURL <http://evil.example/x.js> ] ; sh:jsFunctionName "x" ] ;
    sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <http://evil.example/> { ?s ?p ?o } }" ] ;
    sh:message "evil"@en .
shape:State-statehood sh:deactivated true .
foe:State a sh:NodeShape ; sh:nodeKind sh:Literal .
"""


@pytest.fixture
def watched() -> Iterator[Callable[[], list[str]]]:
    """Return a function that tells which files were opened and sockets made since the test began."""
    events: list[str] = []
    active = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if active and (event == "open" or event.startswith(("socket.", "subprocess.", "urllib."))):
            events.append(f"{event} {arguments[0]}")

    sys.addaudithook(hook)
    yield lambda: events
    active = False


def test_data_reaches_neither_network_nor_disk(shapes: Judge, watched: Callable[[], list[str]]) -> None:
    """Imports, scripts and shapes within the data are not followed, and switch no shape of ours off."""
    shapes.validate(triples("id:freedonia a foe:State ."))
    before = len(watched())
    found = shapes.validate(triples(HOSTILE))
    assert watched()[before:] == []
    assert "State-statehood" in broken(found)
    assert "Evil" not in broken(found)
    assert "foe:State" not in {v.source for v in found}


def test_the_watch_sees_files_and_sockets(watched: Callable[[], list[str]]) -> None:
    """The watch of the test above would notice an opened file and a socket."""
    COMPLETE.read_bytes()
    socket.socket().close()
    assert {event.split()[0] for event in watched()} >= {"open", "socket.__new__"}


def test_a_wrong_kind_is_not_inferred_away(shapes: Judge) -> None:
    """A city as speaker stays a city: the range of the property does not make it an actor."""
    graph = triples("id:speech a foe:Statement ; foe:speaker id:harbour . id:harbour a foe:Place .")
    assert "Statement-speaker" in broken(shapes.validate(graph))


def test_the_order_of_classes_counts(shapes: Judge) -> None:
    """A court is an organization, since the ontology says so, and may vote."""
    graph = triples("id:vote a foe:Vote ; foe:votingBody id:court . id:court a foe:Court .")
    assert "Vote-votingBody" not in broken(shapes.validate(graph))


def test_what_the_ontology_names_is_known(shapes: Judge) -> None:
    """The unnamed actor and the concepts of the vocabularies need no node in the data."""
    graph = triples(
        "id:s a foe:Statement ; foe:speaker id:unnamed ; foe:contentModality voc:modality.claimed ."
    )
    assert broken(shapes.validate(graph)).isdisjoint({"Statement-speaker", "Statement-contentModality"})


@pytest.mark.parametrize(
    ("turtle", "term", "near"),
    [
        ("id:x a foe:Membrship .", f"{FOE}Membrship", '"Membership"'),
        ("id:x foe:organisation id:league .", f"{FOE}organisation", '"organization"'),
        ('id:x skos:preflabel "x"@en .', f"{SKOS}preflabel", ""),
        ("id:x foe:modality voc:modality.assertd .", f"{VOC}modality.assertd", '"asserted"'),
        ("foe:Person rdfs:subClassOf foe:State .", f"{RDFS}subClassOf", ""),
    ],
)
def test_a_misspelt_term_is_found(turtle: str, term: str, near: str) -> None:
    """A class, property or concept that the ontology lacks is found, with the nearest that it has."""
    (violation,) = undeclared_terms(triples(turtle), read_vocabulary(ONTOLOGY))
    assert violation.value == term
    assert near in violation.message


def test_every_term_of_the_complete_graph_is_declared() -> None:
    """A graph in the ontology's own terms, with RDF's and the annotation vocabulary's, has no unknown one."""
    assert undeclared_terms(parse_turtle(COMPLETE), read_vocabulary(ONTOLOGY)) == []


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """Return a copy of the ontology without shapes."""
    for name in ("foedus.ttl", "vocabularies.ttl"):
        shutil.copy(ONTOLOGY / name, tmp_path)
    (tmp_path / "shapes").mkdir()
    return tmp_path


def test_a_shape_that_is_no_turtle_is_named_with_its_place(ontology: Path) -> None:
    """A shapes file with a fault in its syntax is refused with file, line and column."""
    (ontology / "shapes" / "Treaty.ttl").write_text("shape:TreatyShape a .", encoding="utf-8")
    with pytest.raises(UnreadableInput, match=r"Treaty\.ttl:1:"):
        validate([], ontology)


def test_shapes_that_cannot_be_run_are_refused(ontology: Path) -> None:
    """A shape that cannot be asked is the ontology's fault, told in one line."""
    text = (
        "shape:TreatyShape a sh:NodeShape ; sh:targetClass foe:Treaty ; sh:datatype xsd:date , xsd:integer ."
    )
    (ontology / "shapes" / "Treaty.ttl").write_text(PREFIXES + text, encoding="utf-8")
    with pytest.raises(UnreadableInput, match="the shapes cannot be run"):
        validate(triples("id:x a foe:Treaty ."), ontology)


def test_neither_library_is_needed() -> None:
    """PySHACL and rdflib are loaded where the reference judges, not where shapes are judged every day."""
    code = (
        "import sys; from pathlib import Path; from foedus.judgement import Faults; from foedus.validation import "
        "validate; validate([], Path(sys.argv[1])); print({'pyshacl', 'rdflib'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(ONTOLOGY)]
    result = subprocess.run(command, capture_output=True, check=True, text=True)
    assert result.stdout.strip() == "set()"
