"""The commands that ask: ``list``, ``run`` and ``sparql``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foedus.cli.engineoptions import with_engine_options
from foedus.cli.querycommand import FORMATS, QueryCommand, home_of, is_trusted
from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.home import Home

if TYPE_CHECKING:
    from foedus.asking import Printed, Question
    from foedus.cli.engineoptions import Asked
    from foedus.store import Store
    from foedus.storedqueries import StoredQuery

_format = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="How to print the answer.",
)


@click.command(name="list")
@click.option("--tag", help="Only the queries that bear this tag.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown", "turtle"]),
    default="table",
    show_default=True,
    help="How to print the list.",
)
@click.pass_obj
def list_queries(home: Home, tag: str | None, form: str) -> None:
    """List the stored queries, each with its question.

    \b
    Example:
      foedus list --tag membership
    """
    from foedus import tables
    from foedus.storedqueries import find_query, query_names

    queries: list[StoredQuery] = []
    errors: list[str] = []
    for name in query_names(home):
        try:
            queries.append(find_query(home, name))
        except UnreadableInput as error:
            errors.append(str(error))
    tags = {t for query in queries for t in query.tags}
    if tag is not None and tag not in tags:
        raise UnknownName(
            f'no query bears the tag "{tag}"; {did_you_mean(tag, tags) or ", ".join(sorted(tags))}'
        )
    queries = [query for query in queries if tag is None or tag in query.tags]
    if form == "json":
        import json

        click.echo(json.dumps([_described(query) for query in queries], ensure_ascii=False, indent=2))
    elif form in ("markdown", "turtle"):
        from foedus import catalogue

        text = catalogue.to_markdown(queries) if form == "markdown" else catalogue.to_rdf(queries).decode()
        click.echo(text, nl=False)
    else:
        rows = [
            (q.name, q.question, " ".join(f"--{p.option}" for p in q.parameters), " ".join(q.tags))
            for q in queries
        ]
        headers = ("name", "question", "parameters", "tags")
        click.echo(tables.table(headers, rows, _terminal_width(), _bold()), nl=False)
    if errors:
        raise UnreadableInput("\n".join(errors))


def _described(query: StoredQuery) -> dict[str, object]:
    return {
        "name": query.name,
        "summary": query.summary,
        "question": query.question,
        "description": query.description,
        "tags": query.tags,
        "parameters": [
            {
                "name": p.name,
                "option": f"--{p.option}",
                "type": p.type,
                "class": p.class_name or None,
                "label": p.label,
                "description": p.description,
                "required": p.required,
                "list": p.many,
                "default": p.default,
                "example": p.example,
                "choices": p.choices,
                "scheme": p.scheme or None,
            }
            for p in query.parameters
        ],
        "columns": [column._asdict() for column in query.columns],
    }


class _StoredQueries(click.Group):
    """The group whose commands are the stored queries of a home, and any query file that is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from foedus.storedqueries import query_names

        return query_names(home_of(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from foedus.storedqueries import find_query, read_query

        if "/" in cmd_name or cmd_name.endswith(".rq"):
            return QueryCommand(read_query(Path(cmd_name), Path(cmd_name).stem), run_query)
        return QueryCommand(find_query(home_of(ctx), cmd_name), run_query)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0].startswith("-"):
            ctx.fail(f'no option "{args[0]}" here; options stand after the name of the query')
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Stored queries"):
            formatter.write_dl([(name, summary) for name, summary in self._summaries(ctx)])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        from click.shell_completion import CompletionItem

        if "/" in incomplete or incomplete.startswith("."):
            return [CompletionItem(incomplete, type="file")]
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=summary)
            for name, summary in self._summaries(ctx)
            if name.startswith(incomplete)
        ]

    def _summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Return the names and short titles of the queries; one that is not in order says so instead."""
        from foedus.storedqueries import find_query

        found = []
        for name in self.list_commands(ctx):
            try:
                found.append((name, find_query(home_of(ctx), name).summary))
            except UnreadableInput as error:
                found.append((name, f"not in order: {error}"))
        return found


@click.group(cls=_StoredQueries, subcommand_metavar="NAME [--PARAMETER VALUE]...")
def run() -> None:
    """Run a stored query by its name, or by the path of its file.

    "foedus run NAME --help" tells what it asks, which values it takes, and what its columns mean.

    \b
    Examples:
      foedus run members --organization CSTO --as-of 2024-06-01
      foedus run events --period 2022-09..2022-10 --format json
      foedus run ./mine.rq --format csv
    """


def run_query(
    ctx: click.Context, query: StoredQuery, values: dict[str, tuple[str, ...]], form: str, of: Asked
) -> None:
    """Bind the values, ask, and print the answer.

    The home's own queries are trusted on its own graph: each is timed when it is written, so that they are asked
    in this process, which saves the start of another. All else is asked where it can be ended.
    """
    home = home_of(ctx)
    question = _question(home, of, form)._replace(query=query, values=tuple(values.items()))
    if of.is_default and is_trusted(home, query):
        from foedus.asking import answer
        from foedus.store import open_store

        store = open_store(home)
        printed = answer(question, store)
        _note_retired(store, query, values)
        _print(printed, form)
        return
    from foedus.supervision import answer_within

    _print(answer_within(question), form)


def _note_retired(store: Store, query: StoredQuery, values: dict[str, tuple[str, ...]]) -> None:
    """Tell on standard error for which values something else was asked, since they are retired ids."""
    from foedus.entities import retirement_notes

    names = [v for p in query.parameters if p.type == "entity" for v in values.get(p.name, ())]
    for note in retirement_notes(store, names):
        click.echo(note, err=True)


@click.command()
@click.argument("query", metavar="TEXT|FILE|-")
@_format
@with_engine_options()
@click.pass_obj
def sparql(home: Home, query: str, form: str, of: Asked) -> None:
    """Ask a SPARQL query of your own: SELECT, ASK, CONSTRUCT or DESCRIBE, as a text, a file, or - for standard input.

    The graph's prefixes (foe, id, voc, skos, dcterms, xsd …) need not be declared. SERVICE, FROM and updates are
    refused.

    \b
    Examples:
      foedus sparql 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }'
      foedus sparql 'ASK { id:armenia a foe:State }'
      foedus sparql mine.rq --format srj
    """
    from foedus.supervision import answer_within

    name, text = _query_text(query)
    _print(answer_within(_question(home, of, form)._replace(text=text, name=name)), form)


def _question(home: Home, of: Asked, form: str) -> Question:
    from foedus.asking import MAX_ROWS, Question
    from foedus.engines import MAX_BYTES, TIMEOUT

    return Question(
        home.root,
        of.dataset,
        form,
        _terminal_width(),
        _bold(),
        timeout=of.timeout or TIMEOUT,
        max_rows=of.max_rows or MAX_ROWS,
        max_bytes=of.max_bytes or MAX_BYTES,
    )


def _query_text(query: str) -> tuple[str, str]:
    """Return the name for messages and the text of a query that is given itself, by its file, or by ``-``."""
    from foedus.storedqueries import read_text

    if query == "-":
        return "standard input", read_text(sys.stdin.buffer, "standard input")
    if "{" in query:
        return "query", query
    try:
        with Path(query).open("rb") as stream:
            return query, read_text(stream, query)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UnreadableInput(f"{query}: {why}: neither a file nor a query") from error


def _print(printed: Printed, form: str) -> None:
    click.echo(printed.text, nl=False)
    if form == "table" and printed.empty:
        click.echo("no rows", err=True)


def _terminal_width() -> int:
    """Return the columns of the terminal on standard output, or 0 where it is none."""
    if not sys.stdout.isatty():
        return 0
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):
        return 80


def _bold() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
