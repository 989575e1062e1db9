"""The ontology: inside OWL 2 RL, free of contradictions, covered by the rules, and in the house's style."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from owl_profile import violations
from rdflib import OWL, RDF, RDFS, SH, Graph, Namespace, URIRef

from foedus.assembly import assemble
from foedus.home import Home
from foedus.namespaces import FOE, ID, PREFIXES, SHAPE, XSD
from foedus.vocabulary import parse_turtle

HOME, FICTION = Home.find(), Home(Path(__file__).parent / "home")
STYLE = HOME.ontology / "house-style.ttl"
FILES = [
    path for path in sorted(HOME.ontology.glob("*.ttl")) if path.name not in (STYLE.name, "query-shapes.ttl")
]
RULES = {path.stem for path in (HOME.ontology / "entailment").glob("*.ru")}
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@cache
def ontology() -> Graph:
    graph = Graph()
    for path in FILES:
        graph.parse(path)
    return graph


def read(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse((HEADER + turtle).encode(), format=ox.RdfFormat.TURTLE)]


# OWL 2 RL


def test_ontology_is_owl_2_rl() -> None:
    """Ontology, vocabularies and alignments stay inside OWL 2 RL, but for xsd:date."""
    assert {"foedus.ttl", "vocabularies.ttl"} <= {path.name for path in FILES}
    assert violations(ontology(), [URIRef(XSD + "date")]) == []


def test_the_one_departure_is_the_date() -> None:
    """Without leave for xsd:date, dates are all that the checker finds."""
    assert set(violations(ontology())) == {"xsd:date: is not a datatype of OWL 2 RL"}


SMALL = """
ex:A a owl:Class . ex:B a owl:Class . ex:C a owl:Class .
ex:p a owl:ObjectProperty . ex:q a owl:ObjectProperty .
ex:d a owl:DatatypeProperty . ex:n a owl:AnnotationProperty .
"""


@pytest.mark.parametrize(
    "axioms",
    [
        "ex:A rdfs:subClassOf ex:B , [ owl:onProperty ex:p ; owl:allValuesFrom ex:C ] .",
        "[ owl:onProperty ex:p ; owl:someValuesFrom ex:C ] rdfs:subClassOf ex:A .",
        "[ owl:onProperty ex:p ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf ex:A .",
        "[ owl:unionOf ( ex:A ex:B ) ] rdfs:subClassOf ex:C .",
        "[ owl:oneOf ( ex:a ex:b ) ] rdfs:subClassOf ex:C .",
        "ex:A owl:equivalentClass [ owl:intersectionOf ( ex:B [ owl:onProperty ex:p ; owl:hasValue 1 ] ) ] .",
        "ex:A rdfs:subClassOf [ owl:onProperty ex:p ; owl:maxCardinality 1 ] , [ owl:complementOf ex:B ] .",
        "ex:A rdfs:subClassOf [ owl:onProperty ex:d ; owl:allValuesFrom xsd:decimal ] .",
        "[] a owl:AllDisjointClasses ; owl:members ( ex:A ex:B ex:C ) . ex:A owl:disjointWith ex:B .",
        "ex:p a owl:TransitiveProperty ; owl:inverseOf ex:q ; rdfs:domain ex:A ; rdfs:range ex:B .",
        "ex:p owl:propertyChainAxiom ( ex:q [ owl:inverseOf ex:p ] ) .",
        "ex:d rdfs:range xsd:integer ; a owl:FunctionalProperty . ex:A owl:hasKey ( ex:p ex:d ) .",
        "ex:a a ex:A ; ex:p ex:b ; ex:d 1 ; ex:n 'x' . ex:n rdfs:range xsd:gYear .",
    ],
)
def test_checker_lets_the_profile_pass(axioms: str) -> None:
    """Each construct of OWL 2 RL in a place where the profile allows it yields no finding."""
    assert violations(small(axioms)) == []


@pytest.mark.parametrize(
    ("axioms", "fault"),
    [
        (
            "ex:A rdfs:subClassOf [ owl:onProperty ex:p ; owl:someValuesFrom ex:C ] .",
            "cannot be a superclass",
        ),
        ("ex:A rdfs:subClassOf [ owl:unionOf ( ex:B ex:C ) ] .", "cannot be a superclass"),
        ("ex:A rdfs:subClassOf [ owl:oneOf ( ex:a ) ] .", "cannot be a superclass"),
        ("ex:A rdfs:subClassOf [ owl:onProperty ex:p ; owl:minCardinality 1 ] .", "minCardinality is not in"),
        ("ex:A rdfs:subClassOf [ owl:onProperty ex:p ; owl:maxCardinality 2 ] .", "at most 2"),
        (
            "ex:A rdfs:subClassOf [ owl:intersectionOf ( ex:B [ owl:unionOf ( ex:C ex:A ) ] ) ] .",
            "a superclass",
        ),
        ("ex:p rdfs:domain [ owl:unionOf ( ex:B ex:C ) ] .", "cannot be a superclass"),
        ("[ owl:onProperty ex:p ; owl:allValuesFrom ex:C ] rdfs:subClassOf ex:A .", "cannot be a subclass"),
        ("[ owl:complementOf ex:C ] rdfs:subClassOf ex:A .", "cannot be a subclass"),
        ("ex:A owl:equivalentClass [ owl:unionOf ( ex:B ex:C ) ] .", "cannot be an equivalent class"),
        ("ex:A owl:disjointUnionOf ( ex:B ex:C ) .", "disjointUnionOf is not in"),
        ("[] a owl:AllDisjointClasses ; owl:members ( ex:A [ owl:complementOf ex:B ] ) .", "a subclass"),
        ("ex:p a owl:ReflexiveProperty .", "ReflexiveProperty is not in"),
        ("owl:Thing rdfs:subClassOf ex:A .", "owl:Thing: cannot stand here"),
        ("ex:d rdfs:range xsd:gYear .", "xsd:gYear: is not a datatype"),
        ("ex:A rdfs:subClassOf [ owl:onProperty ex:d ; owl:allValuesFrom xsd:gYear ] .", "not a datatype"),
        ("ex:a ex:d '2017'^^xsd:gYear .", "datatype xsd:gYear is not in"),
        ("ex:p owl:bottomProperty ex:q .", "bottomProperty is not in"),
        ("ex:A rdfs:subClassOf ex:Undeclared .", "ex:Undeclared: is used as class"),
        ("ex:a a ex:Undeclared .", "ex:Undeclared: is used as class"),
        ("ex:a ex:undeclared ex:b .", "ex:undeclared: is used as object property or"),
        ("ex:undeclared rdfs:domain ex:A .", "ex:undeclared: has a domain or range"),
        ("ex:p rdfs:subPropertyOf ex:d .", "ex:d: is used as object property"),
        ("ex:p owl:propertyChainAxiom ( ex:q ex:d ) .", "ex:d: is used as object property"),
        ("ex:d owl:inverseOf ex:p .", "ex:d: has an inverse"),
        ("ex:d a owl:SymmetricProperty .", "ex:d: is used as object property"),
        ("ex:p a owl:DatatypeProperty .", "ex:p: is declared as properties of two kinds"),
        ("rdf:Statement a owl:Class .", "rdf:Statement: is reserved vocabulary"),
        ("ex:p a owl:TransitiveProperty , owl:AsymmetricProperty .", "ex:p: is transitive or chained"),
        (
            "ex:q a owl:FunctionalProperty . ex:p a owl:TransitiveProperty ; rdfs:subPropertyOf ex:q .",
            "ex:q: is tr",
        ),
    ],
)
def test_checker_finds_what_leaves_the_profile(axioms: str, fault: str) -> None:
    """Each construct in a place where OWL 2 RL does not allow it yields a finding that names it."""
    assert [found for found in violations(small(axioms)) if fault in found]


def small(axioms: str) -> Graph:
    return Graph().parse(
        data=f"{HEADER}@prefix ex: <https://example.org/terms#> .\n{SMALL}{axioms}", format="turtle"
    )


# The rules cover the ontology

RULES_OF = {
    RDFS.subClassOf: {"cax-sco"},
    RDFS.subPropertyOf: {"prp-spo1"},
    RDFS.domain: {"prp-dom"},
    RDFS.range: {"prp-rng"},
    OWL.inverseOf: {"prp-inv1", "prp-inv2"},
    OWL.propertyChainAxiom: {"prp-spo2"},
    OWL.equivalentProperty: {"prp-eqp1", "prp-eqp2"},
    OWL.equivalentClass: {"cax-eqc1", "cax-eqc2"},
    OWL.intersectionOf: {"cls-int1", "cls-int2"},
    OWL.unionOf: {"cls-uni"},
    OWL.someValuesFrom: {"cls-svf1"},
    OWL.hasValue: {"cls-hv1", "cls-hv2"},
    OWL.SymmetricProperty: {"prp-symp"},
    OWL.TransitiveProperty: {"prp-trp"},
}
"""Per construct of OWL the rules that draw its conclusions."""

CONCLUDES_NOTHING = {
    *(OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty),
    *(
        OWL.versionInfo,
        OWL.versionIRI,
        OWL.AllDisjointClasses,
        OWL.members,
        OWL.disjointWith,
        OWL.onProperty,
        OWL.Restriction,
    ),
    *(RDFS.isDefinedBy, RDFS.comment, RDFS.seeAlso),
}
"""Constructs that only declare, describe, or contradict: they add no triple."""


def uncovered(graph: Graph) -> list[str]:
    """Return the constructs of a graph whose conclusions no rule draws."""
    used = {str(term) for term in {*graph.predicates(), *graph.objects(None, RDF.type)}}
    constructs = {URIRef(term) for term in used if term.startswith((str(OWL), str(RDFS)))}
    found = [str(c) for c in constructs - CONCLUDES_NOTHING if not RULES_OF.get(c, {""}) <= RULES]
    found += [f"chain of {n}" for n in lengths(graph, OWL.propertyChainAxiom) if n not in (2, 3)]
    found += [f"intersection of {n}" for n in lengths(graph, OWL.intersectionOf) if n not in (2, 3)]
    found += ["anonymous inverse" for s in graph.subjects(OWL.inverseOf) if not isinstance(s, URIRef)]
    return sorted(found)


def lengths(graph: Graph, construct: URIRef) -> list[int]:
    return [len(list(graph.items(head))) for head in graph.objects(None, construct)]


def test_rules_cover_the_ontology() -> None:
    """Every construct that the ontology uses has its rules, or is known to conclude nothing."""
    assert uncovered(ontology()) == []
    assert set().union(*RULES_OF.values()) == RULES


@pytest.mark.parametrize(
    ("axioms", "missing"),
    [
        ("ex:p a owl:FunctionalProperty .", f"{OWL}FunctionalProperty"),
        ("ex:A owl:hasKey ( ex:p ) .", f"{OWL}hasKey"),
        ("ex:A rdfs:subClassOf [ owl:onProperty ex:p ; owl:allValuesFrom ex:C ] .", f"{OWL}allValuesFrom"),
        ("ex:p owl:propertyChainAxiom ( ex:q ex:q ex:q ex:q ) .", "chain of 4"),
        ("ex:A owl:intersectionOf ( ex:A ex:B ex:C ex:D ) .", "intersection of 4"),
        ("ex:p owl:propertyChainAxiom ( ex:q [ owl:inverseOf ex:p ] ) .", "anonymous inverse"),
    ],
)
def test_a_construct_without_rule_is_noticed(axioms: str, missing: str) -> None:
    """A construct whose conclusions no rule draws is named before the closure falls silently short."""
    assert uncovered(small(axioms)) == [missing]


# Consistency


def judge(triples: Iterable[ox.Triple]) -> tuple[bool, list[str]]:
    """Return HermiT's verdict: whether the triples are consistent, and which classes can have no member."""
    import owlready2

    # RDF's own reification is outside OWL; it carries where a value comes from, and contradicts nothing.
    kept = [t for t in triples if not t.predicate.value.startswith(str(RDF)) or t.predicate.value in LISTS]
    world = owlready2.World()
    loaded = world.get_ontology(f"{ID}all#")
    loaded.load(fileobj=io.BytesIO("".join(f"{t} .\n" for t in kept).encode()))
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return False, []
    return True, sorted(c.iri for c in world.inconsistent_classes() if c is not owlready2.Nothing)


LISTS = {str(RDF.type), str(RDF.first), str(RDF.rest)}


@pytest.fixture
def java(require: Callable[[str, bool, str], None]) -> None:
    require("java", shutil.which("java") is not None, "HermiT needs Java, and no java is on the path")


@cache
def schema() -> tuple[ox.Triple, ...]:
    return tuple(triple for path in FILES for triple in parse_turtle(path))


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize("home", [HOME, FICTION], ids=["built-in", "fictional"])
def test_ontology_and_graph_are_consistent(home: Home) -> None:
    """A full OWL reasoner finds no contradiction in ontology and dossiers, no class that must be empty."""
    assembly = assemble(home)
    assert assembly.findings == []
    assert home.dossiers
    facts = [triple for name in home.dossiers for triple in assembly.dossier(name)]
    assert judge([*schema(), *facts]) == (True, [])


@pytest.mark.usefixtures("java")
@pytest.mark.parametrize(
    "mistake",
    [
        "id:x a foe:Person , foe:Company .",
        "id:x a foe:Treaty . id:t a foe:Tenure ; foe:person id:x .",
        "id:x a foe:Event . id:m a foe:Membership ; foe:member id:x .",
        "id:x a foe:State , foe:Statement .",
    ],
)
def test_a_contradiction_is_found(mistake: str) -> None:
    """Two kinds mixed up, by type or by what a property points at, make the ontology inconsistent."""
    assert judge([*schema(), *read(mistake)]) == (False, [])


@pytest.mark.usefixtures("java")
def test_an_impossible_class_is_found() -> None:
    """A class below two disjoint ones is named, though nothing belongs to it yet."""
    cyborg = read("foe:Robot a owl:Class ; rdfs:subClassOf foe:Person , foe:Company .")
    assert judge([*schema(), *cyborg]) == (True, [f"{FOE}Robot"])


# House style


def test_the_header_names_version_and_namespace() -> None:
    """The version's own IRI ends in the version, and the preferred prefix stands for the terms' namespace."""
    graph, vann = ontology(), Namespace("http://purl.org/vocab/vann/")
    header = URIRef(FOE.removesuffix("#"))
    assert graph.value(header, OWL.versionIRI) == header + "/" + str(graph.value(header, OWL.versionInfo))
    assert PREFIXES[str(graph.value(header, vann.preferredNamespacePrefix))] == FOE
    assert str(graph.value(header, vann.preferredNamespaceUri)) == FOE


def shapes_broken_by(data: Graph) -> set[str]:
    """Return the names of the house-style shapes that a graph breaks."""
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(STYLE), inference="none")
    assert isinstance(report, Graph)
    return {str(source).removeprefix(SHAPE) for source in report.objects(None, SH.sourceShape)}


def test_ontology_is_in_the_house_style() -> None:
    """Terms and concepts are labelled, defined and named as the style asks, and all terms are declared."""
    _, report, text = pyshacl.validate(ontology(), shacl_graph=Graph().parse(STYLE), inference="none")
    assert isinstance(report, Graph)
    assert not list(report.objects(None, SH.result)), text


MODEL = """
<https://w3id.org/foedus/ontology> a owl:Ontology .
foe:Treaty a owl:Class ; skos:prefLabel "treaty"@en , "traité"@fr ; skos:definition "An agreement."@en ;
    skos:example "The pact."@en ; rdfs:isDefinedBy <https://w3id.org/foedus/ontology> .
foe:Kind a owl:Class ; skos:prefLabel "kind"@en ; skos:definition "A kind."@en ; skos:example "Pact."@en ;
    rdfs:isDefinedBy <https://w3id.org/foedus/ontology> ; foe:conceptScheme voc:kind .
foe:conceptScheme a owl:AnnotationProperty ; skos:prefLabel "scheme"@en ; skos:definition "A scheme."@en ;
    skos:example "Kinds."@en ; rdfs:isDefinedBy <https://w3id.org/foedus/ontology> .
foe:treatyKind a owl:ObjectProperty ; skos:prefLabel "treaty kind"@en ; skos:definition "Its kind."@en ;
    skos:example "A pact."@en ; rdfs:isDefinedBy <https://w3id.org/foedus/ontology> ; rdfs:domain foe:Treaty .
org:Post a owl:Class .
voc:kind a skos:ConceptScheme ; skos:prefLabel "kinds"@en ; skos:definition "Kinds of treaties."@en .
voc:kind.peace-pact a skos:Concept , foe:Kind ; skos:prefLabel "peace pact"@en ;
    skos:definition "A pact."@en ; skos:inScheme voc:kind ; skos:notation "peace-pact" .
"""


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ('"treaty"@en', '"treaty"@de', "Term-prefLabel"),
        ('"traité"@fr', '"pact"@en', "Term-prefLabel"),
        ('skos:definition "Its kind."@en ;', "", "Term-definition"),
        ('"The pact."@en', '"The pact."', "Term-example"),
        ("ontology> ; rdfs:domain", "other> ; rdfs:domain", "Term-isDefinedBy"),
        (
            "rdfs:isDefinedBy <https://w3id.org/foedus/ontology> ; foe:concept",
            "foe:concept",
            "Term-isDefinedBy",
        ),
        ("foe:Treaty", "foe:treaty", "Class-name"),
        ("foe:Treaty", "foe:Peace_Treaty", "Class-name"),
        ("foe:treatyKind", "foe:TreatyKind", "Property-name"),
        ("rdfs:domain foe:Treaty", "rdfs:domain foe:Traety", "Ontology-terms"),
        ("org:Post a owl:Class", "org:Post a owl:Class ; foe:note 'x'", "Ontology-terms"),
        ("org:Post a owl:Class", "foe:Post rdfs:subClassOf foe:Treaty", "Ontology-terms"),
        ('"kinds"@en', '"kinds"', "English-prefLabel"),
        ('skos:definition "Kinds of treaties."@en', "rdfs:comment 'x'", "English-definition"),
        ('"peace pact"@en', '"peace pact"@fr', "English-prefLabel"),
        ('skos:definition "A pact."@en ;', "", "English-definition"),
        ("skos:inScheme voc:kind", "skos:inScheme voc:sort", "Concept-inScheme"),
        ('; skos:notation "peace-pact"', "", "Concept-notation"),
        ("peace-pact", "Peace_pact", "Concept-notation"),
        ('skos:notation "peace-pact"', 'skos:notation "pact"', "Scheme-slugs"),
        ("skos:Concept , foe:Kind", "skos:Concept , foe:Treaty", "Scheme-class"),
    ],
)
def test_bad_style_is_found(old: str, new: str, shape: str) -> None:
    """A model that breaks the style in one place breaks the one shape that is there for it."""
    assert MODEL.replace(old, new) != MODEL
    assert not shapes_broken_by(Graph().parse(data=HEADER + MODEL, format="turtle"))
    assert shapes_broken_by(Graph().parse(data=HEADER + MODEL.replace(old, new), format="turtle")) == {shape}
