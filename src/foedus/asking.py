"""A question with its whole way, from what was typed to the text of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from foedus.diagnostics import UnreadableInput
from foedus.engines import MAX_BYTES, Dataset
from foedus.home import Home
from foedus.namespaces import PREFIXES
from foedus.parameters import bind
from foedus.results import render
from foedus.store import Solutions, Store
from foedus.storedqueries import StoredQuery

MAX_ROWS: Final = 1_000_000
"""Rows that an answer may have, unless something else is said."""


class Question(NamedTuple):
    """What is asked of which graph, and how the answer is to look.

    ``query`` with its ``values`` is a stored query; where it is None, ``text`` is one that anybody wrote, and
    ``name`` stands for it in messages. ``width`` and ``bold`` are those of ``render``.
    """

    root: Path
    dataset: Dataset
    form: str
    width: int = 0
    bold: bool = False
    query: StoredQuery | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    text: str = ""
    name: str = "query"
    timeout: float = 0.0
    max_rows: int = MAX_ROWS
    max_bytes: int = MAX_BYTES

    @property
    def home(self) -> Home:
        """The home whose graph is asked, unless the dataset is another."""
        return Home(self.root)


class Printed(NamedTuple):
    """An answer as text, and whether it has no row."""

    text: str
    empty: bool


def answer(question: Question, store: Store) -> Printed:
    """Bind the values, ask, and return the answer as text.

    Raise UnreadableInput or UnknownName for what is wrong with the query or a value, and beyond a limit.
    """
    if question.query is not None:
        bound = bind(question.query, store, dict(question.values))
        found = store.evaluate(bound, question.query.file, max_rows=question.max_rows)
    else:
        found = store.query(question.text, question.name, PREFIXES, question.max_rows)
    types = {column.name: column.type for column in question.query.columns} if question.query else {}
    text = render(found, store, question.form, question.width, question.bold, types)
    return Printed(text, not isinstance(found, bool) and not found.rows)


def solve(query: StoredQuery, store: Store, values: Mapping[str, Sequence[str]]) -> Solutions:
    """Return the rows of a stored query with these values; raise UnknownName or UnreadableInput as ``bind`` does."""
    found = store.evaluate(bind(query, store, values), query.name)
    if isinstance(found, bool):
        raise UnreadableInput(
            f"{query.file}: answers yes or no, and no rows; ask it with: foedus run {query.name}"
        )
    return found
