"""Rules of entailment: read, bound to an ontology, and run forwards over facts.

A rule in ``ontology/entailment`` is one or several SPARQL updates ``INSERT { triple } WHERE { triples }``. Of its
patterns some are about the ontology: their property, or class, is a word of RDFS or OWL. The others are about
facts, and their property, or class, is a variable. The former are asked of the ontology once; each solution leaves
a clause whose properties and classes are known, so that only what can follow under this ontology is looked for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import RDF

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Words = tuple[str, ...]
Bound = dict[Term | str, Term]
"""What variables stand for."""
Key = tuple[str, str]
"""What facts are found by: a property and nothing, or rdf:type and a class."""
Fact = Any
"""Subject and object of a triple, or the subject alone of one that gives a class."""

_TYPE = ox.NamedNode(RDF + "type")
_PROLOGUE = re.compile(r"(?:\s+|#[^\n]*|PREFIX[ \t]+(?:\w+:)[ \t]+<[^<>\s]*>)*")
_RULE = re.compile(r"INSERT\s*\{([^{}]*)\}\s*WHERE\s*\{([^{}]*)\}[\s;]*")
_FILTER = re.compile(r"FILTER\(!isLiteral\(\?\w+\)\)")  # no literal is ever made a subject here
_FORM = "write INSERT { triple } WHERE { triples }"


class Rule(NamedTuple):
    """One update of a rule's file: what it asks of the ontology, as SPARQL, and its patterns of facts."""

    file: Path
    axioms: str
    head: Words
    body: tuple[Words, ...]


class Pattern(NamedTuple):
    """A pattern of facts: its property and, of a type, its class are known.

    ``ends`` are subject and object, or the subject alone where there is a class; a text is a variable.
    """

    predicate: ox.NamedNode
    kind: Term | None
    ends: tuple[Term | str, ...]

    @property
    def key(self) -> Key:
        """What the facts of this pattern are found by."""
        return self.predicate.value, "" if self.kind is None else str(self.kind)


class Clause(NamedTuple):
    """A rule under an ontology: where all of the body holds, the head does."""

    head: Pattern
    body: tuple[Pattern, ...]


def read_rules(folder: Path) -> dict[str, list[Rule]]:
    """Return the rules in a folder by the names of their files.

    Raise UnreadableInput where there are none, or where a file does anything but insert a triple where others
    stand: a home's rules reach neither network nor disk.
    """
    rules = {path.stem: list(_read(path)) for path in sorted(folder.glob("*.ru"))}
    if not rules:
        raise UnreadableInput(
            f"{folder}: no rules (*.ru) here; copy ontology/entailment of the built-in home"
        )
    return rules


def bind(rules: Iterable[Rule], ontology: Iterable[ox.Triple]) -> list[Clause]:
    """Return the clauses that rules become under an ontology, each once.

    Raise UnreadableInput where a rule is no SPARQL or leaves a property or class of its facts unknown.
    """
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in ontology)
    return list(dict.fromkeys(clause for rule in rules for clause in _bound(rule, store)))


def _read(path: Path) -> Iterator[Rule]:
    text = path.read_text(encoding="utf-8")
    prologue = _PROLOGUE.match(text)
    assert prologue, "it may be empty"
    end = prologue.end()
    while found := _RULE.match(text, end):
        end = found.end()
        head, body = _patterns(found[1], path), _patterns(_FILTER.sub("", found[2]), path)
        facts = [p for p in body if (p[2] if p[1] == "a" else p[1]).startswith("?")]
        if len(head) != 1 or not facts or any(w[0] != "?" and w != "a" for p in (*head, *facts) for w in p):
            raise UnreadableInput(
                f"{path}: a rule infers one triple, all variables but a, from such; {_FORM}"
            )
        if lost := {*head[0]} - {"a"}.union(*body):
            raise UnreadableInput(f"{path}: {min(lost)} stands in no triple behind WHERE")
        axioms = " . ".join(" ".join(p) for p in body if p not in facts)
        yield Rule(path, f"{prologue[0]}SELECT DISTINCT * WHERE {{ {axioms} }}", head[0], tuple(facts))
    if end == prologue.end() or end < len(text):
        line = text.count("\n", 0, end) + 1
        raise UnreadableInput(f"{path}:{line}: no rule of entailment; {_FORM}")


def _patterns(text: str, path: Path) -> list[Words]:
    found = [tuple(words.split()) for words in re.split(r"\s\.(?=\s)", f" {text} ") if words.strip()]
    if wrong := next((words for words in found if len(words) != 3), None):
        raise UnreadableInput(f'{path}: no pattern of three words: "{" ".join(wrong)}"; {_FORM}')
    return found


def _bound(rule: Rule, ontology: ox.Store) -> Iterator[Clause]:
    try:
        rows = ontology.query(rule.axioms)
    except SyntaxError as error:
        raise UnreadableInput(f"{rule.file}: not SPARQL: {' '.join(str(error).split())}") from error
    assert isinstance(rows, ox.QuerySolutions), "a SELECT"
    names = [variable.value for variable in rows.variables]
    for row in rows:
        known = {f"?{name}": row[name] for name in names}
        patterns = [_pattern(words, known, rule.file) for words in (rule.head, *rule.body)]
        if all(patterns):
            head, *body = (pattern for pattern in patterns if pattern)
            if head not in body:
                yield Clause(head, tuple(body))


def _pattern(words: Words, known: dict[str, Term | None], file: Path) -> Pattern | None:
    """Return a pattern of facts with what is known filled in; None where nothing can be found by it."""
    subject, predicate, value = (known.get(word) or word for word in words)
    predicate = _TYPE if predicate == "a" else predicate
    if isinstance(predicate, str) or (predicate == _TYPE and isinstance(value, str)):
        raise UnreadableInput(f"{file}: the ontology does not tell a property or class of {' '.join(words)}")
    if not isinstance(predicate, ox.NamedNode) or isinstance(subject, ox.Literal):
        return None
    if predicate == _TYPE:
        return Pattern(predicate, value, (subject,)) if isinstance(value, Term) else None
    return Pattern(predicate, None, (subject, value))


class _Step(NamedTuple):
    """A clause of one pattern, whose variables differ: any fact of its key gives one of the target."""

    target: Key
    project: Callable[[Fact], Fact]
    turned: bool
    """Whether the object becomes the subject, which no literal can."""


def infer(clauses: Iterable[Clause], facts: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the triples that follow from facts and are none of them, each once.

    Of the facts, which are read in a stream, only those are kept on which a clause joins or that it could infer.
    """
    chainer = _Chainer(clauses)
    chainer.read(facts)
    return chainer.run()


class _Chainer:
    """A forward chainer: each new fact is looked at once, clauses of one pattern are applied to sets of facts."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._heads: dict[Key, Pattern] = {}
        self._steps: dict[Key, list[_Step]] = defaultdict(list)
        self._joins: dict[Key, list[tuple[Clause, int]]] = defaultdict(list)
        self._known: dict[Key, set[Fact]] = defaultdict(set)
        self._fresh: dict[Key, set[Fact]] = defaultdict(set)
        self._objects: dict[Key, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._subjects: dict[Key, dict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for clause in clauses:
            self._heads[clause.head.key] = clause.head
            step = _step(clause)
            if step:
                self._steps[clause.body[0].key].append(step)
            else:
                for place, pattern in enumerate(clause.body):
                    self._joins[pattern.key].append((clause, place))

    def read(self, facts: Iterable[ox.Triple]) -> None:
        """Take in the facts that are given, and apply to each the clauses of one pattern."""
        plans: dict[Key, tuple[set[Fact] | None, list[tuple[set[Fact], Callable[[Fact], Fact], bool]]]] = {}
        for subject, predicate, value in facts:
            name, fact = predicate.value, (subject, value)
            key = name, ""
            if name == _TYPE.value:
                key, fact = (name, str(value)), subject
            if key not in plans:
                kept = self._known[key] if key in self._heads or key in self._joins else None
                steps = [(self._fresh[s.target], s.project, s.turned) for s in self._steps.get(key, ())]
                plans[key] = kept, steps
            kept, steps = plans[key]
            if kept is not None:
                kept.add(fact)
            for target, project, turned in steps:
                if not (turned and isinstance(value, ox.Literal)):
                    target.add(project(fact))

    def run(self) -> Iterator[ox.Triple]:
        """Infer until nothing follows, and yield what does."""
        inferred: dict[Key, list[Fact]] = defaultdict(list)
        for key in [key for key in self._joins if key in self._known]:
            self._join(key, set(self._known[key]))
        while self._fresh:
            key, facts = self._fresh.popitem()
            facts -= self._known[key]
            if not facts:
                continue
            self._known[key] |= facts
            inferred[key] += facts
            for target, project, turned in self._steps.get(key, ()):
                fit = (f for f in facts if not isinstance(f[1], ox.Literal)) if turned else facts
                self._fresh[target].update(map(project, fit))
            if key in self._joins:
                self._join(key, facts)
        for key, found in inferred.items():
            predicate, kind = self._heads[key][:2]
            for fact in found:
                yield ox.Triple(*(fact, predicate, kind) if kind else (fact[0], predicate, fact[1]))

    def _join(self, key: Key, facts: set[Fact]) -> None:
        """Infer what clauses of several patterns make of new facts and those that were there."""
        if not any(clause.body[place].kind for clause, place in self._joins[key]):
            for subject, value in facts:
                self._objects[key][subject].append(value)
                self._subjects[key][value].append(subject)
        for clause, place in self._joins[key]:
            rest = clause.body[:place] + clause.body[place + 1 :]
            target, ends = self._fresh[clause.head.key], clause.head.ends
            for fact in facts:
                for bound in self._solve((clause.body[place],), {}, [fact]):
                    for solved in self._solve(rest, bound):
                        terms = tuple(solved[e] if isinstance(e, str) else e for e in ends)
                        if not isinstance(terms[0], ox.Literal):
                            target.add(terms if len(terms) > 1 else terms[0])

    def _solve(
        self, patterns: tuple[Pattern, ...], bound: Bound, facts: Iterable[Fact] | None = None
    ) -> Iterator[Bound]:
        """Yield the bindings under which all patterns hold, the first of them by one of the facts, if given."""
        if not patterns:
            yield bound
            return
        first = next((p for p in patterns if any(e in bound for e in p.ends)), patterns[0])
        rest = tuple(p for p in patterns if p is not first)
        for fact in self._facts(first, bound) if facts is None else facts:
            terms = (fact,) if first.kind else fact
            found = dict(bound)
            if all(
                term == (found.setdefault(e, term) if isinstance(e, str) else e)
                for e, term in zip(first.ends, terms, strict=True)
            ):
                yield from self._solve(rest, found)

    def _facts(self, pattern: Pattern, bound: Bound) -> Iterable[Fact]:
        """Return facts among which are all of those that fit a pattern."""
        key = pattern.key
        subject = bound.get(pattern.ends[0])
        if pattern.kind:
            return self._known[key] if subject is None else {subject} & self._known[key]
        value = bound.get(pattern.ends[1])
        if subject is not None:
            return [(subject, o) for o in self._objects[key].get(subject, ())]
        if value is not None:
            return [(s, value) for s in self._subjects[key].get(value, ())]
        return self._known[key]


def _step(clause: Clause) -> _Step | None:
    """Return a clause of one pattern as a step; None where it is none, or has to compare."""
    head, ends = clause.head, clause.body[0].ends
    if len(clause.body) > 1 or len({e for e in ends if isinstance(e, str)}) < len(ends):
        return None
    if len(ends) == 2:
        turned = head.ends[0] == ends[1]
        return (
            _Step(head.key, itemgetter(*map(ends.index, head.ends)), turned)
            if {*head.ends} <= {*ends}
            else None
        )
    if head.ends == ends:
        return _Step(head.key, lambda subject: subject, False)
    subject, *values = head.ends
    if (subject,) != ends or isinstance(values[0], str):
        return None
    return _Step(head.key, lambda found: (found, values[0]), False)
