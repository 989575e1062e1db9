"""Findings in the formats of other tools: SARIF 2.1.0 and JUnit's XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from foedus.codes import Code
from foedus.diagnostics import Diagnostic, Severity
from foedus.tables import printable, to_json_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_sarif(findings: Iterable[Diagnostic], codes: Mapping[str, Code], version: str) -> str:
    """Return findings as one SARIF run, each at its exact region, with the rules that they name."""
    found = list(findings)
    rules = sorted({d.code for d in found})
    run = {
        "tool": {
            "driver": {
                "name": "foedus",
                "semanticVersion": version,
                "rules": [_rule(code, codes.get(code)) for code in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(d, rules.index(d.code)) for d in found],
    }
    return to_json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, meaning: Code | None) -> dict[str, object]:
    rule: dict[str, object] = {"id": code}
    if meaning:
        rule["shortDescription"] = {"text": meaning.rule}
        rule["help"] = {"text": f"For example: {meaning.example}\nCure: {meaning.cure}"}
    return rule


def _result(d: Diagnostic, rule: int) -> dict[str, object]:
    r = d.region
    region = {"startLine": r.line, "startColumn": r.column, "endLine": r.end_line, "endColumn": r.end_column}
    return {
        "ruleId": d.code,
        "ruleIndex": rule,
        "level": "error" if d.severity is Severity.VIOLATION else "warning",
        "message": {"text": f"{d.message}; {d.cure}" if d.cure else d.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(r.file, safe="/~", errors="surrogateescape")},
                    "region": region,
                }
            }
        ],
        "properties": {"focus": d.focus, "path": d.path, "value": d.value, "cure": d.cure},
    }


def to_junit(findings: Iterable[Diagnostic], files: Sequence[str], threshold: Severity) -> str:
    """Return findings as JUnit's XML: a suite per file, a case per finding that fails it, or one that passes."""
    by_file: dict[str, list[Diagnostic]] = {name: [] for name in files}
    for d in findings:
        by_file.setdefault(d.region.file, []).append(d)
    suites = []
    total = 0
    for name, found in by_file.items():
        failing = [d for d in found if d.severity is Severity.VIOLATION or threshold is Severity.WARNING]
        total += len(failing)
        cases = [_case(d, fails=d in failing) for d in found] or [
            f'    <testcase classname="{_xml(name)}" name="nothing wrong"/>'
        ]
        suites += [
            f'  <testsuite name="{_xml(name)}" tests="{len(cases)}" failures="{len(failing)}">',
            *cases,
            "  </testsuite>",
        ]
    count = sum(max(1, len(found)) for found in by_file.values())
    head = f'<testsuites name="foedus check" tests="{count}" failures="{total}">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>", ""])


def _case(d: Diagnostic, *, fails: bool) -> str:
    name = f"{d.code} line {d.region.line} column {d.region.column}"
    kind = "failure" if fails else "system-out"
    attributes = f' type="{d.severity}" message="{_xml(d.message)}"' if fails else ""
    return (
        f'    <testcase classname="{_xml(d.region.file)}" name="{name}"><{kind}{attributes}>'
        f"{_xml(str(d))}</{kind}></testcase>"
    )


def _xml(text: str) -> str:
    text = printable(text)
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(mark, entity)
    return _NOT_XML.sub("\ufffd", text)
