"""Literals whose text is no value of their datatype, and those of which an engine keeps the value alone.

The judges of shapes are held to one another on both; see ``validation``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time
from functools import cache
from typing import Final

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.namespaces import RDF, XSD

AS_WRITTEN: Final = "urn:foedus:as-written:"
"""Before a datatype's IRI: the literal stands in a form that the engine would change, such as ``31.50``."""

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(_DECIMAL.pattern + r"([eE][+-]?[0-9]+)?")
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})?$")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")
_DURATION = re.compile(
    r"-?P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?"
)
_UNTYPED = frozenset({XSD + "string", RDF + "langString"})


def _whole(low: int | None = None, high: int | None = None) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        if not _INTEGER.fullmatch(text):
            return False
        value = int(text) if low is not None or high is not None else 0
        return (low is None or low <= value) and (high is None or value <= high)

    return fits


def _moment(form: re.Pattern[str], read: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(text: str) -> bool:
        text = _ZONE.sub("", text)
        if not form.fullmatch(text):
            return False
        try:
            read(text.partition(".")[0])
        except ValueError:
            return False
        return True

    return fits


_FITS: Final[dict[str, Callable[[str], object]]] = {
    "integer": _whole(),
    "nonNegativeInteger": _whole(0),
    "positiveInteger": _whole(1),
    "nonPositiveInteger": _whole(high=0),
    "negativeInteger": _whole(high=-1),
    "long": _whole(-(2**63), 2**63 - 1),
    "int": _whole(-(2**31), 2**31 - 1),
    "short": _whole(-(2**15), 2**15 - 1),
    "byte": _whole(-128, 127),
    "unsignedLong": _whole(0, 2**64 - 1),
    "unsignedInt": _whole(0, 2**32 - 1),
    "unsignedShort": _whole(0, 2**16 - 1),
    "unsignedByte": _whole(0, 255),
    "decimal": _DECIMAL.fullmatch,
    # No endless number, and none that is none: neither can be compared.
    "double": _DOUBLE.fullmatch,
    "float": _DOUBLE.fullmatch,
    "boolean": frozenset({"true", "false", "1", "0"}).__contains__,
    # Days before the year 1 and after 9999 are beyond pySHACL, which takes them for none.
    "date": _moment(_DATE, date.fromisoformat),
    "time": _moment(_TIME, time.fromisoformat),
    "dateTime": _moment(re.compile(f"{_DATE.pattern}T{_TIME.pattern}"), datetime.fromisoformat),
    "duration": _DURATION.fullmatch,
    "dayTimeDuration": _DURATION.fullmatch,
    "yearMonthDuration": _DURATION.fullmatch,
    "hexBinary": re.compile(r"([0-9a-fA-F]{2})*").fullmatch,
}


def is_well_typed(text: str, datatype: str) -> bool:
    """Tell whether a text is a value of a datatype; of a datatype that is not known here, every text is."""
    fits = _FITS.get(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None
    return fits is None or bool(fits(text))


def as_judged(literal: ox.Literal) -> ox.Literal:
    """Return the literal that stands for one where shapes are judged; see ``comparable``."""
    datatype = literal.datatype.value
    if not is_well_typed(literal.value, datatype):
        return ox.Literal(literal.value)
    scratch = _scratch()
    scratch.add(ox.Quad(literal.datatype, literal.datatype, literal))
    kept = next(iter(scratch)).object == literal
    scratch.clear()
    return literal if kept else ox.Literal(literal.value, datatype=ox.NamedNode(AS_WRITTEN + datatype))


@cache
def _scratch() -> ox.Store:
    return ox.Store()


def comparable(triples: Iterable[ox.Triple], compared: Collection[str] = ()) -> list[ox.Triple]:
    """Return the triples as an engine can judge them, no value of them lost; raise UnreadableInput beyond RDF 1.1.

    An ill-typed literal, an endless number and, of the ``compared`` properties, a blank node become plain strings,
    which break the datatype demanded as well. A literal of which the engine would keep the value alone gets a
    datatype that keeps its text, ``AS_WRITTEN`` and its own.
    """
    literal = cache(as_judged)
    judged = []
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.NamedNode):
            judged.append(triple)
            continue
        if isinstance(value, ox.Triple):
            raise UnreadableInput(f"{value} is no term of RDF 1.1; take it out")
        new: ox.Literal | ox.BlankNode = value
        if isinstance(value, ox.BlankNode):
            if triple.predicate.value in compared:
                new = ox.Literal(str(value))
        elif value.datatype.value not in _UNTYPED:
            new = literal(value)
        judged.append(triple if new is value else ox.Triple(triple.subject, triple.predicate, new))
    return judged
