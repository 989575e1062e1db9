"""The files of rules in ``ontology/rules/``: what each says of itself, and whether it is in order.

A rule is a SELECT over the asserted graph and the vocabularies. It projects ``?this``, the focus, and may
project ``?path`` (the property at fault), ``?value``, ``?other`` (the node with which it collides),
``?otherValue``, ``?severity`` and ``?witness`` (the node that says so, where that is not ``?other``).
Its ``#+`` header is YAML: ``code``, ``severity``, ``message`` and ``cure``
(with ``{this}``, ``{value}``, ``{other}``, ``{otherValue}``), ``rule`` and ``example`` to explain it, and
``targetClass`` or ``targetSubjectsOf``, the nodes that it can be about; ``symmetric: true`` where either of
the two nodes is an offender (``mirrored: true`` where each row has its mirror image), ``cycle: true`` where rows
that hang together are one fault, ``this`` or ``other`` for a pattern that whatever is in that column satisfies, by
which most nodes are told to be none, ``via`` for a property by which a touched node leads to the focus that it bears
on.

So that a rule can be run for a few nodes of a large graph, its patterns stand in the outermost group, where
a row of values binds them; sub-queries and unions would be evaluated whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region, Severity, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Scalar, read_yaml
from foedus.namespaces import FOE, VOC, slug
from foedus.sparqltext import Token, check_query, place, tokenize
from foedus.vocabulary import Vocabulary

PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
"""The name of a column in a message or cure."""

_TEXTS = ("code", "severity", "message", "cure", "rule", "example")
_TARGETS = ("targetClass", "targetSubjectsOf")
_NARROWED = ("this", "other")
_FLAGS = ("symmetric", "mirrored", "cycle", "this", "other", "via")
_CODE = re.compile(r"FOE3\d\d")
_COLUMNS = frozenset({"this", "path", "value", "other", "otherValue", "severity", "witness"})
_PREFIX = {FOE: "foe:", VOC: "voc:"}
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_BEYOND_SHACL = frozenset({"MINUS", "VALUES", "SERVICE"})


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
    cycle: bool
    narrowing: dict[str, str]
    """Per column (``this``, ``other``) a pattern that whatever is in it satisfies, where the rule states one."""
    via: str
    """The IRI of a property whose subjects bear on the focus that is its object; '' where there is none."""
    beyond_shacl: str
    """What of the query SHACL-SPARQL does not allow, such as MINUS; '' where it allows the whole."""
    text: str
    """The whole file, header included."""
    body: int
    """The offset in the text of the first pattern, behind the brace that opens the outermost group."""
    end: int
    """The offset in the text of the brace that closes the outermost group."""
    columns: frozenset[str]


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


def check_rules(rules: Iterable[Rule], vocabulary: Vocabulary) -> list[Diagnostic]:
    """Return, per term of a rule that the ontology does not declare, a finding: with it nothing can match."""
    classes = {c.iri for c in vocabulary.classes.values()}
    properties = {p.iri for p in vocabulary.properties.values()}
    declared = classes | properties | set(vocabulary.concepts)
    declared |= {iri for concepts in vocabulary.concepts.values() for iri in concepts.values()}
    found = []
    for rule in rules:
        for token, iri in _terms(rule):
            fitting, kind = declared, "in the ontology"
            if token.kind in (*_TARGETS, "via"):
                is_class = token.kind == "targetClass"
                fitting, kind = (classes, "a class") if is_class else (properties, "a property")
            if iri not in fitting:
                what = f'"{slug(iri)}" is not {kind}, so that the rule finds nothing'
                cure = did_you_mean(slug(iri), map(slug, fitting)) or "mend it, or declare it first"
                found.append(Diagnostic(_region(rule, token), "FOE300", what, cure, value=iri))
    return sorted(found, key=lambda d: (d.region, d.value))


def narrowing_query(text: str, column: str, pattern: str, nodes: str) -> str:
    """Return a query for those of the nodes that satisfy the pattern for a column of the rule with this text."""
    prologue = "".join(re.findall(r"^PREFIX .*\n", text, re.MULTILINE))
    return f"{prologue}SELECT DISTINCT ?{column} WHERE {{ VALUES ?{column} {{ {nodes} }} {pattern} }}"


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
        unknown = set(PLACEHOLDER.findall(header[key])) - columns
        if unknown:
            raise UnreadableInput(f"{name}: {key} names {{{min(unknown)}}}, which the query does not project")
    targets = [(key, t.strip()) for key in _TARGETS if key in header for t in header[key].split(",")]
    _check_header_terms(header, targets, name)
    for column in _NARROWED:
        if column in header:
            _check_pattern(column, header[column], text, columns, name)
    braces = _outermost_group(tokens)
    return Rule(
        name=path.stem,
        code=header["code"],
        severity=Severity(header["severity"]),
        message=header["message"],
        cure=header["cure"],
        rule=header["rule"],
        example=header["example"],
        targets=tuple((key, FOE + term) for key, term in targets),
        symmetric=header.get("symmetric") == "true",
        mirrored=header.get("mirrored") == "true",
        cycle=header.get("cycle") == "true",
        narrowing={column: header[column] for column in _NARROWED if column in header},
        via=FOE + header["via"] if header.get("via") else "",
        beyond_shacl=_beyond_shacl(tokens),
        text=text,
        body=braces[0] + 1,
        end=braces[1],
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


def _check_header_terms(header: dict[str, str], targets: list[tuple[str, str]], name: str) -> None:
    """Raise UnreadableInput where a target or ``via`` is no name of a term."""
    named = [*targets, ("via", header["via"])] if "via" in header else targets
    for key, term in named:
        if not _TERM.fullmatch(term):
            raise UnreadableInput(f'{name}: {key} "{term}" is no name of a term; write it without prefix')


def _check_pattern(column: str, pattern: str, text: str, columns: frozenset[str], name: str) -> None:
    """Raise UnreadableInput where the pattern of a rule for a column could not be asked."""
    where = f"{name}: {column}"
    named = {token.text for token in tokenize(pattern, where)}
    if column not in columns or f"?{column}" not in named:
        raise UnreadableInput(f"{where} is a pattern about ?{column}, which the query projects")
    query = narrowing_query(text, column, pattern, "")
    check_query(query, where)
    try:
        ox.Store().query(query)
    except SyntaxError as error:
        raise UnreadableInput(f"{where} is no pattern: {' '.join(str(error.msg).split())}") from error


def _beyond_shacl(tokens: list[Token]) -> str:
    """Return what SHACL-SPARQL does not allow of a query: some words, and sub-queries that do not project ``$this``."""
    words = [t.text.upper() if t.kind == "word" else t.text.replace("$", "?") for t in tokens]
    for index, word in enumerate(words):
        if word in _BEYOND_SHACL:
            return word
        projected = words[index : words.index("{", index)] if word == "SELECT" else ()
        if projected and "?this" not in projected and "*" not in projected:
            return "a sub-query without $this"
    return ""


def _outermost_group(tokens: list[Token]) -> tuple[int, int]:
    """Return the offsets of the braces around the pattern of a query that was parsed."""
    braces = [token for token in tokens if token.text in ("{", "}")]
    depths = accumulate(1 if token.text == "{" else -1 for token in braces)
    return braces[0].start, next(t.start for t, depth in zip(braces, depths, strict=True) if not depth)


def _terms(rule: Rule) -> list[tuple[Token, str]]:
    """Return the terms of the ontology that a rule names, each once; of one in the header the kind is its key."""
    found: dict[str, Token] = {}
    for key, iri in (*rule.targets, ("via", rule.via)):
        if iri:
            written = re.search(rf"^#\+ {key}\b.*?\b{slug(iri)}\b", rule.text, re.MULTILINE)
            found[iri] = Token(key, slug(iri), written.end() - len(slug(iri)) if written else 0)
    tokens = tokenize(rule.text, rule.name)
    for pattern in rule.narrowing.values():
        start = max(rule.text.find(pattern), 0)
        tokens += [t._replace(start=start + t.start) for t in tokenize(pattern, rule.name)]
    for token in tokens:
        base = next((base for base, prefix in _PREFIX.items() if token.text.startswith(prefix)), "")
        if token.kind == "name" and base:
            found.setdefault(base + token.text[4:], token)
    return [(token, iri) for iri, token in found.items() if iri not in _PREFIX]


def _region(rule: Rule, token: Token) -> Region:
    line, column = map(int, place(rule.text, token.start).split(":"))
    return Region(f"ontology/rules/{rule.name}.rq", line, column, line, column + len(token.text))
