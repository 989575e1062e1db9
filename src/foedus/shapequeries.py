"""SHACL core as SPARQL: for each constraint one SELECT of the nodes that break it, and of their values at fault.

A constraint is made an expression that is true of a node, or of a value of it, that meets it. Over a whole graph
values are looked at first and targets last, since few values break a constraint and many nodes are targets. About
a few nodes it is asked of these alone, so that the size of the graph does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, count
from typing import NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.literalforms import AS_WRITTEN, as_judged
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
    """What breaks one constraint: columns ``this`` and, unless values are at fault together, ``value``."""

    shape: Shape
    constraint: Constraint
    text: str


class _Unknown(Exception):
    """Something in a constraint of which no query can be made."""


class _Focus(NamedTuple):
    """The nodes that a shape judges: a pattern that binds them to a variable, and a test, where values come first."""

    pattern: Callable[[str], str]
    test: Callable[[str], str] | None


class Compiler:
    """Writes the queries of shapes, for an order of classes: of each, itself and all below it."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._classes = classes
        self._numbers = count()

    def queries(self, shape: Shape, focuses: Sequence[Term] | None = None) -> Iterator[Query]:
        """Yield the queries of a shape and of the property shapes that it leads to.

        ``focuses`` are the nodes to judge, of those that the shape targets; without it all are that it targets.
        Raise UnreadableInput where a constraint cannot be asked.
        """
        focus = _Focus(lambda node: self._targets(shape, node), lambda node: self._targeted(shape, node))
        if focuses is not None:
            focus = _Focus(lambda node: _values(node, focuses), None)
        yield from self._of(shape, focus)

    def _of(self, shape: Shape, focus: _Focus) -> Iterator[Query]:
        # From its values on, a path of several steps would be sought from every node that there is.
        sought = focus if shape.prop else _Focus(focus.pattern, None)
        for constraint in shape.constraints:
            try:
                text = self._query(shape, constraint, sought)
            except _Unknown as unknown:
                raise UnreadableInput(f"the shapes cannot be run: {shape.name} has {unknown}") from unknown
            yield Query(shape, constraint, text)
        inner = self._values_of(shape, focus) if shape.path else focus
        for each in shape.properties:
            yield from self._of(each, inner)

    def _values_of(self, shape: Shape, focus: _Focus) -> _Focus:
        """Return the values that a property shape leads to, as nodes to be judged."""

        def pattern(node: str) -> str:
            outer = self._fresh()
            return f"{focus.pattern(outer)} {outer} {shape.path} {node} ."

        return _Focus(pattern, None)

    def _targets(self, shape: Shape, node: str) -> str:
        """Return a pattern of the nodes that a shape targets."""
        found = []
        for kind, term in shape.targets:
            other = self._fresh()
            if kind == "targetClass":
                below = [ox.NamedNode(iri) for iri in self._below(term)]
                found.append(f"{_values(other, below)} {node} {_TYPE} {other} .")
            elif kind == "targetNode":
                found.append(_values(node, [term]))
            else:
                found.append(_link(kind, node, term, other))
        return " UNION ".join(f"{{ {target} }}" for target in found)

    def _targeted(self, shape: Shape, node: str) -> str:
        """Return an expression that is true of the nodes that a shape targets."""
        found = []
        for kind, term in shape.targets:
            if kind == "targetClass":
                found.append(self._is_a(node, term))
            elif kind == "targetNode":
                found.append(f"sameTerm({node}, {term})")
            else:
                found.append(f"EXISTS {{ {_link(kind, node, term, self._fresh())} }}")
        return _or(found)

    def _query(self, shape: Shape, constraint: Constraint, focus: _Focus) -> str:
        if constraint.kind in _OF_ALL:
            return f"SELECT DISTINCT ?this WHERE {{ {self._broken_by_all(shape, constraint, focus)} }}"
        if not shape.path:
            broken = self._each(constraint, "?this", "?this")
            return f"SELECT DISTINCT ?this (?this AS ?value) WHERE {{ {focus.pattern('?this')} FILTER (!({broken})) }}"
        reached = f"?this {shape.path} ?value ."
        broken = f"!({self._each(constraint, '?this', '?value')})"
        if focus.test:
            broken += f" && ({focus.test('?this')})"
        else:
            reached = f"{focus.pattern('?this')} {reached}"
        return f"SELECT DISTINCT ?this ?value WHERE {{ {reached} FILTER ({broken}) }}"

    def _broken_by_all(self, shape: Shape, constraint: Constraint, focus: _Focus) -> str:
        """Return a pattern of the focus nodes whose values together break a constraint."""
        if focus.test and constraint.kind == "MaxCount":
            value = self._fresh()
            many = f"HAVING (COUNT({value}) > {constraint.number})"
            groups = f"SELECT ?this WHERE {{ ?this {shape.path} {value} }} GROUP BY ?this {many}"
            return f"{{ {groups} }} FILTER ({focus.test('?this')})"
        if focus.test and constraint.kind == "UniqueLang":
            a, b = self._fresh(), self._fresh()
            told = f"{_told_twice(a, b)} && ({focus.test('?this')})"
            return f"?this {shape.path} {a} , {b} . FILTER ({told})"
        return f"{focus.pattern('?this')} FILTER (!({self._all(constraint, shape, '?this')}))"

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
            term = _kept(constraint.terms[0])
            return f"EXISTS {{ {node} {shape.path} {term} }}" if shape.path else f"sameTerm({node}, {term})"
        if kind == "UniqueLang":
            a, b = self._fresh(), self._fresh()
            return f"NOT EXISTS {{ {node} {shape.path} {a} , {b} . FILTER ({_told_twice(a, b)}) }}"
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
            return _or(shapes)
        if kind == "Not":
            return f"!({shapes[0]})"
        if kind == "Xone":
            return f"({' + '.join(f'IF({shape}, 1, 0)' for shape in shapes)} = 1)"
        if kind == "Class":
            return self._is_a(value, constraint.terms[0])
        return f"COALESCE({self._plain(constraint, node, value)}, {_FALSE})"

    def _plain(self, constraint: Constraint, node: str, value: str) -> str:
        """Return an expression that is true where a value meets a constraint, and false or an error elsewhere."""
        kind, terms = constraint.kind, constraint.terms
        if kind == "NodeKind":
            if test := _KINDS.get(terms[0].value.removeprefix(SH)):
                return test.format(x=value)
            raise _Unknown(f"sh:nodeKind {terms[0]}")
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
            return f"({' || '.join(f'sameTerm({value}, {_kept(term)})' for term in terms)})"
        if kind == "LanguageIn":
            return f"({' || '.join(f'LANGMATCHES(LANG({value}), {term})' for term in terms)})"
        if kind == "Disjoint":
            return f"NOT EXISTS {{ {node} {terms[0]} {value} }}"
        if kind in _ORDERED:
            other = self._fresh()
            ordered = _ordered(value, _ORDERED[kind], other)
            return f"NOT EXISTS {{ {node} {terms[0]} {other} . FILTER (!({ordered})) }}"
        raise _Unknown(f"sh:{kind}ConstraintComponent")

    def _is_a(self, node: str, kind: Term) -> str:
        """Return an expression that is true of the instances of a class."""
        below, found = self._below(kind), self._fresh()
        if len(below) == 1:
            return f"EXISTS {{ {node} {_TYPE} <{below[0]}> }}"
        among = ", ".join(f"<{iri}>" for iri in below)
        return f"EXISTS {{ {node} {_TYPE} {found} FILTER ({found} IN ({among})) }}"

    def _below(self, kind: Term) -> Sequence[str]:
        return self._classes.get(kind.value, (kind.value,))

    def _fresh(self) -> str:
        return f"?v{next(self._numbers)}"


def _values(name: str, terms: Sequence[Term]) -> str:
    return f"VALUES {name} {{ {' '.join(map(str, terms))} }}"


def _kept(term: Term) -> Term:
    """Return a term that values are the same as; raise _Unknown where the engine would take it for another."""
    if isinstance(term, ox.Literal) and as_judged(term) != term:
        raise _Unknown(
            f"{term}, which no value is the same as; write the number or the truth in its shortest form"
        )
    return term


def _link(kind: str, node: str, term: Term, other: str) -> str:
    """Return the pattern of what has a property, or is a value of it."""
    return f"{node} {term} {other} ." if kind == "targetSubjectsOf" else f"{other} {term} {node} ."


def _and(tests: Sequence[str]) -> str:
    return " && ".join(f"({test})" for test in tests) if tests else _TRUE


def _or(tests: Sequence[str]) -> str:
    return " || ".join(f"({test})" for test in tests)


def _told_twice(a: str, b: str) -> str:
    """Return an expression that is true of two texts in one language."""
    tagged = f"isLiteral({a}) && isLiteral({b}) && LANG({a}) != ''"
    return f"!sameTerm({a}, {b}) && {tagged} && LCASE(LANG({a})) = LCASE(LANG({b}))"


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
    """Raise _Unknown for a pattern that the engine cannot read: a filter with it would be an error, and silent."""
    pattern, flags = ox.Literal(constraint.terms[0].value), ox.Literal(constraint.flags)
    (row,) = ox.Store().query(f"SELECT (REGEX('', {pattern}, {flags}) AS ?read) {{}}")  # type: ignore[misc]
    if row["read"] is None:
        raise _Unknown(f"sh:pattern {pattern}, which is no regular expression of XPath")
