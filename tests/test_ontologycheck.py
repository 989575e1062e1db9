"""A shape or rule that can find nothing is itself reported, by the checks as by the build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fiction import FICTION, foedus

from foedus.home import Home
from foedus.namespaces import FOE, SH, SHAPE, VOC
from foedus.ontologycheck import find_idle
from foedus.vocabulary import read_vocabulary

ONTOLOGY = Home.find().ontology
PREFIXES = f"""@prefix foe: <{FOE}> . @prefix voc: <{VOC}> . @prefix sh: <{SH}> . @prefix shape: <{SHAPE}> .
"""


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """Return a copy of the ontology without shapes and rules."""
    for name in ("foedus.ttl", "vocabularies.ttl"):
        shutil.copy(ONTOLOGY / name, tmp_path)
    (tmp_path / "shapes").mkdir()
    return tmp_path


def test_nothing_of_ours_is_idle() -> None:
    """Every shape and rule has a target that the ontology declares, and every shape says how to mend."""
    assert find_idle(ONTOLOGY, read_vocabulary(ONTOLOGY)) == []


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        ("sh:targetClass foe:Treatie ; sh:nodeKind sh:IRI ; sh:message 'm'", f"{FOE}Treatie"),
        (
            "sh:targetClass foe:Treaty ; sh:property [ sh:path foe:partie ; sh:minCount 1 ]",
            f"{FOE}partie",
        ),
        ("sh:targetClass foe:Treaty ; sh:in ( voc:goods.gold ) ; sh:message 'm'", f"{VOC}goods.gold"),
        ("sh:targetClass foe:Treaty ; sh:nodekind sh:IRI ; sh:message 'm'", f"{SH}nodekind"),
        ("sh:targetClass foe:Treaty ; sh:sparql [] ; sh:message 'm'", f"{SH}sparql"),
        ("sh:targetClass foe:treaty ; sh:nodeKind sh:IRI ; sh:message 'm'", f"{FOE}treaty"),
        ("sh:targetSubjectsOf foe:Treaty ; sh:nodeKind sh:IRI ; sh:message 'm'", f"{FOE}Treaty"),
        (
            "sh:targetClass foe:Treaty ; sh:property [ sh:path foe:Treaty ; sh:minCount 1 ]",
            f"{FOE}Treaty",
        ),
        ("sh:nodeKind sh:IRI ; sh:message 'm'", f"{SHAPE}TreatyShape"),
        ("sh:targetClass foe:Treaty ; sh:nodeKind sh:IRI", f"{SHAPE}TreatyShape"),
    ],
)
def test_an_idle_shape_is_found(ontology: Path, shape: str, value: str) -> None:
    """A shape that SHACL passes over in silence, or that says no cure, is found with its place."""
    path = ontology / "shapes" / "Treaty.ttl"
    path.write_text(PREFIXES + f"shape:TreatyShape a sh:NodeShape ; {shape} .", encoding="utf-8")
    (found,) = find_idle(ontology, read_vocabulary(ontology))
    assert (found.code, found.value) == ("FOE300", value)
    region, written = found.region, path.read_text(encoding="utf-8").splitlines()[1]
    assert (region.file, region.line) == ("ontology/shapes/Treaty.ttl", 2)
    assert written[region.column - 1 : region.end_column - 1] == value.rpartition("#")[2]


def test_a_shape_takes_its_target_from_another_file(ontology: Path) -> None:
    """A shape that a shape of another file links is not idle."""
    for name, text in {
        "Treaty": "shape:TreatyShape a sh:NodeShape ; sh:targetClass foe:Treaty ; sh:property shape:Treaty-link .",
        "Link": "shape:Treaty-link a sh:PropertyShape ; sh:path foe:treaty ; sh:minCount 1 ; sh:message 'm' .",
    }.items():
        (ontology / "shapes" / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")
    assert find_idle(ontology, read_vocabulary(ontology)) == []


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return the fictional home with an ontology of its own, in which a shape and a rule are idle."""
    shutil.copytree(FICTION, tmp_path / "home")
    shutil.copytree(ONTOLOGY, tmp_path / "home" / "ontology")
    for name, old, new in (
        ("shapes/Tenure.ttl", "sh:targetClass foe:Tenure ", "sh:targetClass foe:Tenur "),
        ("rules/member-of-itself.rq", "targetSubjectsOf: member", "targetSubjectsOf: membre"),
    ):
        path = tmp_path / "home" / "ontology" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    return Home(tmp_path / "home")


@pytest.mark.parametrize("command", ["check", "build"])
def test_the_command_line_reports_what_is_idle(home: Home, command: str) -> None:
    """``foedus check`` and ``foedus build`` name the idle shape and the idle rule; the build writes nothing."""
    answer = foedus(home, command)
    said = answer.output
    assert answer.exit_code == 1
    assert "ontology/shapes/Tenure.ttl:12:24" in said
    assert 'FOE300: "Tenur" is not a class of the ontology, so that the shape is idle' in said
    assert "ontology/rules/member-of-itself.rq:7:22" in said
    assert 'FOE300: "membre" is not a property, so that the rule finds nothing' in said
    assert '"member"' in said
    assert not (home.graph / "manifest.json").exists()


def test_a_rule_that_no_other_validator_can_judge_says_so(home: Home) -> None:
    """Where a rule has a form that SHACL-SPARQL lacks, the published file and ``--explain`` tell it."""
    shutil.copytree(ONTOLOGY, home.ontology, dirs_exist_ok=True)
    assert (
        "shape:member-of-itself in graph/shacl/shapes.ttl"
        in foedus(home, "check", "--explain", "FOE361").output
    )
    path = home.ontology / "rules" / "member-of-itself.rq"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("BIND", "MINUS { ?value a foe:Person }\n  BIND"), encoding="utf-8")
    told = "SHACL-SPARQL does not allow MINUS; only foedus check and foedus build judge this rule"
    assert told in foedus(home, "check", "--explain", "FOE361").output
    assert foedus(home, "build").exit_code == 0
    published = (home.graph / "shacl" / "shapes.ttl").read_text(encoding="utf-8")
    (shape,) = (part for part in published.split(" .\n") if part.startswith("shape:member-of-itself a"))
    assert told in shape
    assert "sh:deactivated true" in shape
    assert "sh:sparql" not in shape
