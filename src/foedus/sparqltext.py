"""The text of SPARQL queries as tokens: what a query may contain, and where its ``VALUES`` rows stand.

The engine has no separate lexer: it decides by context whether ``<`` begins an IRI or compares, and falls
back to ``""`` where a long string does not end well. So that no text means one thing here and another there,
what could be read in two ways is refused.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from foedus.diagnostics import UnreadableInput

MAX_CHARACTERS: Final = 100_000
MAX_DEPTH: Final = 200
"""Brackets within brackets; the engine's process dies at some 1,000 nested calls of IF."""
MAX_PARTS: Final = 1_000
"""Groups, operators and AS together; the engine's process dies at some 3,000 in a row."""

_TOKEN = r"""[ \t\r\n]+
    | \#[^\r\n]*
    | (?P<string>"{3}(?:"{0,2}(?:[^"\\]|\\.))*"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<blank>_:\w(?:[\w.\-]*[\w\-])?)
    | (?P<name>(?:[^\W\d_](?:[\w.\-]*[\w\-])?)?:
        (?:(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
           (?:(?:[\w:.\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*
              (?:[\w:\-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
    | (?P<word>\w+)
    | (?P<sign>.)"""
_ESCAPE = r"""\\(?:[tbnrf\\"']|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(?P<bad>))"""
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_REFUSED = ("SERVICE", "FROM")
_OPERANDS = frozenset({"string", "iri", "variable", "language", "number", "blank", "name", "word"})


class Token(NamedTuple):
    """A token that is neither white space nor comment; ``start`` is its offset in the text."""

    kind: str
    text: str
    start: int


class ValuesBlock(NamedTuple):
    """A ``VALUES`` block: its variables without sign, and the offsets between its braces.

    ``inside`` is false of the block that trails the query, which leaves filters within unbound.
    """

    variables: tuple[str, ...]
    start: int
    end: int
    inside: bool


def tokenize(text: str, name: str) -> list[Token]:
    """Return the tokens of a query; raise UnreadableInput where it is too long or can be read in two ways."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableInput(f"{name}: longer than {MAX_CHARACTERS:,} characters")
    found = re.finditer(_TOKEN, text, re.VERBOSE | re.DOTALL)  # compiled when needed: that takes 1.5 ms
    tokens = [Token(m.lastgroup, m.group(), m.start()) for m in found if m.lastgroup]
    before = Token("", "", 0)
    declares = False
    for token in tokens:
        if token.kind == "string":
            _check_escapes(text, token, name)
        elif token.kind == "iri":
            if "\\" in token.text:
                raise _refusal(text, token.start, name, "an escape in an IRI; write the character itself")
            if "#" in token.text and "://" not in token.text and not declares and _ends_operand(before):
                raise _refusal(
                    text, token.start, name, f'"{token.text}" may be a comparison; write a prefixed name'
                )
        elif token.text == "\\":
            raise _refusal(text, token.start, name, "a backslash outside a string")
        elif token.text == before.text == "<" and token.start == before.start + 1:
            raise _refusal(text, before.start, name, '"<<": triple terms are not RDF 1.1')
        elif token.text == "(" and before.kind == "word" and before.text.upper().endswith("TRIPLE"):
            raise _refusal(text, before.start, name, f'"{before.text}(": triple terms are not RDF 1.1')
        declares = before.text.upper() == "PREFIX"
        before = token
    return tokens


def check_query(text: str, name: str) -> list[Token]:
    """Return the tokens of a query that is safe to evaluate; raise UnreadableInput where it is not.

    Only SELECT, ASK, CONSTRUCT and DESCRIBE are; SERVICE and FROM, which reach beyond the graph, are refused,
    and so is what would exhaust the engine's stack.
    """
    tokens = tokenize(text, name)
    _check_form(text, tokens, name)
    depth = parts = 0
    for kind, word, start in tokens:
        if kind == "sign":
            if word in "([{":
                depth += 1
            elif word in ")]}":
                depth -= 1
            parts += word in "{+-*/|^!"
        elif kind == "word":
            parts += word.upper() == "AS"
        elif kind == "number":
            parts += word[0] in "+-"
        # The engine splits words such as trueSERVICE, so that any that contains one counts.
        if kind in ("word", "name"):
            bare = word.partition(":")[0].upper()
            refused = next((r for r in _REFUSED if r in bare), None)
            if refused:
                raise _refusal(text, start, name, f"{refused} is refused: queries ask this graph alone")
        # Brackets in what looks like an IRI may be an expression's.
        if depth + (word.count("(") if kind == "iri" else 0) > MAX_DEPTH:
            raise _refusal(text, start, name, f"brackets nested deeper than {MAX_DEPTH}")
        if parts > MAX_PARTS:
            raise _refusal(text, start, name, f"more than {MAX_PARTS:,} groups, operators and AS")
    return tokens


def find_values(tokens: list[Token]) -> list[ValuesBlock]:
    """Return the VALUES blocks of a query in the order of the text; one that is cut off is left out."""
    blocks = []
    depth = 0
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "word" and token.text.upper() == "VALUES":
            head = index + 1
            while head < len(tokens) and tokens[head].text != "{":
                head += 1
            tail = head
            while tail < len(tokens) and tokens[tail].text != "}":
                tail += 1
            if tail < len(tokens):
                variables = tuple(t.text[1:] for t in tokens[index:head] if t.kind == "variable")
                blocks.append(ValuesBlock(variables, tokens[head].start + 1, tokens[tail].start, depth > 0))
            index = tail
        elif token.kind == "sign":
            depth += (token.text == "{") - (token.text == "}")
        index += 1
    return blocks


def place(text: str, offset: int) -> str:
    """Return ``LINE:COLUMN`` of an offset, both from 1."""
    return f"{text.count(chr(10), 0, offset) + 1}:{offset - text.rfind(chr(10), 0, offset)}"


def _check_form(text: str, tokens: list[Token], name: str) -> None:
    """Refuse a query whose first word after the prologue is no query form."""
    index = 0
    while index < len(tokens) and tokens[index].text.upper() in ("PREFIX", "BASE"):
        index += 3 if tokens[index].text.upper() == "PREFIX" else 2
    first = tokens[index] if index < len(tokens) else Token("", "nothing", len(text))
    # The engine takes SELECT?x, but also SELECTx; what it cannot read it reports itself.
    if first.text.upper() not in _FORMS:
        reason = f'"{first.text[:40]}" is none of SELECT, ASK, CONSTRUCT and DESCRIBE; only these run'
        raise _refusal(text, first.start, name, reason)


def _check_escapes(text: str, token: Token, name: str) -> None:
    """Refuse escapes that engines treat differently: unknown ones, and code points of ASCII or surrogates."""
    for match in re.finditer(_ESCAPE, token.text):
        digits = match[1] or match[2]
        code = int(digits, 16) if digits else 0x80
        if match["bad"] is not None or code < 0x80 or 0xD800 <= code < 0xE000:
            raise _refusal(text, token.start + match.start(), name, "an escape that engines read differently")


def _ends_operand(token: Token) -> bool:
    """Return whether an expression's operand may end with the token, so that ``<`` after it may compare."""
    return token.kind in _OPERANDS or token.text in (")", "]")


def _refusal(text: str, offset: int, name: str, reason: str) -> UnreadableInput:
    return UnreadableInput(f"{name}:{place(text, offset)}: {reason}")
