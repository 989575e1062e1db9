"""Dates as sources give them: EDTF strings and the first and last day that each can be.

The only module that imports ``edtf`` (which costs some 80 ms at start-up).
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

_PLAIN = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2}))?)?")
_BEFORE_OUR_ERA = re.compile(
    r"(-(?!0000)[0-9]{4}|0000)(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?([?~%]?)"
)
_BETWEEN = re.compile(r"\[([-0-9]*)\.\.([-0-9]+)\]")
_OFF_CALENDAR = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?[?~%]?")
_LONGEST = 100
"""Characters of a date: the time that the grammar takes grows faster than the text."""
_SYNTAX_CURE = "write YYYY, YYYY-MM, YYYY-MM-DD, 18XX, or [A..B] for one day between two"


class DateError(ValueError):
    """A string that is no date; ``cure`` says how to write one."""

    def __init__(self, message: str, cure: str = _SYNTAX_CURE) -> None:
        super().__init__(message)
        self.cure = cure


@dataclass(frozen=True)
class Bounds:
    """The first and last day that a date can be (None: no bound on that side) and how precise it is.

    ``precision`` and ``qualification`` are slugs of the vocabulary's schemes; ``lasts`` is true of an EDTF
    interval ``A/B``, which goes on from the one to the other, and false of a single moment.
    """

    earliest: date | None
    latest: date | None
    precision: str
    qualification: str = ""
    lasts: bool = False


@lru_cache(maxsize=4096)
def bounds(text: str) -> Bounds:
    """Return the bounds of an EDTF string; raise DateError where it is none or names an impossible day."""
    plain = _plain_bounds(text)
    if plain:
        return plain
    early = _bounds_before_our_era(text)
    if early:
        return early
    if len(text) > _LONGEST:
        raise DateError(f'"{text[:_LONGEST]}…" is too long for a date')
    import edtf  # 80 ms, and some 10 ms for each date that it parses
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = edtf.parse_edtf(text)
        lower, upper = _strict(parsed.lower_strict), _strict(parsed.upper_strict)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise _no_date(text) from error
    lasts = isinstance(parsed, edtf.Interval)
    if lasts and (text.startswith("/") or text.endswith("/")):
        # edtf gives an unknown end ten invented years.
        raise DateError(
            f'"{text}" has an unknown end', "give from and until, and a reason for the unknown one"
        )
    if lower and upper and lower > upper:
        raise DateError(f'"{text}" ends before it begins', "exchange the two days")
    return Bounds(lower, upper, _precision(text, lower, upper, parsed), _qualification(text), lasts)


def _no_date(text: str) -> DateError:
    """Return the error of a text that is no date: what the calendar lacks, where that is the reason."""
    what = f'"{text}" is not a date in EDTF'
    match = _OFF_CALENDAR.fullmatch(text)
    year, month = (int(match[1]), int(match[2])) if match else (0, 0)
    if not year:
        return DateError(what)
    if not 1 <= month <= 12:
        return DateError(f"{what}: there is no month {month:02}", "write a month from 01 to 12")
    last = calendar.monthrange(year, month)[1]
    ends = f"{year}-{month:02} ends with day {last}"
    return DateError(
        f"{what}: {ends}", f"write a day from 01 to {last}, or the month alone where the source has no day"
    )


def _plain_bounds(text: str) -> Bounds | None:
    """Return the bounds of a plain year, month or day of the calendar, which need no grammar; None of all else."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year and month and day:
            only = date(year, month, day)
            return Bounds(only, only, "day")
        if year and month:
            return Bounds(date(year, month, 1), _month_end(year, month), "month")
        return Bounds(date(year or 0, 1, 1), date(year or 0, 12, 31), "year")
    except ValueError:
        return None


def _bounds_before_our_era(text: str) -> Bounds | None:
    """Return the bounds of a date that is, or may be, before our era; None of all else.

    RDF 1.1 takes dates from XSD 1.0 and 1.1, which count these years differently; so the text alone keeps the year.
    """
    if _BEFORE_OUR_ERA.fullmatch(text):
        return Bounds(None, date.min, "before", _qualification(text))
    between = _BETWEEN.fullmatch(text)
    first, last = (
        ((_BEFORE_OUR_ERA.fullmatch(side), side) for side in between.groups()) if between else (None, None)
    )
    if first is None or last is None or not (first[0] or (last[0] and not first[1])):
        return None
    if last[0] is None:
        return Bounds(None, bounds(last[1]).latest, "before")
    if first[0] and int(first[0][1]) > int(last[0][1]):
        raise DateError(f'"{text}" ends before it begins', "exchange the two days")
    return Bounds(None, date.min, "before")


def _strict(bound: Any) -> date | None:
    """Return a bound of edtf's as a day, or None where it is infinite.

    edtf fails with a TypeError where it means an infinite bound of a set or interval.
    """
    try:
        value = bound()
    except TypeError as error:
        if "float" in str(error):
            return None
        raise
    if isinstance(value, float) and math.isinf(value):
        return None
    return date(value.tm_year, value.tm_mon, value.tm_mday)


def _qualification(text: str) -> str:
    if "%" in text or ("?" in text and "~" in text):
        return "uncertain-approximate"
    if "~" in text:
        return "approximate"
    return "uncertain" if "?" in text else ""


def _precision(text: str, lower: date | None, upper: date | None, parsed: Any) -> str:
    """Return the slug of the precision; the parts of a month, year or century are those of the vocabulary."""
    import edtf

    if lower is None:
        return "before"
    if upper is None:
        return "after"
    if isinstance(parsed, edtf.OneOfASet):
        return _part(lower, upper)
    if isinstance(parsed, edtf.Interval):
        return "range"
    if lower == upper:
        return "day"
    spans = {
        "month": (lower.replace(day=1), _month_end(lower.year, lower.month)),
        "year": (date(lower.year, 1, 1), date(lower.year, 12, 31)),
        "decade": (date(lower.year // 10 * 10, 1, 1), date(lower.year // 10 * 10 + 9, 12, 31)),
        "century": (date(lower.year // 100 * 100, 1, 1), date(lower.year // 100 * 100 + 99, 12, 31)),
    }
    return next((name for name, span in spans.items() if span == (lower, upper)), "range")


def _part(lower: date, upper: date) -> str:
    """Return the part that a one-of-set stands for: of a month (1-10, 11-20, 21-end), a year or a century."""
    if lower.year == upper.year:
        month_end = _month_end(lower.year, lower.month)
        if lower.month == upper.month and (lower.day, upper.day) in {(1, 10), (11, 20), (21, month_end.day)}:
            return "part-of-month"
        ends = (lower.month, lower.day, upper.month, upper.day)
        if ends in {(1, 1, 4, 30), (5, 1, 8, 31), (9, 1, 12, 31)}:
            return "part-of-year"
    elif (lower.month, lower.day, upper.month, upper.day) == (1, 1, 12, 31) and (
        lower.year % 100,
        upper.year % 100,
    ) in {(1, 33), (34, 66), (67, 0)}:
        return "part-of-century"
    return "range"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
