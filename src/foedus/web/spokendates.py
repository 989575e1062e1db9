"""Dates for readers: EDTF in words, as precise as it is and no more."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from typing import Final

_PARTS: Final = {("01", "10"): "beginning", ("11", "20"): "middle"}
_WORDS: Final = {"open": "open", "unknown": "end unknown", "undated": "undated"}
_DAY = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"


def spoken(text: str) -> str:
    """Return an EDTF date in words, rivals joined by *or*; what has no words stays as it is written."""
    return " or ".join(_one(part.strip()) for part in text.split("|")) if text else ""


def _one(text: str) -> str:
    if text in _WORDS:
        return _WORDS[text]
    if text[-1:] in ("~", "?", "%"):
        mark = {"~": "about ", "?": "perhaps ", "%": "perhaps about "}[text[-1]]
        return mark + _one(text[:-1])
    if match := re.fullmatch(r"\[(.*)\.\.(.*)\]", text):
        return _within(match[1], match[2])
    if match := re.fullmatch(r"([^/]+)/([^/]+)", text):
        return f"{_one(match[1])} to {_one(match[2])}"
    if match := re.fullmatch(r"([0-9]{3})X", text):
        return f"{match[1]}0s"
    if match := re.fullmatch(r"([0-9]{2})XX", text):
        return f"{match[1]}00 to {match[1]}99"
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", text):
        year, month, day = match.groups()
        if 1 <= int(month) <= 12:
            return f"{f'{int(day)} ' if day else ''}{month_name[int(month)]} {year}"
    return text


def _within(first: str, last: str) -> str:
    if not first:
        return f"by {_one(last)}"
    if not last:
        return f"{_one(first)} or later"
    one, two = re.fullmatch(_DAY, first), re.fullmatch(_DAY, last)
    if one and two and one.groups()[:2] == two.groups()[:2]:
        part = _PARTS.get((one[3], two[3]), "")
        if one[3] == "21" and int(two[3]) == monthrange(int(one[1]), int(one[2]))[1]:
            part = "end"
        if part:
            return f"{month_name[int(one[2])]} {one[1]}, {part}"
    return f"between {_one(first)} and {_one(last)}"
