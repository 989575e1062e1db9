"""Rules that compare nodes, asked of a graph: the rows of their queries are offenders.

What a rule's file holds is told in ``foedus.rulefiles``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region, Severity
from foedus.namespaces import FOE, RDF, slug
from foedus.rulefiles import PLACEHOLDER, Rule, narrowing_query, read_rules
from foedus.vocabulary import parse_turtle

_CITED = (
    f"?node <{FOE}evidence> ?segment",
    f"?node ?property ?date . ?date <{FOE}edtf> ?value ; <{FOE}evidence> ?segment",
    f"?sourced <{RDF}subject> ?node ; <{RDF}object> ?value ; <{FOE}evidence> ?segment",
)
"""On what a node rests, and on what those of its values that have evidence of their own."""

Row = dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]
"""One solution of a rule, by the names of its columns; what is unbound is left out."""


@dataclass(frozen=True, order=True)
class Finding:
    """One offender of one rule.

    ``focus``, ``path`` and ``other`` are IRIs, the last two empty where the rule has none; ``value`` and
    ``other_value`` are what collides, as texts for people; ``evidence`` holds the ids of the segments on
    which ``other`` rests.
    """

    focus: str
    code: str
    path: str
    value: str
    other: str
    other_value: str
    severity: Severity
    message: str
    cure: str
    stands: str = ""
    evidence: tuple[str, ...] = ()


def judge(asserted: Iterable[ox.Triple], ontology: Path) -> list[Finding]:
    """Return what in an asserted graph breaks the rules of an ontology, sorted; see ``run_rules``."""
    vocabularies = parse_turtle(ontology / "vocabularies.ttl")
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*asserted, *vocabularies))
    return run_rules(read_rules(ontology), store)


def run_rules(
    rules: Iterable[Rule], store: ox.Store, touched: Collection[str] | None = None
) -> list[Finding]:
    """Return what breaks the rules, sorted; of a pair that breaks a symmetric rule, and of a cycle, one finding.

    The store holds the asserted graph and the vocabularies. With ``touched``, the IRIs of new or changed nodes,
    only findings of which one is the focus or the other node are returned, and only what is linked to them is
    looked at, so that the size of the graph does not count.
    """
    found: dict[tuple[str, ...], Finding] = {}
    for rule in rules:
        findings = [_finding(rule, row) for row in offenders(rule, store, touched)]
        cycles = _hanging_together(findings) if rule.cycle else {}
        for finding in findings:
            pair = (finding.focus, finding.other)
            key: tuple[str, ...] = (rule.code, *pair, finding.path, finding.value, finding.other_value)
            if rule.symmetric:
                key = (rule.code, *sorted(pair))
            elif rule.cycle:
                key = (rule.code, cycles[finding.focus])
            elif finding.path and finding.other:
                key = (rule.code, *pair, finding.path)  # both bounds of the other may tell the same fault
            if key not in found or _rank(finding, touched) < _rank(found[key], touched):
                found[key] = finding
    # What is certainly wrong with a value need not be doubted as well.
    grave = {
        (f.focus, f.path, f.value) for f in found.values() if f.severity is Severity.VIOLATION and f.path
    }
    kept = [
        f
        for f in found.values()
        if f.severity is Severity.VIOLATION or (f.focus, f.path, f.value) not in grave
    ]
    return _with_evidence(sorted(kept), store, touched)


def offenders(rule: Rule, store: ox.Store, touched: Collection[str] | None = None) -> list[Row]:
    """Return the rows of one rule as its query projects them; ``touched`` as for ``run_rules``."""
    queries = [rule.text]
    if touched is not None:
        head, body = rule.text[: rule.body], rule.text[rule.body :]
        queries = [
            f"{head} VALUES ?{column} {{ {' '.join(map(str, nodes))} }} {body}"
            for column in ("this", "other")
            if column in rule.columns
            and not (column == "other" and rule.mirrored)
            and (nodes := _eligible(rule, column, [ox.NamedNode(iri) for iri in sorted(touched)], store))
        ]
    rows = [row for query in queries for row in _rows(store, query)]
    if touched is not None and rule.via:
        head, body = rule.text[: rule.body], rule.text[rule.body :]
        via = ox.NamedNode(rule.via)
        for node in map(ox.NamedNode, sorted(touched)):
            for link in store.quads_for_pattern(node, via, None):
                if isinstance(link.object, ox.NamedNode) and link.object.value in touched:
                    continue  # it was asked about above
                found = _rows(store, f"{head} VALUES ?this {{ {link.object} }} {body}")
                # What a standing focus merely lacks is no fault of the node.
                grave = [r for r in found if "severity" not in r or r["severity"].value == Severity.VIOLATION]
                rows += [{**row, "path": via, "other": node} for row in grave]
    return rows


def _rows(store: ox.Store, query: str) -> list[Row]:
    solutions = store.query(query)
    assert isinstance(solutions, ox.QuerySolutions), "reading a rule sees to it that it is a SELECT"
    names = [variable.value for variable in solutions.variables]
    found = []
    for solution in solutions:
        cells = {name: solution[name] for name in names}
        found.append({n: c for n, c in cells.items() if c is not None and not isinstance(c, ox.Triple)})
    return found


def _eligible(rule: Rule, column: str, nodes: list[ox.NamedNode], store: ox.Store) -> list[ox.NamedNode]:
    """Return those of the nodes that can be in a column, by what the header says of it.

    A rule that is no concern of the nodes would else be evaluated, and the order of its joins is the engine's.
    """
    if column in rule.narrowing:
        found = store.query(
            narrowing_query(rule.text, column, rule.narrowing[column], " ".join(map(str, nodes)))
        )
        assert isinstance(found, ox.QuerySolutions), "a SELECT"
        return [node for (node,) in found if isinstance(node, ox.NamedNode)]
    properties = [ox.NamedNode(iri) for kind, iri in rule.targets if kind == "targetSubjectsOf"]
    if column == "other" or len(properties) < len(rule.targets):
        return nodes
    return [n for n in nodes if any(any(store.quads_for_pattern(n, p, None)) for p in properties)]


def to_diagnostic(finding: Finding, region: Region) -> Diagnostic:
    """Return a finding as a diagnostic at a place, with the evidence of the node that stands in its message."""
    ids = (
        f' (evidence of "{slug(finding.stands)}": {", ".join(finding.evidence)})' if finding.evidence else ""
    )
    return Diagnostic(
        region,
        finding.code,
        finding.message + ids,
        finding.cure,
        finding.severity,
        slug(finding.focus),
        slug(finding.path),
        finding.value,
    )


def _finding(rule: Rule, row: Row) -> Finding:
    def iri(column: str) -> str:
        return row[column].value if column in row else ""

    # What a query lists is between |, in an order that is each engine's own.
    texts = {column: ", ".join(sorted(slug(term.value).split("|"))) for column, term in row.items()}

    def filled(template: str) -> str:
        return PLACEHOLDER.sub(lambda match: texts.get(match[1], "?"), template)

    return Finding(
        iri("this"),
        rule.code,
        iri("path"),
        texts.get("value", ""),
        iri("other"),
        texts.get("otherValue", ""),
        Severity(texts.get("severity", rule.severity)),
        filled(rule.message),
        filled(rule.cure),
        iri("witness"),
    )


def _hanging_together(findings: Iterable[Finding]) -> dict[str, str]:
    """Return for each node that the findings name a node that stands for all with which it hangs together."""
    groups: dict[str, set[str]] = {}
    for finding in findings:
        merged = groups.get(finding.focus, {finding.focus}) | groups.get(finding.other, {finding.other})
        groups |= dict.fromkeys(merged, merged)
    return {node: min(group) for node, group in groups.items()}


def _rank(finding: Finding, touched: Collection[str] | None) -> tuple[bool, bool, Finding]:
    """Return by what the finding of a pair is chosen: the focus is new, it weighs more, it is sorted first."""
    stands = touched is not None and finding.focus not in touched
    return stands, finding.severity is not Severity.VIOLATION, finding


def _with_evidence(
    findings: list[Finding], store: ox.Store, touched: Collection[str] | None
) -> list[Finding]:
    standing: list[tuple[str, str]] = []
    for finding in findings:
        old = touched is not None and finding.other in touched and finding.focus not in touched
        told = (finding.focus, finding.value) if old else (finding.other, finding.other_value)
        standing.append((finding.stands, finding.other_value) if finding.stands else told)
    cited: dict[tuple[str, str], list[str]] = {}
    nodes = " ".join(f"<{node}>" for node in sorted({node for node, _ in standing} - {""}))
    if nodes:
        # The nodes stand in each branch: joined to the union, they would leave each to be found for the whole graph.
        branches = (
            f"{{ VALUES ?node {{ {nodes} }} {cited} . ?segment <{FOE}segmentId> ?id }}" for cited in _CITED
        )
        solutions = store.query(f"SELECT DISTINCT ?node ?value ?id WHERE {{ {' UNION '.join(branches)} }}")
        assert isinstance(solutions, ox.QuerySolutions), "a SELECT"
        for stands, said, segment in solutions:
            assert isinstance(stands, ox.NamedNode) and isinstance(segment, ox.Literal), (
                "as the graph has them"
            )
            text = "" if said is None or isinstance(said, ox.Triple) else slug(said.value)
            cited.setdefault((stands.value, text), []).append(segment.value)
    return [
        replace(
            finding,
            stands=node,
            evidence=tuple(sorted(cited.get((node, value)) or cited.get((node, ""), []))),
        )
        for finding, (node, value) in zip(findings, standing, strict=True)
    ]
