"""Answers as text: for people (table, markdown), for programs (json, csv, tsv) and by W3C's formats (srj).

Programs get the slug of an entity or concept, and its label in a column beside it; people get the label.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from foedus import tables
from foedus.entities import labels
from foedus.namespaces import ID, VOC, XSD, slug
from foedus.store import Answer, Solutions, Store, Term

EVIDENCE: Final = "evidence"
"""The column of segment ids; engines concatenate them in different orders, so they are sorted here."""

_LABEL = "Label"
_LABELLED = frozenset({"entity", "concept", "any"})
"""The types of columns beside which there is one of labels."""

_STRING = XSD + "string"
_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("integer", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_FRACTIONS = frozenset(XSD + name for name in ("decimal", "double", "float"))
_PLAIN_NUMBERS = {
    XSD + "integer": r"[+-]?[0-9]+",
    XSD + "decimal": r"[+-]?[0-9]*\.[0-9]+",
    XSD + "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+",
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def render(
    answer: Answer,
    store: Store,
    form: str,
    width: int = 0,
    bold: bool = False,
    types: Mapping[str, str] | None = None,
) -> str:
    """Return an answer as table, json, csv, tsv, markdown or srj, ending in a line feed.

    ``types`` are those that a stored query declares of its columns: where they tell, the columns of json, csv and
    tsv are the same whatever the rows hold. A column without a type has labels beside it where some row has a name.
    ``width`` (of the terminal; 0: no limit) and ``bold`` (headers) concern tables alone.
    """
    if isinstance(answer, bool):
        truth = "true" if answer else "false"
        return tables.to_json_text({"head": {}, "boolean": answer}) if form == "srj" else f"{truth}\n"
    solutions = sort_evidence(answer)
    if form == "srj":
        return tables.to_json_text(
            {"head": {"vars": solutions.variables}, "results": {"bindings": _bindings(solutions)}}
        )
    known = labels(store, {iri for row in solutions.rows for iri in map(_named, row) if iri})
    if form == "json":
        names, values = _with_labels(solutions, known, _value, types or {})
        return tables.to_json_text([dict(zip(names, row, strict=True)) for row in values])
    if form in ("csv", "tsv"):
        names, values = _with_labels(solutions, known, _text, types or {})
        return tables.csv(names, values) if form == "csv" else tables.tsv(names, values)
    rows = [
        [known.get(_named(term)) or _citation(name, term, _text) for name, term in _cells(solutions, row)]
        for row in solutions.rows
    ]
    if form == "markdown":
        return tables.markdown(solutions.variables, rows)
    return tables.table(solutions.variables, rows, width, bold)


def sparql_tsv(solutions: Solutions) -> str:
    """Return rows as W3C's SPARQL TSV, which keeps every term exactly; the form of golden rows."""
    lines = ["\t".join(f"?{name}" for name in solutions.variables)]
    lines += ["\t".join(map(_exact, row)) for row in sort_evidence(solutions).rows]
    return "".join(line + "\n" for line in lines)


def sort_evidence(solutions: Solutions) -> Solutions:
    """Return the solutions with the parts of each concatenated ``evidence`` sorted, each once."""
    if EVIDENCE not in solutions.variables:
        return solutions
    place = solutions.variables.index(EVIDENCE)
    rows = []
    for row in solutions.rows:
        term = row[place]
        if isinstance(term, ox.Literal):
            parts = ox.Literal(" ".join(sorted(set(term.value.split()))))
            row = (*row[:place], parts, *row[place + 1 :])
        rows.append(row)
    return Solutions(solutions.variables, rows)


def _with_labels(
    solutions: Solutions, known: dict[str, str], cell: Callable[[Term | None], Any], types: Mapping[str, str]
) -> tuple[list[str], list[list[Any]]]:
    """Return columns and rows of cells, with a column of labels beside each that holds names."""
    labelled = {
        name
        for place, name in enumerate(solutions.variables)
        if f"{name}{_LABEL}" not in solutions.variables
        and name != EVIDENCE
        and (types[name] in _LABELLED if types.get(name) else _some_named(solutions, place))
    }
    names = [
        c for name in solutions.variables for c in ([name, name + _LABEL] if name in labelled else [name])
    ]
    rows = []
    for row in solutions.rows:
        cells: list[Any] = []
        for name, term in _cells(solutions, row):
            cells.append(_citation(name, term, cell))
            if name in labelled:
                iri = _named(term)
                cells.append(known.get(iri, slug(iri)) if iri else cell(None))
        rows.append(cells)
    return names, rows


def _cells(solutions: Solutions, row: tuple[Term | None, ...]) -> Iterator[tuple[str, Term | None]]:
    return zip(solutions.variables, row, strict=True)


def _some_named(solutions: Solutions, place: int) -> bool:
    return any(_named(row[place]) for row in solutions.rows)


def _named(term: Term | None) -> str:
    """Return the IRI of an entity, record or concept; '' for any other cell."""
    return term.value if isinstance(term, ox.NamedNode) and term.value.startswith((ID, VOC)) else ""


def _value(term: Term | None) -> str | int | float | bool | None:
    """Return a cell as JSON has it: numbers as numbers, all else as text."""
    match term:
        case None:
            return None
        case ox.NamedNode():
            return slug(term.value)
        case ox.BlankNode():
            return str(term)
        case ox.Literal():
            return _literal(term.value, term.datatype.value)
        case ox.Triple():
            return str(term)
    raise TypeError(f"no such term: {term!r}")


def _literal(text: str, datatype: str) -> str | int | float | bool:
    """Return a literal's value where JSON has it, else its text: what is ill-typed, infinite or too long."""
    try:
        if datatype in _INTEGERS and re.fullmatch(_PLAIN_NUMBERS[XSD + "integer"], text):
            return int(text)
        if datatype in _FRACTIONS and math.isfinite(number := float(text)):
            return number
    except ValueError:
        return text
    return _TRUTH.get(text, text) if datatype == XSD + "boolean" else text


def _text(term: Term | None) -> str:
    """Return a cell as text: numbers as they are written, nothing where it is unbound."""
    match term:
        case None:
            return ""
        case ox.NamedNode():
            return slug(term.value)
        case ox.Literal():
            return term.value
    return str(term)


def _citation(name: str, term: Term | None, cell: Callable[[Term | None], Any]) -> Any:
    """Return a cell; a segment's IRI as evidence is the id by which records cite it, SOURCE:SEGMENT."""
    if name == EVIDENCE and isinstance(term, ox.NamedNode) and term.value.startswith(ID):
        return slug(term.value).replace(".", ":", 1)
    return cell(term)


def _bindings(solutions: Solutions) -> list[dict[str, dict[str, str]]]:
    return [
        {
            name: _binding(term)
            for name, term in zip(solutions.variables, row, strict=True)
            if term is not None
        }
        for row in solutions.rows
    ]


def _binding(term: Term) -> dict[str, str]:
    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            found = {"type": "literal", "value": term.value}
            if term.language:
                return found | {"xml:lang": term.language}
            return found if term.datatype.value == _STRING else found | {"datatype": term.datatype.value}
    raise TypeError(f"a term that is not RDF 1.1: {term}")


def _exact(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        plain = _PLAIN_NUMBERS.get(term.datatype.value)
        if plain and re.fullmatch(plain, term.value):
            return term.value
    return str(term)
