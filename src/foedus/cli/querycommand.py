"""A stored query as a command: its options, help and completion come from its header."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from foedus.cli.engineoptions import asked, engine_options
from foedus.diagnostics import FoedusError
from foedus.home import Home

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from foedus.cli.engineoptions import Asked
    from foedus.storedqueries import Parameter, StoredQuery

Run = Callable[[click.Context, "StoredQuery", dict[str, tuple[str, ...]], str, "Asked"], None]

_HINTS = {
    "entity": "slug, label, alias, code or IRI",
    "date": "2024, 2024-02, 2024-02-10, 2023-12..2024-02, today or EDTF",
}
FORMATS = ("table", "json", "csv", "tsv", "markdown", "srj")
_MANY_CHOICES = 40
_PREFIX = "value_of_"
"""Begins the names of parameters' values among those of all options, so that they are no other option's."""


class QueryCommand(click.Command):
    """The command that runs one stored query."""

    def __init__(self, query: StoredQuery, run: Run) -> None:
        self.query = query
        form = click.Option(
            ["--format", "form"],
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="How to print the answer.",
        )
        super().__init__(
            query.name,
            params=[*(_ParameterOption(query, p) for p in query.parameters), form, *engine_options()],
            callback=self._call,
            short_help=query.summary,
        )
        self._run = run

    def _call(self, form: str, **values: Any) -> None:
        of = asked(values)
        given = {
            name.removeprefix(_PREFIX): value if isinstance(value, tuple) else (value,)
            for name, value in values.items()
            if value is not None
        }
        self._run(click.get_current_context(), self.query, given, form, of)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the question and the description."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.query.question)
            if self.query.description:
                formatter.write_paragraph()
                formatter.write_text(self.query.description)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the columns, and a line that works."""
        if self.query.columns:
            with formatter.section("Columns"):
                formatter.write_dl([(column.name, column.description) for column in self.query.columns])
        with formatter.section("Example"):
            if self.query.example or not self.query.answer:
                formatter.write(" " * formatter.current_indent + self._example_line(ctx) + "\n")
            if self.query.answer:
                formatter.write_text(self.query.answer)

    def _example_line(self, ctx: click.Context) -> str:
        import shlex

        query = self.query
        values = query.example or {p.name: p.example for p in query.parameters if p.required}
        if not any(values.values()):
            values = {p.name: p.example for p in [p for p in query.parameters if p.example][:1]}
        words = [f"--{p.option} {shlex.quote(v)}" for p in query.parameters for v in values.get(p.name, ())]
        return " ".join([ctx.command_path, *words])


class _ParameterOption(click.Option):
    """An option made from a parameter of a query's header."""

    def __init__(self, query: StoredQuery, parameter: Parameter) -> None:
        super().__init__(
            [f"--{parameter.option}", _PREFIX + parameter.name],
            metavar=parameter.type.upper(),
            multiple=parameter.many,
            default=None,
            help=parameter.description or parameter.label,
        )
        self.query = query
        self.parameter = parameter

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and what it takes, with choices read from the graph."""
        parameter = self.parameter
        what = f"{parameter.class_name or 'Entity'}: " if parameter.type == "entity" else ""
        parts = [self.help or "", f"({what}{_HINTS[parameter.type]})" if parameter.type in _HINTS else ""]
        if parameter.type == "choice":
            parts.append(f"({_choices(ctx, self.query, parameter)})")
        parts += ["[several]"] * parameter.many + ["[required]"] * parameter.required
        if parameter.default:
            parts.append(f"[default: {', '.join(parameter.default)}]")
        if parameter.example:
            parts.append(f"[e.g. {', '.join(parameter.example)}]")
        return f"--{parameter.option} {self.metavar}", " ".join(filter(None, parts))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the values of the graph that begin so; none where the graph cannot be asked."""
        from click.shell_completion import CompletionItem

        from foedus.parameters import completions
        from foedus.store import open_store

        if self.parameter.choices_from and not is_trusted(home_of(ctx), self.query):
            return []
        try:
            found = completions(open_store(home_of(ctx)), self.parameter, incomplete)
        except FoedusError:
            return []
        return [CompletionItem(value, help=label or None) for value, label in found]


def is_trusted(home: Home, query: StoredQuery) -> bool:
    """Tell whether a query is one of the home's own, or of those that come with us, which end soon."""
    return Path(query.file).parent in (home.queries, Home.find().queries)


def _choices(ctx: click.Context, query: StoredQuery, parameter: Parameter) -> str:
    """Return the choices in words; those of a graph that cannot be asked are named by their scheme."""
    from foedus.parameters import choices
    from foedus.store import open_store

    if parameter.choices_from and not is_trusted(home_of(ctx), query):
        return "what its query choicesFrom finds"
    try:
        slugs = [choice.slug for choice in choices(open_store(home_of(ctx)), parameter)]
    except FoedusError:
        return f"a concept of the scheme {parameter.scheme}" if parameter.scheme else "see the query's file"
    more = f", … {len(slugs) - _MANY_CHOICES} more" if len(slugs) > _MANY_CHOICES else ""
    return ", ".join(slugs[:_MANY_CHOICES]) + more


def home_of(ctx: click.Context) -> Home:
    """Return the home of a command; while a shell completes, no command has run that would have set it."""
    return ctx.find_object(Home) or Home.find(ctx.find_root().params.get("home"))
