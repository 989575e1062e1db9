"""YAML as plain text values that know their place.

Every scalar stays the string that was written (``NO``, ``on``, ``1931-05-04``); aliases, anchors, tags and
duplicate keys are refused. The only module that imports ``yaml`` for records.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import yaml

from foedus.diagnostics import Diagnostic, FindingsError, Region, UnreadableInput

MAX_BYTES = 20_000_000
MAX_DEPTH = 30
MAX_NODES = 400_000
"""Keys and values that one document may have: with their places they take some 300 MB."""


_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What is no YAML, and what breaks lines in YAML alone."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Scalar:
    """A string and its place."""

    text: str
    region: Region


@dataclass(frozen=True)
class Sequence:
    """A list and its place."""

    items: tuple[Node, ...]
    region: Region


@dataclass(frozen=True)
class Mapping:
    """A mapping and its place; ``keys`` holds the place of each key."""

    entries: dict[str, Node]
    region: Region
    keys: dict[str, Region] = field(default_factory=dict)

    def scalar(self, key: str) -> str:
        """Return the text under ``key``, or an empty string where there is none or it is no scalar."""
        node = self.entries.get(key)
        return node.text if isinstance(node, Scalar) else ""


Node = Scalar | Sequence | Mapping


def read_yaml(text: str, name: str) -> Node | None:
    """Return the document of ``text``, or None where it is empty; ``name`` is the file's name in messages.

    Raise UnreadableInput where it is not YAML or exceeds a limit, FindingsError for duplicate keys, aliases,
    anchors and tags (all of them at once).
    """
    if len(text) > MAX_BYTES:
        raise UnreadableInput(f"{name}: larger than {MAX_BYTES:,} characters; split the file")
    hidden = _HIDDEN.search(text)
    if hidden:
        before = text[: hidden.start()]
        place = f"{name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        raise UnreadableInput(f"{place}: the control character U+{ord(hidden.group()):04X}; take it out")
    findings: list[Diagnostic] = []
    with _located(name):
        document = _Composer(yaml.parse(text, Loader=_LOADER), name, findings).document()
    if findings:
        raise FindingsError(findings)
    return document


def read_yaml_items(stream: IO[bytes], name: str) -> Iterator[Node]:
    """Yield the items of a file that is one YAML list, one after the other, so that it may be of any length.

    Raise UnreadableInput where it is no list, not YAML, or an item exceeds a limit of ``read_yaml``, and
    FindingsError at an item with duplicate keys, aliases, anchors or tags.
    """
    findings: list[Diagnostic] = []
    with _located(name):
        composer = _Composer(yaml.parse(stream, Loader=_LOADER), name, findings)
        for item in composer.items():
            if findings:
                raise FindingsError(findings)
            yield item


@contextmanager
def _located(name: str) -> Iterator[None]:
    """Turn what the library raises into UnreadableInput with its place."""
    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise UnreadableInput(
            f"{place}: not YAML: {error.problem or error.context}; {_cure(error)}"
        ) from error
    except yaml.reader.ReaderError as error:
        raise UnreadableInput(f"{name}: not YAML: {error.reason}") from error


def _cure(error: yaml.MarkedYAMLError) -> str:
    """Return what mends a text that is no YAML: what opened and does not close, or what must be quoted."""
    opened = error.context_mark
    if opened and "flow" in (error.context or ""):
        return f"close the bracket that opens in line {opened.line + 1}, column {opened.column + 1}"
    if opened and "quoted scalar" in (error.context or ""):
        return f"close the quotation mark that opens in line {opened.line + 1}, column {opened.column + 1}"
    if "\\t" in (error.problem or ""):
        return "indent with spaces"
    return 'give keys of one record the same indent, and quote a text that holds ": " or " #"'


class _Composer:
    """Turns a stream of YAML events into nodes, noting what records may not contain."""

    def __init__(self, events: Iterator[Any], name: str, findings: list[Diagnostic]) -> None:
        self._events = events
        self._name = name
        self._findings = findings
        self._nodes = 0

    def document(self) -> Node | None:
        node = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._find(event, "FOE103", "a second document in one file", 'take the "---" out')
                node = self._node(next(self._events), 0)
        return None if isinstance(node, Scalar) and not node.text else node

    def items(self) -> Iterator[Node]:
        """Yield the items of the list that the stream is; nothing where it is empty."""
        for event in self._events:
            if isinstance(event, yaml.SequenceStartEvent):
                while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                    self._nodes = 0
                    yield self._node(event, 1)
            elif isinstance(event, yaml.MappingStartEvent | yaml.AliasEvent) or getattr(event, "value", None):
                place = self._region(event.start_mark, event.end_mark)
                raise UnreadableInput(f"{place}: not a list of records; write: - id: …")

    def _region(self, start: Any, end: Any) -> Region:
        return Region(self._name, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _find(self, event: Any, code: str, message: str, cure: str) -> None:
        region = self._region(event.start_mark, event.end_mark)
        self._findings.append(Diagnostic(region, code, message, cure))

    def _node(self, event: Any, depth: int) -> Node:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            place = self._region(event.start_mark, event.end_mark)
            raise UnreadableInput(f"{place}: more than {MAX_NODES:,} keys and values; split the file")
        if depth > MAX_DEPTH:
            place = self._region(event.start_mark, event.end_mark)
            raise UnreadableInput(f"{place}: nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            self._find(event, "FOE103", f'alias "*{event.anchor}"', "write the value out")
            return Scalar("", self._region(event.start_mark, event.end_mark))
        if event.anchor:
            self._find(event, "FOE103", f'anchor "&{event.anchor}"', "take the anchor out")
        if event.tag:
            self._find(
                event, "FOE103", f'tag "{event.tag}"', "take the tag out; values are typed by their key"
            )
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, self._region(event.start_mark, event.end_mark))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _sequence(self, start: Any, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), self._region(start.start_mark, event.end_mark))

    def _mapping(self, start: Any, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Region] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._find(event, "FOE103", "a key that is itself a list or mapping", "write a plain key")
            elif key.text in entries:
                first = keys[key.text]
                cure = f"it stands already in line {first.line}; keep one"
                self._findings.append(Diagnostic(key.region, "FOE102", f'duplicate key "{key.text}"', cure))
            else:
                entries[key.text] = value
                keys[key.text] = key.region
        return Mapping(entries, self._region(start.start_mark, event.end_mark), keys)


class _Plain(yaml.SafeDumper):
    """Writes every scalar as the text that it is, since nothing here is typed by its spelling."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Plain.yaml_implicit_resolvers = {}


def write_yaml(node: Node) -> str:
    """Return a node as YAML that reads back as the same: block style, but for the innermost lists and mappings."""
    return str(
        yaml.dump(
            _plain(node),
            Dumper=_Plain,
            sort_keys=False,
            allow_unicode=True,
            width=110,
            default_flow_style=None,
        )
    )


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.entries.items()}
