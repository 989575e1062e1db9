"""Every rule can fail: a folder of ``rules/`` holds valid cases and others that differ in one place."""

from __future__ import annotations

import re
import shutil
import time
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.rules_graph import large_graph
from rdflib import Graph, URIRef

from foedus.assembly import assemble
from foedus.build import build
from foedus.diagnostics import FindingsError, Region, Severity, UnreadableInput
from foedus.home import Home
from foedus.namespaces import FOE, ID, RDFS, SH, SHAPE
from foedus.rules import Finding, Rule, check_rules, judge, offenders, read_rules, run_rules, to_diagnostic
from foedus.shapesgraph import rule_shapes
from foedus.vocabulary import parse_turtle, read_vocabulary

TESTS = Path(__file__).parent
CASES = TESTS / "rules"
ONTOLOGY = Home.find().ontology
RULES = {rule.name: rule for rule in read_rules(ONTOLOGY)}
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))
VALID = sorted(CASES.glob("*/valid*.ttl"))


def name_of(case: Path) -> str:
    """Return the name of a case in test reports."""
    return f"{case.parent.name}/{case.stem}"


@cache
def vocabularies() -> tuple[ox.Triple, ...]:
    """Return the vocabularies, against which every graph is judged."""
    return tuple(parse_turtle(ONTOLOGY / "vocabularies.ttl"))


def store_of(*graphs: list[ox.Triple]) -> ox.Store:
    """Return a store of the graphs and the vocabularies."""
    store = ox.Store()
    for graph in (*graphs, vocabularies()):
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    return store


@cache
def findings(case: Path) -> list[Finding]:
    """Return what all rules find in a case."""
    return run_rules(RULES.values(), store_of(parse_turtle(case)))


def test_every_rule_has_its_folder() -> None:
    """Each rule has a folder with a valid case and at least one invalid, and no folder lacks its rule."""
    assert sorted(p.name for p in CASES.iterdir() if p.is_dir()) == sorted(RULES)
    for rule in RULES:
        names = {p.name for p in (CASES / rule).iterdir()}
        assert "valid.ttl" in names, f"{rule} has no valid case"
        assert any(name.startswith("invalid-") for name in names), f"{rule} has no invalid case"
        assert all(re.fullmatch(r"valid\.ttl|(in)?valid-[a-z-]+\.ttl", name) for name in names), names


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_a_valid_case_breaks_no_rule(case: Path) -> None:
    """What is right, and what only looks wrong, is accepted by every rule."""
    assert findings(case) == []


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_an_invalid_case_breaks_its_rule_alone(case: Path) -> None:
    """The one place in which an invalid case differs brings a finding of exactly its rule.

    What may be right after all is a warning.
    """
    rule = RULES[case.parent.name]
    possible = case.stem.startswith("invalid-possibly-")
    assert {f.code for f in findings(case)} == {rule.code}
    assert {f.severity for f in findings(case)} == {Severity.WARNING if possible else rule.severity}


@pytest.mark.parametrize("case", [c for c in (*VALID, *INVALID) if c.name != "valid.ttl"], ids=name_of)
def test_a_case_differs_in_one_place(case: Path) -> None:
    """A case drops, adds or changes one triple of the valid one."""
    before, after = (set(parse_turtle(path)) for path in (case.parent / "valid.ttl", case))
    assert len(before - after) <= 1
    assert len(after - before) <= 1
    assert before != after


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_a_message_names_what_collides(case: Path) -> None:
    """Message and cure are whole sentences with every placeholder filled, and say more than a code."""
    for finding in findings(case):
        assert finding.focus.removeprefix(ID) in finding.message
        assert not re.search(r"[{}?]|\b(None|https?):", finding.message)
        assert finding.other.removeprefix(ID) in finding.message + finding.cure
        assert finding.cure


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_of_two_severities_has_a_case_of_each(rule: str) -> None:
    """Where a rule grades its rows, cases show each grade that it can give."""
    grades = set(re.findall(r'"(violation|warning)"', RULES[rule].text))
    shown = {f.severity.value for case in INVALID if case.parent.name == rule for f in findings(case)}
    assert shown == (grades or {RULES[rule].severity.value})


# --- The same as SHACL


def moved(term: ox.NamedNode | ox.BlankNode | ox.Literal, prefix: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term with its id moved below a prefix."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(ID):
        return ox.NamedNode(ID + prefix + term.value.removeprefix(ID))
    return term


def all_cases(rule: str) -> list[ox.Triple]:
    """Return the cases of a rule in one graph, each with ids of its own."""
    return [
        ox.Triple(moved(t.subject, f"case{n}."), t.predicate, moved(t.object, f"case{n}."))
        for n, case in enumerate(sorted((CASES / rule).glob("*.ttl")))
        for t in parse_turtle(case)
    ]


def to_rdflib(triples: list[ox.Triple]) -> Graph:
    """Return the triples as a graph of rdflib."""
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def focus_nodes(rule: Rule, graph: list[ox.Triple]) -> set[tuple[str, str]]:
    """Return the offenders of a rule and how each is graded."""
    rows = offenders(rule, store_of(graph))
    return {(row["this"].value, row["severity"].value if "severity" in row else rule.severity.value) for row in rows}


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if rule.shacl])
def test_pyshacl_finds_the_same(rule: str) -> None:
    """PySHACL, given the rule as ``sh:sparql``, finds the same focus nodes with the same severity."""
    import pyshacl

    graph = all_cases(rule)
    background = [
        t
        for t in (*parse_turtle(ONTOLOGY / "foedus.ttl"), *vocabularies())
        if t.predicate.value in (RDFS + "subClassOf", FOE + "aspect") and not isinstance(t.object, ox.BlankNode)
    ]
    _, report, text = pyshacl.validate(
        to_rdflib([*graph, *background]), shacl_graph=to_rdflib(rule_shapes([RULES[rule]]))
    )
    assert isinstance(report, Graph), text
    found = {
        (str(report.value(r, URIRef(SH + "focusNode"))), str(report.value(r, URIRef(SH + "resultSeverity"))))
        for r in report.objects(None, URIRef(SH + "result"))
    }
    expected = focus_nodes(RULES[rule], graph)
    assert expected
    assert found == {(focus, f"{SH}{severity.capitalize()}") for focus, severity in expected}


def test_a_rule_that_shacl_cannot_say_is_marked() -> None:
    """A rule with MINUS or VALUES says ``shacl: false`` and is left out; every other is there."""
    for rule in RULES.values():
        assert rule.shacl != bool(re.search(r"\b(MINUS|VALUES|SERVICE)\b", rule.text)), rule.name
    shapes = {t.subject.value for t in rule_shapes(RULES.values()) if isinstance(t.subject, ox.NamedNode)}
    assert {SHAPE + rule.name for rule in RULES.values() if rule.shacl} <= shapes


def test_the_shapes_of_rules_are_valid_shacl() -> None:
    """The shapes emitted from the rules conform to the W3C's own shapes for shapes."""
    import pyshacl

    conforms, _, text = pyshacl.validate(
        Graph(), shacl_graph=to_rdflib(rule_shapes(RULES.values())), meta_shacl=True
    )
    assert conforms, text
