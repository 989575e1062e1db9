"""One submission against the ontology, the shapes, the rules, itself and the graph that stands."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.assembly import to_triples
from foedus.citations import declare
from foedus.context import build_context
from foedus.diagnostics import Diagnostic, Region, Severity
from foedus.expansion import Expansion, expand
from foedus.home import Home
from foedus.judgement import Faults, sort_findings, told_once
from foedus.literalforms import comparable
from foedus.namespaces import FOE, ID, RDF, slug
from foedus.records import Record
from foedus.references import fault_of_identity
from foedus.repairs import repair_of
from foedus.retirement import find_retirements
from foedus.rivals import rival_dates
from foedus.rulefiles import Rule, read_rules
from foedus.rules import Finding, run_rules, to_diagnostic
from foedus.segments import SET_ASIDE, Kind, Segment
from foedus.shapefindings import Teller, mentioned_paths
from foedus.standing import Standing
from foedus.store import EmbeddedStore
from foedus.submissions import Submission
from foedus.terms import text_of
from foedus.validation import Shapes, Violation, read_shapes, undeclared_terms

_TYPE = ox.NamedNode(RDF + "type")
_DAYS = frozenset({FOE + "date", FOE + "from", FOE + "until"})
_FEW = 500
"""Nodes up to which rules are asked about each; for more it is faster to judge the whole graph once."""

_REPAIRS = 20
"""Findings for which a repair is looked up: a name that is none is held against all that there are."""

_UNKNOWN = {"property": "FOE111", "class": "FOE112", "concept": "FOE113"}


@dataclass
class Checked:
    """What a submission comes to: its records as they would be merged, its triples, and all that was found."""

    records: list[Record]
    triples: list[ox.Triple]
    findings: list[Diagnostic] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether a violation was found."""
        return any(d.severity is Severity.VIOLATION for d in self.findings)


class Checker:
    """Checks any number of submissions against one home."""

    def __init__(self, home: Home, standing: Standing) -> None:
        self.ontology = home.ontology
        self._standing = standing
        self._rules: list[Rule] | None = None
        self._shapes: Shapes | None = None

    def check(self, submission: Submission, *, instead: bool = False) -> Checked:
        """Return all findings, sorted; ``instead`` where the records stand already and are held to be replaced."""
        return _Check(self, submission, instead).run()

    @property
    def standing(self) -> Standing:
        """The graph that stands."""
        return self._standing

    def rules(self) -> list[Rule]:
        """Return the rules, read once."""
        if self._rules is None:
            self._rules = read_rules(self.ontology)
        return self._rules

    def shapes(self) -> Shapes:
        """Return the shapes, read once."""
        if self._shapes is None:
            self._shapes = Shapes.read(self.ontology, vocabularies=False)  # the graph holds them
        return self._shapes

    def violations(
        self, focuses: set[str], added: list[ox.Triple], removed: list[ox.Triple]
    ) -> list[Violation]:
        """Return what shapes have against those of the nodes, once triples are added and removed."""
        shapes = self.shapes()
        judged = comparable([*added, *shapes.individuals], shapes.compared)
        with self.standing.changed(judged, removed):
            return shapes.judge(self.standing.engine, focuses)

    def offences(self, focuses: set[str]) -> list[Finding]:
        """Return what rules have against those of the nodes, as the graph is now."""
        if len(focuses) <= _FEW:
            return run_rules(self.rules(), self.standing.engine, focuses)
        found = run_rules(self.rules(), self.standing.engine)
        return [f for f in found if f.focus in focuses or f.other in focuses]


class _Check:
    """One run over one submission."""

    def __init__(self, checker: Checker, submission: Submission, instead: bool) -> None:
        self._checker = checker
        self._standing = checker.standing
        self._submission = submission
        self._instead = instead
        self._places: dict[str, Region] = {}
        self._expansion = Expansion()
        self._faults = Faults((), checker.standing.vocabulary)
        self._via = {rule.via for rule in checker.rules() if rule.via}

    def run(self) -> Checked:
        vocabulary = self._standing.vocabulary
        submission = self._submission
        declared = declare(submission.records)
        own_types, own_segments = self._untouched_nodes()
        known = ChainMap(own_types, self._standing.types)  # type: ignore[arg-type]
        segments: AnyMapping[str, Segment] = ChainMap(
            declared.segments,
            own_segments,
            self._standing.segments,  # type: ignore[arg-type]
        )
        self._expansion = expand(
            declared.records, vocabulary, segments, known, {} if self._instead else self._standing.types
        )
        findings = submission.findings + declared.findings + self._expansion.findings
        findings += self._undeclared() + list(self._taken())
        self._faults = Faults(findings, vocabulary)
        grouped = to_triples(build_context(vocabulary), self._expansion.nodes)
        triples = [t for group in grouped.values() for t in group] + [i.triple for i in submission.rest]
        findings += self._compared(triples)
        return Checked(
            declared.records, triples, sort_findings(self._with_repairs(findings, declared.records))
        )

    def _with_repairs(self, findings: list[Diagnostic], records: list[Record]) -> Iterator[Diagnostic]:
        """Let the cures say what is to be written, where a repair would write it; of very many, those of the first."""
        own = [record.id for record in records]
        for number, found in enumerate(findings):
            new = repair_of(found, self._standing, own) if found.value and number < _REPAIRS else ""
            yield found._replace(cure=f'write "{new}", as foedus check --fix does') if new else found

    # -- form

    def _untouched_nodes(self) -> tuple[dict[str, tuple[str, ...]], dict[str, Segment]]:
        """Return the types of nodes that came as mere triples, and the segments among them."""
        types: dict[str, tuple[str, ...]] = {}
        aside: dict[str, str] = {}
        for item in self._submission.rest:
            name = slug(text_of(item.triple.subject))
            self._places.setdefault(name, item.subject)
            self._places[f"{name} {item.triple.predicate.value}"] = item.object
            if item.triple.predicate == _TYPE:
                types[name] = (*types.get(name, ()), slug(text_of(item.triple.object)))
            elif item.triple.predicate.value == FOE + "setAside":
                aside[name] = SET_ASIDE + text_of(item.triple.object)
        segments = {
            name.replace(".", ":", 1): Segment(
                name, "", 0, Kind.BODY, (), "", disposition=aside.get(name, "")
            )
            for name, classes in types.items()
            if "Segment" in classes
        }
        return types, segments

    def _undeclared(self) -> list[Diagnostic]:
        rest = [item.triple for item in self._submission.rest]
        found = []
        for violation in undeclared_terms(rest, self._standing.vocabulary) if rest else ():
            fact, _, cure = violation.message.partition("; ")
            code = next(c for kind, c in _UNKNOWN.items() if f"is not a {kind} " in fact)
            region = self._place(violation.focus, violation.path)
            found.append(
                Diagnostic(region, code, fact, cure, focus=slug(violation.focus), value=violation.value)
            )
        return found

    def _taken(self) -> Iterator[Diagnostic]:
        """Find ids that stand for something of another class already."""
        for name, classes in self._expansion.types.items() if not self._instead else ():
            standing = self._standing.types.get(name, ())
            fault = fault_of_identity(name, classes, standing, self._standing.vocabulary)
            if fault:
                retired = find_retirements(EmbeddedStore(self._standing.engine), [ID + name]).get(ID + name)
                fault = retired.taken() if retired else fault
                yield fault.at(self._place(ID + name, ""), name)

    # -- the graph

    def _compared(self, triples: list[ox.Triple]) -> list[Diagnostic]:
        """Return what shapes and rules find once the triples are in the graph."""
        subjects = {text_of(t.subject) for t in triples}
        standing = [t for s in sorted(subjects) for t in self._standing.about(s)]
        if self._instead:
            removed = [
                t
                for r in sorted({slug(s).partition(".")[0] for s in subjects})
                for t in self._standing.record(r)
            ]
            before: list[ox.Triple] = []
            rivals: list[tuple[str, str, str, str]] = []
        else:
            removed, rivals = rival_dates(triples, self._standing)
            gone = set(removed)
            before = [t for t in standing if t not in gone]
        findings = [self._rival(focus, new, old, evidence) for focus, new, old, evidence in rivals]
        spoilt = {f.focus for f in findings}
        # Where every record is faulty in form, none is yet what it would be, and shapes wait until that is mended.
        sound = not {slug(s).partition(".")[0] for s in subjects} <= self._faults.by_record.keys()
        violations = set(self._checker.violations(subjects, triples, removed)) if sound else set()
        with self._standing.changed(triples, removed):
            offences = set(self._checker.offences(subjects))
        if before:
            # What stands already may break a rule of old; that is not this submission's fault.
            old = {text_of(t.subject) for t in before}
            if violations:
                violations -= set(self._checker.violations(old, [], []))
            if offences:
                offences -= set(self._checker.offences(old))
        offences = {
            f
            for f in offences
            if not self._faults.explain(f)
            # What stands is not to be blamed for a record that is faulty in itself.
            and (self._known(f.focus) or slug(f.other).partition(".")[0] not in self._faults.by_record)
        }
        told = [
            v
            for v in told_once(violations, offences)
            if slug(v.focus) not in spoilt and not self._faults.explain(v)
        ]
        if told:
            mentioned = mentioned_paths(read_shapes(self._checker.ontology))
            with self._standing.changed(triples, removed):
                teller = Teller(self._about, before, mentioned)
                findings += [teller.diagnostic(v, self._place(v.focus, teller.path(v))) for v in told]
        findings += [to_diagnostic(f, self._place_of(f)) for f in offences]
        return findings

    def _about(self, text: str) -> list[ox.Triple]:
        return self._standing.about(text) if text.startswith(ID) else []

    def _rival(self, focus: str, new: str, old: str, evidence: str) -> Diagnostic:
        owner, _, key = focus.rpartition(".")
        rests = f" (evidence {evidence})" if evidence else ""
        what = f'{key} of "{owner}" is "{new}" here and "{old}" in the graph{rests}'
        cure = "mend the one, or give both values, each with its evidence and the same disagreement: ID"
        region = self._place(ID + focus, FOE + "edtf")
        return Diagnostic(region, "FOE211", what, cure, focus=focus, path=key, value=new)

    # -- places

    def _place_of(self, finding: Finding) -> Region:
        for focus in (finding.focus, finding.other):
            if focus and self._known(focus):
                own = focus == finding.focus
                # Days are compared, so that those of the other node are at fault as much; a node that bears on
                # the focus is at fault where it names it.
                told = own or finding.path in _DAYS or finding.path in self._via
                return self._place(focus, finding.path if told else "")
        return self._place(finding.focus, "")

    def _known(self, iri: str) -> bool:
        return self._expansion.locate(iri) is not None or slug(iri) in self._places

    def _place(self, iri: str, path: str) -> Region:
        name = slug(iri)
        while name:
            found = (
                self._expansion.locate(ID + name, path)
                or self._places.get(f"{name} {path}")
                or self._places.get(name)
            )
            if found:
                return found
            # A node without place of its own is named after one that has.
            name = name.rpartition(".")[0]
        return Region(self._submission.name)
