"""Wrong and right submissions to the built-in dossier, one fault each, are told apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from foedus.checking import Checker
from foedus.diagnostics import Diagnostic, UnreadableInput
from foedus.home import Home
from foedus.standing import open_standing
from foedus.submissions import format_of, read_submission
from foedus.vocabulary import read_vocabulary

SUBMISSIONS = Path(__file__).parent / "dossier-submissions"


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    """Give a checker of the built-in home."""
    home = Home.find()
    with open_standing(home) as standing:
        yield Checker(home, standing)


def _findings(checker: Checker, path: Path) -> list[Diagnostic]:
    vocabulary = checker.standing.vocabulary
    submission = read_submission(path.read_bytes(), path.name, format_of(path.name), vocabulary)
    return checker.check(submission).findings


@pytest.mark.parametrize("path", sorted((SUBMISSIONS / "accepted").iterdir()), ids=lambda p: p.name)
def test_what_only_looks_wrong_is_accepted(checker: Checker, path: Path) -> None:
    """An unusual but right submission brings no finding, not even a warning."""
    assert [str(d) for d in _findings(checker, path)] == []


@pytest.mark.parametrize("path", sorted((SUBMISSIONS / "refused").iterdir()), ids=lambda p: p.name)
def test_a_planted_fault_is_refused_for_that_alone(checker: Checker, path: Path) -> None:
    """A planted fault raises the code in the file's name and no other, with a cure."""
    findings = _findings(checker, path)
    assert {d.code for d in findings} == {path.name[:6]}, [str(d) for d in findings]
    assert all(d.cure for d in findings)


def test_the_evidence_told_is_that_of_the_tenure_that_stands(checker: Checker) -> None:
    """Where a rule names the old record first, the evidence is still the old record's."""
    (found,) = _findings(checker, SUBMISSIONS / "refused/FOE331-overlap.yaml")
    assert 'evidence of "pashinyan-prime-minister-of-armenia": armenia-russia-article:g-0038' in found.message


def test_a_cure_says_what_a_repair_would_write(checker: Checker) -> None:
    """A name instead of an id, and an id with a letter of another script, are cured by the id that is meant."""
    for name, meant in (("name-for-id", "nikol-pashinyan"), ("cyrillic-letter", "armenia")):
        (found,) = _findings(checker, SUBMISSIONS / f"refused/FOE115-{name}.yaml")
        assert f'write "{meant}"' in found.cure


@pytest.mark.parametrize(
    ("name", "told"),
    [("FOE302-act-of-the-unborn.ttl", '"1970-05"'), ("FOE339-second-signature.jsonld", '"2020-11-10"')],
)
def test_the_place_is_that_of_the_day(checker: Checker, name: str, told: str) -> None:
    """Where a date is a node of its own, its text is underlined, not the name of the node."""
    path = SUBMISSIONS / "refused" / name
    (found,) = _findings(checker, path)
    region = found.region
    line = path.read_text(encoding="utf-8").split("\n")[region.line - 1]
    assert line[region.column - 1 : region.end_column - 1] == told


def test_the_place_is_where_the_treaty_is_named(checker: Checker) -> None:
    """An act that makes a treaty of two one of three is at fault where it names the treaty, not as a whole."""
    (found,) = _findings(checker, SUBMISSIONS / "refused/FOE363-third-party-signs.yaml")
    assert (found.region.line, found.region.column) == (4, 11)


@pytest.mark.parametrize(
    ("tag", "cure"), [("en_GB", "write @en-gb"), ("englishlanguage", "write @en, or another short code")]
)
def test_a_malformed_language_tag_is_told_as_one(tag: str, cure: str) -> None:
    """Where a parser stops within a language tag, the tag is named, with its place and how it is written."""
    triple = f'<https://w3id.org/foedus/id/x> <http://www.w3.org/2004/02/skos/core#altLabel> "X"@{tag} .'
    with pytest.raises(UnreadableInput, match=rf'x\.nt:1:\d+: .*"{tag}" is no language tag; {cure}'):
        read_submission(triple.encode(), "x.nt", "ntriples", read_vocabulary(Home.find().ontology))


def test_a_treaty_that_comes_with_its_acts_is_told_of_once(checker: Checker) -> None:
    """What is new in itself is not found once more through each record that leads to it."""
    (found,) = _findings(checker, SUBMISSIONS / "refused/FOE363-new-treaty-of-three.yaml")
    assert found.focus == "new-base-treaty"
