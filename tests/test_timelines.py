"""Moments and intervals at their places in time, over the fictional home and the built-in one."""

from __future__ import annotations

from datetime import date

import pytest
from fiction import built_fiction

from foedus.home import Home
from foedus.store import open_store
from foedus.timelines import Mark, Wanted, read_intervals, read_moments, usual_span


@pytest.fixture(scope="module")
def moments() -> list[Mark]:
    home = Home.find()
    return read_moments(home, open_store(home))


@pytest.fixture(scope="module")
def intervals() -> list[Mark]:
    home = Home.find()
    return read_intervals(home, open_store(home))


def test_a_moment_is_sure_of_its_day_only_where_the_day_is_known(moments: list[Mark]) -> None:
    """A known day is sure; a month gives the span of its days and no sure one; what is undated has no place."""
    for mark in moments:
        if not mark.lasts:
            assert (mark.surely_from is not None) == (
                mark.earliest is not None and mark.earliest == mark.latest
            )
    partial = next(m for m in moments if m.told == "2022-10" or m.told == "2016-06")
    assert partial.earliest is not None
    assert partial.latest is not None
    assert (partial.latest - partial.earliest).days in (29, 30)
    assert any(not m.dated for m in moments)


def test_marks_come_in_the_order_of_time(moments: list[Mark], intervals: list[Mark]) -> None:
    """Each list is sorted by first and last day, and what has no date ends it."""
    for marks in (moments, intervals):
        assert [m.id for m in marks] == [m.id for m in sorted(marks, key=lambda m: m.order)]
        assert not [m for m in marks[: sum(m.dated for m in marks)] if not m.dated]


def test_the_statuses_of_a_membership_share_its_lane(intervals: list[Mark]) -> None:
    """Each status of a membership is a mark in one lane, with the day on which it surely began."""
    lane = [m for m in intervals if m.lane.slug == "armenia-csto-membership"]
    assert {"joined", "frozen"} <= {m.kind.slug for m in lane}
    frozen = next(m for m in lane if m.kind.slug == "frozen")
    assert (frozen.earliest, frozen.surely_from) == (date(2024, 2, 1), date(2024, 2, 29))
    assert frozen.latest is None
    assert "armenia" in frozen.actors


def test_a_treaty_lasts_as_long_as_its_acts_say(intervals: list[Mark]) -> None:
    """An extension ends what it extends; a treaty that was only signed has no sure day."""
    treaties = {(m.id, m.surely_from is not None): m for m in intervals if m.group == "Treaty"}
    base = treaties["gyumri-base-treaty", True]
    assert (base.surely_from, base.latest) == (date(2010, 12, 31), date(2044, 12, 31))
    assert ("treaty-of-turkmenchay", False) in treaties


def test_what_is_wanted_is_all_that_is_taken() -> None:
    """A mark is taken where it has every value that is wanted, and a class counts as a kind."""
    found = read_moments(built_fiction(), open_store(built_fiction()))
    actor = next(m.actors[0] for m in found if m.actors)
    for wanted in (
        Wanted(actor=actor),
        Wanted(modality="claimed"),
        Wanted(kind="Statement"),
        Wanted(tenor="conflictual"),
    ):
        taken = [m for m in found if wanted.takes(m)]
        assert taken, wanted
        assert len(taken) < len(found)
    assert all(actor in m.actors for m in found if Wanted(actor=actor).takes(m))
    assert all(m.group == "Statement" for m in found if Wanted(kind="Statement").takes(m))
    assert not [m for m in found if Wanted(theme="nothing").takes(m)]


def test_nothing_dated_has_no_usual_years() -> None:
    """Where no moment has a date there is no span of years, rather than all that there are."""
    assert usual_span([]) is None
