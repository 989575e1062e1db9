"""Retired ids: they lead to what replaced them, say so, and are written by nobody any more."""

from __future__ import annotations

from pathlib import Path

import pytest
from built_fiction import build_fiction
from click.testing import CliRunner

from foedus.assembly import assemble
from foedus.cli import main
from foedus.diagnostics import UnknownName
from foedus.entities import ANYTHING, find_entity, retirement_notes
from foedus.home import Home
from foedus.namespaces import ID
from foedus.retirement import current, find_retirements
from foedus.store import Store, open_store

SPLIT = """
- id: harbour-signatures
  type: RetiredId
  replacedBy: [sylvan-harbour-signed, sylvan-harbour-ratified-by-ruritania]
  retirementReason: An act has one party.
"""


STALE = """- id: late-visit
  type: Event
  prefLabel: A late visit
  eventKind: visit
  date: '1931-06'
  participation: [{actor: kingdom-of-ruritania, role: guest}]
  evidence: [freedonia-yearbook:s-0014]
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("fiction"), SPLIT)


@pytest.fixture(scope="module")
def store(home: Home) -> Store:
    return open_store(home)


def test_a_retired_id_leads_to_what_replaced_it(store: Store) -> None:
    """Slug, prefixed name and IRI of a retired id stand for its replacement, of the class asked for or of any."""
    for text in ("kingdom-of-ruritania", "id:kingdom-of-ruritania", f"<{ID}kingdom-of-ruritania>"):
        assert find_entity(store, text, "State").value == ID + "ruritania"
    assert find_entity(store, "kingdom-of-ruritania", ANYTHING).value == ID + "ruritania"
    with pytest.raises(UnknownName, match="no Person"):
        find_entity(store, "kingdom-of-ruritania", "Person")


def test_an_id_that_was_split_is_not_guessed(store: Store) -> None:
    """Where several things replaced an id, all are named with the reason, and none is chosen."""
    with pytest.raises(
        UnknownName,
        match=r"An act has one party.*sylvan-harbour-ratified-by-ruritania, sylvan-harbour-signed",
    ):
        find_entity(store, "harbour-signatures", ANYTHING)


def test_what_is_not_retired_stays_as_it_is(store: Store) -> None:
    """An id in use and an unknown one are left alone, and nothing is noted of them."""
    assert current(store, ID + "ruritania") == ID + "ruritania"
    assert find_retirements(store, [ID + "ruritania", ID + "nobody"]) == {}
    assert retirement_notes(store, ["Ruritania", "ruritania", "nobody"]) == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (["show"], "Ruritania  (State; ruritania)"),
        (["why"], "Ruritania"),
        (["run", "involved-with", "--actor"], "Freedonia"),
    ],
)
def test_the_command_line_tells_what_became_of_an_id(home: Home, command: list[str], answer: str) -> None:
    """The answer is that of the replacement; the reason stands on standard error alone."""
    result = CliRunner().invoke(main, ["--home", str(home.root), *command, "kingdom-of-ruritania"])
    assert result.exit_code == 0
    assert answer in result.stdout
    assert "retired" not in result.stdout
    assert result.stderr == '"kingdom-of-ruritania" is retired: One state has one id. Now: ruritania\n'


def test_a_retired_id_in_a_new_fact_is_repaired(home: Home, tmp_path: Path) -> None:
    """``--fix`` writes what replaced the id; where several things did, the fact is refused and left."""
    path = tmp_path / "facts.yaml"
    path.write_text(STALE, encoding="utf-8")
    result = CliRunner().invoke(main, ["--home", str(home.root), "check", "--fix", str(path)])
    assert result.exit_code == 0, result.output
    assert path.read_text(encoding="utf-8") == STALE.replace("kingdom-of-ruritania", "ruritania")
    split = STALE.replace("  participation", "  about: harbour-signatures\n  participation")
    split = split.replace("kingdom-of-ruritania", "ruritania")
    path.write_text(split, encoding="utf-8")
    result = CliRunner().invoke(main, ["--home", str(home.root), "check", "--fix", str(path)])
    assert result.exit_code == 1
    assert "FOE139" in result.output
    assert path.read_text(encoding="utf-8") == split


def test_a_record_that_still_names_a_retired_id_is_told_the_new_one(tmp_path: Path) -> None:
    """In the home's own records the cure holds the replacement."""
    home = build_fiction(tmp_path)
    (home.graph / home.dossiers[0] / "facts" / "more.yaml").write_text(STALE, encoding="utf-8")
    (found,) = assemble(home).findings
    assert (found.code, found.message) == ("FOE139", 'the id "kingdom-of-ruritania" is retired')
    assert found.cure == "write ruritania"
