"""What shapes demand of the records of a class, read from the shapes themselves."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foedus.namespaces import RDF, SH, slug
from foedus.validation import read_shapes

_TYPE = RDF + "type"


class Demand(NamedTuple):
    """Keys of which a shape speaks, and how many values, of one of them, it asks for."""

    keys: tuple[str, ...]
    least: int


class Shapes:
    """All shapes of an ontology, to be asked what they demand."""

    def __init__(self, ontology: Path) -> None:
        self._about: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for triple in read_shapes(ontology):
            key = triple.predicate.value.removeprefix(SH).removeprefix(RDF)
            self._about[triple.subject][key].append(triple.object)

    def asked(self, classes: frozenset[str]) -> list[Demand]:
        """Return what shapes that target one of the classes ask of a record's own keys."""
        found = [Demand(keys, self._least(s)) for s in self._of(classes) if (keys := self._keys(s))]
        return found + [
            demand for shape in self._targeted(classes) for demand in self._chosen(shape, classes)
        ]

    def owed(self, classes: frozenset[str]) -> list[str]:
        """Return the messages of shapes that ask what other records say of one."""
        return [
            self._message(shape)
            for shape in self._of(classes)
            if self._least(shape) and self._about[shape]["path"] and not self._keys(shape)
        ]

    def barred(self) -> dict[str, str]:
        """Return the classes of which no record is written, each with the cure of the shape that says so."""
        found: dict[str, str] = {}
        for shape in list(self._about):
            about = self._about[shape]
            if [_text(p) for p in about["path"]] == [_TYPE]:
                members = [m for n in about["not"] for head in self._about[n]["in"] for m in self._list(head)]
                found |= dict.fromkeys(map(_text, members), self._message(shape).partition("; ")[2])
            elif about["in"] and about["targetClass"]:
                found |= dict.fromkeys(map(_text, about["targetClass"]), self._message(shape))
        return found

    def _targeted(self, classes: frozenset[str]) -> list[object]:
        return [
            shape
            for shape, about in list(self._about.items())
            if any(_text(target) in classes for target in about["targetClass"])
        ]

    def _of(self, classes: frozenset[str]) -> list[object]:
        """Return the shapes that target one of the classes, and the shapes of their properties."""
        targeted = self._targeted(classes)
        return [*targeted, *(p for shape in targeted for p in self._about[shape]["property"])]

    def _chosen(self, shape: object, classes: frozenset[str]) -> list[Demand]:
        """Return what a shape asks for that offers several keys, unless one of the classes is a choice itself."""
        branches = [branch for head in self._about[shape]["or"] for branch in self._list(head)]
        asking = [b for b in branches if self._least(b) and self._keys(b)]
        named = {_text(c) for b in branches for c in self._about[b]["class"]}
        if (
            not asking
            or named & classes
            or any(b not in asking and not self._about[b]["class"] for b in branches)
        ):
            return []
        return [Demand(tuple(k for b in asking for k in self._keys(b)), self._least(asking[0]))]

    def _least(self, shape: object) -> int:
        about = self._about[shape]
        return max(
            (int(_text(n)) for key in ("minCount", "qualifiedMinCount") for n in about[key]), default=0
        )

    def _keys(self, shape: object) -> tuple[str, ...]:
        iris = [iri for path in self._about[shape]["path"] for iri in self._properties(path)]
        return tuple(slug(iri).rpartition("/")[2].rpartition("#")[2] for iri in iris)

    def _properties(self, path: object) -> list[str]:
        """Return the properties of a path; none of an inverse one, which the record itself does not write."""
        if isinstance(path, ox.NamedNode):
            return [path.value]
        return [_text(p) for head in self._about[path]["alternativePath"] for p in self._list(head)]

    def _list(self, head: object) -> list[object]:
        members = []
        while self._about[head]["first"]:
            members += self._about[head]["first"]
            head = self._about[head]["rest"][0]
        return members

    def _message(self, shape: object) -> str:
        return " ".join(map(_text, self._about[shape]["message"]))


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)
