"""Triples in the making, for what the tool itself describes in RDF."""

from __future__ import annotations

import pyoxigraph as ox

from foedus.namespaces import XSD


class Facts:
    """Triples of which subject and property are IRIs; ``triples`` holds them in the order in which they were said."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def link(self, subject: str, path: str, *targets: str) -> None:
        """Say that the subject has the property with each of the targets, which are IRIs."""
        for target in targets:
            self._add(subject, path, ox.NamedNode(target))

    def say(self, subject: str, path: str, text: str, language: str = "", datatype: str = "string") -> None:
        """Say a literal in a language, or else of an XSD datatype by its local name."""
        kind = ox.NamedNode(XSD + datatype)
        value = ox.Literal(text, language=language) if language else ox.Literal(text, datatype=kind)
        self._add(subject, path, value)

    def count(self, subject: str, path: str, number: int) -> None:
        """Say an integer."""
        self.say(subject, path, str(number), datatype="integer")

    def _add(self, subject: str, path: str, value: ox.NamedNode | ox.Literal) -> None:
        self.triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(path), value))
