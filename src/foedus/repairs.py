"""Repairs that change no meaning: the spelling of ids, dates and language tags, names for ids, and retired ids.

A repair is made only where one reading is possible; ``3/4/2023`` stays, and so does a name that two bear.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from foedus.dates import DateError, bounds
from foedus.diagnostics import Diagnostic, Region, UnknownName
from foedus.entities import ANYTHING, bearers
from foedus.letters import latin
from foedus.namespaces import slug
from foedus.positions import line_starts
from foedus.references import RETIRED
from foedus.standing import Standing
from foedus.store import EmbeddedStore
from foedus.values import LANGUAGE, NODE_ID, slugify

_MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_MONTH = "(?P<month>[A-Za-z]{3,9})\\.?"
_SPELLINGS = (
    re.compile(r"(?P<year>\d{4})[-/. ](?P<number>\d{1,2})(?:[-/. ](?P<day>\d{1,2}))?"),
    re.compile(rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+)?{_MONTH},?\s+(?P<year>\d{{4}})"),
    re.compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
)


def repaired(text: str, findings: Iterable[Diagnostic], standing: Standing, own: Collection[str]) -> str:
    """Return a file's text with what can be repaired safely; ``own`` holds the ids that the file declares."""
    starts = line_starts(text)
    edits: dict[tuple[int, int], str] = {}
    for finding in findings:
        new = repair_of(finding, standing, own)
        start, end = _span(finding.region, starts)
        written = text[start:end]
        if new and finding.value and written.count(finding.value) == 1:
            edits[start, end] = written.replace(finding.value, new)
    for (start, end), new in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def repair_of(finding: Diagnostic, standing: Standing, own: Collection[str]) -> str:
    """Return what is to be written for the value of a finding, or '' where that cannot be told safely."""
    value = finding.value
    if finding.code == "FOE121":
        return spelt_date(value)
    if finding.code == "FOE123":
        tag = value.lower().replace("_", "-")
        return tag if LANGUAGE.fullmatch(tag) else ""
    if finding.code in ("FOE114", "FOE115", "FOE139"):
        if finding.path == "id":
            return _spelt_id(value)
        return _named(value, standing, own)
    return ""


def _spelt_id(name: str) -> str:
    return ".".join(slugify(latin(part)) for part in name.split("."))


def _named(value: str, standing: Standing, own: Collection[str]) -> str:
    """Return the id of what a value names by label, alias, code or retired id, or by a slug written otherwise."""
    repaired_ids = {slugify(latin(name)): _spelt_id(name) for name in own}
    local = slugify(latin(value))
    if local in repaired_ids:
        return repaired_ids[local]
    if local and RETIRED not in standing.types.get(local, (RETIRED,)):
        return local
    try:
        named = bearers(EmbeddedStore(standing.engine), value, ANYTHING)
    except UnknownName:  # a retired id that several have replaced
        return ""
    found = slug(named.pop()) if len(named) == 1 else ""
    return found if NODE_ID.fullmatch(found) and found != value else ""


def spelt_date(text: str) -> str:
    """Return a date that is written in another way as EDTF, or '' where it is none or has two readings."""
    for spelling in _SPELLINGS:
        match = spelling.fullmatch(text.strip())
        if match is None:
            continue
        parts = match.groupdict()
        number = parts.get("number") or _month(parts.get("month") or "")
        edtf = f"{parts['year']}-{int(number):02}" if number else ""
        if edtf and parts["day"]:
            edtf += f"-{int(parts['day']):02}"
        try:
            bounds(edtf)
        except DateError:
            continue
        return edtf if edtf != text else ""
    return ""


def _month(name: str) -> str:
    """Return the number of a month by its English name or the beginning of it; '' where it is none or two."""
    found = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    return str(found[0]) if len(found) == 1 else ""


def _span(region: Region, starts: list[int]) -> tuple[int, int]:
    last = len(starts) - 1
    begin = starts[min(region.line - 1, last)] + region.column - 1
    return begin, starts[min(region.end_line - 1, last)] + region.end_column - 1
