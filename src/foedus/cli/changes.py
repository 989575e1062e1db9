"""The command ``changes``: the stored query of that name, under a name of its own."""

from __future__ import annotations

from typing import Any, Final

import click

from foedus.cli.ask import run_query
from foedus.cli.querycommand import QueryCommand, home_of
from foedus.home import Home
from foedus.storedqueries import provided_query

_QUERY: Final = "changes"


class _StoredQueryCommand(click.Command):
    """A command whose options, help and answer are those of a stored query, read when it is called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        home = home_of(parent) if parent else Home.find()
        return QueryCommand(provided_query(home, _QUERY), run_query).make_context(
            info_name, args, parent, **extra
        )


changes = _StoredQueryCommand(_QUERY, short_help="Tell what changed between two days.")
