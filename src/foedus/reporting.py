"""Findings as text for people and for GitHub, and as JSON."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping

from foedus.diagnostics import Diagnostic, Severity

_WIDTH = 160
"""Columns of a source line that are shown; of a longer one the part around the value."""


def to_text(findings: Iterable[Diagnostic], texts: Mapping[str, str]) -> str:
    """Return findings in the manner of compilers; ``texts`` holds the files' contents by name."""
    lines = {name: text.split("\n") for name, text in texts.items()}
    return "\n".join(_paragraph(finding, lines.get(finding.region.file, [])) for finding in findings)


def _paragraph(finding: Diagnostic, lines: list[str]) -> str:
    region = finding.region
    told = [f"{region}: {finding.severity} {finding.code}: {printable(finding.message)}"]
    if 0 < region.line <= len(lines):
        line = lines[region.line - 1].rstrip("\r")
        column = region.column - 1
        end = region.end_column - 1 if region.end_line == region.line else len(line.rstrip())
        shift = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
        number = str(region.line)
        shown = line[shift : shift + _WIDTH]
        mark = "^" * max(1, sum(map(_cells, line[column : max(end, column + 1)][: _WIDTH // 2])))
        gap = sum(map(_cells, line[shift:column]))
        told += [
            f"{' ' * len(number)} |",
            f"{number} | {printable(shown)}",
            f"{' ' * len(number)} | {' ' * gap}{mark}",
        ]
    if finding.cure:
        told.append(f"  cure: {printable(finding.cure)}")
    return "\n".join(told) + "\n"


def printable(text: str) -> str:
    """Return a text without what moves a terminal's cursor or turns the direction of its line."""
    return "".join(
        " " if c == "\t" else c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else "\ufffd"
        for c in text
    )


def _cells(character: str) -> int:
    """Return how many cells of a terminal a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


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
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


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
        where = ",".join(f"{k}={_escaped(str(v), property_=True)}" for k, v in properties.items())
        text = f"{d.message}; {d.cure}" if d.cure else d.message
        told.append(f"::{level} {where}::{_escaped(text)}")
    return "".join(line + "\n" for line in told)


def _escaped(text: str, *, property_: bool = False) -> str:
    marks = "%\r\n:," if property_ else "%\r\n"
    return "".join(f"%{ord(c):02X}" if c in marks else c for c in text)
