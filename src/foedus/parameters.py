"""Values of parameters: from what a user types to RDF terms in the VALUES rows of a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.entities import find_entity, fold, named
from foedus.namespaces import FOE, PREFIXES, SKOS, VOC, XSD, slug
from foedus.store import Solutions, Store, Term
from foedus.storedqueries import Parameter, StoredQuery

SPEAKS_UNTIL: Final = "speaksUntil"
"""The date that stands for the last day of which any source of the graph speaks."""

MAX_VALUES: Final = 500
MAX_LENGTH: Final = 1_000
"""Characters of a value of type string."""

_PLAIN_DATE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_INTEGER = r"[+-]?[0-9]{1,10}"
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FEW = 12
_MAX_INTEGER = 2**31

Row = tuple[ox.NamedNode | ox.Literal, ...]


class Choice(NamedTuple):
    """One value of a choice: what a user types, the term that it stands for, its label or ''."""

    slug: str
    term: ox.NamedNode | ox.Literal
    label: str


def bind(query: StoredQuery, store: Store, values: Mapping[str, Sequence[str]]) -> str:
    """Return the query's text with the given values, by parameter, in the rows of every scope.

    A parameter without values gets its default or, where it is optional, UNDEF. Lines keep their numbers.
    Raise UnknownName or UnreadableInput, naming the option, for what cannot be a value of the parameter.
    """
    rows: dict[tuple[str, ...], str] = {}
    for name in values:
        if name not in {p.name for p in query.parameters}:
            hint = did_you_mean(name, [p.name for p in query.parameters])
            raise UnknownName(f'no parameter "{name}" in {query.name}; {hint}'.removesuffix("; "))
    for parameter in query.parameters:
        found = resolve(store, parameter, values.get(parameter.name) or parameter.default)
        rows[parameter.variables] = " ".join(_serialize(row) for row in found) or _serialize(
            (None,) * len(parameter.variables)
        )
    text = query.text
    for block in reversed(query.blocks):
        if block.variables in rows:
            lines = "\n" * text.count("\n", block.start, block.end)
            text = f"{text[: block.start]} {rows[block.variables]} {lines}{text[block.end :]}"
    return text


def resolve(store: Store, parameter: Parameter, texts: Sequence[str]) -> list[Row]:
    """Return the rows that values stand for, each once; none where the parameter is optional and has none.

    Raise UnknownName or UnreadableInput, naming the option.
    """
    option = f"--{parameter.option}"
    if not texts and not parameter.optional:
        example = f", such as {parameter.example[0]}" if parameter.example else ""
        raise UnknownName(f"{option}: a value is needed{example}")
    if len(texts) > (MAX_VALUES if parameter.many else 1):
        raise UnreadableInput(
            f"{option}: takes {f'up to {MAX_VALUES} values' if parameter.many else 'one value'}"
        )
    try:
        return list(dict.fromkeys(_row(store, parameter, text) for text in texts))
    except (UnknownName, UnreadableInput) as error:
        raise type(error)(f"{option}: {error}") from error


def choices(store: Store, parameter: Parameter) -> list[Choice]:
    """Return the values that a choice may take: those of its header, of its scheme, or of its query."""
    if parameter.choices_from:
        answer = store.query(parameter.choices_from, f'choicesFrom of "{parameter.name}"', PREFIXES)
        return list(_as_choices(answer.rows if isinstance(answer, Solutions) else ()))
    if not parameter.scheme:
        return [Choice(text, ox.Literal(text), "") for text in parameter.choices]
    found = _as_choices(
        tuple(row)
        for row in store.select(
            f"SELECT ?concept ?label WHERE {{ ?concept <{SKOS}inScheme> {ox.NamedNode(VOC + parameter.scheme)} ; "
            f'<{SKOS}prefLabel> ?label FILTER (LANG(?label) = "en") }} ORDER BY ?concept'
        )
    )
    return [choice for choice in found if not parameter.choices or choice.slug in parameter.choices]


def completions(store: Store, parameter: Parameter, incomplete: str) -> list[tuple[str, str]]:
    """Return the values that begin, by slug or label, as a half-typed one does, each with its label."""
    if parameter.type == "entity":
        known = list(named(store, parameter.class_name or "Entity").items())
    elif parameter.type == "choice":
        known = [(choice.slug, choice.label) for choice in choices(store, parameter)]
    else:
        known = [(text, "") for text in (*parameter.example, *parameter.default)]
    start = fold(incomplete)
    return sorted(
        (value, label)
        for value, label in known
        if value.startswith(incomplete) or fold(value).startswith(start) or fold(label).startswith(start)
    )


def date_range(store: Store, text: str) -> tuple[date, date]:
    """Return the first and last day of a date: EDTF, ``today``, ``speaksUntil``, or a range ``A..B`` of these.

    An open end of a range reaches to the first or last day that the calendar has. Raise UnreadableInput.
    """
    text = text.strip()
    if ".." in text and not text.startswith(("[", "{")):
        first, _, last = text.partition("..")
        if ".." in last:
            raise UnreadableInput(f'"{text[:MAX_LENGTH]}" has more than one range; write A..B')
        if not first and not last:
            raise UnreadableInput('".." has no day; write A..B, A.. or ..B')
        days = (
            date_range(store, first)[0] if first else date.min,
            date_range(store, last)[1] if last else date.max,
        )
    elif text == "today":
        days = (date.today(), date.today())
    elif text == SPEAKS_UNTIL:
        days = (_speaks_until(store),) * 2
    else:
        days = _plain_date(text) or _edtf(text)
    if days[0] > days[1]:
        raise UnreadableInput(f'"{text}" ends before it begins; exchange the two')
    return days


def _row(store: Store, parameter: Parameter, text: str) -> Row:
    if _HIDDEN.search(text):
        raise UnreadableInput("a control character in the value; take it out")
    match parameter.type:
        case "entity":
            return (find_entity(store, text, parameter.class_name or "Entity"),)
        case "date":
            days = date_range(store, text)
            return tuple(ox.Literal(day.isoformat(), datatype=ox.NamedNode(XSD + "date")) for day in days)
        case "integer":
            if not re.fullmatch(_INTEGER, text) or abs(int(text)) >= _MAX_INTEGER:
                raise UnreadableInput(f'"{text}" is no whole number below 2,147,483,648')
            return (ox.Literal(str(int(text)), datatype=ox.NamedNode(XSD + "integer")),)
        case "choice":
            return (_choose(choices(store, parameter), text).term,)
        case "string":
            return (_string(text),)
    raise ValueError(f"no such type of parameter: {parameter.type}")


def _string(text: str) -> ox.Literal:
    if len(text) > MAX_LENGTH:
        raise UnreadableInput(f"longer than {MAX_LENGTH:,} characters")
    if "\\u" in text.casefold():
        # By the standard, engines read escapes of code points before all else; not all do.
        raise UnreadableInput(
            "a backslash before u, which engines read differently; write the character itself"
        )
    return ox.Literal(text)


def _choose(known: list[Choice], text: str) -> Choice:
    wanted = fold(text)
    found = [c for c in known if c.slug == text] or [
        c for c in known if wanted in (fold(c.slug), fold(c.label)) or text.strip("<>") == c.term.value
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownName(f'"{text}" may be {", ".join(c.slug for c in found)}')
    hint = did_you_mean(text, [c.slug for c in known])
    if not hint and 0 < len(known) <= _FEW:
        hint = f"choose from {', '.join(c.slug for c in known)}"
    raise UnknownName(f'"{text}" is no choice; {hint}'.removesuffix("; "))


def _plain_date(text: str) -> tuple[date, date] | None:
    """Return the bounds of YYYY, YYYY-MM or YYYY-MM-DD, for which the reader of EDTF need not be loaded."""
    match = re.fullmatch(_PLAIN_DATE, text)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError as error:
        raise UnreadableInput(f'"{text}" is no date: {error}') from error
    if day:
        return first, first
    return first, _month_end(year, month or 12)


def _month_end(year: int, month: int) -> date:
    if (year, month) == (date.max.year, date.max.month):
        return date.max
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)


def _edtf(text: str) -> tuple[date, date]:
    from foedus.dates import DateError, bounds

    try:
        found = bounds(text)
    except DateError as error:
        raise UnreadableInput(f"{error}; {error.cure}, today, or A..B for a range") from error
    if found.qualification:
        raise UnreadableInput(f'"{text}" is not sure; write the range that you mean, A..B')
    return found.earliest or date.min, found.latest or date.max


def _speaks_until(store: Store) -> date:
    for (day,) in store.select(f"SELECT (MAX(?day) AS ?last) WHERE {{ ?source <{FOE}speaksUntil> ?day }}"):
        if isinstance(day, ox.Literal):
            return date.fromisoformat(day.value)
    raise UnreadableInput("no source says until when it speaks; give a date")


def _as_choices(rows: Iterable[Sequence[Term | None]]) -> Iterator[Choice]:
    """Yield the choices that rows of a term and, if any, its label stand for."""
    for row in rows:
        term, label = row[0], row[1] if len(row) > 1 else None
        if isinstance(term, ox.NamedNode | ox.Literal):
            yield Choice(slug(term.value), term, label.value if isinstance(label, ox.Literal) else "")


def _serialize(row: Sequence[ox.NamedNode | ox.Literal | None]) -> str:
    """Return a row of a VALUES block; the engine's own serialiser escapes what has to be."""
    cells = " ".join("UNDEF" if term is None else str(term) for term in row)
    return cells if len(row) == 1 else f"({cells})"
