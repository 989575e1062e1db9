from pathlib import Path

import pytest
from small_home import make_home

from foedus.diagnostics import UnknownName
from foedus.entities import ANYTHING, find_entity, fold, labels
from foedus.namespaces import ID
from foedus.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("FOEDUS_CACHE", "off")
    return open_store(make_home(tmp_path))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("freedonia", "freedonia"),
        ("id:freedonia", "freedonia"),
        (f"{ID}freedonia", "freedonia"),
        (f"<{ID}freedonia>", "freedonia"),
        ("FREEDONIA", "freedonia"),
        ("libertonie", "freedonia"),
        ("  land of  the free ", "freedonia"),
        ("xf", "freedonia"),
        ("XFR", "freedonia"),
        ("999", "freedonia"),
        ("q1", "freedonia"),
        ("cote d'oree", "cote-d-oree"),
        ("CÔTE D’ORÉE", "cote-d-oree"),
    ],
)
def test_an_entity_is_found_by_any_of_its_names(store: Store, text: str, slug: str) -> None:
    """Slug, IRI, label, alias and code lead to the entity, whatever their case, accents and blanks."""
    assert find_entity(store, text, "State").value == ID + slug


def test_a_class_restricts_what_is_found(store: Store) -> None:
    """Inferred superclasses count; another class does not; Thing restricts nothing."""
    assert find_entity(store, "league", "StateOrOrganization").value == ID + "league"
    with pytest.raises(UnknownName, match='"league" is no State, but something else'):
        find_entity(store, "league", "State")
    assert find_entity(store, "freedonia-in-league", ANYTHING).value == ID + "freedonia-in-league"


def test_a_name_of_two_is_not_guessed(store: Store) -> None:
    """Where two bear the name, both are listed; the slug of one still leads to it."""
    with pytest.raises(
        UnknownName, match=r'may be "anna-holt" \(Anna Holt\), "anna-holt-singer" \(Anna Holt\)'
    ):
        find_entity(store, "anna holt")
    assert find_entity(store, "anna-holt").value == ID + "anna-holt"


@pytest.mark.parametrize("text", ["fredonia", "Libertony", "Kingdom of Ruritanja", "kingd ruri"])
def test_a_mistyped_name_brings_a_suggestion(store: Store, text: str) -> None:
    """The nearest names of the class, or those that hold all the words, are offered by slug and label."""
    with pytest.raises(UnknownName, match=r"did you mean .*(freedonia|ruritania)"):
        find_entity(store, text, "State")


@pytest.mark.parametrize(
    "text", ["", "> } DROP", "http://x/> ?p ?o } #", "freedonia}", "id:", "\x00", "\ud800", "a" * 100_000]
)
def test_what_is_no_name_is_unknown(store: Store, text: str) -> None:
    """No text, however odd, is anything but unknown."""
    with pytest.raises(UnknownName):
        find_entity(store, text)


def test_labels_prefer_english(store: Store) -> None:
    """Of labels in several languages the English one is shown; what has none is left out."""
    assert labels(store, [ID + "freedonia", ID + "yearbook"]) == {ID + "freedonia": "Freedonia"}
    assert labels(store, []) == {}


def test_folding_keeps_what_distinguishes() -> None:
    """Case, accents, dashes and apostrophes fold together; letters and digits do not."""
    assert fold("Škoda–Ünal’s") == fold("SKODA-UNAL'S")
    assert fold("Zone 1") != fold("Zone 2")
