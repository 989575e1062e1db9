"""What a shape finds, told as one sentence of fact that names the values, and one of cure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region
from foedus.namespaces import FOE, ID, RDF, SH, slug
from foedus.terms import text_of
from foedus.validation import Violation

_CODES = {
    "MinCount": "FOE202",
    "MaxCount": "FOE203",
    "UniqueLang": "FOE203",
    "Class": "FOE204",
    "Datatype": "FOE205",
    "Pattern": "FOE205",
    "MinInclusive": "FOE205",
    "MaxInclusive": "FOE205",
    "MinExclusive": "FOE205",
    "MaxExclusive": "FOE205",
    "NodeKind": "FOE206",
    "LessThan": "FOE207",
    "LessThanOrEquals": "FOE207",
}
_ANY = "FOE201"
_TYPE = RDF + "type"
_SHOWN = 4


class Teller:
    """Tells the findings of one run over a graph of which ``about`` gives the triples of a subject.

    ``standing`` holds what of them stands already, so that a message can say which value is the new one and on
    what the other rests.
    """

    def __init__(
        self,
        about: Callable[[str], Iterable[ox.Triple]],
        standing: Iterable[ox.Triple] = (),
        mentioned: Mapping[str, list[str]] | None = None,
    ) -> None:
        self._about = cache(lambda subject: list(about(subject)))
        self._standing = set(standing)
        self._mentioned = mentioned or {}

    def path(self, violation: Violation) -> str:
        """Return the property at fault; of a shape of several properties the first that the focus has."""
        if violation.path:
            return violation.path
        mentioned = self._mentioned.get(violation.source, [])
        return next((iri for iri in mentioned if self._of(violation.focus, iri)), "")

    def diagnostic(self, violation: Violation, region: Region) -> Diagnostic:
        """Return a violation as a finding at a place."""
        fact, _, cure = violation.message.partition("; ")
        told = f"{self._what(violation)}: {fact.rstrip('.')}"
        if twin := self._twin(violation):
            told = f"{self._what(violation)}, and so is {twin}: nothing is both"
            cure = f"name another as {_key(violation.path)}, or as {twin}"
        return Diagnostic(
            region,
            code_of(violation),
            told,
            cure.rstrip("."),
            violation.severity,
            slug(violation.focus),
            _key(self.path(violation)),
            slug(violation.value) if violation.value != violation.focus else "",
        )

    def _twin(self, violation: Violation) -> str:
        """Return the key under which the node of a value stands that may not stand there as well, or ''."""
        if _kind(violation) != "Disjoint":
            return ""
        others = [t for t in self._about(violation.focus) if isinstance(t.object, ox.NamedNode)]
        keys = [_key(t.predicate.value) for t in others if text_of(t.object) == violation.value]
        return next((key for key in sorted(keys) if key != _key(violation.path)), "")

    def _what(self, violation: Violation) -> str:
        kind, focus, path = _kind(violation), slug(violation.focus), _key(violation.path)
        if kind == "MinCount" and path and (told := self._values(violation.focus, violation.path)):
            return f'"{focus}" has no {path} but {" and ".join(told)}'
        if kind == "MinCount":
            return f'"{focus}" has no {path}' if path else f'"{focus}"'
        if violation.value and kind not in ("MaxCount", "UniqueLang") and violation.value != violation.focus:
            classes = sorted(slug(text_of(t.object)) for t in self._of(violation.value, _TYPE))
            a = f", a {' and '.join(classes)}" if kind == "Class" and classes else ""
            return f'"{focus}": {path or "the value"} is "{self._value(violation.value)}"{a}'
        if kind == "UniqueLang":
            return f'"{focus}" has {path} {self._twice_in_a_language(violation.focus, violation.path)}'
        told = []
        for iri in [violation.path] if violation.path else self._mentioned.get(violation.source, []):
            values = self._values(violation.focus, iri)
            more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
            told += [f"{_key(iri)} {' and '.join(values[:_SHOWN])}{more}"] if values else []
        return f'"{focus}" has {", ".join(told)}' if told else f'"{focus}"'

    def _twice_in_a_language(self, focus: str, iri: str) -> str:
        """Return the languages in which a property has several texts, with these."""
        texts: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in self._of(focus, iri):
            texts[getattr(triple.object, "language", None) or ""].append(triple)
        several = {
            language: found for language, found in sorted(texts.items()) if language and len(found) > 1
        }
        return ", ".join(
            f"{' and '.join(self._told(focus, found))} in {language}" for language, found in several.items()
        )

    def _values(self, focus: str, iri: str) -> list[str]:
        return self._told(focus, self._of(focus, iri))

    def _told(self, focus: str, triples: list[ox.Triple]) -> list[str]:
        """Return the values of triples in quotes, with what those that stand rest on."""
        found = []
        for triple in sorted(triples, key=lambda t: (t in self._standing, str(t.object))):
            told = f'"{self._value(text_of(triple.object))}"'
            if triple in self._standing:
                evidence = self._evidence(text_of(triple.object)) or self._evidence(focus)
                told += f" (in the graph, evidence {', '.join(evidence)})" if evidence else " (in the graph)"
            found.append(told)
        return found

    def _value(self, text: str) -> str:
        for key in ("edtf", "boundReason"):
            for triple in self._of(text, FOE + key):
                return slug(text_of(triple.object))
        return slug(text)

    def _evidence(self, node: str) -> list[str]:
        cited = [text_of(t.object) for t in self._of(node, FOE + "evidence") if t in self._standing]
        return sorted(iri.removeprefix(ID).replace(".", ":", 1) for iri in cited)

    def _of(self, subject: str, predicate: str) -> list[ox.Triple]:
        return [t for t in self._about(subject) if t.predicate.value == predicate]


def mentioned_paths(shapes: Iterable[ox.Triple]) -> dict[str, list[str]]:
    """Return, per shape, the properties that the constraints within it are about, in the order of the file."""
    inner: dict[str, list[str]] = defaultdict(list)
    paths: dict[str, list[str]] = defaultdict(list)
    for triple in shapes:
        subject, value = text_of(triple.subject), text_of(triple.object)
        if triple.predicate.value == SH + "path" and isinstance(triple.object, ox.NamedNode):
            paths[subject].append(value)
        elif isinstance(triple.object, ox.BlankNode):
            inner[subject].append(value)
    found: dict[str, list[str]] = {}
    for shape in {s for s in (*inner, *paths) if s.startswith("http")}:
        mentioned, pending = dict.fromkeys(paths[shape]), inner[shape][::-1]
        while pending:
            node = pending.pop()
            mentioned |= dict.fromkeys(paths[node])
            pending += inner[node][::-1]
        found[shape] = list(mentioned)
    return found


def code_of(violation: Violation) -> str:
    """Return the stable code of a violation, by the kind of constraint that is broken."""
    return _CODES.get(_kind(violation), _ANY)


def _key(iri: str) -> str:
    """Return a property as records write it."""
    return slug(iri).replace("#", "/").rpartition("/")[2]


def _kind(violation: Violation) -> str:
    return violation.constraint.removeprefix(SH).removesuffix("ConstraintComponent")
