"""What engines beyond the embedded one need of a query's text: a check of its syntax, and its prefixes in it."""

from __future__ import annotations

import pyoxigraph as ox

from foedus.store import reported


def check_syntax(text: str, name: str, prefixes: dict[str, str] | None = None) -> bool:
    """Return whether the query gives triples; raise UnreadableInput, with the place, where it cannot be parsed.

    It is parsed by the embedded engine, so that every engine gives the same message for the same mistake.
    """
    with reported(name):
        return isinstance(ox.Store().query(text, prefixes=prefixes), ox.QueryTriples)


def declare(text: str, prefixes: dict[str, str] | None) -> str:
    """Return the text with those of the prefixes declared before it that occur in it.

    What the text itself declares comes later, and so holds.
    """
    used = [f"PREFIX {name}: <{iri}>" for name, iri in (prefixes or {}).items() if f"{name}:" in text]
    return " ".join([*used, text])
