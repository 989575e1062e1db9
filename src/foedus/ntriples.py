"""Expanded records straight to N-Triples: what a JSON-LD processor makes of them, forty times as fast.

It reads the nodes of ``expansion`` alone, whose form is known, by the same vocabulary that the context is
made of; a test holds both to the same triples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from foedus.context import JsonObject, is_language_map
from foedus.namespaces import ID, PREFIXES, RDF
from foedus.vocabulary import NUMERIC, TEXT, Property, Vocabulary

_ESCAPED = re.compile(r'["\\\n\r\x00-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_TYPE = f"<{RDF}type>"


class Writer:
    """Writes expanded nodes as lines of N-Triples."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._classes = {name: f"<{c.iri}>" for name, c in vocabulary.classes.items()}
        self._term = cache(self._term_of)

    def lines(self, node: JsonObject) -> Iterator[str]:
        """Yield the triples of a node and of those nested in it."""
        subject = f"<{ID}{node['id']}>"
        for name in node["type"]:
            yield f"{subject} {_TYPE} {self._classes[name]} .\n"
        for key, values in node.items():
            if key in ("id", "type"):
                continue
            predicate, term = self._term(key)
            if isinstance(values, dict):
                # Texts by language, among which a language may be called "id", or one resource or literal.
                yield from (f"{subject} {predicate} {text} .\n" for text in _objects(values))
                continue
            for value in values:
                for found in value if isinstance(value, list) else (value,):
                    if isinstance(found, str):
                        yield f"{subject} {predicate} {term(found)} .\n"
                    elif "id" in found:
                        yield f"{subject} {predicate} <{ID}{found['id']}> .\n"
                        yield from self.lines(found)
                    else:
                        for text in _objects(found):
                            yield f"{subject} {predicate} {text} .\n"

    def _term_of(self, key: str) -> tuple[str, Callable[[str], str]]:
        """Return the predicate of a key, and what makes its texts terms."""
        prop = self._vocabulary.properties.get(key)
        if prop is None:
            prefix, _, name = key.partition(":")
            return f"<{PREFIXES[prefix]}{name}>", _literal
        return f"<{prop.iri}>", self._writer(prop)

    def _writer(self, prop: Property) -> Callable[[str], str]:
        scheme = self._vocabulary.scheme_of(prop)
        if scheme:
            return lambda text: f"<{scheme}.{text}>"
        if prop.kind == "ObjectProperty":
            return lambda text: f"<{ID}{text}>"
        if is_language_map(prop) or prop.range == TEXT:
            return lambda text: f"{_literal(text)}@en"
        if prop.range in NUMERIC or prop.range.endswith("#date"):
            return lambda text: f"{_literal(text)}^^<{prop.range}>"
        return _literal


def _objects(value: dict[str, Any]) -> Iterator[str]:
    """Yield the objects that a JSON-LD value, a reference, or a map of texts by language stands for."""
    if "@id" in value:
        yield f"<{value['@id']}>"
    elif "@language" in value:
        yield f"{_literal(value['@value'])}@{value['@language']}"
    elif "@type" in value:
        plain = value["@type"].endswith("#string")
        yield _literal(value["@value"]) + ("" if plain else f"^^<{value['@type']}>")
    else:
        for language, texts in value.items():
            for text in texts:
                yield f"{_literal(text)}@{language}"


def _literal(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"' if _ESCAPED.search(text) else f'"{text}"'


def _escape(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04X}"
