"""Findings as text for people and for GitHub, and as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise

from foedus.diagnostics import Diagnostic, Severity
from foedus.positions import line_starts
from foedus.tables import display_width, to_json_text

_SENTENCE = 500
"""Characters of a sentence of fact or of cure."""

_WIDTH = 160
"""Columns of a source line that are shown; of a longer one the part around the value."""


def to_text(findings: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Return findings in the manner of compilers; ``texts`` holds the files' contents by name."""
    lines = {name: _lines(text) for name, text in texts.items()}
    return "\n".join(_paragraph(finding, lines.get(finding.region.file, [])) for finding in findings)


def _lines(text: str) -> list[str]:
    starts = line_starts(text)
    return [text[start:end].rstrip("\r\n") for start, end in pairwise([*starts, len(text)])]


def _paragraph(finding: Diagnostic, lines: list[str]) -> str:
    region = finding.region
    told = [f"{printable(str(region))}: {finding.severity} {finding.code}: {printable(finding.message)}"]
    if 0 < region.line <= len(lines):
        line = lines[region.line - 1]
        column = region.column - 1
        end = region.end_column - 1 if region.end_line == region.line else len(line.rstrip())
        shift = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
        number = str(region.line)
        shown = line[shift : shift + _WIDTH]
        mark = "^" * max(1, display_width(line[column : max(end, column + 1)][: _WIDTH // 2]))
        gap = display_width(line[shift:column])
        told += [
            f"{' ' * len(number)} |",
            f"{number} | {printable(shown)}",
            f"{' ' * len(number)} | {' ' * gap}{mark}",
        ]
    if finding.cure:
        told.append(f"  cure: {printable(finding.cure)}")
    return "\n".join(told) + "\n"


def shortened(finding: Diagnostic) -> Diagnostic:
    """Return a finding whose sentences are of a length to be read, whatever value they quote."""
    return finding._replace(message=_cut(finding.message), cure=_cut(finding.cure))


def _cut(text: str) -> str:
    return text if len(text) <= _SENTENCE else f"{text[: _SENTENCE - 100]} … {text[-100:]}"


def printable(text: str) -> str:
    """Return a text without what moves a terminal's cursor or turns the direction of its line."""
    if text.isprintable():
        return text
    return "".join(
        " " if c == "\t" else c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "\ufffd"
        for c in text
    )


def summary(findings: Iterable[Diagnostic], files: int) -> str:
    """Return one line that counts the findings."""
    found = list(findings)
    violations = sum(d.severity is Severity.VIOLATION for d in found)
    warnings = len(found) - violations
    checked = f"{files} file{'s' * (files != 1)} checked"
    if not found:
        return f"{checked}: nothing wrong"
    parts = [
        f"{n} {word}{'s' * (n != 1)}" for n, word in ((violations, "violation"), (warnings, "warning")) if n
    ]
    codes = sorted({d.code for d in found})
    return f"{checked}: {', '.join(parts)}; foedus check --explain {codes[0]} tells more"


def to_json(findings: Iterable[Diagnostic]) -> str:
    """Return findings as a JSON list of objects."""
    rows = [
        {
            "file": d.region.file,
            "line": d.region.line,
            "column": d.region.column,
            "endLine": d.region.end_line,
            "endColumn": d.region.end_column,
            "severity": d.severity.value,
            "code": d.code,
            "message": d.message,
            "cure": d.cure,
            "focus": d.focus,
            "path": d.path,
            "value": d.value,
        }
        for d in findings
    ]
    return to_json_text(rows)


def to_github(findings: Iterable[Diagnostic]) -> str:
    """Return findings as workflow commands, which GitHub shows beside the lines of a change."""
    told = []
    for d in findings:
        r = d.region
        level = "error" if d.severity is Severity.VIOLATION else "warning"
        properties = {
            "file": r.file,
            "line": r.line,
            "endLine": r.end_line,
            "col": r.column,
            "endColumn": r.end_column,
            "title": d.code,
        }
        where = ",".join(f"{k}={printable(_escaped(str(v), property_=True))}" for k, v in properties.items())
        text = f"{d.message}; {d.cure}" if d.cure else d.message
        told.append(f"::{level} {where}::{printable(_escaped(text))}")
    return "".join(line + "\n" for line in told)


def _escaped(text: str, *, property_: bool = False) -> str:
    marks = "%\r\n:," if property_ else "%\r\n"
    return "".join(f"%{ord(c):02X}" if c in marks else c for c in text)
