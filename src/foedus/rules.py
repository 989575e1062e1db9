"""Rules that compare nodes: one SPARQL query each in ``ontology/rules/``, whose rows are offenders.

A rule is a SELECT over the asserted graph and the vocabularies. It projects ``?this``, the focus, and may
project ``?path`` (the property at fault), ``?value``, ``?other`` (the node with which it collides),
``?otherValue`` and ``?severity``. Its ``#+`` header is YAML: ``code``, ``severity``, ``message`` and ``cure``
(with ``{this}``, ``{value}``, ``{other}``, ``{otherValue}``), ``rule`` and ``example`` to explain it, and
``targetClass`` or ``targetSubjectsOf``, the nodes that it can be about; ``symmetric: true`` where either of
the two nodes is an offender (``mirrored: true`` where each row has its mirror image), ``other`` for a pattern
that any ``?other`` satisfies, by which most nodes are told to be none, ``via`` for a property by which a touched
node leads to the focus that it bears on, ``shacl: false`` where SHACL-SPARQL does not allow the form of the query.

So that a rule can be run for a few nodes of a large graph, its patterns stand in the outermost group, where
a row of values binds them; sub-queries and unions would be evaluated whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region, Severity, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Scalar, read_yaml
from foedus.namespaces import FOE, VOC, slug
from foedus.sparqltext import Token, check_query, place, tokenize
from foedus.vocabulary import Vocabulary, parse_turtle

_TEXTS = ("code", "severity", "message", "cure", "rule", "example")
_TARGETS = ("targetClass", "targetSubjectsOf")
_FLAGS = ("symmetric", "mirrored", "shacl", "other", "via")
_CODE = re.compile(r"FOE3\d\d")
_COLUMNS = frozenset({"this", "path", "value", "other", "otherValue", "severity"})
_PREFIX = {FOE: "foe:", VOC: "voc:"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_EVIDENCE = (
    f"SELECT DISTINCT ?node ?id WHERE {{ VALUES ?node {{ %s }} ?node <{FOE}evidence>/<{FOE}segmentId> ?id }}"
)

Row = dict[str, ox.NamedNode | ox.BlankNode | ox.Literal]
"""One solution of a rule, by the names of its columns; what is unbound is left out."""


@dataclass(frozen=True)
class Rule:
    """One rule as its file states it."""

    name: str
    code: str
    severity: Severity
    message: str
    cure: str
    rule: str
    example: str
    targets: tuple[tuple[str, str], ...]
    """The nodes that the rule can be about: pairs of ``targetClass`` or ``targetSubjectsOf`` and an IRI."""
    symmetric: bool
    mirrored: bool
    other: str
    """A pattern that whatever is ``?other`` satisfies; '' where the rule states none."""
    via: str
    """The IRI of a property whose subjects bear on the focus that is its object; '' where there is none."""
    shacl: bool
    text: str
    """The whole file, header included."""
    body: int
    """The offset in the text of the first pattern, behind the brace that opens the outermost group."""
    columns: frozenset[str]


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


def read_rules(ontology: Path) -> list[Rule]:
    """Return the rules in ``ontology/rules``, sorted by code.

    Raise UnreadableInput where a file is no rule: its header lacks a key or has an unknown one, its query is
    none or could reach beyond the graph, or its code is taken.
    """
    rules = sorted(
        (_read(path) for path in sorted((ontology / "rules").glob("*.rq"))), key=lambda rule: rule.code
    )
    for before, rule in pairwise(rules):
        if before.code == rule.code:
            raise UnreadableInput(
                f"{rule.name}.rq: {rule.code} is the code of {before.name}.rq; choose another"
            )
    return rules


def judge(asserted: Iterable[ox.Triple], ontology: Path) -> list[Finding]:
    """Return what in an asserted graph breaks the rules of an ontology, sorted; see ``run_rules``."""
    vocabularies = parse_turtle(ontology / "vocabularies.ttl")
    store = ox.Store()
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in (*asserted, *vocabularies))
    return run_rules(read_rules(ontology), store)


def run_rules(
    rules: Iterable[Rule], store: ox.Store, touched: Collection[str] | None = None
) -> list[Finding]:
    """Return what breaks the rules, sorted; of a pair that breaks a symmetric rule one finding.

    The store holds the asserted graph and the vocabularies. With ``touched``, the IRIs of new or changed nodes,
    only findings of which one is the focus or the other node are returned, and only what is linked to them is
    looked at, so that the size of the graph does not count.
    """
    found: dict[tuple[str, ...], Finding] = {}
    for rule in rules:
        for row in offenders(rule, store, touched):
            finding = _finding(rule, row)
            key: tuple[str, ...] = (rule.code, *sorted((finding.focus, finding.other)))
            if not rule.symmetric:
                key = (
                    rule.code,
                    finding.focus,
                    finding.other,
                    finding.path,
                    finding.value,
                    finding.other_value,
                )
            if key not in found or _rank(finding, touched) < _rank(found[key], touched):
                found[key] = finding
    return _with_evidence(sorted(found.values()), store, touched)


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
                found = _rows(store, f"{head} VALUES ?this {{ {link.object} }} {body}")
                # What a standing focus merely lacks is no fault of the node.
                grave = [r for r in found if "severity" not in r or r["severity"].value == Severity.VIOLATION]
                rows += [{**row, "other": node} for row in grave]
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
    if column == "other" and rule.other:
        prologue = "".join(re.findall(r"^PREFIX .*\n", rule.text, re.MULTILINE))
        values = " ".join(map(str, nodes))
        found = store.query(
            f"{prologue}SELECT DISTINCT ?other WHERE {{ VALUES ?other {{ {values} }} {rule.other} }}"
        )
        assert isinstance(found, ox.QuerySolutions), "a SELECT"
        return [node for (node,) in found if isinstance(node, ox.NamedNode)]
    properties = [ox.NamedNode(iri) for kind, iri in rule.targets if kind == "targetSubjectsOf"]
    if column == "other" or len(properties) < len(rule.targets):
        return nodes
    return [n for n in nodes if any(any(store.quads_for_pattern(n, p, None)) for p in properties)]


def check_rules(rules: Iterable[Rule], vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return, per term of a rule that the ontology does not declare, a finding: with it nothing can match."""
    declared = {c.iri for c in vocabulary.classes.values()} | {p.iri for p in vocabulary.properties.values()}
    declared |= set(vocabulary.concepts)
    declared |= {iri for concepts in vocabulary.concepts.values() for iri in concepts.values()}
    near = {slug(iri) for iri in declared}
    found = []
    for rule in rules:
        places = {iri: Token("", "", 0) for _, iri in rule.targets}
        places |= {base + t.text[4:]: t for base in (FOE, VOC) for t in _names(rule, _PREFIX[base])}
        for iri, token in places.items():
            if iri not in declared:
                what = f'"{slug(iri)}" is not in the ontology, so that the rule finds nothing'
                cure = did_you_mean(slug(iri), near) or "mend it, or declare it first"
                found.append(Diagnostic(_region(rule, token), "FOE300", what, cure, value=iri))
    return sorted(found, key=lambda d: (d.region, d.value))


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


def _read(path: Path) -> Rule:
    name = path.name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path}: {error}") from error
    header = _header(text, name)
    tokens = check_query(text, name)
    try:
        solutions = ox.Store().query(text)
    except SyntaxError as error:
        raise UnreadableInput(f"{name}: not SPARQL: {' '.join(str(error.msg).split())}") from error
    if not isinstance(solutions, ox.QuerySolutions):
        raise UnreadableInput(f"{name}: a rule is a SELECT whose rows are offenders")
    columns = frozenset(variable.value for variable in solutions.variables)
    if "this" not in columns or not columns <= _COLUMNS:
        raise UnreadableInput(
            f"{name}: a rule projects ?this and, of {', '.join(sorted(_COLUMNS))}, what it has"
        )
    for key in ("message", "cure"):
        unknown = set(_PLACEHOLDER.findall(header[key])) - columns
        if unknown:
            raise UnreadableInput(f"{name}: {key} names {{{min(unknown)}}}, which the query does not project")
    targets = [(key, term) for key in _TARGETS if key in header for term in header[key].split(",")]
    return Rule(
        name=path.stem,
        code=header["code"],
        severity=Severity(header["severity"]),
        message=header["message"],
        cure=header["cure"],
        rule=header["rule"],
        example=header["example"],
        targets=tuple((key, FOE + term.strip()) for key, term in targets),
        symmetric=header.get("symmetric") == "true",
        mirrored=header.get("mirrored") == "true",
        other=header.get("other", ""),
        via=FOE + header["via"] if header.get("via") else "",
        shacl=header.get("shacl") != "false",
        text=text,
        body=next(token.start for token in tokens if token.text == "{") + 1,
        columns=columns,
    )


def _header(text: str, name: str) -> dict[str, str]:
    lines = "".join(line[3:] + "\n" for line in text.splitlines() if line.startswith("#+ "))
    document = read_yaml(lines, name)
    entries = document.entries if isinstance(document, Mapping) else {}
    header = {key: node.text for key, node in entries.items() if isinstance(node, Scalar)}
    missing = [key for key in _TEXTS if not header.get(key)] or (
        [] if {*_TARGETS} & {*header} else [_TARGETS[0]]
    )
    unknown = {*entries} - {*_TEXTS, *_TARGETS, *_FLAGS}
    if missing or unknown:
        fault = f'has no "{missing[0]}"' if missing else f'has an unknown key "{min(unknown)}"'
        raise UnreadableInput(f"{name}: the header of the rule {fault}")
    if not _CODE.fullmatch(header["code"]) or header["severity"] not in [s.value for s in Severity]:
        raise UnreadableInput(f"{name}: a rule has a code like FOE301, and is a violation or a warning")
    return header


def _names(rule: Rule, prefix: str) -> list[Token]:
    tokens = tokenize(rule.text, rule.name)
    return [t for t in tokens if t.kind == "name" and t.text.startswith(prefix) and t.text != prefix]


def _region(rule: Rule, token: Token) -> Region:
    line, column = map(int, place(rule.text, token.start).split(":"))
    return Region(f"ontology/rules/{rule.name}.rq", line, column, line, column + len(token.text))


def _finding(rule: Rule, row: Row) -> Finding:
    def iri(column: str) -> str:
        return row[column].value if column in row else ""

    texts = {column: slug(term.value) for column, term in row.items()}

    def filled(template: str) -> str:
        return _PLACEHOLDER.sub(lambda match: texts.get(match[1], "?"), template)

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
    )


def _rank(finding: Finding, touched: Collection[str] | None) -> tuple[bool, bool, Finding]:
    """Return by what the finding of a pair is chosen: the focus is new, it weighs more, it is sorted first."""
    stands = touched is not None and finding.focus not in touched
    return stands, finding.severity is not Severity.VIOLATION, finding


def _with_evidence(
    findings: list[Finding], store: ox.Store, touched: Collection[str] | None
) -> list[Finding]:
    standing = []
    for finding in findings:
        old = touched is not None and finding.other in touched and finding.focus not in touched
        standing.append(finding.focus if old else finding.other)
    cited: dict[str, list[str]] = {}
    if any(standing):
        solutions = store.query(_EVIDENCE % " ".join(f"<{node}>" for node in sorted({*standing} - {""})))
        assert isinstance(solutions, ox.QuerySolutions), "a SELECT"
        for node, segment in solutions:
            assert isinstance(node, ox.NamedNode) and isinstance(segment, ox.Literal), "as the graph has them"
            cited.setdefault(node.value, []).append(segment.value)
    return [
        replace(finding, stands=node, evidence=tuple(sorted(cited.get(node, ()))))
        for finding, node in zip(findings, standing, strict=True)
    ]
