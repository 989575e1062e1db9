"""Shapes and rules as one graph of SHACL, for validators that know nothing of Foedus.

A rule becomes a node shape with ``sh:sparql``. A shape has one severity, a rule may grade its rows: such a rule
becomes two shapes, of which the second, called ``NAME-warning``, holds the rows that are warnings. A rule in a
form that SHACL-SPARQL does not allow is there as well, deactivated, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus.diagnostics import Severity
from foedus.namespaces import PREFIXES, RDF, RDFS, SH, SHAPE
from foedus.rulefiles import Rule, read_rules
from foedus.turtle import to_turtle

PUBLISHED: Final = "graph/shacl/shapes.ttl"
"""The emitted file below a home; not beside the dossiers' Turtle, all of which is the dataset that queries see."""

_HEAD = """\
# Shapes and rules of Foedus, for any validator of SHACL with SHACL-SPARQL. The data graph is that of a dossier
# as asserted, before any inference, together with the ontology and its vocabularies, since the classes of
# values depend on these. Written by: foedus build
"""
_TYPE = ox.NamedNode(RDF + "type")
_SEVERITY = {
    Severity.VIOLATION: ox.NamedNode(SH + "Violation"),
    Severity.WARNING: ox.NamedNode(SH + "Warning"),
}


def publish_shapes(ontology: Path) -> bytes:
    """Return the Turtle of all shapes and rules of an ontology; raise UnreadableInput where one cannot be read.

    The shapes stand as in their files, one after another, since their blank nodes have no order of their own.
    """
    shapes = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ontology / "shapes").glob("*.ttl")))
    rules = to_turtle(
        rule_shapes(read_rules(ontology)), {k: PREFIXES[k] for k in ("foe", "rdfs", "sh", "shape")}
    )
    return "\n".join([_HEAD, _without_repetition(f"{shapes}\n{rules.decode()}")]).encode()


def rule_shapes(rules: Iterable[Rule]) -> list[ox.Triple]:
    """Return the shapes of all rules, sorted; what SHACL-SPARQL cannot express is deactivated and says why."""
    return sorted((t for rule in rules for t in _shapes(rule)), key=str)


def told_of_shape(rule: Rule) -> str:
    """Return where the published shapes carry a rule, or why they leave it to Foedus."""
    if rule.beyond_shacl:
        return f"SHACL-SPARQL does not allow {rule.beyond_shacl}; only foedus check and foedus build judge this rule"
    return f"shape:{rule.name} in {PUBLISHED}, for any validator with SHACL-SPARQL"


def _without_repetition(turtle: str) -> str:
    """Return Turtle without the prefixes that are in force already where they are declared."""
    force: set[str] = set()
    kept = []
    for line in turtle.split("\n"):
        if not line.startswith("@prefix ") or line not in force:
            kept.append(line)
        if line.startswith("@prefix "):
            force = {one for one in force if one.split()[1] != line.split()[1]} | {line}
    return "\n".join(kept)


def _shapes(rule: Rule) -> Iterator[ox.Triple]:
    if "severity" not in rule.columns:
        yield from _shape(rule, rule.name, rule.severity, _bare(rule.text))
        return
    for severity, name in ((Severity.VIOLATION, rule.name), (Severity.WARNING, f"{rule.name}-warning")):
        yield from _shape(rule, name, severity, _graded(rule, severity))


def _shape(rule: Rule, name: str, severity: Severity, query: str) -> Iterator[ox.Triple]:
    shape, constraint = ox.NamedNode(SHAPE + name), ox.NamedNode(f"{SHAPE}{name}-sparql")
    message = f"{rule.code}: {rule.message}; {rule.cure}"
    yield ox.Triple(shape, _TYPE, ox.NamedNode(SH + "NodeShape"))
    yield ox.Triple(shape, ox.NamedNode(SH + "severity"), _SEVERITY[severity])
    yield ox.Triple(shape, ox.NamedNode(RDFS + "comment"), ox.Literal(rule.rule, language="en"))
    for kind, term in rule.targets:
        yield ox.Triple(shape, ox.NamedNode(SH + kind), ox.NamedNode(term))
    if rule.beyond_shacl:
        yield ox.Triple(shape, ox.NamedNode(SH + "deactivated"), ox.Literal(True))
        yield ox.Triple(
            shape, ox.NamedNode(RDFS + "comment"), ox.Literal(told_of_shape(rule) + ".", language="en")
        )
        return
    yield ox.Triple(shape, ox.NamedNode(SH + "sparql"), constraint)
    yield ox.Triple(constraint, _TYPE, ox.NamedNode(SH + "SPARQLConstraint"))
    text = ox.Literal(re.sub(r"\{(\w+)\}", r"{?\1}", message), language="en")
    yield ox.Triple(constraint, ox.NamedNode(SH + "message"), text)
    yield ox.Triple(constraint, ox.NamedNode(SH + "select"), ox.Literal(query))


def _bare(query: str) -> str:
    """Return a query without its header."""
    return "\n".join(line for line in query.splitlines() if line and not line.startswith("#")) + "\n"


def _graded(rule: Rule, severity: Severity) -> str:
    """Return the query for the rows of one severity.

    They are chosen within the outermost group, where the focus is bound; only where the severity is counted from
    groups is the rule a sub-query, which validators evaluate whole for each focus.
    """
    grade = f'FILTER (?severity = "{severity.value}")'
    prologue, select, head = rule.text[: rule.body].rpartition("SELECT ")
    columns = " ".join(f"?{name}" for name in sorted(rule.columns - {"this", "severity"}))
    if "AS ?severity" in head:
        whole = f"{select}{head}{rule.text[rule.body :]}"
        return _bare(f"{prologue}SELECT $this {columns} WHERE {{\n{{ {whole}}}\n{grade}\n}}")
    group, rest = rule.text[rule.body : rule.end], rule.text[rule.end :]
    return _bare(f"{prologue}{select}{head.replace(' ?severity', '')}{group}  {grade}\n{rest}")
