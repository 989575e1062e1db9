"""Sources that come with a record: a citation where a segment is named, or records of sources and segments.

A source whose text is not kept has no segments that were cut from it; a *place* in it (a page, a paragraph)
stands for one. Three ways say so, and all become a record of the source and one of the segment:

- ``evidence: [{title: …, publisher: …, address: …, date: …, locator: …}]``, the whole citation;
- ``evidence: [{source: SLUG, locator: …}]``, another place in a source that is known;
- a record of ``type: Source`` with these keys, and one of ``type: Segment`` with ``id: SOURCE:SEGMENT`` and
  ``locator``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from foedus.dates import DateError, bounds
from foedus.diagnostics import Diagnostic, Region, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.records import Record
from foedus.segments import Kind, Segment
from foedus.values import SEGMENT_ID, slugify

CITED = ("title", "publisher", "address", "date")
"""What a citation says of the source, all of it needed; what is not known is ``unknown``, the date excepted."""

_KEYS = frozenset({*CITED, "source", "locator", "licence", "id"})
_SEGMENT_WORDS = 6
_DIGITS = 4
"""Hexadecimal digits that tell places apart whose ids begin with the same words."""


@dataclass
class Declared:
    """Records whose evidence is ids alone, the segments that they declare themselves, and what is wrong."""

    records: list[Record] = field(default_factory=list)
    segments: dict[str, Segment] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    """The slugs of the declared sources."""
    findings: list[Diagnostic] = field(default_factory=list)


def declare(records: Iterable[Record]) -> Declared:
    """Return the records with each citation replaced by the id of a segment, and the records of these."""
    reading = _Reading()
    for record in records:
        reading.record(record)
    result = reading.result
    result.records += [*reading.sources.values(), *reading.places.values()]
    return result


class _Reading:
    def __init__(self) -> None:
        self.result = Declared()
        self.sources: dict[str, Record] = {}
        self.places: dict[str, Record] = {}
        self._given: dict[str, Mapping] = {}
        self._locators: dict[str, Scalar] = {}

    def _find(self, region: Region, code: str, message: str, cure: str) -> None:
        self.result.findings.append(Diagnostic(region, code, message, cure, path="evidence"))

    def record(self, record: Record) -> None:
        kind = record.node.scalar("type")
        if kind == "Source" and "date" in record.node.entries:
            record = replace(record, node=self._dated(record.node))
        elif kind == "Segment" and SEGMENT_ID.fullmatch(record.id.replace(".", ":", 1)):
            self._place(record)
            return
        else:
            record = replace(record, node=self._walk(record.node, record.dossier))
        if kind == "Source" and record.id:
            self.result.sources.append(record.id)
        self.result.records.append(record)

    def _place(self, record: Record) -> None:
        """Complete a declared segment by what its id says."""
        cited = record.id.replace(".", ":", 1)
        source, _, local = cited.partition(":")
        at = record.region
        given = {
            "id": Scalar(f"{source}.{local}", at),
            "segmentId": Scalar(cited, at),
            "hasSource": Scalar(source, at),
            "segmentKind": Scalar(Kind.BODY.value, at),
            "evidenceWeight": Scalar("primary", at),
        }
        entries = given | record.node.entries | {"id": given["id"]}
        node = Mapping(entries, record.node.region, dict.fromkeys(entries, at) | record.node.keys)
        self.result.records.append(Record(f"{source}.{local}", node, record.dossier))
        self.result.segments[cited] = Segment(local, record.node.scalar("section"), 0, Kind.BODY, (), "")
        self.places.pop(cited, None)
        self._located(cited, record.node)

    def _walk(self, node: Mapping, dossier: str) -> Mapping:
        entries = {
            key: self._evidence(value, dossier) if key == "evidence" else self._within(value, dossier)
            for key, value in node.entries.items()
        }
        return Mapping(entries, node.region, node.keys)

    def _within(self, node: Node, dossier: str) -> Node:
        if isinstance(node, Mapping):
            return self._walk(node, dossier)
        if isinstance(node, Sequence):
            return Sequence(tuple(self._within(item, dossier) for item in node.items), node.region)
        return node

    def _evidence(self, node: Node, dossier: str) -> Node:
        if isinstance(node, Sequence):
            return Sequence(tuple(self._evidence(item, dossier) for item in node.items), node.region)
        if not isinstance(node, Mapping):
            return node
        inner = node.entries.get("citation")
        return self._cited(inner if isinstance(inner, Mapping) else node, dossier)

    def _cited(self, node: Mapping, dossier: str) -> Node:
        """Return the id of the segment that a citation stands for; where it is faulty, that of a stand-in."""
        unknown = [key for key in node.entries if key not in _KEYS]
        for key in unknown:
            cure = did_you_mean(key, _KEYS) or "a citation has title, publisher, address, date and locator"
            self._find(node.keys[key], "FOE111", f'unknown key "{key}" in a citation', cure)
        by_name = "source" in node.entries and "title" not in node.entries
        missing = [key for key in (*(() if by_name else CITED), "locator") if not node.scalar(key).strip()]
        if missing:
            what = f"a citation without {' and '.join(missing)}"
            cure = "give title, publisher, address, date and locator; write unknown for what is not known"
            self._find(node.region, "FOE136", what, cure)
        source = node.scalar("source") or node.scalar("id") or slugify(node.scalar("title")) or "source"
        locator = node.scalar("locator")
        local = _name_of_place(locator)
        cited = f"{source}:{local}"
        self._located(cited, node)
        if not by_name:
            self._source(source, node, dossier)
        if cited not in self.result.segments:
            self.result.segments[cited] = Segment(local, "", 0, Kind.BODY, (), "")
            entries: dict[str, Node] = {
                "id": Scalar(f"{source}.{local}", node.region),
                "type": Scalar("Segment", node.region),
                "segmentId": Scalar(cited, node.region),
                "hasSource": Scalar(source, node.entries.get("source", node).region),
                "segmentKind": Scalar(Kind.BODY.value, node.region),
                "evidenceWeight": Scalar("primary", node.region),
                "locator": Scalar(locator or "unknown", node.region),
            }
            segment = Mapping(entries, node.region, dict.fromkeys(entries, node.region))
            self.places[cited] = Record(f"{source}.{local}", segment, dossier)
        return Scalar(cited, node.region)

    def _located(self, cited: str, node: Mapping) -> None:
        """Find where one id stands for two places."""
        locator = node.entries.get("locator")
        if not isinstance(locator, Scalar):
            return
        first = self._locators.setdefault(cited, locator)
        if _plain(first.text) != _plain(locator.text):
            what = f'the place "{cited}" is "{locator.text}" here and "{first.text}" at {first.region}'
            cure = "mend the one, or declare a segment with an id of its own"
            self._find(locator.region, "FOE137", what, cure)

    def _source(self, slug: str, node: Mapping, dossier: str) -> None:
        entries: dict[str, Node] = {"id": Scalar(slug, node.region), "type": Scalar("Source", node.region)}
        entries |= {k: v for k, v in node.entries.items() if k in {*CITED, "licence"}}
        for key in ("title", "publisher", "address"):
            entries.setdefault(key, Scalar("unknown", node.region))
        keys = {key: node.keys.get(key, node.region) for key in entries}
        record = Record(slug, self._dated(Mapping(entries, node.region, keys)), dossier)
        first = self._given.setdefault(slug, node)
        if first is node:
            self.result.sources.append(slug)
            self.sources[slug] = record
            return
        for key in (*CITED, "licence"):
            before, now = first.scalar(key), node.scalar(key)
            if key in first.entries and key in node.entries and before != now:
                what = f'the source "{slug}" has {key} "{now}" here and "{before}" at {first.entries[key].region}'
                self._find(
                    node.entries[key].region, "FOE137", what, "mend the one, or name another source: SLUG"
                )

    def _dated(self, node: Mapping) -> Mapping:
        """Return a source with the last day that it can know of, in place of the date of its publication."""
        entries, keys = dict(node.entries), dict(node.keys)
        value = entries.pop("date", None)
        region = keys.pop("date", node.region)
        if value is None or "speaksUntil" in entries:
            return Mapping(entries, node.region, keys)
        text = value.text if isinstance(value, Scalar) else ""
        try:
            latest = bounds(text).latest
            if latest is None:
                raise DateError(f'"{text}" has no last day')
            entries["speaksUntil"] = Scalar(latest.isoformat(), value.region)
            keys["speaksUntil"] = region
        except DateError as error:
            self.result.findings.append(
                Diagnostic(value.region, "FOE121", str(error), error.cure, path="date", value=text)
            )
            entries["speaksUntil"] = Scalar("9999-12-31", value.region)
            keys["speaksUntil"] = region
        return Mapping(entries, node.region, keys)


def _plain(locator: str) -> str:
    return " ".join(locator.casefold().split())


def _name_of_place(locator: str) -> str:
    """Return the first words of a locator as a slug and, unless that tells all of it, digits of its digest."""
    plain = _plain(locator)
    name = slugify(locator, _SEGMENT_WORDS) or "whole"
    if name.split("-") == plain.split() or not plain:
        return name
    return f"{name}-{hashlib.sha256(plain.encode()).hexdigest()[:_DIGITS]}"
