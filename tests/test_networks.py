"""Who is tied to whom: the data of the pictures, and the places on a plane."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from fiction import built_fiction

from foedus.home import Home
from foedus.networks import DEALINGS, Days, Named, Network, Strand, Tie, busiest, read_network
from foedus.placement import Plane, place
from foedus.store import open_store

DAY = Days(date(1931, 6, 1), date(1931, 6, 1))


def _network(home: Home) -> Network:
    return read_network(home, open_store(home))


def _tie(**given: object) -> Tie:
    values = {
        "one": "freedonia",
        "other": "ruritania",
        "kind": "Treaty",
        "detail": Named(),
        "record": Named("pact", "Pact"),
        "told": "",
        "until": "",
        "earliest": None,
        "surely_from": None,
        "surely_until": None,
        "latest": None,
        "tenor": "",
        "modality": "asserted",
        "passing": False,
        "evidence": (),
    }
    return Tie(**{**values, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"surely_from": date(1930, 1, 1), "surely_until": date(1932, 1, 1)}, "certain"),
        ({"surely_from": date(1931, 6, 2), "surely_until": date(1932, 1, 1)}, "possible"),
        ({"earliest": date(1931, 6, 2)}, ""),
        ({"latest": date(1931, 5, 31)}, ""),
        ({"latest": date(1931, 6, 1)}, "possible"),
        ({"passing": True, "earliest": date(1931, 1, 1), "latest": date(1931, 12, 31)}, "certain"),
        ({"passing": True, "earliest": date(1930, 1, 1), "latest": date(1931, 12, 31)}, "possible"),
        ({"passing": True, "earliest": date(1932, 1, 1), "latest": date(1932, 12, 31)}, ""),
    ],
)
def test_a_tie_is_certain_possible_or_none_of_a_day(given: dict[str, object], expected: str) -> None:
    """What lasts is judged by the day itself, what passes by its year."""
    assert _tie(**given).held(DAY) == expected


def test_a_strand_shows_the_best_of_its_ties_and_never_a_claim_as_a_fact() -> None:
    """Certain outweighs possible; what is only claimed or planned is told, whatever its days."""
    sure = {"surely_from": date(1930, 1, 1), "surely_until": date(1932, 1, 1)}
    claimed = _tie(modality="claimed", **sure)
    for ties, expected in [
        ((claimed,), "told"),
        ((claimed, _tie()), "possible"),
        ((_tie(), _tie(**sure)), "certain"),
        ((_tie(earliest=date(1940, 1, 1)),), ""),
    ]:
        assert Strand("freedonia", "ruritania", "Treaty", ties).state(DAY) == expected


@pytest.mark.parametrize("home", [Home.find, built_fiction], ids=["dossier", "fiction"])
def test_the_network_of_any_home_has_ties_of_many_kinds(home: object) -> None:
    """Memberships, missions, treaties and what passed tie actors, each with label, class and evidence."""
    network = _network(home())  # type: ignore[operator]
    kinds = {tie.sort for tie in network.ties}
    assert {"Membership", "Mission", "Treaty", DEALINGS} <= kinds
    assert all(tie.one < tie.other and tie.evidence for tie in network.ties)
    assert all(network.actors[tie.one].label and network.classes[tie.one] for tie in network.ties)
    assert not any(tie.dated for tie in network.undated)


def test_severed_relations_tie_no_more_and_restored_ones_do_again() -> None:
    """Of relations severed and restored the fictional home tells each stretch apart."""
    found = [tie for tie in _network(built_fiction()).ties if tie.kind == "DiplomaticRelation"]
    days = [Days(day, day) for day in (date(1925, 1, 1), date(1928, 1, 1), date(1930, 1, 1))]
    held = [
        {tie.held(day) for tie in found if (tie.one, tie.other) == ("freedonia", "ruritania")} - {""}
        for day in days
    ]
    assert [bool(states) for states in held] == [True, False, True]


def test_those_with_the_most_ties_are_chosen_first() -> None:
    """The preferred come first, then who has more; a certain strand outweighs possible ones."""
    sure = {"surely_from": date(1930, 1, 1), "surely_until": date(1932, 1, 1)}
    ends = [("a", "b", {}), ("a", "c", {}), ("d", "e", sure), ("f", "g", {"earliest": date(1990, 1, 1)})]
    strands = [
        Strand(one, other, "Treaty", (_tie(one=one, other=other, **more),)) for one, other, more in ends
    ]
    assert busiest(strands, DAY, ["b"], 9) == ["b", "d", "e", "a", "c"]
    assert busiest(strands, DAY, [], 2) == ["d", "e"]


def test_places_are_the_same_each_time_and_no_boxes_overlap() -> None:
    """The same ties give the same places, within the plane, the poles where they belong, each box free."""
    names = [f"n{i}" for i in range(40)]
    edges = tuple((names[i % 5], name, 1.0) for i, name in enumerate(names) if i > 4)
    boxes = tuple((name, 70.0, 30.0) for name in names)
    plane = Plane(900, 600)
    found = place(edges, ("n0", "n1"), boxes, plane)
    place.cache_clear()
    assert place(edges, ("n0", "n1"), boxes, plane) == found
    assert (found["n0"], found["n1"]) == plane.poles
    for (x, y), (to_x, to_y) in combinations(found.values(), 2):
        assert abs(x - to_x) >= 69 or abs(y - to_y) >= 29
    assert all(35 <= x <= 865 and 15 <= y <= 585 for x, y in found.values())
    assert place((), (), (), plane) == {}
