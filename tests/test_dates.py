"""Dates keep the precision of their source."""

from datetime import date

import pytest

from foedus.dates import DateError, bounds


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("1931-05-04", date(1931, 5, 4), date(1931, 5, 4), "day"),
        ("1932-02", date(1932, 2, 1), date(1932, 2, 29), "month"),
        ("1931", date(1931, 1, 1), date(1931, 12, 31), "year"),
        ("193X", date(1930, 1, 1), date(1939, 12, 31), "decade"),
        ("18XX", date(1800, 1, 1), date(1899, 12, 31), "century"),
        ("[1931-10-11..1931-10-20]", date(1931, 10, 11), date(1931, 10, 20), "part-of-month"),
        ("[1932-02-21..1932-02-29]", date(1932, 2, 21), date(1932, 2, 29), "part-of-month"),
        ("[1931-09-01..1931-12-31]", date(1931, 9, 1), date(1931, 12, 31), "part-of-year"),
        ("[1801..1833]", date(1801, 1, 1), date(1833, 12, 31), "part-of-century"),
        ("[1867..1900]", date(1867, 1, 1), date(1900, 12, 31), "part-of-century"),
        ("[1931-10-12..1931-10-14]", date(1931, 10, 12), date(1931, 10, 14), "range"),
        ("[..1920]", None, date(1920, 12, 31), "before"),
        ("[1990-06..]", date(1990, 6, 1), None, "after"),
        ("-0065-03", None, date(1, 1, 1), "before"),
        ("[-0069..-0066]", None, date(1, 1, 1), "before"),
        ("[..-0066]", None, date(1, 1, 1), "before"),
        ("[-0010..0012]", None, date(12, 12, 31), "before"),
    ],
)
def test_bounds_and_precision_are_those_of_the_string(
    text: str, earliest: date | None, latest: date | None, precision: str
) -> None:
    """Each EDTF string gives its first and last possible day and the slug of its precision."""
    found = bounds(text)
    assert (found.earliest, found.latest, found.precision) == (earliest, latest, precision)
    assert not found.lasts


@pytest.mark.parametrize(
    ("text", "qualification"),
    [("1931~", "approximate"), ("1931?", "uncertain"), ("1931%", "uncertain-approximate")],
)
def test_a_reservation_is_kept_and_widens_nothing(text: str, qualification: str) -> None:
    """A year given with a reservation keeps its bounds; the reservation stands beside them."""
    found = bounds(text)
    assert found.qualification == qualification
    assert (found.earliest, found.latest) == (date(1931, 1, 1), date(1931, 12, 31))


def test_an_interval_lasts() -> None:
    """An interval goes on from one day to the other; it is told from a single moment."""
    assert bounds("1931/1933").lasts


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-30",
        "1828-13",
        "abc",
        "",
        "..",
        "2023-02-29",
        "02/03/1931",
        "May 1931",
        "[-0060..-0066]",
        "[-0069-13..-0066]",
    ],
)
def test_what_is_no_date_is_refused_with_a_cure(text: str) -> None:
    """An impossible day or a date in another notation is refused, saying how to write one."""
    with pytest.raises(DateError) as refused:
        bounds(text)
    assert text in str(refused.value)
    assert refused.value.cure


@pytest.mark.parametrize("text", ["1931/", "/1920"])
def test_an_unknown_end_is_not_invented(text: str) -> None:
    """An interval with an unknown end is refused, since the library would give it ten years of its own."""
    with pytest.raises(DateError, match="unknown end"):
        bounds(text)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    """A one-of-set whose first day is after its last has no day in it."""
    with pytest.raises(DateError, match="before it begins"):
        bounds("[1932..1931]")
