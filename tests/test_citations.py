"""A place in a source whose text is not kept is one segment, and another place another."""

from __future__ import annotations

from pathlib import Path

import pytest
from fiction import built_copy, foedus

from foedus.citations import Declared, declare
from foedus.records import parse_records

FACT = """\
- id: talks-{0}
  type: Event
  prefLabel: Talks {0}
  eventKind: negotiation
  date: '1931-05-04'
  participation: [{{actor: freedonia, role: party}}, {{actor: ruritania, role: party}}]
  evidence: [{{title: Gazette, publisher: X, address: unknown, date: '1931-05-05', locator: '{1}'}}]
"""
DECLARED = "- {{id: 'gazette:page-3', type: Segment, locator: {0}}}\n"


def _cited(*locators: str) -> Declared:
    text = "".join(FACT.format(number, locator) for number, locator in enumerate(locators))
    return declare(parse_records(text, "facts.yaml"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "page 12, column 2, paragraph 9, upper half",
            "page 12, column 2, paragraph 9, lower half",
        ),
        ("стр. 5", "с. 5"),
        ("section 1.2", "section 1-2"),
        ("§", "¶"),
    ],
)
def test_different_places_are_different_segments(one: str, other: str) -> None:
    """Places that differ behind the first words, in another script or in a sign have ids and locators of their own."""
    found = _cited(one, other)
    assert not found.findings
    assert len(found.segments) == 2
    locators = {r.node.scalar("locator") for r in found.records if r.node.scalar("type") == "Segment"}
    assert locators == {one, other}


def test_a_place_that_its_words_tell_is_named_by_them() -> None:
    """A short locator is the id itself, however its case and blanks are."""
    assert list(_cited("page 3", "Page  3").segments) == ["gazette:page-3"]


@pytest.mark.parametrize("declared_first", [True, False])
def test_one_id_for_two_places_is_refused(declared_first: bool) -> None:
    """A declared segment whose locator is not that of a citation with its id is a finding at the second."""
    parts = [DECLARED.format("supplement"), FACT.format(1, "page 3")]
    text = "".join(parts if declared_first else parts[::-1])
    (finding,) = declare(parse_records(text, "facts.yaml")).findings
    assert finding.code == "FOE137"
    assert finding.message.startswith('the place "gazette:page-3" is ')
    assert not declare(parse_records(text.replace("supplement", "page 3"), "facts.yaml")).findings


def test_a_standing_place_has_one_locator(tmp_path: Path) -> None:
    """A segment that is declared anew for another place of its source is refused."""
    home = built_copy(tmp_path)
    path = tmp_path / "facts.yaml"
    path.write_text(FACT.format(1, "page 3"), encoding="utf-8")
    assert foedus(home, "add", str(path)).exit_code == 0
    path.write_text(DECLARED.format("supplement"), encoding="utf-8")
    refused = foedus(home, "check", str(path))
    assert refused.exit_code == 1
    assert "A segment has one locator" in refused.output
