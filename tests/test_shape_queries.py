"""Shapes as queries find what pySHACL finds: on all that the tests hold, and construct by construct."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Require
from fiction import built_fiction
from matrix.servers import Missing, jena_with
from rdflib import Literal, URIRef
from test_published_shapes import below, planted, whole

from foedus.assembly import assemble
from foedus.checking import Checker
from foedus.diagnostics import Severity, UnreadableInput
from foedus.home import Home
from foedus.literalforms import comparable, is_well_typed
from foedus.namespaces import ID, XSD
from foedus.shapereference import ReferenceShapes
from foedus.standing import open_standing
from foedus.store import EmbeddedStore, Store
from foedus.submissions import format_of, read_submission
from foedus.validation import Shapes, Violation, read_background, read_shapes
from foedus.vocabulary import parse_turtle

TESTS = Path(__file__).parent
HOME = Home.find()
Part = tuple[str, str, str, str, str, Severity]


def parts(found: Iterable[Violation]) -> set[Part]:
    """Return findings as they are compared: all but the message."""
    return {(v.focus, v.path, v.value, v.source, v.constraint, v.severity) for v in found}


@cache
def judges() -> tuple[Shapes, ReferenceShapes]:
    """Return both judges of the ontology's shapes."""
    shapes, background = read_shapes(HOME.ontology), read_background(HOME.ontology)
    return Shapes(shapes, background), ReferenceShapes(shapes, background)


def dossiers() -> list[ox.Triple]:
    """Return the built-in dossiers, and the same again with faults."""
    assembly = assemble(HOME)
    triples = [t for dossier in HOME.dossiers for t in assembly.dossier(dossier)]
    return [*triples, *below("planted.", planted(triples))]


def cases_together() -> list[ox.Triple]:
    """Return the cases of all shapes with the same ids, so that nodes have values of many kinds at once."""
    return [t for case in sorted(TESTS.glob("shapes/*/*.ttl")) for t in parse_turtle(case)]


def submissions() -> list[ox.Triple]:
    """Return what stands in both homes, with all that is submitted to them in the tests."""
    triples: dict[ox.Triple, None] = {}
    for home, name in ((HOME, "dossier-submissions"), (built_fiction(), "submissions")):
        with open_standing(home) as standing:
            checker = Checker(home, standing)
            for path in sorted((TESTS / name).glob("*/*")):
                try:
                    submission = read_submission(
                        path.read_bytes(), path.name, format_of(path.name), standing.vocabulary
                    )
                except UnreadableInput:
                    continue
                triples |= dict.fromkeys(checker.check(submission).triples)
    assembly = assemble(built_fiction())
    for dossier in built_fiction().dossiers:
        triples |= dict.fromkeys(assembly.dossier(dossier))
    return list(triples)


CORPORA = {
    "fiction, rules and shapes": whole,
    "dossiers": dossiers,
    "cases": cases_together,
    "all": submissions,
}


@pytest.mark.parametrize("corpus", CORPORA)
def test_queries_find_what_pyshacl_finds(corpus: str) -> None:
    """Over a whole graph the two judges find the same: focus, path, value, shape, constraint, severity."""
    triples = CORPORA[corpus]()
    own, reference = (parts(judge.validate(triples)) for judge in judges())
    assert own ^ reference == set()
    assert len({source for _, _, _, source, _, _ in own}) > 20


def test_nodes_asked_about_alone_have_the_findings_of_the_whole() -> None:
    """Asked about a hundred nodes at a time, shapes find what they find in one asking of the whole graph."""
    shapes, _ = judges()
    triples = comparable([*whole(), *shapes.individuals], shapes.compared)
    engine = store(triples)
    nodes = sorted({t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)})
    found = {v for n in range(0, len(nodes), 100) for v in shapes.judge(engine, nodes[n : n + 100])}
    assert found == {v for v in shapes.validate(whole()) if v.focus in nodes}
    assert len(found) > 1000


def test_another_engine_answers_the_same(require: Require, tmp_path: Path) -> None:
    """Jena, a server to which Foedus only sends queries, finds what breaks the shapes where its graph lies."""
    shapes, _ = judges()
    triples = comparable([*whole(), *shapes.individuals], shapes.compared)
    graph = tmp_path / "graph.ttl"
    graph.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    embedded = EmbeddedStore(store(triples))
    server = ExitStack()
    try:
        endpoint = server.enter_context(jena_with([graph], tmp_path, "arq"))
    except Missing as missing:
        require("jena-arq", False, str(missing))
    with server:
        differing = [
            (query.shape.name, query.constraint.kind)
            for query in shapes.queries()
            if rows(endpoint, query.text) != rows(embedded, query.text)
        ]
    assert differing == []


def rows(engine: Store, text: str) -> set[tuple[str, ...]]:
    """Return what an engine answers, with blank nodes alike, since their labels are each engine's own."""
    return {
        tuple("_:" if isinstance(cell, ox.BlankNode) else str(cell) for cell in row)
        for row in engine.select(text)
    }


def store(triples: Iterable[ox.Triple]) -> ox.Store:
    """Return a store that holds the triples."""
    engine = ox.Store()
    engine.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return engine


PREFIXES = f"""@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <{XSD}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""
DATA = """
:a a :T ; :p 1, 2, 3 ; :q "x"@en, "y"@en, "y"@de-AT ; :r :b, :c ; :n 1.50, 1.5 ;
    :s "2020-01-01"^^xsd:date ; :t "2019-01-01"^^xsd:date, "2021"^^xsd:gYear, "z", :u .
:b a :T ; :p 1 ; :q "x"@EN ; :r :a ; :s "2020-02-30"^^xsd:date ; :t "2020-02-28"^^xsd:date ;
    :n "5"^^xsd:nonNegativeInteger, "007"^^xsd:integer, "NaN"^^xsd:double, "1e3"^^xsd:double .
:c a :U ; :p "lit", _:x ; :q "plain", 4 ; :r :c, :d , "v" ; :s true, "1"^^xsd:boolean ;
    :n -3.0, "-0"^^xsd:integer, "+5"^^xsd:decimal .
:d :p :a, :b ; :q "long text here"@fr ; :s "abc", :a ; :t "abd", :b , "P1D"^^xsd:duration ; :n "x"^^xsd:decimal .
_:x a :T ; :r _:y . _:y a :T ; :p 0 .
"""
CONSTRUCTS = {
    "property of a value": "sh:property [ sh:path :r ; "
    "sh:property [ sh:path :p ; sh:minCount 2 ; sh:nodeKind sh:IRI ] ]",
    "sequence": "sh:property [ sh:path ( :r :p ) ; sh:maxCount 2 ; sh:datatype xsd:integer ]",
    "inverse": "sh:property [ sh:path [ sh:inversePath :r ] ; sh:minCount 2 ]",
    "any number of steps": "sh:property [ sh:path [ sh:zeroOrMorePath :r ] ; sh:class :T ]",
    "some steps": "sh:property [ sh:path [ sh:oneOrMorePath :r ] ; sh:maxCount 3 ]",
    "a step or none": "sh:property [ sh:path [ sh:zeroOrOnePath :r ] ; sh:nodeKind sh:IRI ]",
    "alternative": "sh:property [ sh:path [ sh:alternativePath ( :p [ sh:inversePath :r ] ) ] ; sh:maxCount 2 ]",
    "qualified": "sh:property [ sh:path :r ; sh:qualifiedValueShape [ sh:class :T ] ; sh:qualifiedMinCount 1 ; "
    "sh:qualifiedMaxCount 1 ]",
    "xone": "sh:xone ( [ sh:path :p ; sh:maxCount 1 ] [ sh:path :q ; sh:minCount 2 ] )",
    "and": "sh:and ( [ sh:path :p ; sh:maxCount 1 ] [ sh:class :T ] )",
    "node": "sh:node [ sh:property [ sh:path :r ; sh:nodeKind sh:IRI ] ]",
    "not": "sh:not [ sh:node [ sh:property [ sh:path :r ; sh:class :T ] ] ]",
    "languages": "sh:property [ sh:path :q ; sh:uniqueLang true ; sh:languageIn ( 'en' 'fr' ) ]",
    "languages of two": "sh:property [ sh:path [ sh:alternativePath ( :q :p ) ] ; sh:uniqueLang true ]",
    "texts": "sh:property [ sh:path :q ; sh:minLength 2 ; sh:maxLength 4 ; sh:pattern '^[XY]' ; sh:flags 'i' ]",
    "in": "sh:property [ sh:path :p ; sh:in ( 1 2 'lit' :a ) ]",
    "has values": "sh:property [ sh:path :p ; sh:hasValue 1 , :b ]",
    "is": "sh:hasValue :a",
    "among": "sh:in ( :a :b ) ; sh:nodeKind sh:BlankNode",
    "less than": "sh:property [ sh:path :s ; sh:lessThan :t ]",
    "at most": "sh:property [ sh:path :s ; sh:lessThanOrEquals :t ]",
    "disjoint": "sh:property [ sh:path [ sh:inversePath :r ] ; sh:disjoint :r ]",
    "numbers": "sh:property [ sh:path :n ; sh:datatype xsd:decimal ; sh:maxCount 1 ; sh:minInclusive 0 ; "
    "sh:maxExclusive 5.5 ]",
    "whole numbers": "sh:property [ sh:path :n ; sh:datatype xsd:integer ; sh:minExclusive 0.0 ; "
    "sh:maxInclusive 9 ; sh:pattern '^[0-9]+$' ]",
    "dates": "sh:property [ sh:path :s ; sh:datatype xsd:date ]",
    "truth": "sh:property [ sh:path :s ; sh:datatype xsd:boolean ]",
    "strings": "sh:property [ sh:path :s ; sh:datatype xsd:string ]",
    "subjects and objects": "sh:targetObjectsOf :r ; sh:targetSubjectsOf :s ; sh:nodeKind sh:IRI",
    "kinds": "sh:property [ sh:path :p ; sh:nodeKind sh:BlankNodeOrLiteral ; sh:minCount 3 ; sh:class :T ]",
    "shapes of values": "sh:property [ sh:path :p ; sh:severity sh:Info ; "
    "sh:or ( [ sh:datatype xsd:integer ] [ sh:path :r ; sh:minCount 1 ] ) ]",
    "none": "sh:property [ sh:path :r ; sh:maxCount 0 ]",
    "counted within or": "sh:or ( [ sh:not [ sh:class :T ] ] [ sh:path :r ; sh:qualifiedMaxCount 0 ; "
    "sh:qualifiedValueShape [ sh:class :U ] ] )",
}


def shape(constraints: str) -> list[ox.Triple]:
    """Return a shape with those constraints, for all nodes of the data that have a name."""
    text = f":S a sh:NodeShape ; sh:targetClass :T , :U ; sh:targetNode :d ; {constraints} ."
    return [q.triple for q in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


@pytest.fixture(scope="module")
def data() -> list[ox.Triple]:
    """Return a graph with values of every kind, ill-typed and odd ones included."""
    return [q.triple for q in ox.parse(PREFIXES + DATA, format=ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_every_construct_is_judged_alike(construct: str, data: list[ox.Triple]) -> None:
    """Constructs that the ontology does not use yet are understood as pySHACL understands them, in both ways."""
    graph = shape(CONSTRUCTS[construct])
    shapes = Shapes(graph)
    own = parts(shapes.validate(data))
    assert own == parts(ReferenceShapes(graph).validate(data))
    assert own
    nodes = {t.subject.value for t in data if isinstance(t.subject, ox.NamedNode)}
    about = shapes.judge(store(comparable(data, shapes.compared)), nodes)
    assert {part for part in own if part[0] in nodes} <= parts(about) <= own


def test_classes_below_count_and_data_cannot_add_any(data: list[ox.Triple]) -> None:
    """What the ontology puts below a class is of that class; what data puts there is not."""
    order = ox.Triple(
        ox.NamedNode("http://example.org/U"),
        ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf"),
        ox.NamedNode("http://example.org/T"),
    )
    graph = shape("sh:class :T")
    focuses = {v.focus for v in Shapes(graph).validate(data)}
    assert focuses == {"http://example.org/c", "http://example.org/d"}
    assert {v.focus for v in Shapes(graph, [order]).validate(data)} == {"http://example.org/d"}
    assert {v.focus for v in Shapes(graph).validate([*data, order])} == focuses


@pytest.mark.parametrize(
    ("constraints", "told"),
    [
        ("sh:closed true", "sh:closed"),
        ("sh:property [ sh:path :p ; sh:equals :q ]", "sh:equals"),
        ("sh:property [ sh:path :p ; sh:minCuont 1 ]", "sh:minCuont"),
        ("sh:sparql [ sh:select 'SELECT $this WHERE {}' ]", "sh:sparql"),
        ("sh:deactivated true", "sh:deactivated"),
        ("sh:minCount 1", "sh:minCount without sh:path"),
        ("sh:property [ sh:nodeKind sh:IRI ]", "no sh:path"),
        ("sh:property [ sh:path :p ; sh:maxCount 1 , 2 ]", "sh:maxCount 2 times"),
        ("sh:property [ sh:path :p ; sh:maxCount 'one' ]", "no whole number"),
        ("sh:property [ sh:path [ sh:somePath :p ] ; sh:maxCount 1 ]", "a path of its own kind"),
        ("sh:property [ sh:path :p ; sh:pattern '^(?=a)' ]", "sh:pattern"),
        ("sh:property [ sh:path :p ; sh:minInclusive '2020-01-01'^^xsd:date ]", "what is no number"),
        ("sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :T ] ]", "without a count"),
        ("sh:nodeKind sh:Iri", "sh:nodeKind"),
        ("sh:in ()", "an empty list"),
        ("sh:in ( 1.50 )", "1.50"),
        ("sh:property [ sh:path :p ; sh:hasValue '1'^^xsd:boolean ]", "shortest form"),
        ("sh:not :S", "a reference to itself"),
        ("a owl:Class", "a class as its own target"),
    ],
)
def test_what_is_not_known_is_refused(constraints: str, told: str, data: list[ox.Triple]) -> None:
    """A construct that cannot be asked is an error that names shape and construct, over the whole and about a node."""
    shapes = Shapes(shape(constraints))
    with pytest.raises(UnreadableInput, match="the shapes cannot be run") as refused:
        shapes.validate(data)
    assert told in str(refused.value)
    with pytest.raises(UnreadableInput):
        shapes.judge(store(data), {"http://example.org/a"})


FORMS = {
    "date": "1931-02-28 1931-02-30 -0044-03-15 12020-01-01 2020-01-01Z 2020-01-01+03:00 20200101 0000-01-01 2020-01 "
    "1931 1931-2-8 abc",
    "dateTime": "2020-01-01T00:00:00 2020-01-01T00:00:00.5Z 2020-01-01T24:00:00 2020-13-01T00:00:00 abc",
    "time": "10:00:00 25:00:00 x",
    "duration": "P1D PT1H30M -P1Y x P",
    "integer": "5 007 +5 -5 5.0 1e3 x",
    "nonNegativeInteger": "5 0 -5 x",
    "positiveInteger": "5 0 -5",
    "negativeInteger": "5 0 -5",
    "nonPositiveInteger": "5 0 -5",
    "int": "5 2147483648",
    "byte": "127 128 -128 -129",
    "unsignedShort": "65535 65536 -1",
    "decimal": "5 31.50 .5 5. +5 x 5.5.5",
    "double": "1e3 5 -1.5E-3 x",
    "float": "1e3 x",
    "boolean": "true false 1 0 TRUE yes",
    "hexBinary": "AB 0g X",
    "gYear": "1931",
    "anyURI": "http://example.org/ x",
}


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("datatype", FORMS)
def test_texts_are_values_of_a_datatype_or_not_as_for_rdflib(datatype: str) -> None:
    """A text is well typed where rdflib, by which pySHACL judges, takes it for a value of the datatype."""
    texts = FORMS[datatype].split()
    found = {
        text: not Literal(text, datatype=URIRef(XSD + datatype), normalize=False).ill_typed for text in texts
    }
    assert {text: is_well_typed(text, XSD + datatype) for text in texts} == found


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("1_000", "integer"),
        (" 5", "integer"),
        ("٣", "integer"),
        ("1e3", "decimal"),
        ("2020-W01-1", "date"),
        ("2020-01-01T10:00:00", "date"),
        ("infinity", "double"),
        ("PT", "duration"),
    ],
)
def test_what_only_python_reads_is_no_value(text: str, datatype: str) -> None:
    """Texts that rdflib accepts because Python does, against XML Schema, are ill-typed all the same."""
    assert not Literal(text, datatype=URIRef(XSD + datatype), normalize=False).ill_typed
    assert not is_well_typed(text, XSD + datatype)


def test_a_line_break_at_the_end_counts() -> None:
    """A pattern that ends in ``$`` is not matched by a text with a line break after it, unlike in Python."""
    node = ox.NamedNode("http://example.org/d")
    triples = [ox.Triple(node, ox.NamedNode("http://example.org/q"), ox.Literal("AM\n"))]
    graph = shape("sh:property [ sh:path :q ; sh:pattern '^[A-Z]{2}$' ]")
    assert len(Shapes(graph).validate(triples)) == 1
    assert ReferenceShapes(graph).validate(triples) == []


def test_no_text_of_a_value_is_lost() -> None:
    """Of what the engine would rewrite the text is kept: two forms of one number stay two values."""
    node, prop = ox.NamedNode(ID + "a"), ox.NamedNode(ID + "p")
    given = [
        ox.Triple(node, prop, ox.Literal(text, datatype=ox.NamedNode(XSD + kind)))
        for text, kind in (("31.50", "decimal"), ("31.5", "decimal"), ("5", "long"), ("5", "integer"))
    ]
    assert len(store(comparable(given))) == len(given) > len(store(given))
    assert {q.object.value for q in store(comparable(given))} == {"31.50", "31.5", "5"}
