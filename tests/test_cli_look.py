"""The commands that look at single things tell all about them, and what each fact rests on."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fiction import built_copy, built_fiction
from fiction import foedus as call

from foedus.build import build, write
from foedus.cli import main
from foedus.home import Home

FICTION = Path(__file__).parent / "home"
TEXT = FICTION / "freedonia-yearbook.txt"

Foedus = Callable[..., Result]


@pytest.fixture(scope="module")
def foedus(tmp_path_factory: pytest.TempPathFactory) -> Foedus:
    """Return a call of the command line on the fictional home."""
    root = tmp_path_factory.mktemp("look") / "home"
    shutil.copytree(FICTION, root)
    home = Home.find(root)
    write(home, build(home))

    def call(*words: str) -> Result:
        return CliRunner().invoke(main, ["--home", str(root), *words], prog_name="foedus")

    return call


def test_show_tells_an_entity_in_reading_order(foedus: Foedus) -> None:
    """What it is comes first, then intervals, then events by date, each with role and evidence."""
    shown = foedus("show", "Ruritania")
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert lines[0] == "Ruritania  (State; ruritania)"
    assert lines.index("intervals") < lines.index("events")
    visit = next(line for line in lines if "rudolf-visits" in line or "recognizes Sylvania" in line)
    assert visit.startswith("  1922-05: ")
    assert "as initiator" in visit
    assert "[freedonia-yearbook:s-0005]" in visit
    dates = [line.strip()[:4] for line in lines if line.startswith("  19") and "[freedonia" in line]
    assert dates[:3] == sorted(dates[:3])


def test_show_marks_what_is_not_asserted(foedus: Foedus) -> None:
    """A claimed event carries its modality and whose word it is."""
    line = next(x for x in foedus("show", "freedonia").output.splitlines() if "freedonia-plans-rupture" in x)
    assert "{claimed, according to " in line


def test_show_gives_a_record_with_all_its_values(foedus: Foedus) -> None:
    """Nested nodes, derived dates and their derivation are shown with a record."""
    shown = foedus("show", "ambassador-recalled").output
    assert "role: recall" not in shown
    assert "eventKind: recall" in shown
    assert "date: [1927-10-02..1927-10-11]  (derived, part-of-month" not in shown
    assert "the day after the expulsion of early October 1927" in shown
    assert "participation.actor: freedonian-ambassador" in shown


def test_show_gives_the_evidence_of_single_values(foedus: Foedus) -> None:
    """A value that only a gloss gives carries the gloss's id."""
    shown = foedus("show", "Freedonia City").output
    assert "locatedIn: freedonia  [freedonia-yearbook:g-0001]" in shown


def test_show_as_json_has_the_same_facts(foedus: Foedus) -> None:
    """The JSON form holds lines and facts with roles as lists."""
    found = json.loads(foedus("show", "sylvania", "--format", "json").output)
    assert found["id"] == "sylvania"
    assert [f["id"] for f in found["facts"]] == ["sylvania-recognized", "sylvania-recognition-withdrawn"]
    assert found["facts"][0]["roles"] == ["target"]


def test_show_suggests_near_names(foedus: Foedus) -> None:
    """A mistyped name is refused with the nearest one, exit 2."""
    refused = foedus("show", "Ruritanai")
    assert refused.exit_code == 2
    assert "did you mean" in refused.output
    assert "ruritania" in refused.output


def test_why_leads_from_a_fact_to_its_passage_and_words(foedus: Foedus) -> None:
    """A fact's segments are named with offsets and digest; with the source's text its words are quoted."""
    traced = foedus("why", "sylvania-recognized", "--source", str(TEXT)).output
    assert traced.startswith("Ruritania recognizes Sylvania. “Freedonia and Ruritania”, s-0005.")
    assert "freedonia-yearbook:s-0005: body, section recognition" in traced
    assert "“Ruritania recognized the Republic of Sylvania in May 1922.”" in traced


def test_why_leads_from_a_passage_to_its_facts(foedus: Foedus) -> None:
    """A segment's id gives the records that rest on it."""
    traced = foedus("why", "freedonia-yearbook:s-0005").output
    assert "sylvania-recognized: Ruritania recognizes Sylvania" in traced


def test_why_refuses_another_text(foedus: Foedus, tmp_path: Path) -> None:
    """A file that the segments were not cut from is refused by its digest."""
    other = tmp_path / "other.txt"
    other.write_text(TEXT.read_text().replace("1922", "1923"))
    refused = foedus("why", "sylvania-recognized", "--source", str(other))
    assert refused.exit_code == 2
    assert "digest differs" in refused.output


def test_why_tells_the_place_in_a_source_without_text(tmp_path: Path) -> None:
    """A citation is told by its locator, from the fact and from the place, without characters, digest or words."""
    home = built_copy(tmp_path)
    source = Path(__file__).parent / "submissions/accepted/own-source.yaml"
    assert call(home, "add", str(source)).exit_code == 0
    for words in (["harbour-talks"], ["the-strelsau-gazette:page-3"]):
        traced = call(home, "why", *words, "--source", str(TEXT))
        assert traced.exit_code == 0, traced.output
        assert "the-strelsau-gazette:page-3: body, page 3\n" in traced.output
        assert not re.search("section|characters|sha256|“”", traced.output)
    assert "Talks on the harbour. “The Strelsau Gazette”, page 3. https" in traced_line(home, "harbour-talks")
    found = json.loads(call(home, "why", "harbour-talks", "--format", "json").output)
    assert [e["locator"] for e in found["evidence"]] == ["page 3"]


def traced_line(home: Home, name: str) -> str:
    """Return the line by which a thing is cited."""
    return call(home, "why", name).output.splitlines()[0]


def test_what_cites_nothing_is_cited_without_passage() -> None:
    """A source, which rests on nothing, has a line without empty quotation."""
    assert traced_line(built_fiction(), "freedonia-yearbook").count(".") < 4
    assert ", ." not in traced_line(built_fiction(), "freedonia-yearbook")


def test_a_source_in_another_encoding_is_told(foedus: Foedus, tmp_path: Path) -> None:
    """A text that is no UTF-8 is the user's to mend: its place, the byte and the cure, exit 2."""
    other = tmp_path / "latin1.txt"
    other.write_bytes("Café".encode("latin1"))
    for words in (["why", "sylvania-recognized", "--source"], ["segment"]):
        refused = foedus(*words, str(other))
        assert refused.exit_code == 2
        assert "latin1.txt:1:4: the byte 0xE9 is not UTF-8" in refused.output


def test_why_knows_no_segment_of_that_name(foedus: Foedus) -> None:
    """A segment that does not exist is refused with the nearest ids."""
    refused = foedus("why", "freedonia-yearbook:s-9999")
    assert refused.exit_code == 2
    assert "there is no segment" in refused.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Sylvania"], "sylvania"),
        (["sylvan", "harbor"], "treaty-of-sylvan-harbour"),
        (["LIBERTONIE"], "freedonia"),
        (["freedonai"], "freedonia"),
        (["trusted"], "holt-trust-is-gone"),
        (["price", "change"], "coal-price-lowered"),
        (["1,200"], "brigade-strength"),
    ],
)
def test_search_finds_by_label_alias_spelling_content_kind_and_number(
    foedus: Foedus, words: list[str], expected: str
) -> None:
    """Labels in any language, beginnings of words, misspellings, contents, kinds and numbers are found."""
    hits = json.loads(foedus("search", *words, "--format", "json").output)
    assert expected in [h["id"] for h in hits][:3]


def test_a_word_itself_counts_more_than_another_form_of_it(foedus: Foedus) -> None:
    """What is a withdrawal by its kind comes before what has "withdraws" in its name."""
    hits = json.loads(foedus("search", "withdrawal", "--format", "json").output)
    assert [h["id"] for h in hits] == ["ruritania-plans-to-leave", "sylvania-recognition-withdrawn"]


def test_search_without_a_hit_is_no_error(foedus: Foedus) -> None:
    """Nothing found is an empty answer, not a failure; a number is not taken for another one like it."""
    for words in ("zzzqqq", "1201"):
        found = foedus("search", words)
        assert found.exit_code == 0
        assert "nothing found" in found.output


def test_coverage_counts_sentences_and_glosses_apart(foedus: Foedus) -> None:
    """Each section's sentences are counted by what became of them."""
    rows = json.loads(foedus("coverage", "--format", "json").output)
    lead = next(r for r in rows if r["section"] == "lead")
    assert (lead["sentences"], lead["leftOver"], lead["glossesBound"]) == (4, [], 1)


def test_segment_prints_what_it_cuts(foedus: Foedus) -> None:
    """Without a folder the segments go to standard output, one row each."""
    printed = foedus("segment", str(TEXT)).output.splitlines()
    assert printed[0].startswith("id\tsection\tparagraph\tkind")
    assert sum(line.startswith("s-") for line in printed) == 27


@pytest.mark.parametrize(
    "command", ["show", "why", "search", "build", "segment", "coverage", "list", "run", "sparql"]
)
def test_every_command_shows_an_example(foedus: Foedus, command: str) -> None:
    """The help of each command has an example that begins with the tool's name."""
    text = foedus(command, "--help").output
    assert "Example" in text
    assert f"foedus {command}" in text
