"""JSON as the same nodes as YAML: plain text values that know their place."""

from __future__ import annotations

import json
import re

from foedus.diagnostics import Diagnostic, FindingsError, Region, UnreadableInput
from foedus.documents import MAX_DEPTH, Mapping, Node, Scalar, Sequence
from foedus.positions import Lines

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:(?P<string>"(?:[^"\\\x00-\x1f]++|\\.)*+")"""
    r"""|(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<word>true|false|null)|(?P<mark>[\[\]{}:,]))"""
)


def read_json(text: str, name: str) -> Node:
    """Return the value of a JSON text; numbers and words stay as written, ``null`` is an empty text.

    Raise UnreadableInput with the place where it is not JSON or nests too deep, FindingsError for duplicate keys.
    """
    reader = _Reader(text, name)
    node = reader.value(0)
    if text[reader.position :].strip():
        reader.fail("one value is the whole text")
    if reader.findings:
        raise FindingsError(reader.findings)
    return node


class _Reader:
    """Reads one value after the other; as deep as ``MAX_DEPTH``, so that recursion is bounded."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._lines = Lines(text, name)
        self.position = 0
        self.findings: list[Diagnostic] = []

    def fail(self, reason: str) -> None:
        """Raise UnreadableInput at the place that was reached."""
        rest = self._text[self.position :]
        at = self.position + len(rest) - len(rest.lstrip())
        raise UnreadableInput(f"{self._lines.region(at, at)}: not JSON: {reason}")

    def _next(self, expected: str = "") -> tuple[str, str, int]:
        match = _TOKEN.match(self._text, self.position)
        if match is None or (expected and match.group().strip() not in expected.split()):
            self.fail(f"expected {expected or 'a value'}")
        assert match is not None and match.lastgroup, "failing ends here"
        self.position = match.end()
        kind = match.lastgroup
        return kind, match[kind], match.start(kind)

    def value(self, depth: int) -> Node:
        """Read one value."""
        if depth > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH} levels")
        kind, text, start = self._next()
        if kind == "mark":
            if text == "{":
                return self._object(start, depth)
            if text == "[":
                return self._array(start, depth)
            self.position = start
            self.fail("expected a value")
        region = self._lines.region(start, self.position)
        if kind == "string":
            return Scalar(self._string(text), region)
        return Scalar("" if text == "null" else text, region)

    def _string(self, text: str) -> str:
        try:
            found = str(json.loads(text))
            found.encode()
        except ValueError:
            self.fail("an escape in the string before that means no character")
        return found

    def _array(self, start: int, depth: int) -> Sequence:
        items = []
        if not self._ends("]"):
            items.append(self.value(depth + 1))
            while self._next(", ]")[1] == ",":
                items.append(self.value(depth + 1))
        return Sequence(tuple(items), self._lines.region(start, self.position))

    def _object(self, start: int, depth: int) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Region] = {}
        more = not self._ends("}")
        while more:
            kind, text, at = self._next()
            if kind != "string":
                self.position = at
                self.fail("expected a key in quotes")
            key, region = self._string(text), self._lines.region(at, self.position)
            self._next(":")
            node = self.value(depth + 1)
            if key in entries:
                cure = f"it stands already in line {keys[key].line}; keep one"
                self.findings.append(Diagnostic(region, "FOE102", f'duplicate key "{key}"', cure))
            else:
                entries[key], keys[key] = node, region
            more = self._next(", }")[1] == ","
        return Mapping(entries, self._lines.region(start, self.position), keys)

    def _ends(self, mark: str) -> bool:
        match = _TOKEN.match(self._text, self.position)
        if match is None or match.group().strip() != mark:
            return False
        self.position = match.end()
        return True
