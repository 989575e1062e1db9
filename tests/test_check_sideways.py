"""What a new fact is held against is all that bears on it, though the whole graph is not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from fiction import built_fiction

from foedus import store, validation
from foedus.checking import Checker
from foedus.namespaces import ID
from foedus.shapereference import ReferenceShapes
from foedus.standing import Standing, open_standing
from foedus.submissions import format_of, read_submission
from foedus.validation import Shapes, Violation
from foedus.vocabulary import parse_turtle

SUBMISSIONS = sorted((Path(__file__).parent / "submissions").glob("*/*"))
READABLE = [p for p in SUBMISSIONS if not p.name.startswith("FOE10")]
TENURE = """\
- id: {id}
  type: Tenure
  prefLabel: A king
  person: {person}
  office: king-of-ruritania
  from: '{start}'
  until: '{end}'
  evidence: [freedonia-yearbook:s-0022]
"""


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    """Give the fictional graph that stands."""
    with open_standing(built_fiction()) as found:
        yield found


def _triples(standing: Standing, path: Path) -> list[ox.Triple]:
    submission = read_submission(path.read_bytes(), path.name, format_of(path.name), standing.vocabulary)
    return Checker(built_fiction(), standing).check(submission).triples


@pytest.fixture(scope="module")
def reference() -> ReferenceShapes:
    """Return the shapes as pySHACL judges them."""
    return ReferenceShapes.read(built_fiction().ontology)


@pytest.mark.parametrize("path", READABLE[::4], ids=lambda p: p.name)
def test_shapes_find_about_a_fact_what_pyshacl_finds_in_the_whole(
    standing: Standing, reference: ReferenceShapes, path: Path
) -> None:
    """On the new nodes, shapes asked about them alone find the same as pySHACL in the whole graph with them."""
    triples = _triples(standing, path)
    focuses = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    subjects = {q.subject for q in standing.engine if isinstance(q.subject, ox.NamedNode)}
    whole = [*triples, *(t for s in sorted(subjects, key=str) for t in standing.about(s.value))]
    found = Checker(built_fiction(), standing).violations(focuses, triples, [])
    assert _parts(found) == _parts(v for v in reference.validate(dict.fromkeys(whole)) if v.focus in focuses)


def _parts(found: Iterable[Violation]) -> list[tuple[str, ...]]:
    return [(v.focus, v.path, v.value, v.source, v.constraint, v.severity) for v in found]


def test_most_shapes_are_left_out(standing: Standing) -> None:
    """About a tenure, the shapes of votes and treaties are not even asked."""
    node = ID + "holt-foreign-minister"
    queries = Shapes.read(built_fiction().ontology).queries_about(standing.engine, {node})
    names = {query.shape.name for query in queries}
    assert any("Tenure-person" in name for name in names)
    assert not any("Vote-" in name or "TreatyAct-" in name for name in names)


def test_many_nodes_are_judged_with_the_whole(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes too many to be asked about each get the same findings from one asking of all."""
    shapes = Shapes.read(built_fiction().ontology)
    cases = Path(__file__).parent / "shapes"
    triples = [t for case in sorted(cases.glob("Tenure-*/invalid-*.ttl")) for t in parse_turtle(case)]
    focuses = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    with standing.changed([*triples, *shapes.individuals]):
        few = shapes.judge(standing.engine, focuses)
        monkeypatch.setattr(validation, "_FEW", 0)
        assert shapes.judge(standing.engine, focuses) == few
    assert len({v.source for v in few}) > 5


def _check(standing: Standing, *texts: str) -> list[str]:
    submission = read_submission("".join(texts).encode(), "new.yaml", "yaml", standing.vocabulary)
    return [d.code for d in Checker(built_fiction(), standing).check(submission).findings]


def test_a_rule_that_looks_sideways_is_found_in_the_graph_that_stands(standing: Standing) -> None:
    """A tenure that overlaps a standing one of the same office is found, though neither names the other."""
    first = TENURE.format(
        id="rudolf-king", person="rudolf-of-ruritania", start="1920-01-01", end="1931-12-31"
    )
    second = TENURE.format(id="holt-king", person="anna-holt", start="1925-01-01", end="1929-12-31")
    assert _check(standing, first) == []
    submission = read_submission(first.encode(), "first.yaml", "yaml", standing.vocabulary)
    triples = Checker(built_fiction(), standing).check(submission).triples
    with standing.changed(triples):
        assert _check(standing, second) == ["FOE331"]
    assert _check(standing, second) == []


def test_the_graph_is_as_before_after_each_check(standing: Standing) -> None:
    """Whatever is checked, the store holds the same triples afterwards."""
    before = set(standing.engine)
    for path in READABLE:
        _triples(standing, path)
    assert set(standing.engine) == before


def test_a_large_graph_is_asked_in_a_copy_of_its_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Above the size that is parsed the kept store is copied, and the findings are the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("FOEDUS_CACHE", raising=False)
    monkeypatch.setattr(store, "_LARGE", 0)
    for opened in range(2):
        with open_standing(built_fiction()) as found:
            assert opened == 0 or list((tmp_path / "foedus/copies").glob("*/store/CURRENT"))
            first = TENURE.format(id="rudolf-king", person="rudolf-of-ruritania", start="1920", end="1910")
            assert _check(found, first) == ["FOE301"]
        assert not list((tmp_path / "foedus/copies").iterdir())
    assert list((tmp_path / "foedus/stores").iterdir())
