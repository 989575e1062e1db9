"""The build writes a whole graph or nothing, the same on every run, and says what is wrong where."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pyoxigraph as ox
import pytest
import rdflib

from foedus.assembly import assemble
from foedus.build import build, stale, write
from foedus.diagnostics import FindingsError, UnreadableInput
from foedus.home import Home
from foedus.homecheck import check_home
from foedus.judgement import ShapeJudge
from foedus.namespaces import FOE, VOC
from foedus.store import open_store
from foedus.vocabulary import parse_turtle

FICTION = Path(__file__).parent / "home"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a copy of the fictional home that may be spoilt."""
    shutil.copytree(FICTION, tmp_path / "home")
    return Home.find(tmp_path / "home")


def _facts(home: Home) -> Path:
    return home.graph / "freedonia-ruritania" / "facts" / "facts.yaml"


def _snapshot(home: Home) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in home.root.rglob("*") if p.is_file()}


def _foedus(home: Home, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from foedus.cli import main; main(prog_name='foedus')",
            "--home",
            str(home.root),
            *words,
        ],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def test_bytes_are_the_same_under_every_hash_seed(home: Home) -> None:
    """Two processes with different hash seeds write identical files, N-Triples included."""
    written = []
    for seed in ("1", "2"):
        assert _foedus(home, "build", "--ntriples", PYTHONHASHSEED=seed).returncode == 0
        written.append({p.name: p.read_bytes() for p in home.graph.iterdir() if p.is_file()})
    assert written[0] == written[1]
    assert "freedonia-ruritania.nt" in written[0]


def test_the_committed_graph_is_what_its_records_give() -> None:
    """The files under graph/ are not stale."""
    home = Home.find()
    assert stale(home, build(home)) == []


def test_a_stale_file_is_shown_and_not_written(home: Home) -> None:
    """With --check a changed record leaves the files alone, prints the difference and exits 1."""
    write(home, build(home))
    facts = _facts(home)
    facts.write_text(facts.read_text().replace("votesFor: 40", "votesFor: 41"))
    before = _snapshot(home)
    checked = _foedus(home, "build", "--check")
    assert checked.returncode == 1
    assert "+\tfoe:votesFor 41" in checked.stdout
    assert _snapshot(home) == before


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.removesuffix(b"\n"),
        lambda content: content.replace(b"Freedonia", b"Freedoni\xe4", 1),
        lambda content: b"",
    ],
)
def test_a_file_of_other_bytes_is_stale(home: Home, spoilt: Callable[[bytes], bytes]) -> None:
    """Other line ends, a missing one, a byte that is no UTF-8: --check names the file and exits 1."""
    write(home, build(home))
    path = home.graph / "freedonia-ruritania.ttl"
    path.write_bytes(spoilt(path.read_bytes()))
    checked = _foedus(home, "build", "--check")
    assert checked.returncode == 1
    assert "graph/freedonia-ruritania.ttl: not as built\n" in checked.stderr
    assert "Traceback" not in checked.stderr
    assert "--- graph/freedonia-ruritania.ttl" in checked.stdout


def test_files_of_a_renamed_dossier_go_with_the_next_build(home: Home) -> None:
    """What the last build wrote for a dossier that is gone is told by --check, removed by a build, and not asked."""
    write(home, build(home, ntriples=True))
    (home.graph / "freedonia-ruritania").rename(home.graph / "neighbours")
    checked = _foedus(home, "build", "--check")
    assert checked.returncode == 1
    assert "graph/freedonia-ruritania.ttl: left over\n" in checked.stderr
    assert _foedus(home, "build").returncode == 0
    assert sorted(p.name for p in home.emitted) == [
        "neighbours.inferred.ttl",
        "neighbours.ttl",
        "neighbours.ttl",
    ]
    assert not list(home.graph.glob("*.nt"))
    assert stale(home, build(home)) == []
    assert open_store(home).ask("ASK { <https://w3id.org/foedus/id/freedonia> ?p ?o }")


def test_a_graph_file_that_no_build_wrote_is_named_with_its_cure(home: Home) -> None:
    """A foreign file among the graph's is removed by nobody; build, --check and questions say which it is."""
    write(home, build(home))
    foreign = home.graph / "notes.ttl"
    foreign.write_text("", encoding="utf-8")
    before = _snapshot(home)
    built = _foedus(home, "build")
    assert (built.returncode, "notes.ttl: no dossier has this name; remove the file" in built.stderr) == (
        2,
        True,
    )
    assert "graph/notes.ttl: left over" in _foedus(home, "build", "--check").stderr
    with pytest.raises(UnreadableInput, match=r"notes\.ttl: not of the last build; .*remove the file"):
        open_store(home)
    assert _snapshot(home) == before
    foreign.unlink()
    assert open_store(home).ask("ASK { <https://w3id.org/foedus/id/freedonia> ?p ?o }")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "  votingBody: parliament-of-freedonia",
            "  votingBdy: parliament-of-freedonia",
            'did you mean "votingBody"',
        ),
        ("accordingTo: ruritania", "accordingTo: ruritanai", 'did you mean "ruritania"'),
        ("date: '1930-05-09'", "date: '2023-02-30'", '"2023-02-30" is not a date in EDTF'),
        ("  evidence: [freedonia-yearbook:s-0017]\n", "", "has no evidence"),
        ("  voteResult: passed", "  voteResult: past", 'did you mean "passed"'),
    ],
)
def test_a_wrong_record_is_refused_and_nothing_changes(home: Home, old: str, new: str, expected: str) -> None:
    """A misspelt key, an unknown id, an impossible date, a missing evidence: file:line:column, cure, exit 1."""
    facts = _facts(home)
    text = facts.read_text()
    assert old in text
    facts.write_text(text.replace(old, new, 1))
    before = _snapshot(home)
    refused = _foedus(home, "build")
    assert refused.returncode == 1
    assert expected in refused.stderr
    assert refused.stderr.startswith("graph/freedonia-ruritania/facts/facts.yaml:")
    assert "Traceback" not in refused.stderr
    assert _snapshot(home) == before


@pytest.mark.parametrize("judge", get_args(ShapeJudge))
def test_a_violated_shape_is_found_at_the_record(home: Home, judge: ShapeJudge) -> None:
    """What only a shape can tell is reported at the line of the record that breaks it, whoever judges."""
    facts = _facts(home)
    facts.write_text(facts.read_text().replace("  votingBody: parliament-of-freedonia\n", "", 1))
    with pytest.raises(FindingsError) as refused:
        build(home, shapes=judge)
    finding = refused.value.diagnostics[0]
    assert finding.code == "FOE202"
    assert "parliament-votes-sylvan-harbour" in finding.message
    assert finding.region.file.endswith("facts.yaml")


def test_dossiers_are_judged_together_and_each_fault_once(home: Home) -> None:
    """A second capital told in another dossier is refused, as a check of the home refuses it, in one finding."""
    other = home.graph / "second/facts/facts.yaml"
    other.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "submissions/refused/FOE333-two-capitals.yaml", other)
    with pytest.raises(FindingsError) as refused:
        build(home)
    assert [d.code for d in refused.value.diagnostics] == ["FOE333"]
    assert refused.value.diagnostics == check_home(home)[0]


def test_a_sentence_left_over_fails_the_build(home: Home) -> None:
    """A sentence that no record cites and nobody set aside is a finding at its line in segments.tsv."""
    facts = _facts(home)
    facts.write_text(facts.read_text().replace("freedonia-yearbook:s-0026", "freedonia-yearbook:s-0025"))
    with pytest.raises(FindingsError) as refused:
        build(home)
    assert {d.code for d in refused.value.diagnostics} == {"FOE134"}
    assert "s-0026" in str(refused.value)


def test_broken_yaml_is_unreadable_input(home: Home) -> None:
    """YAML that cannot be parsed ends with exit code 2 and a place."""
    _facts(home).write_text("- id: [\n")
    refused = _foedus(home, "build")
    assert refused.returncode == 2
    assert "facts.yaml:2:1: not YAML" in refused.stderr


@pytest.mark.parametrize("name", ["built-in", "fictional"])
def test_parsers_agree_and_nothing_is_blank(name: str, home: Home) -> None:
    """The emitted Turtle gives the same triples in pyoxigraph and rdflib, without blank nodes."""
    chosen = Home.find() if name == "built-in" else home
    if name == "fictional":
        write(home, build(home))
    for path in sorted(chosen.graph.glob("*.ttl")):
        ours = parse_turtle(path)
        assert not any(
            isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode) for t in ours
        )
        theirs = rdflib.Graph().parse(path, format="turtle")
        lines = {
            str(q.triple)
            for q in ox.parse(theirs.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
        }
        assert lines == {str(t) for t in ours}


def test_a_mixture_of_old_and_new_files_is_not_answered_from(home: Home) -> None:
    """A graph file that the manifest does not know as it is stops every answer and names the cure."""
    write(home, build(home))
    open_store(home)
    path = home.graph / "freedonia-ruritania.ttl"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UnreadableInput, match="run: foedus build"):
        open_store(home)


def test_only_asserted_events_are_among_what_happened() -> None:
    """No event or act that somebody claims, plans or demands is asserted, and each has an author."""
    home = Home.find()
    assembly = assemble(home)
    modality, according = ox.NamedNode(FOE + "modality"), ox.NamedNode(FOE + "accordingTo")
    triples = [t for group in assembly.triples.values() for t in group]
    told = {
        t.subject
        for t in triples
        if t.predicate == modality and t.object != ox.NamedNode(VOC + "modality.asserted")
    }
    attributed = {t.subject for t in triples if t.predicate == according}
    assert told == attributed


def test_the_context_is_written_for_other_tools(home: Home) -> None:
    """The JSON-LD context lies beside the Turtle and knows the home's sources as prefixes."""
    write(home, build(home))
    context = json.loads((home.graph / "context.jsonld").read_text())["@context"]
    assert context["freedonia-yearbook"]["@prefix"] is True


def test_both_reasoners_build_the_same(home: Home) -> None:
    """The rules and owlrl give the same inferred file for the fictional home."""
    rules = build(home).files["graph/freedonia-ruritania.inferred.ttl"]
    assert build(home, reasoner="owlrl").files["graph/freedonia-ruritania.inferred.ttl"] == rules


def test_both_judges_of_shapes_build_the_same(home: Home) -> None:
    """Queries and pySHACL let the same home pass, with the same files and warnings."""
    assert build(home, shapes="pyshacl") == build(home)
