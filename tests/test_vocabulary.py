"""The vocabulary and the JSON-LD context are what the ontology says, and nothing else."""

from pathlib import Path

import pytest

from foedus.context import build_context
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.namespaces import FOE, SKOS, VOC
from foedus.vocabulary import Vocabulary, read_vocabulary

ONTOLOGY = """
@prefix foe: <https://w3id.org/foedus/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix voc: <https://w3id.org/foedus/vocabulary#> .
foe:Vessel a owl:Class .
foe:Ferry a owl:Class ; rdfs:subClassOf foe:Vessel ; foe:localKey foe:hull .
foe:Hull a owl:Class ; rdfs:subClassOf skos:Concept ; foe:conceptScheme voc:hull .
foe:hull a owl:ObjectProperty ;
    rdfs:domain foe:Vessel ; rdfs:range foe:Hull ; foe:defaultConcept voc:hull.steel .
voc:hull a skos:ConceptScheme .
"""
VOCABULARIES = """
@prefix foe: <https://w3id.org/foedus/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix voc: <https://w3id.org/foedus/vocabulary#> .
voc:hull.steel a foe:Hull , skos:Concept ; skos:inScheme voc:hull .
"""


@pytest.fixture(scope="module")
def built_in() -> Vocabulary:
    return read_vocabulary(Home.find().ontology)


def test_a_new_class_needs_no_python(tmp_path: Path) -> None:
    """A class, its property and its list, written in Turtle alone, are known to the records."""
    (tmp_path / "foedus.ttl").write_text(ONTOLOGY)
    (tmp_path / "vocabularies.ttl").write_text(VOCABULARIES)
    vocabulary = read_vocabulary(tmp_path)
    hull = vocabulary.properties["hull"]
    assert vocabulary.classes["Ferry"].local_keys == ("hull",)
    assert vocabulary.applies_to(hull, "Ferry")
    assert vocabulary.scheme_of(hull) == VOC + "hull"
    assert vocabulary.concepts[VOC + "hull"] == {"steel": VOC + "hull.steel"}
    assert hull.default == VOC + "hull.steel"


def test_an_ontology_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    """A syntax error in the ontology is unreadable input at a place."""
    (tmp_path / "foedus.ttl").write_text("foe:Vessel a owl:Class .\n")
    (tmp_path / "vocabularies.ttl").write_text("")
    with pytest.raises(UnreadableInput, match=r"foedus\.ttl:1:\d+: not Turtle"):
        read_vocabulary(tmp_path)


def test_keys_follow_domains(built_in: Vocabulary) -> None:
    """A tenure may carry its own keys and those of every record, but not a treaty act's."""
    keys = built_in.keys_for("Tenure")
    assert {"person", "office", "from", "until", "modality", "evidence", "prefLabel"} <= set(keys)
    assert "actKind" not in keys


def test_every_list_has_concepts_and_every_range_exists(built_in: Vocabulary) -> None:
    """No property points to an empty list or to a class that the ontology does not declare."""
    for prop in built_in.properties.values():
        scheme = built_in.scheme_of(prop)
        if scheme:
            assert built_in.concepts[scheme], prop.key
        elif prop.range.startswith(FOE):
            assert built_in.class_of(prop.range), prop.key
        if prop.default:
            assert prop.default in built_in.concepts[scheme].values(), prop.key


def test_the_context_types_values_by_the_ontology(built_in: Vocabulary) -> None:
    """Ids, list values, numbers, dates and texts each get the coercion of their range."""
    context = build_context(built_in, ["yearbook"])
    assert context["person"] == {"@id": FOE + "person", "@type": "@id"}
    assert context["eventKind"]["@context"][1]["@vocab"] == VOC + "event-kind."
    assert context["votesFor"]["@type"].endswith("#integer")
    assert context["content"]["@language"] == "en"
    assert context["prefLabel"] == {"@id": SKOS + "prefLabel", "@language": "en", "@container": "@language"}
    assert context["yearbook"] == {"@id": "https://w3id.org/foedus/id/yearbook.", "@prefix": True}
