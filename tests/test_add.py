"""New records are merged, normalised and built, all of them or none; skeletons show how to write them."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from fiction import FICTION, built_copy, built_fiction, foedus

from foedus.additions import merge
from foedus.build import build, stale
from foedus.cli.intake import Examination
from foedus.diagnostics import UnreadableInput
from foedus.documents import read_yaml, write_yaml
from foedus.home import Home
from foedus.namespaces import ID, SKOS
from foedus.skeletons import kinds, skeleton
from foedus.standing import open_standing
from foedus.store import open_store
from foedus.vocabulary import read_vocabulary

ACCEPTED = Path(__file__).parent / "submissions/accepted"
ADDED = [
    "context-of-its-own.jsonld",
    "dates-get-their-bounds.ttl",
    "declared-source.yaml",
    "disagreement-with-what-stands.yaml",
    "new-entity-and-its-figure.yaml",
    "own-source.yaml",
    "several-participants.csv",
]
"""Of the accepted submissions one of each kind."""

REFUSED = Path(__file__).parent / "submissions/refused"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a built copy of the fictional home that may be changed."""
    return built_copy(tmp_path)


def _files(home: Home) -> dict[str, bytes]:
    return {str(p.relative_to(home.root)): p.read_bytes() for p in home.root.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", ADDED)
def test_what_is_accepted_can_be_added(home: Home, name: str) -> None:
    """The graph is built anew with it, and a second time nothing changes."""
    path = str(ACCEPTED / name)
    assert foedus(home, "add", path).exit_code == 0
    assert stale(home, build(home)) == []
    once = _files(home)
    assert foedus(home, "add", path).exit_code == 0
    assert _files(home) == once


def test_facts_and_entities_go_to_their_files(home: Home) -> None:
    """Entities go beside the entities, facts into the dossier or the file named, id and type first."""
    new = ACCEPTED / "new-entity-and-its-figure.yaml"
    target = "freedonia-ruritania/facts/towns.yaml"
    assert foedus(home, "add", str(new), "--to", target).exit_code == 0
    entities = (home.graph / "entities/added.yaml").read_text(encoding="utf-8")
    assert entities.startswith("- id: zenda\n  type: Place\n")
    assert (
        (home.graph / target)
        .read_text(encoding="utf-8")
        .startswith("- id: zenda-population\n  type: Figure\n")
    )
    assert open_store(home).ask("ASK { <https://w3id.org/foedus/id/zenda> ?p ?o }")
    assert foedus(home, "add", str(new), "--to", "../elsewhere.yaml").exit_code == 2


def test_what_stands_keeps_its_place_and_its_neighbours(home: Home) -> None:
    """A key that is added to a standing record changes that record alone."""
    path = home.root / "name.yaml"
    path.write_text(
        "- {id: strelsau, type: Place, altLabel: Streslau, evidence: [freedonia-yearbook:s-0002]}\n",
        encoding="utf-8",
    )
    before = (home.graph / "entities/entities.yaml").read_text(encoding="utf-8").splitlines()
    assert foedus(home, "add", str(path)).exit_code == 0
    after = (home.graph / "entities/entities.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in before if "id: strelsau," not in line]
    assert [line for line in after if line in kept] == kept
    assert "  altLabel: Streslau" in after


STANDING = """\
- id: harbour-feast
  type: Event
  prefLabel: {en: A feast at the harbour}
  eventKind: negotiation
  date: '1931-05-04'
  participation: {actor: freedonia, role: party}
  evidence: [freedonia-yearbook:s-0014]
"""
KEPT = [
    ("sylvania", "altLabel: {en: Land of the Woods, fr: Sylvanie}"),
    ("sylvania", "altLabel: {value: Sylvania, evidence: [freedonia-yearbook:s-0006]}"),
    ("ruritania", "altLabel: [Old Ruritania, {fr: [Ruritanie, Vieille Ruritanie]}]"),
    ("freedonia", "prefLabel: {de: Freedonien}"),
    ("harbour-feast", "participation: {actor: ruritania, role: mediator}"),
    (
        "harbour-feast",
        "participation: [{actor: freedonia, role: party, evidence: [freedonia-yearbook:s-0001]}]",
    ),
    ("harbour-feast", "date: {edtf: '1931-05-04', evidence: [freedonia-yearbook:s-0001]}"),
    (
        "harbour-feast",
        "evidence: [{title: The Gazette, publisher: X, address: unknown, date: '1931-05-05', locator: page 3}]",
    ),
]
"""What is said anew about things that stand, beside another value of the same key."""


def test_a_record_below_an_odd_line_end_is_found(home: Home) -> None:
    """Lines end where YAML ends them, so that a record that is written anew takes its own place."""
    entities = home.graph / "entities/entities.yaml"
    text = entities.read_text(encoding="utf-8")
    odd = text.replace("description: A duchy that mediates.", 'description: "A duchy\r    that mediates."')
    assert odd != text
    entities.write_text(odd, encoding="utf-8", newline="")
    path = home.root / "said.yaml"
    path.write_text("- id: sylvania\n  altLabel: {fr: Sylvanie}\n  evidence: [freedonia-yearbook:s-0001]\n")
    added = foedus(home, "add", str(path))
    assert added.exit_code == 0, added.output
    kept = [line for line in odd.split("\n") if "id: sylvania," not in line]
    assert [line for line in entities.read_bytes().decode().split("\n") if line in kept] == kept


def _asserted(home: Home) -> set[ox.Triple]:
    return {
        q.triple for q in ox.parse(path=home.graph / "freedonia-ruritania.ttl", format=ox.RdfFormat.TURTLE)
    }


@pytest.mark.parametrize(("name", "said"), KEPT)
def test_nothing_that_stands_is_lost_and_all_that_is_new_arrives(home: Home, name: str, said: str) -> None:
    """Values of one key are put together by what they are: neither an old nor a new triple is lost, nor any doubled."""
    facts = home.graph / "freedonia-ruritania/facts/facts.yaml"
    facts.write_text(f"{facts.read_text(encoding='utf-8')}\n{STANDING}", encoding="utf-8")
    assert foedus(home, "build").exit_code == 0
    before = _asserted(home)
    path = home.root / "said.yaml"
    path.write_text(
        f"- id: {name}\n  {said}\n  evidence: [freedonia-yearbook:s-0001]\n"
        if "evidence: [{" not in said
        else f"- id: {name}\n  {said}\n",
        encoding="utf-8",
    )
    checked = _checked(home, path)
    added = foedus(home, "add", str(path))
    assert added.exit_code == 0, added.output
    assert _asserted(home) >= before | checked
    assert _asserted(home) != before
    once = _files(home)
    assert foedus(home, "add", str(path)).exit_code == 0
    assert _files(home) == once


def _checked(home: Home, path: Path) -> set[ox.Triple]:
    """Return the triples that a check of a file sees."""
    with Examination(home).opened() as examine:
        return set(examine(str(path)).triples)


def test_what_was_checked_and_would_not_be_built_is_refused(home: Home) -> None:
    """Where the graph would lack a triple that the check saw, it is named and nothing is written."""
    before = _files(home)
    path = str(ACCEPTED / "undated.yaml")
    with Examination(home).opened() as examine:
        verdict = examine(path)
    assert verdict.submission
    lost = ox.Triple(ox.NamedNode(ID + "sylvania"), ox.NamedNode(SKOS + "altLabel"), ox.Literal("Lost"))
    with pytest.raises(UnreadableInput, match=r"1 triples would be lost beside what stands.*Lost"):
        merge(home, verdict.submission, [*verdict.triples, lost])
    assert _files(home) == before


def test_what_is_refused_changes_nothing(home: Home) -> None:
    """A wrong submission leaves every file as it was, and its findings are shown."""
    before = _files(home)
    for name in ("FOE333-two-capitals.yaml", "FOE101-missing-dot.ttl", "FOE114-unknown-place.yaml"):
        result = foedus(home, "add", str(REFUSED / name))
        assert result.exit_code == (2 if "FOE101" in name else 1)
        assert name in result.output
    assert _files(home) == before


def test_killed_at_any_moment_each_file_is_old_or_new(tmp_path: Path) -> None:
    """Whenever ``add`` is killed, each file is wholly one or the other, and the next run mends the graph."""
    chance = random.Random(4)
    new = ACCEPTED / "undated.yaml"
    whole = built_copy(tmp_path / "whole")
    old = _files(whole)
    begun = time.perf_counter()
    words = [sys.executable, "-c", "from foedus.cli import main; main()", "--home"]
    assert subprocess.run([*words, str(whole.root), "add", str(new)], check=False).returncode == 0
    lasts = time.perf_counter() - begun
    done = _files(whole)
    home = built_copy(tmp_path / "killed")
    for _ in range(4):
        process = subprocess.Popen([*words, str(home.root), "add", str(new)], stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.5, 1.05) * lasts)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for name, content in _files(home).items():
            if not name.endswith(".new"):
                assert content in (old.get(name), done.get(name))
    # What was killed between two renames is a mixture, which the manifest shows; the build mends it.
    assert foedus(home, "build").exit_code == 0
    assert foedus(home, "add", str(new)).exit_code == 0
    assert {n: c for n, c in _files(home).items() if not n.endswith(".new")} == done


# -- writing


def test_yaml_that_is_written_reads_back_as_the_same() -> None:
    """Words that YAML takes for booleans, numbers or dates stay texts, and so do odd ones."""
    text = (
        "{a: [NO, 'on', 2017-10, 1e3, '~', ': x', '- y', '#z', 'a\\n b', \"\\u00e9\", ''], b: {c: {d: [e]}}}"
    )
    node = read_yaml(text, "f")
    assert node is not None
    again = read_yaml(write_yaml(node), "f")
    assert again is not None
    assert json.dumps(_plain(again)) == json.dumps(_plain(node))


def _plain(node: object) -> object:
    if hasattr(node, "entries"):
        return {key: _plain(value) for key, value in node.entries.items()}
    return [_plain(item) for item in node.items] if hasattr(node, "items") else node.text  # type: ignore[attr-defined]


# -- skeletons

FILLED = {
    "Capital": {"capitalCity": "port-ruprecht", "capitalOf": "sylvania"},
    "Figure": {"subject": "freedonia"},
    "OccurrenceLink": {
        "linkedOccurrence": "relations-restored-1929",
        "linkedTo": "relations-established-1921",
    },
    "RetiredId": {"replacedBy": "freedonia"},
    "Source": {"address": "https://example.org/", "speaksUntil": "1931-01-01"},
    "Tenure": {"office": "harbour-master"},
}
"""What stands for an ID or … where not just any record of the class that the key takes will do."""

BESIDE = {
    "Disagreement": """
- {id: early, type: Event, prefLabel: T, eventKind: visit, evidence: [freedonia-yearbook:s-0014], date: [
    {edtf: '1930', evidence: [freedonia-yearbook:s-0014], disagreement: new-disagreement},
    {edtf: '1931', evidence: [freedonia-yearbook:s-0014], disagreement: new-disagreement}]}
""",
    "MembershipStatus": """
- {id: m, type: Membership, member: sylvania, organization: southern-league, statusInterval: new-membership-status,
   evidence: [freedonia-yearbook:s-0014]}
""",
}
"""Records that the comment at the head of a skeleton asks for beside it."""


@pytest.mark.parametrize("kind", [name for name, _ in kinds(Home.find().ontology)])
def test_every_skeleton_passes_once_it_is_filled_in(kind: str) -> None:
    """Of every class what stands plain is all that is needed, with each ID, text and segment replaced."""
    home = built_fiction()
    vocabulary = read_vocabulary(home.ontology)
    with open_standing(home) as standing:
        known = {name: found for name, found in sorted(standing.types.items()) if "." not in name}
    used = {"kingdom-of-ruritania", "unnamed"}

    def some(key: str) -> str:
        chosen = FILLED.get(kind, {}).get(key) or next(
            name
            for name, found in known.items()
            if name not in used and any(vocabulary.is_a(c, vocabulary.properties[key].range) for c in found)
        )
        used.add(chosen)
        return chosen

    lines = []
    for line in (
        skeleton(home.ontology, kind).replace("SOURCE:SEGMENT", "freedonia-yearbook:s-0014").split("\n")
    ):
        key = line.partition(":")[0].strip()
        if "#" not in line and key != "type":
            line = re.sub(r"\bID\b", lambda _, key=key: some(key), line)
            line = line.replace("…", FILLED.get(kind, {}).get(key, "Some words"))
        lines.append(line)
    text = "\n".join(lines) + BESIDE.get(kind, "")
    result = foedus(home, "check", "--as", "yaml", "--fail-on", "warning", "-", stdin=text)
    assert result.exit_code == 0, text + result.output


@pytest.mark.parametrize("kind", ["Record", "Occurrence", "Entity", "UnnamedActor"])
def test_a_class_of_which_no_record_is_written_has_no_skeleton(kind: str) -> None:
    """What its shape refuses is not offered; the refusal names what to write instead."""
    told = foedus(Home(FICTION), "new", kind)
    assert told.exit_code == 2
    assert "write" in told.output or "refer to" in told.output
    assert f"\n{kind} " not in foedus(Home(FICTION), "new").output


def test_a_skeleton_says_what_is_needed() -> None:
    """Needed keys stand plain, others behind a sign, each with its meaning and its list."""
    told = foedus(Home(FICTION), "new", "Tenure").output
    assert "\n  person: ID\n" in told
    assert "\n  # ordinal: 0\n" in told
    assert "# Who holds the office." in told
    acts = foedus(Home(FICTION), "new", "TreatyAct").output
    assert "accession" in acts
    assert "\n  relationParty: [ID, ID]\n" in foedus(Home(FICTION), "new", "DiplomaticRelation").output
    assert "did you mean" in foedus(Home(FICTION), "new", "Tenur").output
    assert "Tenure" in foedus(Home(FICTION), "new").output
