"""One fault is one finding, whoever could find it: form, shapes, several rules, several rows of one rule."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fiction import built_copy, built_fiction, foedus

from foedus.build import build
from foedus.diagnostics import Diagnostic, FindingsError, Region, Severity
from foedus.judgement import sort_findings, told_once
from foedus.namespaces import FOE, ID, SH, SHAPE
from foedus.rules import Finding
from foedus.validation import Violation

_END = "ConstraintComponent"
EVIDENCE = "  evidence: [freedonia-yearbook:s-0002]\n"
CASES = {
    "a mission to its own sender": (
        "FOE337",
        """- id: embassy-of-freedonia-at-home
  type: Mission
  prefLabel: An embassy
  missionRank: embassy
  sendingState: freedonia
  receivingState: freedonia
  from: undated
  until: open
"""
        + EVIDENCE,
    ),
    "an organization that is a member of itself": (
        "FOE361",
        """- id: league-in-league
  type: Membership
  prefLabel: The league in the league
  member: southern-league
  organization: southern-league
  statusInterval: [{status: full, from: '1929', until: open}]
"""
        + EVIDENCE,
    ),
    "a membership in a state": (
        "FOE119",
        """- id: freedonia-in-ruritania
  type: Membership
  prefLabel: Freedonia in Ruritania
  member: freedonia
  organization: ruritania
  statusInterval: [{status: full, from: '1929', until: open}]
"""
        + EVIDENCE,
    ),
    "a tenure before the holder is born": (
        "FOE302",
        """- {id: karl-late, type: Person, prefLabel: Karl Late, description: A man., birthDate: 1900-05-05, """
        """evidence: [freedonia-yearbook:s-0002]}
- id: late-foreign-minister
  type: Tenure
  prefLabel: Karl Late as foreign minister
  person: karl-late
  office: foreign-minister-of-freedonia
  from: '1880'
  until: '1890'
""" + EVIDENCE,
    ),
    "a membership without evidence": (
        "FOE131",
        """- id: sylvania-in-league
  type: Membership
  prefLabel: Sylvania in the league
  member: sylvania
  organization: southern-league
  statusInterval: [{status: full, from: '1929', until: open}]
""",
    ),
    "a membership that is claimed by nobody": (
        "FOE201",
        """- id: freedonia-in-league
  type: Membership
  prefLabel: Freedonia in the league
  member: freedonia
  organization: southern-league
  modality: claimed
  statusInterval: [{status: full, from: '1929', until: open}]
"""
        + EVIDENCE,
    ),
    "a tenure whose end is no date, which is no open one": (
        "FOE121",
        """- {id: karl-late, type: Person, prefLabel: Karl Late, description: A man.,
  evidence: [freedonia-yearbook:s-0002]}
- id: rudolf-king
  type: Tenure
  prefLabel: Rudolf as king
  person: rudolf-of-ruritania
  office: king-of-ruritania
  from: '1920'
  until: open
  evidence: [freedonia-yearbook:s-0002]
- id: late-king
  type: Tenure
  prefLabel: Karl Late as king
  person: karl-late
  office: king-of-ruritania
  from: '1921'
  until: soon
"""
        + EVIDENCE,
    ),
    "three events that are part of one another": (
        "FOE351",
        "".join(
            f"""- id: talks-{here}
  type: Event
  prefLabel: Talks
  eventKind: meeting
  date: 1930-05
  theme: diplomacy
  occurrencePartOf: talks-{there}
  participation: [{{actor: freedonia, role: party}}, {{actor: ruritania, role: party}}]
"""
            + EVIDENCE
            for here, there in ("ab", "bc", "ca")
        ),
    ),
}


def findings(text: str, *words: str) -> list[str]:
    """Return the codes of the violations that ``foedus check`` finds in a text."""
    answer = foedus(built_fiction(), "check", "-", "--format", "json", *words, stdin=text)
    return [d["code"] for d in json.loads(answer.stdout) if d["severity"] == "violation"]


@pytest.mark.parametrize("case", CASES)
def test_one_fault_of_a_new_fact_is_one_finding(case: str) -> None:
    """A fault that form, shape and rule could each find is told once."""
    code, text = CASES[case]
    assert findings(text, "--as", "yaml") == [code]


@pytest.mark.parametrize("case", ["a mission to its own sender", "a tenure before the holder is born"])
def test_one_fault_of_a_home_is_one_finding(case: str, tmp_path: Path) -> None:
    """The same holds where the whole home is checked, and where it is built."""
    code, text = CASES[case]
    home = built_copy(tmp_path)
    facts = home.graph / "freedonia-ruritania" / "facts" / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")
    answer = foedus(home, "check", "--format", "json")
    assert [d["code"] for d in json.loads(answer.stdout) if d["severity"] == "violation"] == [code]
    with pytest.raises(FindingsError) as refused:
        build(home)
    found = [d for d in refused.value.diagnostics if d.severity is Severity.VIOLATION]
    assert [d.code for d in found] == [code]


def test_what_a_rule_tells_better_no_shape_tells_as_well() -> None:
    """Where a state stands for an organization, only the rule speaks, which knows the cure; the rest stays."""
    state = (f"{ID}m", f"{FOE}organization", f"{ID}ruritania", SHAPE + "Membership-organization")
    violations = [
        Violation(*state, "no organization", constraint=f"{SH}ClassConstraintComponent"),
        Violation(f"{ID}m", f"{FOE}member", "", SHAPE + "Membership-member", "no member"),
    ]
    offence = Finding(
        f"{ID}m", "FOE362", f"{FOE}organization", "ruritania", "", "", Severity.VIOLATION, "a state", ""
    )
    assert told_once(violations, [offence]) == violations[1:]
    assert told_once(violations, [replace(offence, severity=Severity.WARNING)]) == sorted(violations)
    assert told_once(violations, [replace(offence, value="freedonia")]) == sorted(violations)


def test_of_what_one_shape_has_against_a_value_the_most_telling_is_kept() -> None:
    """A word for a number breaks datatype and lower bound: the datatype is told; another value is another fault."""
    kinds = ("MinInclusive", "Pattern", "Datatype")
    given = [
        Violation(
            f"{ID}v", f"{FOE}votesFor", value, SHAPE + "Vote-votesFor", "m", constraint=f"{SH}{kind}{_END}"
        )
        for value in ("forty", "fifty")
        for kind in kinds
    ]
    assert [(v.value, v.constraint) for v in told_once(given, ())] == [
        ("fifty", f"{SH}Datatype{_END}"),
        ("forty", f"{SH}Datatype{_END}"),
    ]


def test_one_line_in_two_files_is_two_findings() -> None:
    """Of hidden characters one in each line is told, whichever other files have one in the line of that number."""
    found = [Diagnostic(Region(file, 3, column), "FOE105", "U+202E") for file in "ab" for column in (5, 9)]
    assert [(d.region.file, d.region.column) for d in sort_findings(found)] == [("a", 5), ("b", 5)]
