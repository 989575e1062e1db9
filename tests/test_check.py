"""A wrong new fact is refused with its place, its reason and its cure, and a right one is not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fiction import FICTION, built_fiction, foedus

from foedus.checking import Checker
from foedus.codes import CODES
from foedus.diagnostics import Diagnostic, Severity, UnreadableInput
from foedus.home import Home
from foedus.rulefiles import read_rules
from foedus.standing import Standing, open_standing
from foedus.submissions import FORMATS, format_of, read_submission

SUBMISSIONS = Path(__file__).parent / "submissions"
ACCEPTED = sorted((SUBMISSIONS / "accepted").iterdir())
REFUSED = sorted((SUBMISSIONS / "refused").iterdir())
_MAIN = "from foedus.cli import main; main()"
EVENT = """\
- id: harbour-talks
  type: Event
  prefLabel: Talks on the harbour
  eventKind: negotiation
  date: '1931-05-04'
  participation: [{actor: freedonia, role: party}]
  evidence: [freedonia-yearbook:s-0014]
"""


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    """Give the fictional graph that stands."""
    with open_standing(built_fiction()) as found:
        yield found


@pytest.fixture(scope="module")
def checker(standing: Standing) -> Checker:
    """Return a checker of the fictional home."""
    return Checker(built_fiction(), standing)


def _findings(checker: Checker, path: Path) -> list[Diagnostic]:
    try:
        submission = read_submission(
            path.read_bytes(), path.name, format_of(path.name), checker.standing.vocabulary
        )
    except UnreadableInput as error:
        return [Diagnostic(*_place(str(error)))]
    return checker.check(submission).findings


def _place(message: str) -> tuple[object, ...]:
    from foedus.cli.intake import as_finding

    return tuple(as_finding(UnreadableInput(message), message.partition(":")[0]))


def test_there_are_as_many_submissions_as_promised() -> None:
    """At least forty wrong and twenty unusual but right submissions are held, in every format."""
    assert len(REFUSED) >= 40
    assert len(ACCEPTED) >= 20
    assert {format_of(p.name) for p in (*ACCEPTED, *REFUSED)} == set(FORMATS)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda p: p.name)
def test_what_only_looks_wrong_is_accepted(checker: Checker, path: Path) -> None:
    """An unusual but right submission brings no finding, not even a warning."""
    assert [str(d) for d in _findings(checker, path)] == []


@pytest.mark.parametrize("path", REFUSED, ids=lambda p: p.name)
def test_what_is_wrong_is_refused_for_that_alone(checker: Checker, path: Path) -> None:
    """A wrong submission is refused with the code in its name, at a line of its own, with a cure."""
    findings = _findings(checker, path)
    assert {d.code for d in findings} == {path.name[:6]}, [str(d) for d in findings]
    lines = path.read_text(encoding="utf-8").split("\n")
    for found in findings:
        assert found.severity is Severity.VIOLATION
        assert found.message
        assert found.region.file == path.name
        assert lines[found.region.line - 1].strip(), "the place is a line that holds something"
        assert found.cure or found.code == "FOE101"


COLLIDING = {
    "FOE119-chair-is-a-city.yaml": ["strelsau", "Place"],
    "FOE211-second-birth.yaml": ["1891-05-03", "1890-05-03", "freedonia-yearbook:g-0002"],
    "FOE203-two-english-labels.ttl": [
        "Sylvanian Republic",
        "Republic of Sylvania",
        "freedonia-yearbook:s-0005",
        " in en:",
    ],
    "FOE333-two-capitals.yaml": [
        "port-ruprecht-capital",
        "freedonia-city-capital",
        "freedonia-yearbook:g-0001",
    ],
    "FOE306-ratified-before-signature.yaml": ["1929-02-01", "1930-05-09", "freedonia-yearbook:s-0014"],
    "FOE201-share-over-a-hundred.yaml": ["120", "share"],
    "FOE203-three-parties-to-a-relation.yaml": ["freedonia", "sylvania", "grand-fenwick"],
    "FOE371-vote-against-its-result.yaml": ["12", "40"],
    "FOE126-precision-it-has-not.yaml": ["day", "month", "1931-05"],
    "FOE137-one-source-two-dates.yaml": ["1931-05-05", "1931-05-06"],
    "FOE116-id-of-a-state.yaml": ["sylvania", "Event", "State"],
    "FOE333-second-capital-without-context.jsonld": ["freedonia-city-capital", "freedonia-yearbook:g-0001"],
}


@pytest.mark.parametrize(("name", "values"), COLLIDING.items())
def test_a_message_names_what_collides(checker: Checker, name: str, values: list[str]) -> None:
    """The message holds the two values, and of one that stands the evidence."""
    messages = " ".join(d.message for d in _findings(checker, SUBMISSIONS / "refused" / name))
    for value in values:
        assert value in messages


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FOE116-id-that-is-retired.yaml", "write ruritania, or choose another id"),
        ("FOE116-participation-told-alike.yaml", "take one of them out"),
        ("FOE118-key-of-another-class.yaml", "take it out, or give it to a TreatyAct of its own"),
    ],
)
def test_a_cure_is_one_that_would_work(checker: Checker, name: str, words: str) -> None:
    """A cure names what may be written in this place, never a key that only happens to be spelt alike."""
    (found,) = _findings(checker, SUBMISSIONS / "refused" / name)
    assert words in found.cure


def test_a_hidden_character_is_pointed_at(checker: Checker, tmp_path: Path) -> None:
    """Of a text that a hidden character stands in, the character is underlined, and told once."""
    path = tmp_path / "facts.yaml"
    path.write_text(EVENT.replace("prefLabel: Talks", "prefLabel: Ta\u202elks"), encoding="utf-8")
    (found,) = _findings(checker, path)
    assert (found.code, found.region.column, found.region.end_column) == ("FOE105", 16, 17)


def test_every_fault_of_a_run_is_reported_in_order(checker: Checker, tmp_path: Path) -> None:
    """Faults of form, shape and rules in several records come together, sorted by place."""
    path = tmp_path / "facts.yaml"
    faults = EVENT.replace("freedonia, role: party", "fredonia, role: prty")
    late = EVENT.replace("harbour-talks", "later-talks").replace("1931-05-04", "1935-05-04")
    empty = EVENT.replace("harbour-talks", "other-talks").replace("  date: '1931-05-04'\n", "")
    path.write_text(faults + late + empty, encoding="utf-8")
    findings = _findings(checker, path)
    assert [d.code for d in findings] == ["FOE114", "FOE113", "FOE314", "FOE202"]
    assert findings == sorted(findings, key=lambda d: d.region)


def test_a_fault_of_form_brings_no_consequences(checker: Checker, tmp_path: Path) -> None:
    """Where a value is wrong in form, its lack is not told as well; other faults of the record are."""
    path = tmp_path / "facts.yaml"
    path.write_text(
        EVENT.replace("'1931-05-04'", "1931-13").replace("negotiation", "refusal"), encoding="utf-8"
    )
    assert [d.code for d in _findings(checker, path)] == ["FOE121"]
    path.write_text(
        EVENT.replace("1931-05-04", "1935").replace("role: party", "role: prty"), encoding="utf-8"
    )
    assert [d.code for d in _findings(checker, path)] == ["FOE314", "FOE113"]


def test_what_stands_and_is_wrong_of_old_is_not_laid_to_the_new(checker: Checker, standing: Standing) -> None:
    """A record that is said again, with one more key, is judged by what is new."""
    text = "- {id: rudolf-visits-freedonia, type: Event, place: port-ruprecht, evidence: [freedonia-yearbook:s-0022]}\n"
    submission = read_submission(text.encode(), "more.yaml", "yaml", standing.vocabulary)
    before = len(standing.engine)
    assert checker.check(submission).findings == []
    assert len(standing.engine) == before, "the graph that stands is left as it was"


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two processes with different hash seeds print the same."""
    names = [str(p) for p in REFUSED[:6]]
    outputs = [
        subprocess.run(
            [
                sys.executable,
                "-c",
                _MAIN,
                "--home",
                str(built_fiction().root),
                "check",
                "--format",
                "json",
                *names,
            ],
            env={"PYTHONHASHSEED": seed, "HOME": str(tmp_path)},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0])


def test_the_exit_code_tells_how_grave_it_is(tmp_path: Path) -> None:
    """2 where an input cannot be read though others are checked, 1 for findings, 0 else; warnings by choice."""
    home = built_fiction()
    good, bad, torn = ACCEPTED[0], SUBMISSIONS / "refused/FOE113-unknown-event-kind.yaml", REFUSED[0]
    assert torn.name.startswith("FOE101")
    assert foedus(home, "check", str(good)).exit_code == 0
    assert foedus(home, "check", str(good), str(bad)).exit_code == 1
    both = foedus(home, "check", str(torn), str(bad))
    assert both.exit_code == 2
    assert "FOE113" in both.output
    assert foedus(home, "check", str(tmp_path / "missing.yaml")).exit_code == 2
    empty = tmp_path / "empty.yaml"
    empty.write_text("", encoding="utf-8")
    assert foedus(home, "check", str(empty)).exit_code == 0
    assert foedus(home, "check", str(empty), "--fail-on", "warning").exit_code == 1


def test_standard_input_needs_a_format() -> None:
    """``-`` reads standard input as the format that is named, and asks for one where none is."""
    home = built_fiction()
    assert foedus(home, "check", "-", "--as", "yaml", stdin=EVENT).exit_code == 0
    wrong = foedus(home, "check", "-", "--as", "yaml", stdin=EVENT.replace("type: Event", "type: Evnt"))
    assert "<stdin>:2:9: violation FOE112" in wrong.output
    assert "--as" in foedus(home, "check", "-", stdin=EVENT).output


def test_a_csv_file_without_types_takes_its_class_from_the_command(tmp_path: Path) -> None:
    """``--type`` is the class of rows that do not say it."""
    path = tmp_path / "events.csv"
    path.write_text(
        "id,prefLabel,eventKind,date,evidence\ntalks,Talks,negotiation,undated,freedonia-yearbook:s-0014\n",
        encoding="utf-8",
    )
    assert foedus(built_fiction(), "check", str(path)).exit_code == 1
    assert foedus(built_fiction(), "check", "--type", "Event", str(path)).exit_code == 0


def test_a_home_is_checked_as_a_whole(tmp_path: Path) -> None:
    """Without a file all records are checked, and a fault is shown with its line."""
    import shutil

    shutil.copytree(FICTION, tmp_path / "home")
    home = Home.find(tmp_path / "home")
    assert foedus(home, "check").exit_code == 0
    facts = home.graph / "freedonia-ruritania/facts/facts.yaml"
    text = facts.read_text(encoding="utf-8")
    facts.write_text(
        text.replace("votesFor: 40", "votesFor: 4").replace("role: host", "role: hst"), encoding="utf-8"
    )
    result = foedus(home, "check")
    assert result.exit_code == 1
    assert "FOE371" in result.output
    assert " |   voteResult: passed\n" in result.output
    assert "FOE113" in result.output


def test_a_file_of_the_home_is_checked_in_place_of_what_stands() -> None:
    """Its records are not held against themselves."""
    home = built_fiction()
    for path in (home.graph / "freedonia-ruritania/facts/facts.yaml", home.graph / "freedonia-ruritania.ttl"):
        result = foedus(home, "check", str(path))
        assert result.exit_code == 0, result.output


def test_a_text_of_the_source_shows_what_segments_do_not_mention(tmp_path: Path) -> None:
    """With the text, a record whose segment mentions nothing that it names brings a warning."""
    path = tmp_path / "facts.yaml"
    text = str(FICTION / "freedonia-yearbook.txt")
    path.write_text(EVENT, encoding="utf-8")
    assert "FOE138" not in foedus(built_fiction(), "check", "--text", text, str(path)).output
    path.write_text(
        EVENT.replace("actor: freedonia", "actor: grand-fenwick").replace("0014", "0025"), encoding="utf-8"
    )
    result = foedus(built_fiction(), "check", "--text", text, str(path))
    assert "warning FOE138" in result.output
    assert "grand-fenwick" in result.output
    assert result.exit_code == 0


# -- codes


def _used() -> set[str]:
    home = Home.find()
    source = Path(__file__).parents[1] / "src" / "foedus"
    texts = [p.read_text(encoding="utf-8") for p in source.rglob("*.py") if p.name != "codes.py"]
    found = {code for text in texts for code in re.findall(r'"(FOE\d{3})"', text)}
    return found | {rule.code for rule in read_rules(home.ontology)}


def test_every_code_is_explained_and_every_explanation_is_used() -> None:
    """The registry and the codes of modules and rules are the same; each has rule, example and cure."""
    rules = {rule.code for rule in read_rules(Home.find().ontology)}
    assert _used() == CODES.keys() | rules
    assert not CODES.keys() & rules
    assert all(all(code) for code in CODES.values())


def test_a_code_explains_itself() -> None:
    """``--explain`` tells rule, example and cure of a code, and the nearest of one that is none."""
    for code in ("FOE114", "foe333"):
        told = foedus(built_fiction(), "check", "--explain", code)
        assert told.exit_code == 0
        assert all(word in told.output for word in ("Rule:", "Example:", "Cure:"))
    assert "did you mean" in foedus(built_fiction(), "check", "--explain", "FOE1114").output


@pytest.mark.parametrize(
    "option", [["--fix"], ["--diff"], ["--as", "yaml"], ["--type", "Event"], ["--text", __file__]]
)
def test_options_of_files_are_refused_without_a_file(option: list[str]) -> None:
    """What concerns files is not passed over in silence where the whole home is checked."""
    refused = foedus(Home(FICTION), "check", *option)
    assert refused.exit_code == 2
    assert f"take {option[0]} out, or name FILE" in refused.output
