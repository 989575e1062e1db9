"""What OWL cannot say is constructed by queries: the four days of a record's extent."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.derivation import derive
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.namespaces import FOE, slug

DERIVATIONS = Home.find().ontology / "derivations"
PREFIXES = """\
@prefix foe: <https://w3id.org/foedus/ontology#> .
@prefix id: <https://w3id.org/foedus/id/> .
@prefix voc: <https://w3id.org/foedus/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def extents(turtle: str) -> dict[str, str]:
    """Return the derived days by property."""
    triples = [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]
    derived = derive(triples, DERIVATIONS)
    assert all(triple.subject.value.endswith("/x") for triple in derived)
    return {slug(triple.predicate.value): triple.object.value for triple in derived}


def four(first: str, sure: str, until: str, last: str) -> dict[str, str]:
    return {"possibleFrom": first, "certainFrom": sure, "certainUntil": until, "possibleUntil": last}


MAY = 'foe:earliest "1931-05-01"^^xsd:date ; foe:latest "1931-05-31"^^xsd:date'
JUNE = 'foe:earliest "1931-06-01"^^xsd:date ; foe:latest "1931-06-30"^^xsd:date'


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (f"id:x foe:date id:d . id:d {MAY} .", four("1931-05-01", "1931-05-31", "1931-05-01", "1931-05-31")),
        (
            f"id:x foe:from id:f ; foe:until id:u . id:f {MAY} . id:u {JUNE} .",
            four("1931-05-01", "1931-05-31", "1931-06-01", "1931-06-30"),
        ),
        (
            f"id:x foe:from id:f ; foe:until id:u . id:f {MAY} . id:u foe:boundReason voc:bound-reason.unknown .",
            four("1931-05-01", "1931-05-31", "0001-01-01", "9999-12-31"),
        ),
        (
            f"id:x foe:from id:f ; foe:until id:u . id:f foe:boundReason voc:bound-reason.unknown . id:u {MAY} .",
            four("0001-01-01", "9999-12-31", "1931-05-01", "1931-05-31"),
        ),
        (
            f"id:x foe:date id:d . id:d {MAY} ; foe:qualification voc:date-qualification.uncertain .",
            four("1931-05-01", "9999-12-31", "0001-01-01", "1931-05-31"),
        ),
        ("id:x foe:date id:d . id:d foe:boundReason voc:bound-reason.undated .", {}),
    ],
    ids=["month", "interval", "end unknown", "start unknown", "in doubt", "undated"],
)
def test_an_occurrence_lies_between_its_bounds(turtle: str, expected: dict[str, str]) -> None:
    """The extent of an event reaches from the first to the last day on which it can have been."""
    assert extents(turtle) == expected


@pytest.mark.parametrize(
    ("turtle", "expected"),
    [
        (f"foe:date id:d . id:d {MAY} .", four("0001-01-01", "1931-05-31", "1931-05-01", "9999-12-31")),
        (
            f"foe:from id:f , id:g . id:f {MAY} . id:g {JUNE} .",
            four("1931-05-01", "1931-06-30", "0001-01-01", "9999-12-31"),
        ),
        (
            f"""foe:from id:f ; foe:until id:u ; foe:citesSource id:one , id:two . id:f {MAY} .
            id:u foe:boundReason voc:bound-reason.open .
            id:one foe:speaksUntil "1935-12-31"^^xsd:date . id:two foe:speaksUntil "1936-12-31"^^xsd:date .""",
            four("1931-05-01", "1931-05-31", "1936-12-31", "9999-12-31"),
        ),
    ],
    ids=["snapshot", "rival starts", "open end"],
)
def test_a_relation_certainly_held_where_all_its_dates_agree(turtle: str, expected: dict[str, str]) -> None:
    """A single date is a glimpse; of rival dates the common days are certain; the latest source counts."""
    assert extents(f"id:x a foe:TemporalRelation ; {turtle}") == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "no CONSTRUCT"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p }", "not SPARQL"),
    ],
    ids=["select", "service", "syntax"],
)
def test_a_derivation_only_constructs(text: str, told: str, tmp_path: Path) -> None:
    """A home's derivation that is no CONSTRUCT, or reaches beyond the graph, is refused by its name."""
    (tmp_path / "wrong.rq").write_text(text, encoding="utf-8")
    fact = ox.Triple(ox.NamedNode(FOE + "a"), ox.NamedNode(FOE + "b"), ox.NamedNode(FOE + "c"))
    with pytest.raises(UnreadableInput, match=told) as caught:
        derive([fact], tmp_path)
    assert "wrong.rq" in str(caught.value)


def test_a_home_without_derivations_is_told_where_to_get_them(tmp_path: Path) -> None:
    """Nothing is silently left out for want of the folder."""
    with pytest.raises(UnreadableInput, match="copy ontology/derivations"):
        derive([], tmp_path / "none")
