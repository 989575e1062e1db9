"""The values of records that are no nodes of their own: literals, texts, list values, references, evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from foedus.context import JsonObject, is_language_map
from foedus.diagnostics import Diagnostic, Region, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.letters import disguised
from foedus.namespaces import ID, XSD, slug
from foedus.references import Reference
from foedus.segments import Segment
from foedus.values import (
    LANGUAGE,
    NODE_ID,
    SEGMENT_ID,
    Fault,
    fault_of_literal,
    fault_of_text,
    no_id,
    slugify,
)
from foedus.vocabulary import TEXT, Property, Vocabulary

_LISTED = 20
"""List values that a cure names at most."""


@dataclass(frozen=True)
class PlainValues:
    """Reads values as JSON-LD has them; adds what is wrong to ``findings``, and what they name to ``references``."""

    vocabulary: Vocabulary
    segments: AnyMapping[str, Segment]
    findings: list[Diagnostic]
    references: list[Reference]

    def read(self, owner: str, prop: Property, node: Node) -> object:
        """Return the value of a property of the node named ``owner``, or None where it is wrong."""
        if prop.key == "evidence":
            return self._evidence(owner, prop, node)
        if self.vocabulary.scheme_of(prop):
            return self._concept(owner, prop, node)
        if prop.kind == "ObjectProperty":
            return self._reference(owner, prop, node)
        if is_language_map(prop):
            return self._text(owner, prop, node)
        if prop.range == TEXT and isinstance(node, Mapping):
            return self._tagged(owner, prop, node)
        return self._literal(owner, prop, node)

    def _find(self, region: Region, fault: Fault, focus: str, path: str, value: str = "") -> None:
        self.findings.append(fault.at(region, focus, path, value))

    def _scalar(self, owner: str, prop: Property, node: Node) -> str | None:
        if not isinstance(node, Scalar):
            fault = Fault(
                "FOE106", f'"{prop.key}" takes a plain value here', "write it without keys of its own"
            )
            self._find(node.region, fault, owner, prop.key)
            return None
        fault_found = fault_of_text(node.text)
        if fault_found:
            self._find(node.region, fault_found, owner, prop.key, node.text)
            return None
        return node.text

    def _words(self, owner: str, prop: Property, node: Node) -> str | None:
        """Return a text for people, in which no letter stands for one of another script."""
        text = self._scalar(owner, prop, node)
        odd = disguised(text or "")
        if odd:
            fault = Fault("FOE128", f"{odd}, and the others are not", "type the word anew on one keyboard")
            self._find(node.region, fault, owner, prop.key, text or "")
        return text

    def _literal(self, owner: str, prop: Property, node: Node) -> object:
        text = (self._words if prop.range == TEXT else self._scalar)(owner, prop, node)
        fault = fault_of_literal(text, prop.range) if text is not None and prop.range != TEXT else None
        if fault:
            self._find(node.region, fault, owner, prop.key, text or "")
            return None
        return text.strip() if text is not None else None

    def _text(self, owner: str, prop: Property, node: Node) -> object:
        if isinstance(node, Scalar):
            text = self._words(owner, prop, node)
            return None if text is None else {"en": [text]}
        if not isinstance(node, Mapping):
            return None
        texts: dict[str, list[str]] = {}
        for language, value in node.entries.items():
            if not LANGUAGE.fullmatch(language):
                fault = Fault("FOE123", f'"{language}" is no language tag', "write it as en, hy, ru, en-gb")
                self._find(node.keys[language], fault, owner, prop.key, language)
                continue
            found = [self._words(owner, prop, item) for item in items_of(value)]
            texts[language] = [text for text in found if text is not None]
        return texts

    def _tagged(self, owner: str, prop: Property, node: Node) -> object:
        """Expand a text in languages of which the context knows one only: ``{en: …, ru: …}``."""
        texts = self._text(owner, prop, node)
        assert isinstance(texts, dict)
        return [{"@value": text, "@language": lang} for lang, found in texts.items() for text in found]

    def _concept(self, owner: str, prop: Property, node: Node) -> object:
        text = self._scalar(owner, prop, node)
        if text is None:
            return None
        known = self.vocabulary.concepts[self.vocabulary.scheme_of(prop)]
        if text not in known:
            listed = sorted(known)
            more = f", … {len(listed) - _LISTED} more" if len(listed) > _LISTED else ""
            cure = did_you_mean(text, known) or f"choose of: {', '.join(listed[:_LISTED])}{more}"
            fault = Fault("FOE113", f'"{text}" is not in the list of {prop.key}', cure)
            self._find(node.region, fault, owner, prop.key, text)
            return None
        return text

    def _reference(self, owner: str, prop: Property, node: Node) -> object:
        text = self._scalar(owner, prop, node)
        if text is None:
            return None
        if not NODE_ID.fullmatch(text):
            fault = no_id(text, "name it by its slug")
            self._find(node.region, fault, owner, prop.key, text)
            return None
        self.references.append(Reference(text, prop, owner, node.region))
        return text

    def _evidence(self, owner: str, prop: Property, node: Node) -> object:
        text = self._scalar(owner, prop, node)
        if text is None:
            return None
        segment = self.segments.get(text)
        if segment is None:
            source = text.partition(":")[0]
            near = did_you_mean(text, (s for s in self.segments if s.startswith(source + ":")))
            if not SEGMENT_ID.fullmatch(text):
                near = "write SOURCE:SEGMENT"
            fault = Fault(
                "FOE132",
                f'there is no segment "{text}"',
                near
                or "name a segment of segments.tsv, or declare the source with the record: foedus new Source",
            )
        elif segment.disposition.startswith("set-aside"):
            what = f'the segment "{text}" is {segment.disposition}'
            fault = Fault("FOE133", what, "cite a segment that speaks of this")
        else:
            # The whole IRI, since not every source can be a prefix in a context.
            return {"@id": ID + text.replace(":", ".", 1)}
        self._find(node.region, fault, owner, prop.key, text)
        return None


def items_of(node: Node) -> tuple[Node, ...]:
    """Return the items of a list, or the node as the only one."""
    return node.items if isinstance(node, Sequence) else (node,)


def objects_of(prop: Property, value: object, vocabulary: Vocabulary) -> Iterator[JsonObject]:
    """Yield the objects of triples that a read value stands for; none for a node of its own."""
    scheme = vocabulary.scheme_of(prop)
    if isinstance(value, dict) and is_language_map(prop):
        for language, texts in value.items():
            yield from ({"@value": text, "@language": language} for text in texts)
    elif isinstance(value, list):
        yield from value
    elif not isinstance(value, str):
        return
    elif scheme:
        yield {"@id": f"{scheme}.{value}"}
    elif prop.kind == "ObjectProperty":
        yield {"@id": ID + value}
    elif prop.range == TEXT:
        yield {"@value": value, "@language": "en"}
    else:
        yield {"@value": value, "@type": prop.range or XSD + "string"}


def local_name_of(value: JsonObject) -> str:
    """Return what a node about one of a property's objects is named after: the slug of its text, and its language."""
    language = value.get("@language", "en")
    text = value.get("@value") or slug(value["@id"])
    return "-".join(filter(None, [slugify(text) or "value", language if language != "en" else ""]))


def merged_texts(maps: Iterable[object]) -> dict[str, list[str]]:
    """Return one language map of several."""
    merged: dict[str, list[str]] = {}
    for found in maps:
        assert isinstance(found, dict)
        for language, texts in found.items():
            merged.setdefault(language, []).extend(texts)
    return merged


def cites_throughout(node: Mapping) -> bool:
    """Tell whether every value that a record adds cites evidence of its own."""
    added = [
        item for key, value in node.entries.items() if key not in ("id", "type") for item in items_of(value)
    ]
    return all(isinstance(item, Mapping) and "evidence" in item.entries for item in added)
