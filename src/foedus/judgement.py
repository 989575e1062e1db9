"""What shapes and rules find in a graph, each fault once: what follows from another fault is left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Literal

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region, Severity
from foedus.namespaces import FOE, ID, SH, slug
from foedus.rules import Finding, judge, to_diagnostic
from foedus.shapefindings import Teller, mentioned_paths
from foedus.shapereference import ReferenceShapes
from foedus.validation import Shapes, Violation, read_shapes
from foedus.vocabulary import Vocabulary

ShapeJudge = Literal["queries", "pyshacl"]
"""Who judges shapes: queries made of them, or pySHACL, which is slow and finds the same."""

_TELLING = ("Datatype", "Class", "NodeKind", "Pattern")
"""The kinds of constraints that say most of a value; where one fails, others fail with it."""


class Faults:
    """The faults of form in records: a value that is wrong is left out of the graph, which then lacks it."""

    def __init__(self, findings: Iterable[Diagnostic], vocabulary: Vocabulary) -> None:
        self.by_record: dict[str, set[str]] = defaultdict(set)
        """The keys at fault by record."""
        self._dates = {key for key, prop in vocabulary.properties.items() if prop.range == FOE + "Date"}
        for found in findings:
            if found.severity is Severity.VIOLATION:
                self.by_record[_record(found.focus)].add(found.path)

    def explain(self, found: Violation | Finding) -> bool:
        """Tell whether what a shape or rule finds is but the consequence of a fault of form."""
        paths = self.by_record.get(_record(slug(found.focus)), set())
        told = slug(found.path)
        if isinstance(found, Violation):
            return bool(paths) and (not told or told in paths or "MinCount" in found.constraint)
        # What compares intervals takes one without its date for open.
        others = self.by_record.get(_record(slug(found.other)), set()) if found.other else set()
        compared = not told or told in self._dates
        return told in paths or (compared and not self._dates.isdisjoint(paths | others))


def told_once(violations: Iterable[Violation], offences: Collection[Finding]) -> list[Violation]:
    """Return what shapes find, without what rules tell better of the same value.

    Of several constraints of one shape that one value breaks, the most telling is kept.
    """
    better = {(f.focus, f.path, f.value) for f in offences if f.severity is Severity.VIOLATION}
    kept: dict[tuple[str, ...], Violation] = {}
    for found in sorted(violations, key=lambda v: (_rank(v), v)):
        if found.value.startswith(ID) and (found.focus, found.path, slug(found.value)) in better:
            continue
        one = (found.value,) if found.value else ("", found.constraint, found.message)
        kept.setdefault((found.focus, found.source, *one), found)
    return sorted(kept.values())


def sort_findings(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings once each, in the order of their places.

    Of two that a character in hidden direction causes in one line the one that points at it is kept, and of one
    fault that a node passes on the first.
    """
    kept: dict[tuple[object, ...], Diagnostic] = {}
    for found in sorted(findings, key=lambda d: (d.region, d.code, d.message)):
        told = found.message.removeprefix(f'"{found.focus}"')
        one = found.region[:2] if found.code == "FOE105" else (found.region, told)
        first = kept.setdefault((found.code, one), found)
        if found.code == "FOE105" and _width(found.region) < _width(first.region):
            kept[found.code, one] = first._replace(region=found.region)
    return list(kept.values())


def _width(region: Region) -> int:
    return max(region.end_column - region.column, 0)


def judge_whole(
    triples: list[ox.Triple],
    ontology: Path,
    faults: Faults,
    place: Callable[[str, str], Region],
    judge_of_shapes: ShapeJudge = "queries",
) -> list[Diagnostic]:
    """Return what is wrong with a whole graph; ``place`` tells where a node stands, or its value of a property."""
    offences = [f for f in judge(triples, ontology) if not faults.explain(f)]
    shapes = Shapes.read(ontology) if judge_of_shapes == "queries" else ReferenceShapes.read(ontology)
    violations = [v for v in told_once(shapes.validate(triples), offences) if not faults.explain(v)]
    about: dict[str, list[ox.Triple]] = defaultdict(list)
    for triple in triples if violations else ():
        about[triple.subject.value if not isinstance(triple.subject, ox.Triple) else ""].append(triple)
    mentioned = mentioned_paths(read_shapes(ontology)) if violations else {}
    teller = Teller(lambda subject: about.get(subject, []), (), mentioned)
    found = [teller.diagnostic(v, place(v.focus, teller.path(v))) for v in violations]
    return found + [to_diagnostic(f, place(f.focus, f.path)) for f in offences]


def _rank(violation: Violation) -> int:
    kind = violation.constraint.removeprefix(SH).removesuffix("ConstraintComponent")
    return _TELLING.index(kind) if kind in _TELLING else len(_TELLING)


def _record(name: str) -> str:
    return name.partition(".")[0]
