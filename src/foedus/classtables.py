"""Tidy tables, one per class, for people with spreadsheets and data frames."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import pyoxigraph as ox

from foedus.compaction import Values, group, keys_of, owners, short_name
from foedus.namespaces import FOE, RDF, SKOS
from foedus.vocabulary import Property, Vocabulary

Table = tuple[list[str], list[list[str]]]
"""A table's columns and rows."""

JOINT = "|"
r"""What stands between the items of a list; where it occurs within one it is written ``\|``, and a backslash ``\\``."""

_TYPE = RDF + "type"
_LABEL = SKOS + "prefLabel"
_DATE = FOE + "Date"
_LAST = FOE + "evidence"
_DATE_PARTS = (
    ("", FOE + "edtf"),
    ("Earliest", FOE + "earliest"),
    ("Latest", FOE + "latest"),
    ("Reason", FOE + "boundReason"),
)
"""The columns into which a date falls apart, by what follows the property's key in their names."""

_Cells = dict[tuple[str, int, str], list[str]]
"""The items of a row's cells, by where the column stands (the property's rank, place within it) and its name."""


def class_tables(
    triples: Iterable[ox.Triple],
    labels: Iterable[ox.Triple],
    vocabulary: Vocabulary,
    sources: Iterable[str] = (),
) -> dict[str, Table]:
    """Return one table per class of the triples, by the class's short name, which can name a file.

    ``id``, ``label``, for nested nodes ``owner``, then the properties that any instance has: of resources the
    short name and, beside it, the English label (from ``labels``); of dates the EDTF string, the first and last
    day, and why there is none; texts in other languages as ``KEY@LANGUAGE``; the evidence last.
    """
    return _Tabulation(group(triples), group(labels), vocabulary, frozenset(sources)).tables()


class _Tabulation:
    def __init__(
        self,
        nodes: dict[str, Values],
        labelled: dict[str, Values],
        vocabulary: Vocabulary,
        sources: frozenset[str],
    ) -> None:
        self._nodes = nodes
        self._owners = owners(nodes)
        self._labels = {iri: _english(values.get(_LABEL, ())) for iri, values in (labelled | nodes).items()}
        self._properties: dict[str, Property] = keys_of(vocabulary)
        self._sources = sources

    def tables(self) -> dict[str, Table]:
        instances: dict[str, list[str]] = defaultdict(list)
        for iri, values in self._nodes.items():
            for kind in values.get(_TYPE, ()):
                instances[_file_name(kind.value)].append(iri)
        return {name: self._table(sorted(members)) for name, members in sorted(instances.items())}

    def _table(self, members: list[str]) -> Table:
        rows = [(iri, self._cells(self._nodes[iri])) for iri in members]
        columns = sorted({column for _, cells in rows for column in cells})
        nested = any(iri in self._owners for iri in members)
        head = ["id", "label", *(["owner"] if nested else [])]
        body = []
        for iri, cells in rows:
            owner = self._name(self._owners[iri][0]) if iri in self._owners else ""
            start = [self._name(iri), self._labels.get(iri, ""), *([owner] if nested else [])]
            body.append(start + [_joined(cells.get(column, ())) for column in columns])
        return head + [name for _, _, name in columns], body

    def _cells(self, values: Values) -> _Cells:
        """Return a row's cells; the items of columns that belong together keep one order."""
        cells: _Cells = defaultdict(list)
        for path, found in values.items():
            if path == _TYPE:
                continue
            prop = self._properties.get(path)
            key = prop.key if prop else short_name(path)
            rank = f"{int(path == _LAST)}{key}"
            for value in found:
                if isinstance(value, ox.Literal):
                    if path != _LABEL or value.language != "en":
                        plain = not value.language or value.language == "en"
                        cells[rank, 0, key if plain else f"{key}@{value.language}"].append(value.value)
                elif self._is_date(value.value):
                    for place, (suffix, part) in enumerate(_DATE_PARTS):
                        parts = self._nodes[value.value].get(part, ())
                        cells[rank, place, key + suffix].append("".join(self._item(p) for p in parts))
                else:
                    cells[rank, 0, key].append(self._name(value.value))
                    if path != _LAST and any(self._labels.get(v.value) for v in found):
                        cells[rank, 1, f"{key}Label"].append(self._labels.get(value.value, ""))
        return cells

    def _is_date(self, iri: str) -> bool:
        return any(kind.value == _DATE for kind in self._nodes.get(iri, {}).get(_TYPE, ()))

    def _item(self, value: ox.NamedNode | ox.Literal) -> str:
        return value.value if isinstance(value, ox.Literal) else self._name(value.value)

    def _name(self, iri: str) -> str:
        name = short_name(iri, self._sources)
        if name.startswith("voc:"):
            return name.partition(".")[2] or name
        return name.removeprefix("foe:")


def _file_name(iri: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]+", "-", short_name(iri).removeprefix("foe:"))


def _english(values: Iterable[ox.NamedNode | ox.Literal]) -> str:
    return next((v.value for v in values if isinstance(v, ox.Literal) and v.language == "en"), "")


def _joined(items: Iterable[str]) -> str:
    cells = [re.sub(r"[|\\]", r"\\\g<0>", item) for item in items]
    return JOINT.join(cells) if any(cells) else ""
