"""Spellings that allow one reading are repaired; what allows two is left."""

from __future__ import annotations

from pathlib import Path

import pytest
from fiction import built_fiction, foedus

from foedus.cli.intake import Verdict, write_repaired
from foedus.diagnostics import UnreadableInput
from foedus.repairs import spelt_date

FAULTY = """\
# Kept as it is.
- id: Harbour Talks
  type: Event
  prefLabel: {EN_GB: Talks on the harbour}   # so is this
  eventKind: negotiation
  date: 3 September 1931
  place: "Port Ruprecht"
  participation: [{actor: Kingdom of Ruritania, role: party}, {actor: XF, role: party}]
  follows: Other Talks
  evidence: [freedonia-yearbook:s-0014]
- id: other-talks
  type: Event
  prefLabel: Other talks
  eventKind: negotiation
  date: 1931/2
  evidence: [freedonia-yearbook:s-0014]
"""


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("2023/9/3", "2023-09-03"),
        ("2023.09.03", "2023-09-03"),
        ("3 September 2023", "2023-09-03"),
        ("3rd Sept. 2023", "2023-09-03"),
        ("September 3, 2023", "2023-09-03"),
        ("sep 2023", "2023-09"),
        ("1931/2", "1931-02"),
        ("3/9/2023", ""),
        ("3.9.23", ""),
        ("31 February 2023", ""),
        ("Ju 2023", ""),
        ("Ma 3, 2023", ""),
        ("2023-13", ""),
        ("early 2023", ""),
        ("2023", ""),
    ],
)
def test_a_date_has_one_reading_or_is_left(text: str, edtf: str) -> None:
    """Day and month in figures alone, impossible days and vague words are not guessed at."""
    assert spelt_date(text) == edtf


def test_a_difference_is_shown_first(tmp_path: Path) -> None:
    """``--diff`` shows what would change and leaves the file; ``--fix`` changes that and nothing else."""
    path = tmp_path / "facts.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    shown = foedus(built_fiction(), "check", "--diff", str(path)).output
    assert path.read_text(encoding="utf-8") == FAULTY
    assert {"-  date: 3 September 1931", "+  date: 1931-09-03", "+- id: harbour-talks"} <= set(
        shown.splitlines()
    )
    result = foedus(built_fiction(), "check", "--fix", str(path))
    assert result.exit_code == 0, result.output
    expected = FAULTY
    for old, new in (
        ("id: Harbour Talks", "id: harbour-talks"),
        ("EN_GB", "en-gb"),
        ("3 September 1931", "1931-09-03"),
        ('"Port Ruprecht"', '"port-ruprecht"'),
        ("Kingdom of Ruritania", "ruritania"),
        ("actor: XF", "actor: freedonia"),
        ("follows: Other Talks", "follows: other-talks"),
        ("date: 1931/2", "date: 1931-02"),
    ):
        expected = expected.replace(old, new)
    assert path.read_text(encoding="utf-8") == expected


def test_a_repair_leaves_all_else_of_a_file(tmp_path: Path) -> None:
    """The mark of order, the ends of lines, the permissions and the link that leads to the file stay."""
    path, link = tmp_path / "facts.yaml", tmp_path / "link.yaml"
    before = b"\xef\xbb\xbf" + FAULTY.replace("\n", "\r\n").encode()
    path.write_bytes(before)
    path.chmod(0o600)
    link.symlink_to(path)
    assert foedus(built_fiction(), "check", "--fix", str(link)).exit_code == 0
    after = path.read_bytes()
    assert (after[:3], after.count(b"\r\n"), after.count(b"\n")) == (before[:3], *[before.count(b"\n")] * 2)
    assert b"date: 1931-09-03\r\n" in after
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert foedus(built_fiction(), "check", "--fix", str(link)).exit_code == 0
    assert path.read_bytes() == after


def test_what_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """A file that another program writes while it is checked keeps what that wrote."""
    path = tmp_path / "facts.yaml"
    path.write_text("- other: words\n", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="was changed while it was checked"):
        write_repaired(str(path), Verdict("- id: A\n", "- id: a\n", []))
    assert path.read_text(encoding="utf-8") == "- other: words\n"


def test_what_has_two_readings_stays(tmp_path: Path) -> None:
    """A name that two bear, a misspelt id and an ambiguous day are told, not repaired."""
    path = tmp_path / "facts.csv"
    text = "id,type,prefLabel,person,office,from,until,evidence\nx,Tenure,X,ana-holt,king,3/4/1930,open,a:b\n"
    path.write_text(text, encoding="utf-8")
    assert foedus(built_fiction(), "check", "--fix", str(path)).exit_code == 1
    assert path.read_text(encoding="utf-8") == text


def test_cells_and_literals_are_repaired_in_place(tmp_path: Path) -> None:
    """Repairs reach one item of a cell, and the text of a literal within its quotes."""
    table = tmp_path / "facts.csv"
    table.write_text(
        "id,type,prefLabel,eventKind,date,theme,participation.actor,participation.role,evidence\n"
        'talks,Event,T,negotiation,"3 May, 1931",diplomacy,Grand Fenwick|freedonia,party|party,'
        "freedonia-yearbook:s-0014\n",
        encoding="utf-8",
    )
    graph = tmp_path / "facts.ttl"
    graph.write_text(
        "@prefix foe: <https://w3id.org/foedus/ontology#> .\n@prefix id: <https://w3id.org/foedus/id/> .\n"
        "id:rudolf-of-ruritania foe:birthDate id:rudolf-of-ruritania.birthDate ; a foe:Person ;\n"
        "    foe:evidence id:freedonia-yearbook.s-0022 .\n"
        'id:rudolf-of-ruritania.birthDate a foe:Date ; foe:edtf "3 May 1880" .\n',
        encoding="utf-8",
    )
    assert foedus(built_fiction(), "check", "--fix", str(table), str(graph)).exit_code == 0
    assert '"1931-05-03",diplomacy,grand-fenwick|freedonia' in table.read_text(encoding="utf-8")
    assert 'foe:edtf "1880-05-03" .' in graph.read_text(encoding="utf-8")


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_repair_is_made_at_its_place_below_an_odd_line_end(end: str, tmp_path: Path) -> None:
    """Whatever ends a line of YAML, the value that is at fault is repaired, and nothing else."""
    text = f"# A note{end}" + FAULTY.replace("1931/2", "1931-02")
    path = tmp_path / "facts.yaml"
    path.write_bytes(text.encode())
    foedus(built_fiction(), "check", "--fix", str(path))
    repaired = path.read_bytes().decode()
    assert "date: '1931-09-03'" in repaired or "date: 1931-09-03" in repaired
    assert "id: harbour-talks" in repaired
    assert repaired.startswith(f"# A note{end}# Kept as it is.\n- id: harbour-talks\n")


def test_a_record_of_the_file_is_named_by_its_own_id(tmp_path: Path) -> None:
    """What stands for an id of the file in another spelling becomes that id, its dot included."""
    path = tmp_path / "facts.yaml"
    text = FAULTY.replace("id: other-talks", "id: talks.other").replace(
        "follows: Other Talks", "follows: Talks Other"
    )
    path.write_text(text, encoding="utf-8")
    foedus(built_fiction(), "check", "--fix", str(path))
    assert "follows: talks.other" in path.read_text(encoding="utf-8")
