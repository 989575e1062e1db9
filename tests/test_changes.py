"""What changed between two days: certain where both bounds say so, possible where one does, silent where none does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from built_fiction import build_fiction
from click.testing import CliRunner

from foedus.cli import main
from foedus.home import Home

Change = tuple[str, str, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("changes"))


def _changes(home: Home, first: str, second: str, *actors: str) -> set[Change]:
    """Return change, record and certainty of every row between two days."""
    words = [word for actor in actors for word in ("--actor", actor)]
    result = CliRunner().invoke(
        main,
        [
            "--home",
            str(home.root),
            "changes",
            "--from",
            first,
            "--to",
            second,
            *words,
            "--format",
            "json",
        ],
    )
    assert result.exit_code == 0, result.output
    return {(row["change"], row["record"], row["certainty"]) for row in json.loads(result.stdout)}


def test_an_interval_begins_with_its_first_day(home: Home) -> None:
    """Relations restored on 2 April have begun for who asks from the day before, not from that day."""
    begun = ("begun", "freedonia-ruritania-relations-1929", "certain")
    assert begun in _changes(home, "1929-04-01", "1929-04-02")
    assert _changes(home, "1929-04-02", "1929-04-03") == set()


def test_the_last_day_still_belongs_to_an_interval(home: Home) -> None:
    """Relations severed on 20 October end for who asks from that day to the next, not until that day."""
    assert _changes(home, "1927-10-19", "1927-10-20") == set()
    assert _changes(home, "1927-10-20", "1927-10-21") == {
        ("ended", "freedonia-ruritania-relations-1921", "certain")
    }


@pytest.mark.parametrize(
    ("second", "certainty"), [("1931-04-30", ""), ("1931-06-15", "possible"), ("1931-08-31", "certain")]
)
def test_a_partial_date_is_certain_when_the_whole_of_it_has_passed(
    home: Home, second: str, certainty: str
) -> None:
    """Frozen in mid-1931: not before May, perhaps in June, surely by the end of August."""
    found = _changes(home, "1931-01-01", second)
    frozen = {c for change, record, c in found if record.endswith(".frozen") and change == "begun"}
    assert frozen == ({certainty} if certainty else set())


def test_a_partial_day_asked_about_is_any_day_of_it(home: Home) -> None:
    """From some day of May 1930, the signature of the 9th is only possibly still to come."""
    acts = {c for change, record, c in _changes(home, "1930-05", "1930-07") if change == "act"}
    assert acts == {"possible"}


def test_what_comes_and_goes_in_between_gives_both_rows(home: Home) -> None:
    """Relations through chargés d'affaires begin and end between 1928 and 1932."""
    found = _changes(home, "1928-06-01", "1932-01-01")
    record = "freedonia-ruritania-relations-1929"
    assert {("begun", record, "certain"), ("ended", record, "certain")} <= found


def test_a_side_without_bound_says_nothing(home: Home) -> None:
    """Missions that are undated and go on, and a ban whose end is unknown, give no row for these sides."""
    found = _changes(home, "1900-01-01", "1950-01-01")
    assert not any("embassy" in record or "brigade" in record for _, record, _ in found)
    assert {change for change, record, _ in found if record == "apple-ban"} == {"begun"}


def test_a_treaty_binds_possibly_by_signature_and_surely_by_ratification(home: Home) -> None:
    """Who signed in 1930 may be bound; who ratified in 1931 is; a parliament's vote alone binds nobody."""
    found = {row for row in _changes(home, "1930-01-01", "1932-01-01") if row[0] == "came to bind"}
    assert found == {
        ("came to bind", "sylvan-harbour-signed", "possible"),
        ("came to bind", "sylvan-harbour-ratified-by-ruritania", "certain"),
    }


def test_only_what_involves_an_actor_is_told(home: Home) -> None:
    """Actors select, several of them together; a status counts for the member, an unknown name is refused."""
    everything = _changes(home, "1920-01-01", "1932-01-01")
    ruritania = _changes(home, "1920-01-01", "1932-01-01", "ruritania")
    assert ("begun", "ruritania-southern-league.statusInterval.frozen", "certain") in ruritania
    assert ("act", "sylvan-harbour-parliament-act", "certain") not in ruritania
    assert _changes(home, "1920-01-01", "1932-01-01", "Ruritania", "Libertonie") == everything
    refused = CliRunner().invoke(
        main, ["--home", str(home.root), "changes", "--from", "1920", "--actor", "ruritanai"]
    )
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "did you mean" in refused.stderr


def test_an_office_counts_for_its_state() -> None:
    """In the built-in dossier, who holds an office of a state is told where that state is asked about."""
    found = _changes(Home.find(), "2018-01-01", "2018-12-31", "armenia")
    assert ("begun", "pashinyan-prime-minister-of-armenia", "certain") in found


def test_a_treaty_extended_to_a_year_ceases_possibly_after_it() -> None:
    """In the built-in dossier, the base's treaty runs until 2044 unless it is extended again."""
    found = _changes(Home.find(), "2040-01-01", "2050-01-01")
    acts = {f"gyumri-base-treaty-extended-by-{party}" for party in ("armenia", "russia")}
    assert found == {("ceased to bind", act, "possible") for act in acts}


def test_the_command_is_the_stored_query(home: Home, tmp_path: Path) -> None:
    """``changes`` and ``run changes`` answer alike; a home whose queries lack it borrows the built-in one."""
    words = ["--from", "1929", "--to", "1931", "--format", "csv"]
    answers = [
        CliRunner().invoke(main, ["--home", str(home.root), *command, *words]).stdout
        for command in (["changes"], ["run", "changes"])
    ]
    assert answers[0] == answers[1]
    assert answers[0].count("\n") > 3
    own = build_fiction(tmp_path)
    (own.root / "queries").mkdir()
    borrowed = CliRunner().invoke(main, ["--home", str(own.root), "changes", *words])
    assert borrowed.stdout == answers[0]
