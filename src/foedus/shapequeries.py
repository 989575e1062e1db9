"""SHACL core as SPARQL: for each constraint one SELECT of the nodes that break it, and of their values at fault.

A constraint is made an expression that is true of a node that meets it. Over a whole graph it is asked of all
targets at once; the commonest kinds have a form there that compares sets, since an expression with ``EXISTS`` is
evaluated row by row. About a few nodes it is asked of these alone, so that the size of the graph does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, count
from typing import NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.literalforms import AS_WRITTEN
from foedus.namespaces import RDF, SH, XSD
from foedus.shapetrees import Constraint, Shape, Term

_TYPE = f"<{RDF}type>"
_FALSE, _TRUE = "false", "true"
_COMPARED = {"MinExclusive": ">", "MinInclusive": ">=", "MaxExclusive": "<", "MaxInclusive": "<="}
_ORDERED = {"LessThan": "<", "LessThanOrEquals": "<="}
_KINDS = {
    "IRI": "isIRI({x})",
    "BlankNode": "isBlank({x})",
    "Literal": "isLiteral({x})",
    "BlankNodeOrIRI": "!isLiteral({x})",
    "BlankNodeOrLiteral": "!isIRI({x})",
    "IRIOrLiteral": "!isBlank({x})",
}
_OF_ALL = frozenset(
    {"MinCount", "MaxCount", "HasValue", "UniqueLang", "QualifiedMinCount", "QualifiedMaxCount"}
)
"""Constraints on the values of a property together; the others are on each value."""


class Query(NamedTuple):
    """The SELECT of what breaks one constraint: columns ``this`` and, unless values are at fault together, ``value``."""

    shape: Shape
    constraint: Constraint
    text: str


class Compiler:
    """Writes the queries of shapes, for an order of classes: of each, itself and all below it."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._classes = classes
        self._numbers = count()

    def queries(self, shape: Shape, focuses: Sequence[Term] | None = None) -> Iterator[Query]:
        """Yield the queries of a shape and of the property shapes that it leads to.

        ``focuses`` are the nodes to judge, of those that the shape targets; without it all are that it targets.
        """

        def focus(node: str) -> str:
            return self._targets(shape, node) if focuses is None else _values(node, focuses)

        yield from self._of(shape, focus, focuses is None)

    def _of(self, shape: Shape, focus: Callable[[str], str], whole: bool) -> Iterator[Query]:
        """Yield the queries of a shape; ``focus`` writes a pattern that binds its focus nodes to a variable."""
        for constraint in shape.constraints:
            yield Query(shape, constraint, self._query(shape, constraint, focus("?this"), whole))

        def reached(node: str) -> str:
            outer = self._fresh()
            return f"{focus(outer)} {outer} {shape.path} {node} ."

        for inner in shape.properties:
            yield from self._of(inner, reached if shape.path else focus, whole)

    def _targets(self, shape: Shape, node: str) -> str:
        targets = []
        for kind, term in shape.targets:
            if kind == "targetClass":
                targets.append(self._is_a(node, term))
            elif kind == "targetNode":
                targets.append(_values(node, [term]))
            else:
                ends = (node, self._fresh()) if kind == "targetSubjectsOf" else (self._fresh(), node)
                targets.append(f"{ends[0]} {term} {ends[1]} .")
        return targets[0] if len(targets) == 1 else " UNION ".join(f"{{ {t} }}" for t in targets)

    def _query(self, shape: Shape, constraint: Constraint, focus: str, whole: bool) -> str:
        if constraint.kind in _OF_ALL:
            if whole and shape.path and (sets := self._sets(shape, constraint)):
                return f"SELECT DISTINCT ?this WHERE {{ {focus} {sets} }}"
            broken = f"FILTER (!({self._all(constraint, shape, '?this')}))"
            return f"SELECT DISTINCT ?this WHERE {{ {focus} {broken} }}"
        value = "?value" if shape.path else "?this"
        reach = f"?this {shape.path} ?value ." if shape.path else ""
        columns = f"?this {value}" if shape.path else "?this (?this AS ?value)"
        if whole and constraint.kind == "Class":
            met = f"MINUS {{ {self._is_a(value, constraint.terms[0])} }}"
            return f"SELECT DISTINCT {columns} WHERE {{ {focus} {reach} {met} }}"
        broken = f"FILTER (!({self._each(constraint, '?this', value)}))"
        return f"SELECT DISTINCT {columns} WHERE {{ {focus} {reach} {broken} }}"

    def _sets(self, shape: Shape, constraint: Constraint) -> str:
        """Return a pattern that keeps the focus nodes that break a constraint on all values, or ''."""
        if constraint.kind == "MinCount" and constraint.number == 1:
            return f"MINUS {{ ?this {shape.path} {self._fresh()} }}"
        if constraint.kind == "MaxCount" and constraint.number == 1:
            a, b = self._fresh(), self._fresh()
            return f"?this {shape.path} {a} , {b} . FILTER (!sameTerm({a}, {b}))"
        return ""

    # -- expressions

    def _conforms(self, shape: Shape, node: str) -> str:
        """Return an expression that is true where a node conforms to a shape."""
        told = [self._all(c, shape, node) for c in shape.constraints if c.kind in _OF_ALL]
        value = self._fresh() if shape.path else node
        each = [self._each(c, node, value) for c in shape.constraints if c.kind not in _OF_ALL]
        each += [self._conforms(inner, value) for inner in shape.properties]
        if each and shape.path:
            each = [f"NOT EXISTS {{ {node} {shape.path} {value} . FILTER (!({_and(each)})) }}"]
        return _and([*told, *each])

    def _all(self, constraint: Constraint, shape: Shape, node: str) -> str:
        """Return an expression that is true where the values of a node meet a constraint on all of them."""
        kind, number = constraint.kind, constraint.number
        if kind == "HasValue":
            term = constraint.terms[0]
            return f"EXISTS {{ {node} {shape.path} {term} }}" if shape.path else f"sameTerm({node}, {term})"
        if kind == "UniqueLang":
            a, b = self._fresh(), self._fresh()
            same = f"LANG({a}) != '' && LCASE(LANG({a})) = LCASE(LANG({b})) && !sameTerm({a}, {b})"
            return f"NOT EXISTS {{ {node} {shape.path} {a} , {b} . FILTER (isLiteral({a}) && isLiteral({b}) && {same}) }}"
        least = kind in ("MinCount", "QualifiedMinCount")
        values = [self._fresh() for _ in range(number if least else number + 1)]
        if not values:
            return _TRUE
        tests = [f"!sameTerm({a}, {b})" for a, b in combinations(values, 2)]
        tests += [self._conforms(inner, value) for inner in constraint.shapes for value in values]
        filtered = f" FILTER ({_and(tests)})" if tests else ""
        found = f"EXISTS {{ {node} {shape.path} {' , '.join(values)} .{filtered} }}"
        return found if least else f"NOT {found}"

    def _each(self, constraint: Constraint, node: str, value: str) -> str:
        """Return an expression that is true where one value of a node meets a constraint; it never fails."""
        kind = constraint.kind
        shapes = [self._conforms(shape, value) for shape in constraint.shapes]
        if kind in ("And", "Node"):
            return _and(shapes)
        if kind == "Or":
            return f"({' || '.join(f'({shape})' for shape in shapes)})"
        if kind == "Not":
            return f"!({shapes[0]})"
        if kind == "Xone":
            return f"({' + '.join(f'IF({shape}, 1, 0)' for shape in shapes)} = 1)"
        if kind == "Class":
            found = self._fresh()
            among = " , ".join(f"<{iri}>" for iri in self._below(constraint.terms[0]))
            if "," not in among:
                return f"EXISTS {{ {value} {_TYPE} {among} }}"
            return f"EXISTS {{ {value} {_TYPE} {found} FILTER ({found} IN ({among})) }}"
        return f"COALESCE({self._plain(constraint, node, value)}, {_FALSE})"

    def _plain(self, constraint: Constraint, node: str, value: str) -> str:
        """Return an expression that is true where a value meets a constraint, and false or an error elsewhere."""
        kind, terms = constraint.kind, constraint.terms
        if kind == "NodeKind":
            return _KINDS[terms[0].value.removeprefix(SH)].format(x=value)
        if kind == "Datatype":
            return f"DATATYPE({value}) IN ({terms[0]}, <{AS_WRITTEN}{terms[0].value}>)"
        if kind == "Pattern":
            _check_pattern(constraint)
            flags = f", {ox.Literal(constraint.flags)}" if constraint.flags else ""
            return f"!isBlank({value}) && REGEX(STR({value}), {ox.Literal(terms[0].value)}{flags})"
        if kind in ("MinLength", "MaxLength"):
            compare = ">=" if kind == "MinLength" else "<="
            return f"!isBlank({value}) && STRLEN(STR({value})) {compare} {constraint.number}"
        if kind in _COMPARED:
            return f"{_number(value)} {_COMPARED[kind]} {terms[0]}"
        if kind == "In":
            return f"({' || '.join(f'sameTerm({value}, {term})' for term in terms)})"
        if kind == "LanguageIn":
            return f"({' || '.join(f'LANGMATCHES(LANG({value}), {term})' for term in terms)})"
        if kind == "Disjoint":
            return f"NOT EXISTS {{ {node} {terms[0]} {value} }}"
        if kind in _ORDERED:
            other = self._fresh()
            ordered = _ordered(value, _ORDERED[kind], other)
            return f"NOT EXISTS {{ {node} {terms[0]} {other} . FILTER (!({ordered})) }}"
        raise UnreadableInput(f"the shapes cannot be run: no query for sh:{kind}ConstraintComponent")

    def _is_a(self, node: str, kind: Term) -> str:
        """Return a pattern of the instances of a class."""
        below = self._below(kind)
        if len(below) == 1:
            return f"{node} {_TYPE} <{below[0]}> ."
        found = self._fresh()
        return f"{_values(found, [ox.NamedNode(iri) for iri in below])} {node} {_TYPE} {found} ."

    def _below(self, kind: Term) -> Sequence[str]:
        return self._classes.get(kind.value, (kind.value,))

    def _fresh(self) -> str:
        return f"?v{next(self._numbers)}"


def _values(name: str, terms: Sequence[Term]) -> str:
    return f"VALUES {name} {{ {' '.join(map(str, terms))} }}"


def _and(tests: Sequence[str]) -> str:
    return " && ".join(f"({test})" for test in tests) if tests else _TRUE


def _number(value: str) -> str:
    """Return a value as a number, where it stands in a form that the engine would not keep."""
    written = f"STRSTARTS(STR(DATATYPE({value})), '{AS_WRITTEN}')"
    datatype = f"IRI(STRAFTER(STR(DATATYPE({value})), '{AS_WRITTEN}'))"
    return f"IF({written}, STRDT(STR({value}), {datatype}), {value})"


def _ordered(a: str, operator: str, b: str) -> str:
    """Return whether two values are in order, judged as pySHACL does where SPARQL cannot compare them.

    That takes IRIs and strings for texts, and other literals of different datatypes in the order of these.
    """
    first, second = (f"(isIRI({x}) || DATATYPE({x}) IN (<{XSD}string>, <{RDF}langString>))" for x in (a, b))
    texts = f"{second} && STR({a}) {operator} STR({b})"
    datatypes = f"!{second} && STR(DATATYPE({a})) < STR(DATATYPE({b}))"
    return f"COALESCE({_number(a)} {operator} {_number(b)}, IF({first}, {texts}, {datatypes}), {_FALSE})"


def _check_pattern(constraint: Constraint) -> None:
    """Raise UnreadableInput for a pattern that the engine cannot read: it would be met by nothing, in silence."""
    pattern, flags = ox.Literal(constraint.terms[0].value), ox.Literal(constraint.flags)
    (row,) = ox.Store().query(f"SELECT (REGEX('', {pattern}, {flags}) AS ?read) {{}}")  # type: ignore[misc]
    if row["read"] is None:
        raise UnreadableInput(f"the shapes cannot be run: sh:pattern {pattern} is no expression of XPath")
