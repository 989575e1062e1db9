"""Descriptions: what is told of a thing stands in the order in which people read it, in the ontology's words."""

from __future__ import annotations

import pytest

from foedus.description import Description, Line, describe
from foedus.home import Home
from foedus.namespaces import FOE, ID
from foedus.store import Store, open_store
from foedus.vocabulary import KIND, Vocabulary, read_vocabulary


@pytest.fixture(scope="module")
def store() -> Store:
    return open_store(Home.find())


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(Home.find().ontology)


@pytest.fixture(scope="module")
def membership(store: Store, vocabulary: Vocabulary) -> Description:
    return describe(store, vocabulary, ID + "armenia-csto-membership")


def _below(description: Description, key: str) -> list[Line]:
    return [line for line in description.lines if line.key == key]


def test_nested_records_stand_in_order_of_time(membership: Description) -> None:
    """A membership's statuses follow each other as they began, and the undated one comes last."""
    told = [line.value for line in _below(membership, "statusInterval")]
    assert told[1:] == [
        "withdrawal-considered",
        "frozen",
        "under-review",
        "withdrawal-declared",
        "withdrawal-steps",
    ]
    assert told[0] == "joined"


def test_a_nested_claim_carries_its_modality(membership: Description) -> None:
    """What only somebody says of a membership is told apart from what is so."""
    modalities = {line.value: line.modality for line in _below(membership, "statusInterval")}
    assert modalities["frozen"] == "asserted"
    assert modalities["under-review"] == "claimed"


def test_properties_stand_as_the_ontology_orders_them(store: Store, vocabulary: Vocabulary) -> None:
    """Of a statement the date and speaker come before what is said, and its theme after."""
    told = describe(store, vocabulary, ID + "pashinyan-csto-participation-frozen-2024")
    keys = [line.key for line in told.lines]
    assert keys == sorted(keys, key=lambda k: vocabulary.order(vocabulary.properties[k].iri))
    assert keys.index("date") < keys.index("speaker") < keys.index("content") < keys.index("theme")


def test_facts_stand_under_the_headings_of_their_classes(store: Store, vocabulary: Vocabulary) -> None:
    """Acts, events and statements have sections of their own, in the ontology's order and each by date."""
    told = describe(store, vocabulary, ID + "armenia")
    sections = list(dict.fromkeys(f.section for f in told.facts))
    assert sections == ["intervals", "acts of treaties", "events", "statements", "figures", "further records"]
    for section in sections:
        dates = [f.earliest or "9999" for f in told.facts if f.section == section]
        assert dates == sorted(dates)


def test_facts_speak_in_labels(store: Store, vocabulary: Vocabulary) -> None:
    """The kind of a record, the role of a thing in it and who claims it are words, never keys."""
    facts = {f.id: f for f in describe(store, vocabulary, ID + "armenia-csto-membership").facts}
    planned = facts["armenia-leaves-csto-planned"]
    assert (planned.kind, planned.roles) == ("event, withdrawal", ("topic",))
    assert (planned.modality, planned.claimant) == ("planned", "Nikol Pashinyan")


def test_only_kinds_stand_beside_a_class(vocabulary: Vocabulary) -> None:
    """A property that says the kind of a thing takes its value from a list."""
    kinds = [p for p in vocabulary.properties.values() if vocabulary.order(p.iri) == KIND]
    assert len(kinds) > 10
    assert all(vocabulary.scheme_of(p) for p in kinds)


def test_of_several_classes_the_lowest_is_told(vocabulary: Vocabulary) -> None:
    """What is inferred from a class is not told beside it; two classes of which none is below the other both are."""
    classes = [FOE + name for name in ("Record", "Situation", "TemporalRelation", "Containment", "Statement")]
    assert vocabulary.most_specific(classes) == [FOE + "Containment", FOE + "Statement"]
