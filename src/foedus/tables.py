"""Rows of text laid out for terminals, Markdown and spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

MIN_WIDTH: Final = 8
"""Columns below which no column of a terminal's table is narrowed."""

_BEYOND_ASCII = (
    "\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0001-\U000e007f"
)
"""What nobody sees, or what moves the cursor or turns the line of a terminal."""

_HIDDEN = re.compile(f"[\x00-\x1f{_BEYOND_ASCII}]")
_UNSEEN = re.compile(f"[{_BEYOND_ASCII}]")
_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_MARKUP = r"([\\|<>*_`\[\]~])"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GAP = "  "


def printable(text: str) -> str:
    """Return a text in one line, with control, bidirectional and other unseen characters as escapes."""
    return _HIDDEN.sub(lambda m: f"\\u{ord(m[0]):04x}", " ".join(text.split("\n")))


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], width: int = 0, bold: bool = False) -> str:
    """Return a table for a terminal; cells are wrapped where it would exceed ``width`` (0: no limit)."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(display_width, column)) for column in zip(headers, *cells, strict=True)]
    if width:
        widths = _fit(widths, width - len(_GAP) * (len(widths) - 1))
    numeric = [all(re.fullmatch(_NUMBER, c) or not c for c in column) for column in zip(*cells, strict=True)]
    numeric = numeric or [False] * len(headers)
    lines = [
        f"\x1b[1m{line}\x1b[0m" if bold else line for line in _lines(headers, widths, [False] * len(headers))
    ]
    lines.append(_GAP.join("─" * w for w in widths))
    for row in cells:
        lines += _lines(row, widths, numeric)
    return "\n".join(lines) + "\n"


def markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in GitHub's Markdown, in which no cell is read as markup."""
    lines = [headers, ["---"] * len(headers)]
    lines += [[re.sub(_MARKUP, r"\\\1", printable(cell)) for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def csv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return comma-separated values by RFC 4180, but with plain line feeds; no cell is a formula."""
    return "".join(",".join(map(_csv_cell, row)) + "\n" for row in (headers, *rows))


def tsv(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return tab-separated values, with ``\t``, ``\n``, ``\r`` and ``\\`` in cells; no cell is a formula."""
    return "".join("\t".join(map(_tsv_cell, row)) + "\n" for row in (headers, *rows))


def to_json_text(value: Any) -> str:
    """Return JSON in which what a terminal would not show as it is, is escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    return _UNSEEN.sub(lambda m: "".join(f"\\u{unit:04x}" for unit in _units(m[0])), text) + "\n"


def _units(character: str) -> tuple[int, ...]:
    """Return a character as JSON escapes it: beyond the first plane, as two surrogates."""
    code = ord(character)
    return (code,) if code < 0x10000 else (0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code & 0x3FF))


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _fit(widths: list[int], limit: int) -> list[int]:
    """Return widths that together keep within a limit, by narrowing the widest columns alike."""
    if sum(widths) <= limit:
        return widths
    cap = max(widths)
    while cap > MIN_WIDTH and sum(min(w, cap) for w in widths) > limit:
        cap -= 1
    return [min(w, cap) for w in widths]


def _lines(row: Sequence[str], widths: list[int], right: Sequence[bool]) -> list[str]:
    """Return the lines of one row, as many as its highest cell has."""
    wrapped = [_wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines = []
    for number in range(max(map(len, wrapped), default=0)):
        parts = []
        for cell, width, flush in zip(wrapped, widths, right, strict=True):
            part = cell[number] if number < len(cell) else ""
            blanks = " " * (width - display_width(part))
            parts.append(blanks + part if flush else part + blanks)
        lines.append(_GAP.join(parts).rstrip())
    return lines


def _wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of at most ``width``, broken at blanks, within words where there are none."""
    if display_width(text) <= width:
        return [text]
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if display_width(joined) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        line = word
        while display_width(line) > width:
            end = next(n for n in range(len(line), 0, -1) if display_width(line[:n]) <= width or n == 1)
            lines.append(line[:end])
            line = line[end:]
    return [*lines, line] if line else lines


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs: what begins like a formula and is no number gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) and not re.fullmatch(_NUMBER, text) else text


def _csv_cell(text: str) -> str:
    text = _harmless(text)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n\r') else text


def _tsv_cell(text: str) -> str:
    text = _harmless(text).replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
