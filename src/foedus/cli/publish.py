"""The command that gives the dataset away: ``export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from foedus.diagnostics import UnreadableInput
from foedus.home import Home

_FORMS = ("ttl", "nt", "nq", "trig", "jsonld", "csv")


@click.command()
@click.option(
    "--format", "form", type=click.Choice(_FORMS), required=True, help="The form of what is written."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file, for csv the folder, to write; without it a file goes to standard output.",
)
@click.pass_obj
def export(home: Home, form: str, output: Path | None) -> None:
    """Write the whole dataset in another form: what is asserted, what is inferred, and the vocabularies.

    nq and trig keep every dossier in a graph of its own. csv is a folder with a table for each class, for
    spreadsheets and data frames: what the records say, lists joined by |, dates with their first and last day.

    \b
    Example:
      foedus export --format jsonld -o foedus.jsonld
      foedus export --format csv -o tables
    """
    from foedus.export import TABLES, export_file, export_tables
    from foedus.replacing import write_atomically

    if form == TABLES and output is None:
        raise click.UsageError("csv writes a table for each class; name a folder with -o")
    if output is not None and output.resolve().is_relative_to(home.graph.resolve()):
        raise UnreadableInput(
            f"{output}: the graph's folder holds what the build writes; choose another place"
        )
    files: dict[Path, bytes | Iterable[bytes]]
    if form == TABLES and output is not None:
        files = {output / name: content for name, content in export_tables(home).items()}
    else:
        pieces = export_file(home, form)
        if output is None:
            sys.stdout.buffer.writelines(pieces)
            return
        files = {output: pieces}
    write_atomically(files)
    click.echo(f"{len(files)} {'file' if len(files) == 1 else 'files'} written: {output}", err=True)
