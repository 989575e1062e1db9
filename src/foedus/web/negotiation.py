"""Which of several forms an ``Accept`` header likes best (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping

_MOST = 30
"""Ranges of a header that are looked at."""


def negotiate(accept: str, offered: Mapping[str, str]) -> str:
    """Return the form, of those offered by media type, that the header likes best; '' where it likes none.

    The most specific range decides on a type; among equals, and where the header says nothing, the first offered
    wins.
    """
    ranges = [_range(part) for part in accept.split(",")[:_MOST] if part.strip()] or [("*/*", 1.0)]
    best, weight = "", 0.0
    for media_type, form in offered.items():
        liked = _weight(media_type, ranges)
        if liked > weight:
            best, weight = form, liked
    return best


def _weight(media_type: str, ranges: list[tuple[str, float]]) -> float:
    known = dict(reversed(ranges))
    for candidate in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if candidate in known:
            return known[candidate]
    return 0.0


def _range(part: str) -> tuple[str, float]:
    kind, *rest = (piece.strip().lower() for piece in part.split(";"))
    weight = 1.0
    for piece in rest:
        if piece.startswith("q="):
            try:
                weight = min(1.0, max(0.0, float(piece.removeprefix("q="))))
            except ValueError:
                weight = 0.0
    return kind, weight
