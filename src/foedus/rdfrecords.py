"""Triples to records: what a Turtle, N-Triples or JSON-LD text says in the record form, with its places.

So all formats pass the same checks, and a date given as a mere EDTF text gets its bounds here as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, Region
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.namespaces import FOE, ID, OA, OWL, RDF, VOC, XSD, slug
from foedus.records import Record
from foedus.terms import text_of
from foedus.vocabulary import NUMERIC, TEXT, Property, Vocabulary

_TYPE = RDF + "type"
_NIL = ox.NamedNode(RDF + "nil")
_DATE = FOE + "Date"
_AS_THEY_ARE = frozenset({FOE + "Segment", FOE + "SourcedValue", OA + "TextPositionSelector"})
"""Classes of nodes that records do not write out, so that their triples are taken as they are."""

_INTEGERS = frozenset(
    XSD + name for name in ("integer", "nonNegativeInteger", "int", "long", "positiveInteger")
)


class Located(NamedTuple):
    """A triple and the places of its three terms."""

    triple: ox.Triple
    subject: Region
    predicate: Region
    object: Region


@dataclass
class Converted:
    """The records that triples make, the triples that are no part of records, and what is wrong in form."""

    records: list[Record] = field(default_factory=list)
    rest: list[Located] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def to_records(located: list[Located], vocabulary: Vocabulary) -> Converted:
    """Return the records of a graph: one per subject; those named after an owner are nested in it."""
    return _Conversion(located, vocabulary).result


class _Conversion:
    def __init__(self, located: list[Located], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._properties = {p.iri: p for p in vocabulary.properties.values()}
        self.result = Converted()
        self._about: dict[str, list[Located]] = defaultdict(list)
        for item in located:
            if self._is_sound(item):
                self._about[item.triple.subject.value].append(item)  # type: ignore[union-attr]
        self._types = {
            s: {t.triple.object.value for t in items if t.triple.predicate.value == _TYPE}  # type: ignore[union-attr]
            for s, items in self._about.items()
        }
        nested = {
            item.triple.object.value
            for items in self._about.values()
            for item in items
            if isinstance(item.triple.object, ox.NamedNode) and self._is_nested(item)
        }
        for subject, items in self._about.items():
            if self._types[subject] & _AS_THEY_ARE:
                self.result.rest += items
            elif subject not in nested:
                node = self._node(subject, items[0].subject)
                self.result.records.append(Record(node.scalar("id"), node))

    def _find(self, region: Region, code: str, message: str, cure: str, item: Located | None = None) -> None:
        focus = path = value = ""
        if item is not None:
            focus, path = slug(text_of(item.triple.subject)), slug(item.triple.predicate.value)
            value = slug(text_of(item.triple.object))
        self.result.findings.append(
            Diagnostic(region, code, message, cure, focus=focus, path=path, value=value)
        )

    def _is_sound(self, item: Located) -> bool:
        triple = item.triple
        prop = self._properties.get(triple.predicate.value)
        kind = self._vocabulary.class_of(text_of(triple.object)) if triple.predicate.value == _TYPE else None
        if (prop is not None and prop.derived) or (kind is not None and kind.derived):
            # What was taken out of a built graph has it; the build derives it anew.
            return False
        if any(isinstance(t, ox.BlankNode) or t == _NIL for t in (triple.subject, triple.object)):
            cure = "give the node an id of its own, such as id:OWNER.key; lists are several values"
            self.result.findings.append(
                Diagnostic(
                    item.object,
                    "FOE107",
                    "a blank node or a list",
                    cure,
                    focus=slug(text_of(triple.subject)),
                    path=slug(triple.predicate.value),
                )
            )
            return False
        if triple.predicate.value == OWL + "imports":
            what = f"owl:imports of <{text_of(triple.object)}> is not followed"
            self._find(item.predicate, "FOE108", what, "take it out, and check that file as well", item)
            return False
        if not text_of(triple.subject).startswith(ID):
            what = f"<{text_of(triple.subject)}> is not an id of ours"
            cure = f"name what is described by an IRI that begins with {ID}"
            self._find(item.subject, "FOE109", what, cure, item)
            return False
        return True

    def _is_nested(self, item: Located) -> bool:
        owner, target = item.triple.subject.value, item.triple.object.value  # type: ignore[union-attr]
        if target == owner or target not in self._about or FOE + "SourcedValue" in self._types[owner]:
            return False
        is_date = _DATE in self._types[target] and _DATE not in self._types[owner]
        return bool(is_date or str(target).startswith(f"{owner}."))

    def _node(self, subject: str, place: Region) -> Mapping:
        entries: dict[str, Node] = {"id": Scalar(slug(subject), place)}
        keys = {"id": place}
        grouped: dict[str, list[Node]] = defaultdict(list)
        for item in self._about[subject]:
            key, value = self._entry(item)
            keys.setdefault(key, item.predicate)
            if value is not None:
                grouped[key].append(value)
        for key, values in grouped.items():
            entries[key] = _joined(values)
        return Mapping(entries, place, {key: keys[key] for key in entries})

    def _entry(self, item: Located) -> tuple[str, Node | None]:
        predicate = item.triple.predicate.value
        if predicate == _TYPE:
            named = slug(text_of(item.triple.object))
            return "type", Scalar(named, item.object)
        prop = self._properties.get(predicate)
        if prop is None:
            return slug(predicate), Scalar(text_of(item.triple.object), item.object)
        return prop.key, self._value(item, prop)

    def _value(self, item: Located, prop: Property) -> Node | None:
        value = item.triple.object
        if isinstance(value, ox.Literal):
            if prop.kind == "ObjectProperty":
                what = f'{prop.key} takes a node, and "{value.value}" is a literal'
                cure = "name the node by its IRI, such as id:NAME or voc:LIST.NAME"
                if prop.range == _DATE:
                    cure = f'write id:OWNER.{prop.key}, and of that: a foe:Date ; foe:edtf "{value.value}"'
                self._find(item.object, "FOE125", what, cure, item)
                return None
            return self._literal(item, prop, value)
        iri = text_of(value)
        if prop.kind != "ObjectProperty":
            what = f"{prop.key} takes a literal, and <{iri}> is a node"
            self._find(item.object, "FOE125", what, "write the value in quotes", item)
            return None
        if self._is_nested(item):
            return self._node(iri, item.object)
        return Scalar(self._name(iri, prop), item.object)

    def _name(self, iri: str, prop: Property) -> str:
        scheme = self._vocabulary.scheme_of(prop)
        if scheme and iri.startswith(scheme + "."):
            return iri[len(scheme) + 1 :]
        if prop.key == "evidence" and iri.startswith(ID):
            return slug(iri).replace(".", ":", 1)
        return iri[len(VOC) :] if iri.startswith(VOC) else slug(iri)

    def _literal(self, item: Located, prop: Property, literal: ox.Literal) -> Node | None:
        given, wanted = literal.datatype.value, prop.range
        text = Scalar(re.sub(r"\r\n?", "\n", literal.value), item.object)
        if prop.kind == "AnnotationProperty" or wanted == TEXT:
            if literal.language:
                return Mapping({literal.language: text}, item.object, {literal.language: item.object})
            what = f'{prop.key} is a text in a language, and "{literal.value}" names none'
            self._find(item.object, "FOE123", what, "add the language, such as @en", item)
            return None
        fits = given == wanted or (given in _INTEGERS and wanted in NUMERIC) or not wanted
        if not fits:
            names = [iri.replace(XSD, "xsd:").replace(RDF, "rdf:") for iri in (wanted, given)]
            what = f'{prop.key} takes {names[0]}, and "{literal.value}" is {names[1]}'
            self._find(item.object, "FOE124", what, f'write it as "…"^^{names[0]}', item)
            return None
        return text


def _joined(values: list[Node]) -> Node:
    """Return one value as it is, texts in languages as one mapping, and several values as a list."""
    if len(values) == 1:
        return values[0]
    if all(isinstance(v, Mapping) and "id" not in v.entries for v in values):
        texts: dict[str, list[Node]] = defaultdict(list)
        keys: dict[str, Region] = {}
        for value in values:
            assert isinstance(value, Mapping)
            for language, text in value.entries.items():
                texts[language].append(text)
                keys.setdefault(language, value.keys[language])
        entries = {
            k: found[0] if len(found) == 1 else Sequence(tuple(found), keys[k]) for k, found in texts.items()
        }
        return Mapping(dict(entries), values[0].region, keys)
    return Sequence(tuple(values), values[0].region)
