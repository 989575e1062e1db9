"""What OWL cannot say is constructed by queries: the four days of a record's extent, and whom a treaty binds."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.derivation import derive
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.namespaces import FOE, slug
from foedus.vocabulary import parse_turtle

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


VOCABULARIES = parse_turtle(Home.find().ontology / "vocabularies.ttl")


def act(name: str, kind: str, date: str = "", party: str = "freedonia") -> str:
    """Return an act on the treaty as Turtle, with the days of its date: "1931-05-01/1931-05-31"."""
    first, _, last = date.partition("/")
    days = f'; foe:date id:{name}-d . id:{name}-d foe:earliest "{first}"^^xsd:date ; foe:latest "{last}"^^xsd:date'
    return (
        f"id:{name} a foe:TreatyAct ; foe:treaty id:t ; foe:party id:{party} ; foe:modality voc:modality.asserted ; "
        f"foe:citesSource id:yearbook ; foe:actKind voc:treaty-act-kind.{kind}{days if date else ''} ."
    )


def obligation(*acts: str) -> dict[str, set[str]]:
    """Return what is derived of Freedonia's obligation under the treaty, by property."""
    turtle = 'id:yearbook foe:speaksUntil "1940-12-31"^^xsd:date . ' + " ".join(acts)
    triples = [quad.triple for quad in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]
    found: dict[str, set[str]] = {}
    for triple in derive([*triples, *VOCABULARIES], DERIVATIONS):
        if slug(triple.subject.value) == "t.obligation.freedonia":
            found.setdefault(slug(triple.predicate.value), set()).add(slug(triple.object.value))
    return found


def held(first: str, sure: str, until: str, last: str) -> dict[str, set[str]]:
    return {day: {value} for day, value in four(first, sure, until, last).items()}


NEVER_SURE = "9999-12-31"
SIGNED = act("s", "signature", "1931-05-01/1931-05-31")
RATIFIED = act("r", "ratification", "1931-06-01/1931-06-30")
YEAR_1950 = 'foe:earliest "1950-01-01"^^xsd:date ; foe:latest "1950-12-31"^^xsd:date'
UNTIL_1950 = f"id:x foe:extendedUntil id:x-u . id:x-u {YEAR_1950} ."


@pytest.mark.parametrize(
    ("acts", "days", "since", "until"),
    [
        ([SIGNED], held("1931-05-01", NEVER_SURE, "1940-12-31", "9999-12-31"), "s-d", None),
        ([SIGNED, RATIFIED], held("1931-05-01", "1931-06-30", "1940-12-31", "9999-12-31"), "s-d", None),
        ([act("r", "ratification")], held("0001-01-01", NEVER_SURE, "1940-12-31", "9999-12-31"), None, None),
        (
            [RATIFIED, act("w", "withdrawal", "1935-01-01/1935-12-31")],
            held("1931-06-01", "1931-06-30", "1935-01-01", "1935-12-31"),
            "r-d",
            "w-d",
        ),
        (
            [
                RATIFIED,
                act("w", "withdrawal", "1935-01-01/1935-12-31"),
                act("a", "accession", "1937-01-01/1937-01-01"),
            ],
            held("1931-06-01", "1931-06-30", "1935-01-01", "9999-12-31"),
            "r-d",
            None,
        ),
        (
            [act("x", "extension", "1931-06-01/1931-06-30"), UNTIL_1950],
            held("1931-06-01", "1931-06-30", "1950-01-01", "1950-12-31"),
            "x-d",
            "x-u",
        ),
        (
            [RATIFIED, act("b", "breach", "1935-01-01/1935-12-31", party="sylvania")],
            held("1931-06-01", "1931-06-30", "1935-01-01", "9999-12-31"),
            "r-d",
            None,
        ),
        (
            [RATIFIED, act("b", "suspension", "1935-01-01/1935-12-31")],
            held("1931-06-01", "1931-06-30", "1935-01-01", "9999-12-31"),
            "r-d",
            None,
        ),
        (
            [RATIFIED, act("w", "withdrawal", "1935-01-01/1935-12-31").replace("asserted", "claimed")],
            held("1931-06-01", "1931-06-30", "1940-12-31", "9999-12-31"),
            "r-d",
            None,
        ),
        (
            [RATIFIED, act("w", "withdrawal", "1935-01-01/1935-12-31", party="sylvania")],
            held("1931-06-01", "1931-06-30", "1940-12-31", "9999-12-31"),
            "r-d",
            None,
        ),
    ],
    ids=[
        "signed",
        "ratified",
        "undated",
        "left",
        "came back",
        "extended",
        "broken by another",
        "suspended",
        "said to have left",
        "another left",
    ],
)
def test_a_treaty_binds_a_party_by_its_acts(
    acts: list[str], days: dict[str, set[str]], since: str | None, until: str | None
) -> None:
    """Whom a treaty binds follows from the acts, each by the effect that the vocabulary gives its kind."""
    found = obligation(*acts)
    assert {key: found[key] for key in days} == days
    assert found.get("boundSince") == ({since} if since else None)
    assert found.get("boundUntil") == ({until} if until else None)
    assert (found["obligationUnder"], found["obligor"]) == ({"t"}, {"freedonia"})


@pytest.mark.parametrize(
    "acts",
    [
        [act("n", "refusal", "1931-05-01/1931-05-31")],
        [act("w", "withdrawal", "1931-05-01/1931-05-31")],
        [RATIFIED.replace("asserted", "planned")],
        [act("r", "ratification", "1931-06-01/1931-06-30", party="sylvania")],
    ],
    ids=["refused", "only left", "planned", "another"],
)
def test_who_did_nothing_that_binds_has_no_obligation(acts: list[str]) -> None:
    """Neither a refusal nor a plan nor another's act binds a party."""
    assert obligation(*acts) == {}


def test_an_obligation_rests_on_all_that_its_party_did() -> None:
    """Whatever the party did with regard to the treaty, its vote too, is what the obligation rests on."""
    voted = act("v", "parliamentary-vote", "1931-05-10/1931-05-10")
    other = act("o", "ratification", "1931-06-01/1931-06-30", party="sylvania")
    assert obligation(SIGNED, voted, RATIFIED, other)["restsOn"] == {"s", "v", "r"}


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
