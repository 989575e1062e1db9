"""The rules as SHACL-SPARQL: each a node shape with ``sh:sparql``, for validators that know nothing of Foedus.

A shape has one severity, a rule may grade its rows: such a rule becomes two shapes, of which the second, called
``NAME-warning``, holds the rows that are warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from foedus.diagnostics import Severity
from foedus.namespaces import RDF, SH, SHAPE
from foedus.rulefiles import Rule

_TYPE = ox.NamedNode(RDF + "type")
_SEVERITY = {
    Severity.VIOLATION: ox.NamedNode(SH + "Violation"),
    Severity.WARNING: ox.NamedNode(SH + "Warning"),
}


def rule_shapes(rules: Iterable[Rule]) -> list[ox.Triple]:
    """Return the shapes of all rules that SHACL-SPARQL can express, sorted.

    Left out are those marked ``shacl: false``: MINUS and VALUES are not allowed there.
    """
    return sorted((t for rule in rules if rule.shacl for t in _shapes(rule)), key=str)


def _shapes(rule: Rule) -> Iterator[ox.Triple]:
    if "severity" not in rule.columns:
        yield from _shape(rule, rule.name, rule.severity, _bare(rule))
        return
    for severity, name in ((Severity.VIOLATION, rule.name), (Severity.WARNING, f"{rule.name}-warning")):
        yield from _shape(rule, name, severity, _graded(rule, severity))


def _shape(rule: Rule, name: str, severity: Severity, query: str) -> Iterator[ox.Triple]:
    shape, constraint = ox.NamedNode(SHAPE + name), ox.NamedNode(f"{SHAPE}{name}-sparql")
    message = f"{rule.code}: {rule.message}; {rule.cure}"
    yield ox.Triple(shape, _TYPE, ox.NamedNode(SH + "NodeShape"))
    yield ox.Triple(shape, ox.NamedNode(SH + "severity"), _SEVERITY[severity])
    yield ox.Triple(shape, ox.NamedNode(SH + "sparql"), constraint)
    for kind, term in rule.targets:
        yield ox.Triple(shape, ox.NamedNode(SH + kind), ox.NamedNode(term))
    yield ox.Triple(constraint, _TYPE, ox.NamedNode(SH + "SPARQLConstraint"))
    text = ox.Literal(re.sub(r"\{(\w+)\}", r"{?\1}", message), language="en")
    yield ox.Triple(constraint, ox.NamedNode(SH + "message"), text)
    yield ox.Triple(constraint, ox.NamedNode(SH + "select"), ox.Literal(query))


def _bare(rule: Rule) -> str:
    """Return the query without its header."""
    return "\n".join(line for line in rule.text.splitlines() if line and not line.startswith("#")) + "\n"


def _graded(rule: Rule, severity: Severity) -> str:
    """Return the query for the rows of one severity; the rule itself is its sub-query, which projects ``$this``."""
    prologue, select, body = _bare(rule).partition("SELECT ")
    columns = " ".join(f"?{name}" for name in sorted(rule.columns - {"this", "severity"}))
    grade = f'FILTER (?severity = "{severity.value}")'
    return f"{prologue}SELECT $this {columns} WHERE {{\n{{ {select}{body}}}\n{grade}\n}}\n"
