"""Where the triples of a Turtle or N-Triples text stand, which no parser tells.

The text is known to be sound: another parser has read it. What is found here are places only, in the order of
the text, so that they can be laid beside that parser's triples.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from foedus.diagnostics import Region, UnreadableInput

MAX_DEPTH = 100
"""How deep blank nodes and lists may stand within each other."""

_NAME = r"(?:[^\W_]|[_-])"
_TOKEN = re.compile(
    rf"""
    (?P<blank>(?:[ \t\r\n]++|\#[^\n\r]*+)++)
  | (?P<literal>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]++|\\.|'(?!''))*+'''
      | "(?:[^"\\\n\r]++|\\.)*+" | '(?:[^'\\\n\r]++|\\.)*+')
  | (?P<term><(?!<)[^<>\s]*+>
      | _:(?:{_NAME}|\.(?=[\w.-]))++
      | (?:{_NAME}|\.(?=[\w.-]))*+:(?:{_NAME}|[:·]|%[0-9A-Fa-f]{{2}}|\\.|\.(?=[\w.:%\\-]))*+
      | [+-]?(?:[0-9]++(?:\.[0-9]++(?:[eE][+-]?[0-9]++)?|\.?[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?))
  | (?P<tag>@[A-Za-z][A-Za-z0-9-]*+)
  | (?P<datatype>\^\^)
  | (?P<word>[A-Za-z]++)
  | (?P<mark>[.;,\[\]()])
    """,
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVES = frozenset({"@prefix", "@base", "prefix", "base"})


class Place(NamedTuple):
    """The places of one triple's three terms, and of those of them that are blank nodes."""

    subject: Region
    predicate: Region
    object: Region
    blank: tuple[Region, ...]


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def line_starts(text: str) -> list[int]:
    """Return the offsets at which the lines of a text begin, which end where those of YAML do, whatever the format."""
    return [0, *(match.end() for match in re.finditer("\r\n?|[\n\x85\u2028\u2029]", text))]


class Lines:
    """The lines of a text, to tell line and column of an offset."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._starts = line_starts(text)

    def region(self, start: int, end: int) -> Region:
        """Return the stretch between two offsets."""
        return Region(self._name, *self._place(start), *self._place(end))

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def place_triples(text: str, name: str) -> list[Place]:
    """Return the places of all triples of a Turtle text in its order, those of blank nodes included.

    The members of a list have none. Raise UnreadableInput where the text uses what RDF 1.1 does not have, or
    nests too deep.
    """
    return _Walk(text, name).places


class _Walk:
    """One pass over the tokens, with the open blank nodes on a stack."""

    def __init__(self, text: str, name: str) -> None:
        self.places: list[Place] = []
        self._lines = Lines(text, name)
        self._subject: Region | None = None
        self._predicate: Region | None = None
        self._blank = False
        self._stack: list[tuple[Region | None, Region | None, bool, Region]] = []
        self._lists = 0
        self._read(list(self._tokens(text)))

    def _tokens(self, text: str) -> Iterator[_Token]:
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                region = self._lines.region(position, position + 1)
                raise UnreadableInput(f"{region}: {text[position]!r} is not Turtle of RDF 1.1; take it out")
            if match.lastgroup != "blank":
                yield _Token(str(match.lastgroup), match.group(), match.start(), match.end())
            position = match.end()

    def _read(self, tokens: list[_Token]) -> None:
        position = 0
        while position < len(tokens):
            token = tokens[position]
            position += 1
            if token.text.casefold() in _DIRECTIVES and token.kind in ("tag", "word"):
                # A directive ends with its IRI; the dot after @prefix is passed over below.
                while not tokens[position].text.startswith("<"):
                    position += 1
                position += 1
            elif token.kind == "mark":
                self._mark(token)
            else:
                end = token.end
                if token.kind == "literal" and position < len(tokens):
                    following = tokens[position]
                    if following.kind == "tag":
                        end, position = following.end, position + 1
                    elif following.kind == "datatype":
                        end, position = tokens[position + 1].end, position + 2
                self._term(self._lines.region(token.start, end), token.text.startswith("_:"))

    def _term(self, region: Region, blank: bool) -> None:
        if self._lists:
            return
        if self._subject is None:
            self._subject, self._blank = region, blank
        elif self._predicate is None:
            self._predicate = region
        else:
            blanks = (*[self._subject] * self._blank, *[region] * blank)
            self.places.append(Place(self._subject, self._predicate, region, blanks))

    def _mark(self, token: _Token) -> None:
        mark = token.text
        region = self._lines.region(token.start, token.end)
        if mark in "([":
            if len(self._stack) + self._lists >= MAX_DEPTH:
                raise UnreadableInput(f"{region}: nested deeper than {MAX_DEPTH} levels; give nodes ids")
            if mark == "(" or self._lists:
                if not self._lists:
                    self._term(region, True)
                self._lists += 1
            else:
                self._stack.append((self._subject, self._predicate, self._blank, region))
                self._subject, self._predicate, self._blank = region, None, True
        elif mark in ")]":
            if self._lists:
                self._lists -= 1
            else:
                self._subject, self._predicate, self._blank, opened = self._stack.pop()
                self._term(opened, True)
        elif self._lists:
            return
        elif mark == ".":
            self._subject = self._predicate = None
        elif mark == ";":
            self._predicate = None
