"""Answers of stored queries as tables of linked cells, with their twins for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from foedus import tables
from foedus.entities import labels
from foedus.namespaces import ID, VOC, slug
from foedus.results import EVIDENCE, render, sort_evidence
from foedus.store import Solutions, Term
from foedus.storedqueries import StoredQuery
from foedus.vocabulary import Vocabulary
from foedus.web.site import Site
from foedus.web.spokendates import spoken

PAGE_SIZE: Final = 100
"""Rows of one page of a table."""


class Cell(NamedTuple):
    """A text and what it links to, as slugs; ``segments`` are ids of evidence."""

    text: str
    id: str = ""
    segments: tuple[str, ...] = ()


class Table(NamedTuple):
    """Columns with their descriptions, the rows of one page, how many there are, and the number of the page.

    ``variables`` are the names of the columns in the query.
    """

    variables: tuple[str, ...]

    columns: list[tuple[str, str]]
    rows: list[list[Cell]]
    total: int
    page: int
    pages: int

    def claimed(self, row: list[Cell]) -> bool:
        """Tell whether a row is about what its source does not assert."""
        told = dict(zip(self.variables, row, strict=True)).get("modality")
        return told is not None and told.text not in ("", "asserted")

    @property
    def named(self) -> list[dict[str, Cell]]:
        """The rows by the names of their columns."""
        return [dict(zip(self.variables, row, strict=True)) for row in self.rows]


def tabulate(site: Site, query: StoredQuery, found: Solutions, page: int = 1, size: int = PAGE_SIZE) -> Table:
    """Return one page of an answer; a page beyond the last is the last."""
    found = sort_evidence(found)
    pages = max(1, -(-len(found.rows) // size))
    page = min(max(page, 1), pages)
    rows = found.rows[(page - 1) * size : page * size]
    iris = {
        t.value for row in rows for t in row if isinstance(t, ox.NamedNode) and t.value.startswith((ID, VOC))
    }
    known = labels(site.store, iris)
    types = {column.name: column for column in query.columns}
    columns = [(_words(name), types[name].description if name in types else "") for name in found.variables]
    cells = [
        [
            _cell(name, types[name].type if name in types else "", term, known, site.vocabulary)
            for name, term in zip(found.variables, row, strict=True)
        ]
        for row in rows
    ]
    return Table(found.variables, columns, cells, len(found.rows), page, pages)


def twins(site: Site, query: StoredQuery, found: Solutions) -> dict[str, Callable[[], str]]:
    """Return the answer's forms for machines: the same as the command line gives."""
    types = {column.name: column.type for column in query.columns}
    return {
        "json": lambda: render(found, site.store, "json", types=types),
        "csv": lambda: render(found, site.store, "csv", types=types),
    }


def listed(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Callable[[], str]]:
    """Return the forms for machines of a list of texts with named columns."""
    return {
        "json": lambda: as_json([dict(zip(header, row, strict=True)) for row in rows]),
        "csv": lambda: tables.csv(header, rows),
    }


def as_json(value: Any) -> str:
    """Return a value as JSON for readers; days become texts."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def _cell(name: str, kind: str, term: Term | None, known: Mapping[str, str], vocabulary: Vocabulary) -> Cell:
    match term:
        case None:
            return Cell("")
        case ox.NamedNode() if name == EVIDENCE and term.value.startswith(ID):
            return Cell("", segments=(slug(term.value).replace(".", ":", 1),))
        case ox.NamedNode() if term.value.startswith(ID):
            return Cell(known.get(term.value) or slug(term.value), slug(term.value))
        case ox.NamedNode():
            return Cell(known.get(term.value) or vocabulary.label(term.value))
        case ox.Literal() if name == EVIDENCE:
            return Cell("", segments=tuple(term.value.split()))
        case ox.Literal():
            return Cell(spoken(term.value) if kind in ("date", "day") else term.value)
    return Cell(str(term))


def _words(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)
