"""The options that choose which graph is asked, by which engine, and within which limits."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from foedus.home import Home

if TYPE_CHECKING:
    from foedus.engines import Dataset
    from foedus.store import Store

Function = Callable[..., Any]

_PREFIX = "asked_"
"""Begins the names of these options' values, so that they are no parameter's."""


class Asked(NamedTuple):
    """What the options say; None where an option is not given."""

    engine: str | None
    endpoint: str | None
    graph: tuple[str, ...]
    store: str | None
    default_graph: str | None
    timeout: float | None
    max_rows: int | None
    max_bytes: int | None

    @property
    def is_default(self) -> bool:
        """Whether the home's own graph is asked by the embedded engine, without special limits."""
        return not any(self)

    @property
    def dataset(self) -> Dataset:
        """The graph and the engine that the options name."""
        from foedus.engines import OXIGRAPH, Dataset

        return Dataset(
            self.engine or OXIGRAPH,
            self.endpoint or "",
            self.graph,
            self.store or "",
            self.default_graph or "",
        )


def engine_options(limits: bool = True) -> list[click.Option]:
    """Return the options that choose a graph and, with ``limits``, those that bound time and size."""
    found = [
        _option(
            "engine",
            "What evaluates queries here; rdflib is the slow reference.  [default: oxigraph]",
            type=click.Choice(["oxigraph", "rdflib"]),
        ),
        _option(
            "endpoint",
            "Ask a server by the SPARQL 1.1 Protocol instead; credentials from FOEDUS_USER and FOEDUS_PASSWORD, "
            "or FOEDUS_TOKEN.",
            metavar="URL",
        ),
        _option("graph", "Ask this RDF file instead.  [several]", metavar="FILE", multiple=True),
        _option("store", "Ask the store instead that foedus load made in this folder.", metavar="DIR"),
        _option("default_graph", "With --endpoint or --store: the named graph to ask.", metavar="IRI"),
    ]
    if limits:
        found += [
            _option(
                "timeout",
                "When to end a query that is still running.  [default: 30, but none for the home's stored queries "
                "on its own graph]",
                metavar="SECONDS",
                type=click.FloatRange(min=0, min_open=True, max=86_400),
            ),
            _option(
                "max_rows",
                "How many rows an answer may have.  [default: 1000000]",
                metavar="N",
                type=click.IntRange(min=1),
            ),
            _option(
                "max_bytes",
                "How many bytes an answer may have.  [default: 100000000]",
                metavar="N",
                type=click.IntRange(min=1),
            ),
        ]
    return found


def _option(name: str, about: str, **attributes: Any) -> click.Option:
    return click.Option([f"--{name.replace('_', '-')}", _PREFIX + name], help=about, **attributes)


def with_engine_options(limits: bool = True) -> Callable[[Function], Function]:
    """Return a decorator that adds the options to a command; what they say arrives as one value, ``of``."""

    def decorate(function: Function) -> Function:
        @wraps(function)
        def call(*args: Any, **values: Any) -> Any:
            of = asked(values)
            return function(*args, of=of, **values)

        # click reads the parameters of decorators from this list, the last of the help first.
        noted = [*reversed(engine_options(limits)), *getattr(function, "__click_params__", [])]
        call.__click_params__ = noted  # type: ignore[attr-defined]
        return call

    return decorate


def asked(values: dict[str, Any]) -> Asked:
    """Return what the options say, and take them out of the values of a command."""
    return Asked(*(values.pop(_PREFIX + name, None) for name in Asked._fields))


def open_asked(home: Home, of: Asked) -> Store:
    """Return the graph that is asked; raise UnreadableInput where it cannot be read."""
    if of.is_default:
        from foedus.store import open_store

        return open_store(home)
    from foedus.engines import open_dataset

    return open_dataset(home, of.dataset)
