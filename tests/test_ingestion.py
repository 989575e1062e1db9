"""Records of any number become N-Triples in a stream, checked as a build checks their form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.generator import records, write
from fiction import FICTION, built_fiction, foedus

from foedus import ingestion
from foedus.assembly import assemble, to_triples
from foedus.build import build
from foedus.diagnostics import FindingsError, UnreadableInput
from foedus.home import Home
from foedus.ingestion import ingest
from foedus.ntriples import Writer
from foedus.standing import open_standing
from foedus.vocabulary import read_vocabulary

VOCABULARY = read_vocabulary(Home.find().ontology)
TRIPLES = 10_000


def world(folder: Path, form: str = "jsonl", triples: int = TRIPLES) -> Path:
    """Return a file of records below a folder."""
    path = folder / f"world.{form}"
    path.write_text("".join(write(triples, 1, form)), encoding="utf-8")
    return path


def taken_in(path: Path) -> set[ox.Triple]:
    """Return the triples that a file of records is turned into."""
    target = path.with_suffix(".nt")
    ingest([path], target, VOCABULARY, {}, {})
    return {quad.triple for quad in ox.parse(path=target, format=ox.RdfFormat.N_TRIPLES)}


def faults(folder: Path, items: Iterable[dict[str, object]]) -> list[str]:
    """Return what is found wrong in records, as line and code."""
    path = folder / "wrong.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        taken_in(path)
    assert not path.with_suffix(".nt").exists()
    assert {p.name for p in folder.iterdir()} == {"wrong.jsonl"}
    return [f"{d.region.line} {d.code}" for d in caught.value.diagnostics]


@pytest.mark.parametrize("root", [FICTION, None], ids=["fictional", "built-in"])
def test_records_are_written_as_a_json_ld_processor_reads_them(root: Path | None) -> None:
    """The lines of N-Triples are the triples of the JSON-LD, for every record of a home."""
    assembly = assemble(Home.find(root))
    nodes = assembly.expansion.nodes
    writer = Writer(assembly.vocabulary)
    text = "".join(line for node in nodes.values() for line in writer.lines(node))
    lines = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}
    grouped = to_triples(assembly.context, nodes)
    assert lines == {triple for group in grouped.values() for triple in group}


@pytest.mark.parametrize("form", ["jsonl", "yaml"])
def test_a_stream_gives_what_a_build_gives(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In small batches the triples are those that the build asserts, and no shape or rule finds anything."""
    monkeypatch.setattr(ingestion, "BATCH", 7)
    facts = tmp_path / "home/graph/world/facts"
    facts.mkdir(parents=True)
    path = world(tmp_path, form)
    (facts / "facts.yaml").write_text("".join(write(TRIPLES, 1, "yaml")), encoding="utf-8")
    built = build(Home.find(tmp_path / "home"))
    assert not built.warnings
    asserted = ox.parse(built.files["graph/world.ttl"], format=ox.RdfFormat.TURTLE)
    assert taken_in(path) == {quad.triple for quad in asserted}


def test_a_world_is_about_as_big_as_was_asked_and_always_the_same(tmp_path: Path) -> None:
    """Worlds are within a tenth of their size, and one seed gives one world."""
    for triples in (TRIPLES, 5 * TRIPLES):
        assert abs(len(taken_in(world(tmp_path, triples=triples))) - triples) < triples / 10
    assert list(records(TRIPLES, 3)) == list(records(TRIPLES, 3)) != list(records(TRIPLES, 4))


def test_faults_are_found_across_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id given twice, a reference to nothing and one to a wrong class are found, and nothing is written."""
    monkeypatch.setattr(ingestion, "BATCH", 1)
    good = list(records(TRIPLES))
    place, tenure = ({**next(r for r in good if r["type"] == kind)} for kind in ("Place", "Tenure"))
    wrong = [
        {**place},
        {**place, "id": "nowhere", "locatedIn": "stat-1"},
        {**tenure, "id": "no-person", "person": "state-0"},
        {**tenure, "id": "no-segment", "evidence": ["yearbook-0:s-9999"]},
    ]
    n = len(good)
    found = faults(tmp_path, good + wrong)
    assert found == [f"{n + 1} FOE116", f"{n + 2} FOE114", f"{n + 3} FOE119", f"{n + 4} FOE132"]


def test_a_citation_may_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records of two batches that cite one source alike bring it once."""
    monkeypatch.setattr(ingestion, "BATCH", 1)
    cited = {
        "title": "Gazette",
        "publisher": "unknown",
        "address": "unknown",
        "date": "1931",
        "locator": "p. 4",
    }
    state = {
        "type": "State",
        "prefLabel": "A",
        "description": "A.",
        "statehood": "modern",
        "evidence": [cited],
    }
    path = tmp_path / "cited.jsonl"
    path.write_text("".join(json.dumps({"id": name, **state}) + "\n" for name in ("a", "b")))
    assert sum("Source" in str(t.object) for t in taken_in(path)) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "a", "id": "b"}', "duplicate key"),
        ('{"id": "a"', "not JSON"),
        ("[" * 100_000, "nested deeper"),
        ('{"id": NaN}', "not JSON"),
        ('"a"', "not a record"),
    ],
)
def test_what_is_no_record_is_told_with_its_line(line: str, reason: str, tmp_path: Path) -> None:
    """A line that cannot be read is named, whatever is wrong with it."""
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"id": "a", "type": "State"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(UnreadableInput, match=rf"bad\.jsonl:3:.*{reason}"):
        taken_in(path)


def test_the_command_takes_in_against_the_graph_that_stands(tmp_path: Path) -> None:
    """A record may name an entity and cite a segment of the home's graph."""
    path = tmp_path / "new.yaml"
    path.write_text(
        "- {id: new-harbour, type: Place, prefLabel: Harbour, description: A harbour., placeKind: city,"
        " locatedIn: ruritania, evidence: ['freedonia-yearbook:s-0002']}\n",
        encoding="utf-8",
    )
    result = foedus(built_fiction(), "ingest", str(path), "-o", str(tmp_path / "new.nt"))
    assert result.exit_code == 0, result.output
    assert "1 records, " in result.stderr
    assert "<https://w3id.org/foedus/id/ruritania>" in (tmp_path / "new.nt").read_text()


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"id": "freedonia", "type": "Person", "prefLabel": "Freda"}, "FOE116"),
        ({"id": "freda", "type": ["Person", "Place"], "prefLabel": "Freda"}, "FOE127"),
    ],
)
def test_a_stream_is_held_to_the_kinds_that_a_check_holds_records_to(
    item: dict[str, object], code: str, tmp_path: Path
) -> None:
    """An id that stands for something else, and a node of two disjoint classes, are refused in a stream as well."""
    path = tmp_path / "wrong.jsonl"
    path.write_text(json.dumps({**item, "evidence": ["freedonia-yearbook:s-0014"]}) + "\n", encoding="utf-8")
    with open_standing(built_fiction()) as standing, pytest.raises(FindingsError) as caught:
        ingest([path], tmp_path / "out.nt", standing.vocabulary, standing.segments, standing.types)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_language_may_be_called_like_a_keyword(tmp_path: Path) -> None:
    """A label in Indonesian, whose tag is "id", is a text and no node."""
    source = {"id": "atlas", "type": "Source", "title": "Atlas", "publisher": "unknown", "address": "unknown"}
    source |= {"speaksUntil": "2001-01-01"}
    segment = {"id": "atlas:page-1", "type": "Segment", "locator": "page 1"}
    place = {"id": "port", "type": "Place", "prefLabel": {"en": "Port", "id": "Pelabuhan"}}
    items = [source, segment, {**place, "evidence": ["atlas:page-1"]}]
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    found = {t.object for t in taken_in(path) if t.predicate == label and "Pel" in str(t.object)}
    assert found == {ox.Literal("Pelabuhan", language="id")}
