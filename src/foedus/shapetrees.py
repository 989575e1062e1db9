"""Shapes as trees: what a graph of SHACL core says, read once; what is not known here is refused by its name.

A constraint that nobody reads would pass everything in silence, so that a shape with one has no tree at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.diagnostics import Severity, UnreadableInput
from foedus.namespaces import OWL, RDF, RDFS, SH, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal

TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
_SILENT = frozenset({"defaultValue", "description", "flags", "group", "message", "name", "order", "path"})
"""What states no constraint, or is read with one."""

_TERMS = frozenset({"class", "hasValue", "disjoint", "lessThan", "lessThanOrEquals"})
"""Parameters that a shape may have several times, each of them a constraint."""
_ONE_TERM = frozenset({"datatype", "nodeKind", "pattern"})
_BOUNDS = frozenset({"minExclusive", "minInclusive", "maxExclusive", "maxInclusive"})
_NUMBERS = frozenset({"minCount", "maxCount", "minLength", "maxLength"})
_LISTS = frozenset({"in", "languageIn"})
_QUALIFIED = ("qualifiedMinCount", "qualifiedMaxCount")
_OF_PROPERTIES = frozenset(
    {"minCount", "maxCount", "uniqueLang", "disjoint", "lessThan", "lessThanOrEquals", *_QUALIFIED}
)
"""Parameters that only a property shape can have; pySHACL takes others of them for void."""

_STEPS = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}
_NUMERIC = frozenset(XSD + name for name in ("integer", "decimal", "double", "float"))


@dataclass(frozen=True)
class Constraint:
    """One constraint of a shape: the name of its component (``MinCount``), and what the parameter says."""

    kind: str
    terms: tuple[Term, ...] = ()
    number: int = 0
    shapes: tuple[Shape, ...] = ()
    flags: str = ""


@dataclass(frozen=True)
class Shape:
    """A shape with all that it refers to; ``path`` is in SPARQL's syntax, and empty for a node shape."""

    name: str
    path: str
    prop: str
    """The property, where the path is nothing else."""
    constraints: tuple[Constraint, ...]
    properties: tuple[Shape, ...]
    targets: tuple[tuple[str, Term], ...]
    message: str
    severity: Severity


class ShapeTrees:
    """The shapes of a graph, each read when it is asked for."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._targets: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                raise _refused(str(subject), "a term that is not of RDF 1.1")
            predicate = triple.predicate.value
            self._about[subject][predicate].append(value)
            if predicate.removeprefix(SH) in TARGETS:
                self._targets[subject].append((predicate.removeprefix(SH), value))

    def targets(self) -> Iterator[tuple[Term, list[tuple[str, Term]]]]:
        """Yield each shape that has targets, with the kinds of these (``targetClass``) and what they are."""
        yield from self._targets.items()

    def tree(self, node: Term, within: tuple[Term, ...] = ()) -> Shape:
        """Return the tree of a shape; raise UnreadableInput where it holds what is not known here.

        ``within`` are the shapes that lead to it.
        """
        name, about = _text(node), self._about.get(node, {})
        if node in within:
            raise _refused(name, "a reference to itself")
        if any(c.value in (RDFS + "Class", OWL + "Class") for c in about.get(RDF + "type", ())):
            raise _refused(name, "a class as its own target")
        within = (*within, node)
        constraints: list[Constraint] = []
        properties: list[Shape] = []
        paths = about.get(SH + "path", [])
        for predicate, values in sorted(about.items()):
            key = predicate.removeprefix(SH)
            if not predicate.startswith(SH) or key in _SILENT or key in TARGETS:
                continue
            if key in _OF_PROPERTIES and not paths:
                raise _refused(name, f"sh:{key} without sh:path")
            if key == "property":
                properties += [self._property(value, name, within) for value in values]
            elif key not in ("severity", *_QUALIFIED):
                constraints += self._constraints(node, key, values, within)
        messages = sorted(_text(value) for value in about.get(SH + "message", ()))
        severity = self._one(node, "severity").value if SH + "severity" in about else SH + "Violation"
        path = self._one(node, "path") if paths else None
        return Shape(
            name,
            self._path(path, name) if path else "",
            path.value if isinstance(path, ox.NamedNode) else "",
            tuple(constraints),
            tuple(properties),
            tuple(self._targets.get(node, ())),
            messages[0] if messages else "",
            Severity.VIOLATION if severity == SH + "Violation" else Severity.WARNING,
        )

    def _property(self, node: Term, name: str, within: tuple[Term, ...]) -> Shape:
        shape = self.tree(node, within)
        if not shape.path:
            raise _refused(name, f"sh:property {_text(node)}, which has no sh:path")
        return shape

    def _constraints(
        self, node: Term, key: str, values: list[Term], within: tuple[Term, ...]
    ) -> Iterator[Constraint]:
        kind = key[0].upper() + key[1:]
        if key in _TERMS:
            for value in values:
                yield Constraint(kind, (value,))
        elif key in ("not", "node"):
            for value in values:
                yield Constraint(kind, shapes=(self.tree(value, within),))
        elif key in ("or", "and", "xone"):
            for value in values:
                members = tuple(self.tree(member, within) for member in self._list(value, node))
                yield Constraint(kind, shapes=members)
        elif key in _ONE_TERM:
            flags = "".join(_text(v) for v in self._about[node].get(SH + "flags", ())[:1])
            yield Constraint(kind, (self._one(node, key),), flags=flags if key == "pattern" else "")
        elif key in _BOUNDS:
            bound = self._one(node, key)
            if not isinstance(bound, ox.Literal) or bound.datatype.value not in _NUMERIC:
                raise _refused(_text(node), f"sh:{key} of what is no number")
            yield Constraint(kind, (bound,))
        elif key in _NUMBERS:
            yield Constraint(kind, number=self._number(node, key))
        elif key in _LISTS:
            yield Constraint(kind, self._list(self._one(node, key), node))
        elif key == "uniqueLang":
            if self._one(node, key).value == "true":
                yield Constraint(kind)
        elif key == "qualifiedValueShape":
            shape = self.tree(self._one(node, key), within)
            counts = [count for count in _QUALIFIED if SH + count in self._about[node]]
            if not counts:
                raise _refused(_text(node), "sh:qualifiedValueShape without a count")
            for count in counts:
                number = self._number(node, count)
                yield Constraint(count[0].upper() + count[1:], number=number, shapes=(shape,))
        else:
            raise _refused(_text(node), f"sh:{key}")

    def _number(self, node: Term, key: str) -> int:
        found = self._one(node, key)
        if (
            not isinstance(found, ox.Literal)
            or found.datatype.value != XSD + "integer"
            or not found.value.isdecimal()
        ):
            raise _refused(_text(node), f"sh:{key} that is no whole number")
        return int(found.value)

    def _one(self, node: Term, key: str) -> Term:
        found = self._about[node][SH + key]
        if len(found) != 1:
            raise _refused(_text(node), f"sh:{key} {len(found)} times")
        return found[0]

    def _list(self, cell: Term, node: Term) -> tuple[Term, ...]:
        members: list[Term] = []
        seen: set[Term] = set()
        while cell != ox.NamedNode(RDF + "nil"):
            first, rest = (self._about.get(cell, {}).get(RDF + end, []) for end in ("first", "rest"))
            if len(first) != 1 or len(rest) != 1 or cell in seen:
                raise _refused(_text(node), "a list that is none")
            seen.add(cell)
            members += first
            cell = rest[0]
        if not members:
            raise _refused(_text(node), "an empty list")
        return tuple(members)

    def _path(self, path: Term, name: str) -> str:
        if isinstance(path, ox.NamedNode):
            return str(path)
        steps = self._about.get(path, {})
        if RDF + "first" in steps:
            return f"({'/'.join(self._path(step, name) for step in self._list(path, path))})"
        if len(steps) == 1 and len(found := next(iter(steps.values()))) == 1:
            key = next(iter(steps)).removeprefix(SH)
            if key == "alternativePath":
                return f"({'|'.join(self._path(step, name) for step in self._list(found[0], path))})"
            if key in _STEPS:
                return f"({_STEPS[key].format(self._path(found[0], name))})"
        raise _refused(name, "a path of its own kind")


def _refused(name: str, what: str) -> UnreadableInput:
    return UnreadableInput(f"the shapes cannot be run: {name} has {what}")


def _text(term: Term) -> str:
    return term.value
