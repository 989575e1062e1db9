"""The published file of shapes and rules: what other validators find with it is what Foedus finds.

One graph holds the fictional home as it is, the same again with faults planted in it, and the cases of every rule
and every shape, each with ids of its own. Jena judges the whole of it, while pySHACL judges it without the cases of
shapes: those the reference judges elsewhere, and one of them, a day that is none, makes bare pySHACL break down.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Require
from fiction import built_fiction
from matrix.servers import Missing, jena_command
from rdflib import BNode, Graph, URIRef
from rdflib.plugins.sparql import processor

from foedus.assembly import assemble
from foedus.home import Home
from foedus.namespaces import FOE, ID, SH, SHAPE
from foedus.rulefiles import read_rules
from foedus.rules import offenders
from foedus.shapesgraph import PUBLISHED, publish_shapes, rule_shapes
from foedus.validation import validate
from foedus.vocabulary import parse_turtle

TESTS = Path(__file__).parent
ONTOLOGY = Home.find().ontology
PATIENCE = 600
"""Seconds that Jena may take for the whole graph; on two busy cores it takes forty."""

Found = frozenset[tuple[str, str, str]]
"""Focus nodes, the names of what they break, and the severity."""


def moved(
    term: ox.NamedNode | ox.BlankNode | ox.Literal, prefix: str
) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term with its id moved below a prefix; ``unnamed``, which is the ontology's, stays."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(ID) and term.value != ID + "unnamed":
        return ox.NamedNode(ID + prefix + term.value.removeprefix(ID))
    return ox.BlankNode(prefix.rstrip(".") + term.value) if isinstance(term, ox.BlankNode) else term


def below(prefix: str, triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return the triples with every id moved below a prefix."""
    return [ox.Triple(moved(t.subject, prefix), t.predicate, moved(t.object, prefix)) for t in triples]


CODES = {FOE + name for name in ("isoAlpha2", "isoAlpha3", "wikidataId")}
"""The properties whose values are one thing's alone."""


def planted(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return the triples with faults at a hundred places that chance chose once: left out, or another's value."""
    chance = random.Random(4)
    chosen = {t: chance.random() < 0.5 for t in chance.sample(triples, 100)}
    values: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in triples:
        values.setdefault(triple.predicate, []).append(triple)
    return [
        ox.Triple(t.subject, t.predicate, chance.choice(values[t.predicate]).object) if t in chosen else t
        for t in triples
        if not chosen.get(t)
    ]


@cache
def fiction_and_rules() -> list[ox.Triple]:
    """Return the fictional home, the same with faults, and the cases of the rules."""
    home = built_fiction()
    fiction = assemble(home).dossier(home.dossiers[0])
    # A second state of the same code would break a rule of its own.
    copied = [t for t in planted(fiction) if t.predicate.value not in CODES]
    triples = [*fiction, *below("planted.", copied)]
    for number, case in enumerate(sorted(TESTS.glob("rules/*/*.ttl"))):
        triples += below(f"rule{number}.", parse_turtle(case))
    return triples


@cache
def whole() -> list[ox.Triple]:
    """Return the graph to be judged, with the cases of the shapes."""
    triples = fiction_and_rules()
    for number, case in enumerate(sorted(TESTS.glob("shapes/*/*.ttl"))):
        triples = [*triples, *below(f"shape{number}.", parse_turtle(case))]
    return triples


@cache
def ontology() -> tuple[ox.Triple, ...]:
    """Return ontology and vocabularies, which any validator needs beside the data."""
    return tuple(t for name in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(ONTOLOGY / name))


def to_ntriples(triples: list[ox.Triple]) -> bytes:
    """Return the triples and the ontology as one file."""
    content = ox.serialize([*triples, *ontology()], format=ox.RdfFormat.N_TRIPLES)
    assert content
    return content


@cache
def foedus_finds() -> Found:
    """Return what Foedus finds in the whole graph, before it makes one finding of a pair."""
    triples = whole()
    found = {(v.focus, v.source.removeprefix(SHAPE), v.severity.value) for v in validate(triples, ONTOLOGY)}
    store = ox.Store()
    vocabularies = parse_turtle(ONTOLOGY / "vocabularies.ttl")
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*triples, *vocabularies))
    for rule in read_rules(ONTOLOGY):
        for row in offenders(rule, store):
            grade = row["severity"].value if "severity" in row else rule.severity.value
            found.add((row["this"].value, rule.name, grade))
    return told(found)


def told(found: set[tuple[str, str, str]]) -> Found:
    """Return findings with blank nodes alike, since their labels are each engine's own."""
    return frozenset((f if f.startswith("http") else "_:", shape, grade) for f, shape, grade in found)


def results(report: Graph) -> Found:
    """Return what a validation report holds."""
    found = set()
    for result in report.objects(None, URIRef(SH + "result")):
        focus, shape, grade = (
            report.value(result, URIRef(SH + key)) for key in ("focusNode", "sourceShape", "resultSeverity")
        )
        assert focus is not None
        name = str(shape).removeprefix(SHAPE).removesuffix("-warning")
        severity = str(grade).removeprefix(SH).casefold()
        found.add(("_:" if isinstance(focus, BNode) else str(focus), name, severity))
    return frozenset(found)


@pytest.fixture(scope="module")
def jena(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[subprocess.Popen[bytes] | Missing]:
    """Start Jena's ``shacl validate`` on the whole graph, so that it runs while pySHACL does."""
    folder = tmp_path_factory.mktemp("jena")
    try:
        java, classes = jena_command(folder)
    except Missing as missing:
        yield missing
        return
    (folder / "shapes.ttl").write_bytes(publish_shapes(ONTOLOGY))
    (folder / "data.nt").write_bytes(to_ntriples(whole()))
    words = [java, "-cp", classes, "shacl.shacl", "validate", "--shapes", "shapes.ttl", "--data", "data.nt"]
    with (
        (folder / "report.ttl").open("wb+") as report,
        (folder / "said").open("wb+") as said,
        subprocess.Popen(words, cwd=folder, stdout=report, stderr=said) as process,
    ):
        process.folder = folder  # type: ignore[attr-defined]
        yield process
        process.kill()


def test_the_build_publishes_what_is_judged_here() -> None:
    """The emitted file holds every triple of the shapes and a shape for every rule, the same bytes each time."""
    content = (built_fiction().root / PUBLISHED).read_bytes()
    assert content == publish_shapes(ONTOLOGY)
    parsed = [q.triple for q in ox.parse(content, format=ox.RdfFormat.TURTLE)]
    shapes = [t for path in (ONTOLOGY / "shapes").glob("*.ttl") for t in parse_turtle(path)]
    assert {str(t) for t in shapes if "_:" not in str(t)} <= {str(t) for t in parsed}
    names = {t.subject.value for t in parsed if isinstance(t.subject, ox.NamedNode)}
    rules = read_rules(ONTOLOGY)
    assert {SHAPE + rule.name for rule in rules} <= names
    carried = [t for t in parsed if t.predicate.value == SH + "select"]
    assert len(carried) == sum(1 + ("severity" in rule.columns) for rule in rules)
    assert len(parsed) == len(shapes) + len(rule_shapes(rules))


def test_the_graph_breaks_every_shape_and_rule() -> None:
    """What the validators are compared on is not empty: all that can be broken is, in the fiction as well."""
    broken = {shape for _, shape, _ in foedus_finds()}
    assert {rule.name for rule in read_rules(ONTOLOGY)} <= broken
    assert {p.name for p in (TESTS / "shapes").iterdir() if p.is_dir()} <= broken
    beginnings = {focus.removeprefix(ID).partition(".")[0] for focus, _, _ in foedus_finds()}
    assert {b for b in beginnings if not re.fullmatch(r"(rule|shape)\d+|_:", b)} == {"planted"}
    in_fiction = {shape for focus, shape, _ in foedus_finds() if focus.startswith(ID + "planted.")}
    assert len(in_fiction) > 20


def test_the_shapes_of_rules_are_valid_shacl() -> None:
    """What is made of the rules conforms to the W3C's own shapes for shapes."""
    import pyshacl

    content = ox.serialize(rule_shapes(read_rules(ONTOLOGY)), format=ox.RdfFormat.N_TRIPLES)
    shapes = Graph().parse(data=content, format="nt")
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, text


def test_pyshacl_finds_the_same(jena: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """PySHACL as it stands, with the published file, finds the focus nodes that Foedus finds, graded alike."""
    import pyshacl

    # It would parse each query once per focus node, which takes minutes; the parsed query is the same.
    parse, translate = processor.parseQuery, processor.translateQuery
    kept = lru_cache(maxsize=None)(lambda text: translate(parse(text)))
    monkeypatch.setattr(processor, "parseQuery", lambda text: text)
    monkeypatch.setattr(processor, "translateQuery", lambda text, base, names: kept(text))
    _, report, text = pyshacl.validate(
        Graph().parse(data=to_ntriples(fiction_and_rules()), format="nt"),
        shacl_graph=Graph().parse(data=publish_shapes(ONTOLOGY), format="turtle"),
    )
    assert isinstance(report, Graph), text
    expected = {f for f in foedus_finds() if f[0] != "_:" and not f[0].startswith(ID + "shape")}
    assert results(report) ^ expected == set()


def test_jena_finds_the_same(jena: subprocess.Popen[bytes] | Missing, require: Require) -> None:
    """Jena's ``shacl validate``, with the published file, finds the focus nodes that Foedus finds, graded alike."""
    if isinstance(jena, Missing):
        require("jena-shacl", False, str(jena))
    assert not isinstance(jena, Missing)
    jena.wait(PATIENCE)
    folder: Path = jena.folder  # type: ignore[attr-defined]
    assert jena.returncode == 0, (folder / "said").read_text(errors="replace")[-2000:]
    report = Graph().parse(folder / "report.ttl", format="turtle")
    assert results(report) ^ foedus_finds() == set()
