"""Every shape can fail: a folder of ``shapes/`` holds a valid case and others that differ in one place."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.home import Home
from foedus.namespaces import ID, RDF, SH, SHAPE
from foedus.validation import Violation, read_shapes, validate
from foedus.vocabulary import parse_turtle

CASES = Path(__file__).parent / "shapes"
ONTOLOGY = Home.find().ontology
STRUCTURE = {
    f"{SH}{name}" for name in ("property", "targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
}


def moved(
    term: ox.NamedNode | ox.BlankNode | ox.Literal, prefix: str
) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Return the term with its id moved below a prefix; ``unnamed``, which is the ontology's, stays."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(ID) and term.value != ID + "unnamed":
        return ox.NamedNode(ID + prefix + term.value.removeprefix(ID))
    return ox.BlankNode(prefix.rstrip(".") + term.value) if isinstance(term, ox.BlankNode) else term


@cache
def findings() -> dict[Path, list[Violation]]:
    """Return what breaks which shape in each case.

    Every case gets ids of its own, so that one run judges all of them at once.
    """
    cases = sorted(CASES.glob("*/*.ttl"))
    triples = [
        ox.Triple(moved(t.subject, f"case{n}."), t.predicate, moved(t.object, f"case{n}."))
        for n, case in enumerate(cases)
        for t in parse_turtle(case)
    ]
    found: dict[Path, list[Violation]] = {case: [] for case in cases}
    for violation in validate(triples, ONTOLOGY):
        number = re.match(rf"(?:{ID})?case(\d+)", violation.focus)
        assert number, f"{violation.focus} belongs to no case"
        found[cases[int(number[1])]].append(violation)
    return found


def sources(case: Path) -> Counter[str]:
    """Return how often each shape is broken in a case."""
    return Counter(v.source.removeprefix(SHAPE) for v in findings()[case])


@cache
def proven_shapes() -> list[str]:
    """Return the names of all shapes that state a constraint; those that only gather others are left out."""
    return sorted(
        {
            t.subject.value.removeprefix(SHAPE)
            for t in read_shapes(ONTOLOGY)
            if isinstance(t.subject, ox.NamedNode)
            and t.predicate.value.startswith(SH)
            and t.predicate.value not in STRUCTURE
        }
    )


INVALID = sorted(CASES.glob("*/invalid-*.ttl"))


def test_every_shape_has_its_folder() -> None:
    """Each shape has a folder with one valid case and at least one invalid, and no folder lacks its shape."""
    assert sorted(p.name for p in CASES.iterdir() if p.is_dir()) == proven_shapes()
    for shape in proven_shapes():
        files = {p.name for p in (CASES / shape).iterdir()}
        assert "valid.ttl" in files, f"{shape} has no valid case"
        assert any(name.startswith("invalid-") for name in files), f"{shape} has no invalid case"
        assert all(name == "valid.ttl" or name.startswith("invalid-") for name in files), files


@pytest.mark.parametrize("shape", proven_shapes())
def test_a_valid_case_passes_its_shape(shape: str) -> None:
    """In the valid case the shape finds nothing."""
    assert sources(CASES / shape / "valid.ttl")[shape] == 0


@pytest.mark.parametrize("case", INVALID, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_an_invalid_case_breaks_its_shape_alone(case: Path) -> None:
    """The one place in which an invalid case differs brings a finding of exactly the folder's shape."""
    new = sources(case) - sources(case.parent / "valid.ttl")
    assert set(new) == {case.parent.name}


@pytest.mark.parametrize("case", INVALID, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_an_invalid_case_differs_in_one_place(case: Path) -> None:
    """An invalid case drops, adds or changes one triple of the valid one, or renames one node."""
    before, after = (set(parse_turtle(path)) for path in (case.parent / "valid.ttl", case))
    dropped, added = before - after, after - before
    one_triple = len(dropped) <= 1 and len(added) <= 1 and dropped | added
    one_node = len(dropped) == len(added) and len({t.subject for t in dropped | added}) == 2
    assert one_triple or one_node


@pytest.mark.parametrize("shape", proven_shapes())
def test_every_constraint_of_a_shape_has_a_case(shape: str) -> None:
    """Each constraint of a shape (``sh:minCount``, ``sh:class`` …) is broken by one of its invalid cases."""
    parameters = {
        t.predicate.value.removeprefix(SH)
        for t in read_shapes(ONTOLOGY)
        if t.subject == ox.NamedNode(SHAPE + shape) and t.predicate.value not in STRUCTURE
    } - {"message", "path", "qualifiedValueShape", "severity", RDF + "type"}
    broken = {
        v.constraint.removeprefix(SH).removesuffix("ConstraintComponent")
        for case in INVALID
        if case.parent.name == shape
        for v in findings()[case]
        if v.source == SHAPE + shape
    }
    assert parameters
    assert {name[0].upper() + name[1:] for name in parameters} <= broken


def test_the_complete_graph_passes_every_shape() -> None:
    """A fictional graph with a record of every kind, unusual but right ones included, breaks no shape."""
    assert validate(parse_turtle(CASES / "complete.ttl"), ONTOLOGY) == []
