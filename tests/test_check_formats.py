"""Findings are printed for people, for programs, for SARIF's readers, for JUnit's and for GitHub."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
from conftest import Require
from fiction import built_fiction, foedus

from foedus.diagnostics import Diagnostic, Region, Severity
from foedus.interchange import to_junit, to_sarif
from foedus.reporting import to_github, to_json, to_text

REFUSED = Path(__file__).parent / "submissions/refused"
NAMES = [str(p) for p in sorted(REFUSED.iterdir()) if not p.name.startswith("FOE101")]
PLACE = ["file", "line", "column", "endLine", "endColumn"]
KEYS = [*PLACE, "severity", "code", "message", "cure", "focus", "path", "value"]


@pytest.fixture(scope="module")
def sarif() -> dict[str, object]:
    """Return the SARIF of all refused submissions."""
    loaded = json.loads(foedus(built_fiction(), "check", "--format", "sarif", *NAMES).stdout)
    assert isinstance(loaded, dict)
    return loaded


def test_text_underlines_the_value() -> None:
    """The source line stands below the message, and what is wrong in it is underlined."""
    path = str(REFUSED / "FOE114-unknown-place.yaml")
    lines = foedus(built_fiction(), "check", path).output.splitlines()
    assert lines[0] == f'{path}:9:10: violation FOE114: nothing here is called "strelzau"'
    assert lines[2:5] == [
        "9 |   place: strelzau",
        "  |          ^^^^^^^^",
        '  cure: did you mean "strelsau"?',
    ]


def test_text_shows_no_character_that_moves_the_line() -> None:
    """Control characters of the input come out as signs, and a long line is cut around the value."""
    text = "x" * 500 + "\u202eboo\x1b[31m"
    region = Region("f", 1, 501, 1, 505)
    told = to_text([Diagnostic(region, "FOE105", "a\u202eb", "take\x07 it out")], {"f": text})
    assert not any(c in told for c in "\u202e\x1b\x07")
    assert max(map(len, told.split("\n"))) < 200
    assert told.split("\n")[3].index("^") - 4 == told.split("\n")[2].index("\ufffd") - 4


def test_text_counts_wide_characters_as_two() -> None:
    """The underline stands below the value also behind letters that take two cells."""
    told = to_text([Diagnostic(Region("f", 1, 4, 1, 6), "FOE114", "m")], {"f": "北京:ab"}).split("\n")
    assert told[3] == "  |      ^^"


def test_json_has_exactly_the_promised_keys() -> None:
    """Each finding is an object of the twelve keys, in their order."""
    rows = json.loads(foedus(built_fiction(), "check", "--format", "json", *NAMES[:9]).stdout)
    assert rows
    assert all(list(row) == KEYS for row in rows)
    assert json.loads(to_json([])) == []


def test_sarif_has_what_its_schema_requires(sarif: dict[str, object]) -> None:
    """Version, tool, results and regions have the form that the schema of 2.1.0 asks for.

    Required by it: ``version`` and ``runs``; of a run ``tool.driver.name``; of a rule ``id``; of a result
    ``message``; lines and columns from 1, a level of four, and a rule index within the rules.
    """
    assert set(sarif) == {"$schema", "version", "runs"}
    assert sarif["version"] == "2.1.0"
    (run,) = sarif["runs"]  # type: ignore[misc]
    assert set(run) == {"tool", "columnKind", "results"}
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "foedus"
    assert driver["semanticVersion"].count(".") == 2
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])
    assert len(run["results"]) >= len(NAMES)
    for result in run["results"]:
        assert set(result) <= {"ruleId", "ruleIndex", "level", "message", "locations", "properties"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        assert set(location["physicalLocation"]) == {"artifactLocation", "region"}
        assert " " not in location["physicalLocation"]["artifactLocation"]["uri"]
        region = location["physicalLocation"]["region"]
        assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}
        assert all(isinstance(n, int) and n >= 1 for n in region.values())
        assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])


def test_sarif_is_valid_by_its_schema(sarif: dict[str, object], require: Require) -> None:
    """OASIS's schema of SARIF 2.1.0, which FOEDUS_SARIF_SCHEMA names, has nothing against what is written."""
    schema = Path(os.environ.get("FOEDUS_SARIF_SCHEMA", ""))
    require("sarif-schema", schema.is_file(), "FOEDUS_SARIF_SCHEMA names no schema of SARIF 2.1.0")
    faults = jsonschema.Draft4Validator(json.loads(schema.read_bytes())).iter_errors(sarif)
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_sarif_points_at_the_exact_region(sarif: dict[str, object]) -> None:
    """The text of a region is the value that is wrong."""
    shown = {}
    for result in sarif["runs"][0]["results"]:  # type: ignore[index]
        place = result["locations"][0]["physicalLocation"]
        path, region = Path(place["artifactLocation"]["uri"]), place["region"]
        line = path.read_text(encoding="utf-8").split("\n")[region["startLine"] - 1]
        shown[path.name] = line[region["startColumn"] - 1 : region["endColumn"] - 1]
    assert shown["FOE113-unknown-event-kind.yaml"] == "negociation"
    assert shown["FOE111-misspelt-property.ttl"] == "foe:plase"
    assert shown["FOE112-misspelt-class.nt"] == "<https://w3id.org/foedus/ontology#Evnt>"
    assert shown["FOE115-id-with-blanks.csv"] == "Harbour talks"
    assert shown["FOE201-share-over-a-hundred.yaml"] == "120"
    assert shown["FOE211-second-birth.yaml"] == "'1891-05-03'"


SAMPLES = {
    "facts.yaml": '- id: talks\n  type: Event\n  note: {en: "\t🤝🤝"}\n  place: strelzau # 🤝\n',
    "flow.yaml": '- {id: talks, type: Event, prefLabel: "🤝\u0301", place: strelzau}\n',
    "facts.csv": 'id,type,prefLabel,place\ntalks,Event,"🤝 ""q""\nsecond, line",strelzau\n',
    "items.csv": 'id,type,place,evidence\ntalks,Event,"a ""b""|\n strelzau",a:b\n',
    "facts.ttl": "@prefix foe: <https://w3id.org/foedus/ontology#> .\n@prefix id: <https://w3id.org/foedus/id/> .\n"
    "id:talks a foe:Event ; foe:content '''🤝\n# no comment ' \n\t'''@en ; foe:place\tid:strelzau .\n",
    "facts.nt": '<https://w3id.org/foedus/id/talks> <https://w3id.org/foedus/ontology#content> "🤝\\U0001F91D"@en .\n'
    "<https://w3id.org/foedus/id/talks> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    "<https://w3id.org/foedus/ontology#Event> .\n"
    "<https://w3id.org/foedus/id/talks> <https://w3id.org/foedus/ontology#place> "
    "<https://w3id.org/foedus/id/strelzau> .\n",
    "facts.jsonld": '{"@context": {"foe": "https://w3id.org/foedus/ontology#", "id": "https://w3id.org/foedus/id/"},\n'
    ' "@graph": [{"@id": "id:talks", "@type": "foe:Event", "foe:content": {"@value": "🤝", "@language": "en"},\n'
    '\t"foe:place": {"@id": "id:strelzau"}}]}',
    "facts.json": '[{"id": "talks", "type": "Event", "prefLabel": "🤝 \\ud83e\\udd1d",\n"place": "strelzau"}]',
}
"""Texts with a misspelt place behind characters that a count may miss."""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_region_is_exact_whatever_stands_before_it(
    tmp_path: Path, name: str, mark: bytes, ends: str
) -> None:
    """Beyond the first plane, behind tabs, marks of order, quotes, long texts and any end of line."""
    text = SAMPLES[name].replace("\n", ends)
    path = tmp_path / name
    path.write_bytes(mark + text.encode())
    told = json.loads(foedus(built_fiction(), "check", "--format", "sarif", str(path)).stdout)
    lines = text.split(ends)
    shown = set()
    for result in told["runs"][0]["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        if region["startLine"] == region["endLine"]:
            shown.add(lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1])
    assert any(s.strip('<>"').endswith("strelzau") and " " not in s for s in shown), shown
    assert "U+000D" not in json.dumps(told)


def test_no_output_holds_what_a_terminal_obeys(tmp_path: Path) -> None:
    """Whatever the format: neither the file's name nor its values move the cursor or turn the line."""
    for file in ("a\x1b[31m\u202e.yaml", "b\udcff\x9b.yaml"):
        path = tmp_path / file
        path.write_text('- {id: "\\e[31m\\u202e", type: "x\\x9by", date: "\\U000E0041"}\n', encoding="utf-8")
        for form in ("text", "json", "sarif", "junit", "github"):
            result = foedus(built_fiction(), "check", "--format", form, str(path))
            assert result.exit_code == 1
            assert not any(c in result.output for c in "\x1b\x9b\u202e\U000e0041\udcff"), form


def test_junit_is_well_formed_and_counts(tmp_path: Path) -> None:
    """Failures and tests are counted as listed; a file without finding is a case that passes."""
    found = [
        Diagnostic(Region('a"<&>.yaml', 1, 2, 1, 3), "FOE114", "x \x00 <y>", "z"),
        Diagnostic(Region("b.yaml", 1, 2, 1, 3), "FOE138", "x", "z", Severity.WARNING),
    ]
    for threshold, failures in ((Severity.VIOLATION, "1"), (Severity.WARNING, "2")):
        root = ET.fromstring(to_junit(found, ['a"<&>.yaml', "b.yaml", "c.yaml"], threshold))
        assert (root.get("tests"), root.get("failures")) == ("3", failures)
        assert len(root.findall("./testsuite/testcase")) == 3
        assert len(root.findall("./testsuite/testcase/failure")) == int(failures)


def test_github_commands_escape_what_would_end_them() -> None:
    """Line breaks, percent signs, colons and commas of the input do not break the command."""
    told = to_github([Diagnostic(Region("a,b:c.yaml", 3, 4, 3, 9), "FOE114", "50%\n::error::x", "mend")])
    assert told == (
        "::error file=a%2Cb%3Ac.yaml,line=3,endLine=3,col=4,endColumn=9,title=FOE114::50%25%0A::error::x; mend\n"
    )


def test_sarif_quotes_what_a_uri_may_not_hold() -> None:
    """A file name with blanks and letters beyond ASCII is a valid URI reference."""
    told = json.loads(to_sarif([Diagnostic(Region("é 1.yaml"), "FOE999", "m")], {}, "0.1.0"))
    place = told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%C3%A9%201.yaml"
