"""The closure: each rule by itself, the two reasoners against each other, and what must never follow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from foedus.assembly import assemble
from foedus.closure import close
from foedus.diagnostics import UnreadableInput
from foedus.entailment import bind, infer, read_rules
from foedus.home import Home
from foedus.namespaces import FOE, ID, OA, OWL, RDF, RDFS, VOC, XSD
from foedus.vocabulary import Class, Property, Vocabulary, parse_turtle, read_vocabulary

HOME, FICTION = Home.find(), Home(Path(__file__).parent / "home")
RULES = HOME.ontology / "entailment"
CASES = Path(__file__).parent / "entailment"
NAMES = sorted(path.stem for path in RULES.glob("*.ru"))
TYPE = ox.NamedNode(RDF + "type")


@cache
def ontology() -> tuple[ox.Triple, ...]:
    return tuple(t for n in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(HOME.ontology / n))


@cache
def vocabulary() -> Vocabulary:
    return read_vocabulary(HOME.ontology)


def foe(name: str) -> ox.NamedNode:
    return ox.NamedNode(FOE + name)


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(ID + name)


def lines(triples: Iterable[ox.Triple]) -> list[str]:
    return sorted(map(str, triples))


# Each rule by itself


def test_every_rule_has_its_case() -> None:
    """Every rule has a folder with a graph given and one expected, neither empty; no folder is left over."""
    assert NAMES
    assert sorted(path.name for path in CASES.iterdir()) == NAMES
    for name in NAMES:
        assert parse_turtle(CASES / name / "given.ttl")
        assert parse_turtle(CASES / name / "expected.ttl")


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_derives_what_the_table_says(name: str) -> None:
    """A rule alone, bound to its small graph and run over it, infers exactly the triples expected."""
    given = parse_turtle(CASES / name / "given.ttl")
    inferred = infer(bind(read_rules(RULES)[name], given), given)
    assert lines(inferred) == lines(parse_turtle(CASES / name / "expected.ttl"))


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_an_update_for_oxigraph(name: str) -> None:
    """A rule's file, run by Oxigraph as it stands until nothing is added, adds exactly the triples expected."""
    given = parse_turtle(CASES / name / "given.ttl")
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in given)
    before = {str(quad.triple) for quad in store}
    size = -1
    while size != len(store):
        size = len(store)
        store.update((RULES / f"{name}.ru").read_text(encoding="utf-8"))
    added = {str(quad.triple) for quad in store} - before
    assert sorted(added) == lines(parse_turtle(CASES / name / "expected.ttl"))


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_an_update_for_rdflib(name: str) -> None:
    """A rule gives the same in rdflib, which would let a literal be a subject if the rule did."""
    graph = rdflib.Graph().parse(CASES / name / "given.ttl")
    expected = graph + rdflib.Graph().parse(CASES / name / "expected.ttl")
    size = -1
    while size != len(graph):
        size = len(graph)
        graph.update((RULES / f"{name}.ru").read_text(encoding="utf-8"))
    assert set(graph) == set(expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_names_itself(name: str) -> None:
    """The first line of a rule's file names the rule and the table of the W3C that it stands in."""
    first = (RULES / f"{name}.ru").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith(f"# {name}, OWL 2 RL/RDF, Table ")


@pytest.mark.parametrize("name", NAMES)
def test_reasoners_agree_on_a_rule(name: str) -> None:
    """Both reasoners give the same useful triples, and some, on the small graph of a rule."""
    given = parse_turtle(CASES / name / "given.ttl")
    by_rules = close([], given, RULES)
    assert by_rules
    assert lines(by_rules) == lines(close([], given, RULES, "owlrl"))


# What is emitted


def test_numbers_and_dates_keep_their_form() -> None:
    """A literal comes out of either reasoner exactly as it went in, datatype and leading zero included."""
    values = [
        ox.Literal("07", datatype=ox.NamedNode(XSD + "nonNegativeInteger")),
        ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal")),
        ox.Literal("2017-10-01", datatype=ox.NamedNode(XSD + "date")),
        ox.Literal("Freedonia", language="en"),
        ox.Literal("FR"),
    ]
    given = [ox.Triple(thing("freedonia"), foe("older"), value) for value in values]
    given.append(ox.Triple(foe("older"), ox.NamedNode(RDFS + "subPropertyOf"), foe("any")))
    expected = lines(ox.Triple(thing("freedonia"), foe("any"), value) for value in values)
    assert lines(close([], given, RULES)) == expected
    assert lines(close([], given, RULES, "owlrl")) == expected


def test_noise_is_left_out() -> None:
    """Nothing reflexive, anonymous, of other namespaces, or in the words of OWL and RDFS is emitted."""
    given = ox.parse(
        f"""PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}> PREFIX id: <{ID}> PREFIX foe: <{FOE}>
        foe:near a owl:SymmetricProperty , owl:TransitiveProperty .
        foe:State rdfs:subClassOf owl:Thing , [ owl:onProperty foe:near ; owl:hasValue id:sea ] .
        foe:near rdfs:subPropertyOf rdfs:seeAlso .
        id:freedonia a foe:State ; foe:near id:ruritania .
        foe:Example foe:near id:example .""".encode(),
        format=ox.RdfFormat.TURTLE,
    )
    freedonia, ruritania, sea, near = thing("freedonia"), thing("ruritania"), thing("sea"), foe("near")
    assert lines(close([], [quad.triple for quad in given], RULES)) == lines(
        [
            ox.Triple(ruritania, near, freedonia),
            ox.Triple(freedonia, near, sea),
            ox.Triple(ruritania, near, sea),
            ox.Triple(sea, near, freedonia),
            ox.Triple(sea, near, ruritania),
            ox.Triple(thing("example"), near, foe("Example")),
        ]
    )


def test_order_does_not_matter() -> None:
    """The result is sorted by its N-Triples form, whatever the order of the input."""
    given = parse_turtle(CASES / "prp-trp" / "given.ttl")
    forth, back = close([], given, RULES), close([], reversed(given), RULES)
    assert forth == back
    assert list(map(str, forth)) == lines(forth)


def test_rules_load_neither_owlrl_nor_rdflib() -> None:
    """The everyday closure imports neither owlrl nor rdflib."""
    script = (
        "import sys; from pathlib import Path; from foedus.closure import close; "
        "close([], [], Path(sys.argv[1])); sys.exit(bool({'owlrl', 'rdflib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script, str(RULES)], check=False).returncode == 0


# Rules that are none


def test_no_rules_is_an_error(tmp_path: Path) -> None:
    """A folder without rules is refused, for it would silently infer nothing."""
    with pytest.raises(UnreadableInput, match="no rules"):
        close([], [], tmp_path)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# none\nINSERT { ?x a ?y }\nWHEN { ?x a ?y }\n", "ru:2: no rule of entailment"),
        ("", "ru:1: no rule of entailment"),
        ("INSERT { ?x a ?y } WHERE { ?x a ?y } ; DELETE WHERE { ?x a ?y }", "ru:1: no rule of entailment"),
        ("INSERT { ?x a ?y } WHERE { ?y b:c ?z . ?x a ?z }", "not SPARQL"),
        ("INSERT { ?x a ?y } WHERE { ?x a }", "no pattern of three words"),
        ("INSERT { ?x a ?y } WHERE { ?x ?y ?z }", "does not tell a property or class"),
        ("INSERT { ?x a <x:y> } WHERE { ?x a ?y }", "all variables but a"),
        ("INSERT { ?x a ?y . ?y a ?x } WHERE { ?x a ?y }", "infers one triple"),
        ("INSERT { ?x a ?y } WHERE { ?z a ?y }", r"\?x stands in no triple"),
    ],
)
def test_a_broken_rule_is_refused(text: str, fault: str, tmp_path: Path) -> None:
    """A rule that is none, or of which nothing could be inferred, is refused, naming the file and why."""
    (tmp_path / "cax-sco.ru").write_text(text)
    with pytest.raises(UnreadableInput, match=rf"cax-sco\.{fault}|cax-sco\.ru: .*{fault}"):
        close([], ontology(), tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <https://example.org/>",
        "INSERT { ?x a ?y } WHERE { SERVICE <https://example.org/> { ?x a ?y } }",
        "INSERT { ?x a ?y } WHERE { ?x a ?y } ; load <file:///etc/hostname>",
        "INSERT { ?x a ?y } WHERE { ?x a '#' . } ; LOAD <file:///etc/hostname>",
        r"\u004cOAD <https://example.org/>",
        "DELETE WHERE { ?x a ?y }",
    ],
)
def test_a_rule_reaches_neither_network_nor_disk(text: str, tmp_path: Path) -> None:
    """A rule that does anything but insert what it finds in the graph is refused before it runs."""
    (tmp_path / "prp-dom.ru").write_text(text)
    with pytest.raises(UnreadableInput, match=r"prp-dom\.ru.* write INSERT"):
        close([], [], tmp_path)


# The real ontology and dossiers


def significant(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Return the triples without those that only lengthen owlrl's work.

    Left out: selectors, of which each segment has one like the next; and literals, of which no rule makes
    anything but their subject's type, unless their property is below another.
    """
    found = list(triples)
    below = {t.subject for t in ontology() if t.predicate.value == RDFS + "subPropertyOf"}
    selectors = {t.object for t in found if t.predicate.value == OA + "hasSelector"}
    return [
        t
        for t in found
        if not selectors & {t.subject, t.object}
        and (not isinstance(t.object, ox.Literal) or t.predicate in below)
    ]


@pytest.mark.parametrize("home", [HOME, FICTION], ids=["built-in", "fictional"])
def test_reasoners_agree_on_the_dossiers(home: Home) -> None:
    """Both reasoners give the same useful triples for every dossier."""
    assembly = assemble(home)
    assert assembly.findings == []
    assert home.dossiers
    for name in home.dossiers:
        asserted, schema = significant(assembly.dossier(name)), significant(ontology())
        by_rules = close(asserted, schema, RULES)
        assert by_rules
        assert lines(by_rules) == lines(close(asserted, schema, RULES, "owlrl"))


def test_reasoners_agree_on_one_record_of_every_kind() -> None:
    """Both reasoners give the same useful triples for a record of every class with all its relations."""
    asserted = [*entities(), *records("asserted")]
    by_rules = close(asserted, significant(ontology()), RULES)
    assert len(by_rules) > len(asserted) / 4
    assert lines(by_rules) == lines(close(asserted, significant(ontology()), RULES, "owlrl"))


# No shortcut drops time, status or modality


def leaves(ancestor: str) -> list[Class]:
    """Return the classes at or below one that have no subclass themselves."""
    found = [c for c in vocabulary().classes.values() if FOE + ancestor in c.ancestors]
    return sorted(
        (c for c in found if not any(c.iri in d.ancestors - {d.iri} for d in found)), key=lambda c: c.name
    )


def entities() -> list[ox.Triple]:
    """Return two entities of every kind."""
    return [
        ox.Triple(thing(f"{kind.name.lower()}-{n}"), TYPE, ox.NamedNode(kind.iri))
        for kind in leaves("Entity")
        for n in (1, 2)
    ]


def relations(kind: Class) -> list[Property]:
    """Return the properties by which a node of the class may point at an entity."""
    return [
        p
        for p in vocabulary().properties.values()
        if p.kind == "ObjectProperty"
        and p.domain in kind.ancestors
        and vocabulary().is_a(p.range.removeprefix(FOE), FOE + "Entity")
    ]


def records(modality: str) -> list[ox.Triple]:
    """Return a record of every class, with a participation, pointing at entities by all their relations."""
    triples = []
    for kind in leaves("Record"):
        record = thing(f"{modality}-{kind.name.lower()}")
        part = thing(f"{modality}-{kind.name.lower()}.participation.host")
        status = thing(f"{modality}-{kind.name.lower()}.status-interval.full")
        triples += [
            ox.Triple(record, TYPE, ox.NamedNode(kind.iri)),
            ox.Triple(record, foe("modality"), ox.NamedNode(f"{VOC}modality.{modality}")),
            ox.Triple(record, foe("participation"), part),
            ox.Triple(part, TYPE, foe("Participation")),
        ]
        if kind.name == "Membership":
            triples += [
                ox.Triple(record, foe("statusInterval"), status),
                ox.Triple(status, TYPE, foe("MembershipStatus")),
                ox.Triple(status, foe("status"), ox.NamedNode(VOC + "membership-status.full")),
            ]
        nodes = [(record, kind), (part, vocabulary().classes["Participation"])]
        for (node, own), n in zip(nodes, (1, 2), strict=True):
            for relation in relations(own):
                names = [c.name.lower() for c in leaves(relation.range.removeprefix(FOE))]
                triples += [
                    ox.Triple(node, ox.NamedNode(relation.iri), thing(f"{name}-{n}")) for name in names[:2]
                ]
    return triples


def said_of_entities(triples: Iterable[ox.Triple]) -> list[str]:
    known = {triple.subject for triple in entities()}
    return lines(t for t in triples if t.subject in known)


MODALITIES = sorted(read_vocabulary(HOME.ontology).concepts[VOC + "modality"])


def test_the_planted_records_are_of_many_kinds() -> None:
    """The records planted below cover every modality and the kinds that a shortcut would tempt most."""
    assert MODALITIES == [
        "asserted",
        "claimed",
        "conditional",
        "demanded",
        "perceived",
        "planned",
        "reported",
    ]
    kinds = {t.object for t in records("planned") if t.predicate == TYPE}
    assert {
        foe(n) for n in ("Containment", "Membership", "Succession", "Tenure", "Mission", "TreatyAct")
    } <= kinds
    used = {t.predicate for t in records("planned")}
    assert {foe(n) for n in ("member", "organization", "part", "whole", "predecessor", "successor")} <= used


@pytest.mark.parametrize("modality", MODALITIES)
def test_a_record_says_nothing_of_its_entities(modality: str) -> None:
    """Whatever its modality, a record adds nothing about an entity: no relation between two, no type."""
    inferred = close([*entities(), *records(modality)], ontology(), RULES)
    assert said_of_entities(inferred) == said_of_entities(close(entities(), ontology(), RULES))


@pytest.mark.parametrize(
    "shortcut",
    [
        "foe:hasMembership owl:inverseOf foe:member . "
        "foe:memberOf owl:propertyChainAxiom ( foe:hasMembership foe:organization ) .",
        "foe:involvedIn owl:inverseOf foe:involves .",
        "foe:successor rdfs:range foe:Recognized .",
    ],
)
def test_a_shortcut_would_be_noticed(shortcut: str) -> None:
    """An ontology in which a record says something of its entities would fail the test above."""
    text = f"PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}> PREFIX foe: <{FOE}> {shortcut}"
    axioms = [quad.triple for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)]
    inferred = close([*entities(), *records("planned")], [*ontology(), *axioms], RULES)
    assert said_of_entities(inferred) != said_of_entities(close(entities(), ontology(), RULES))
