"""The command that takes in records of any number: ``ingest``."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from foedus.home import Home


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="The N-Triples file to write."
)
@click.pass_obj
def ingest(home: Home, files: tuple[Path, ...], output: Path) -> None:
    """Turn any number of records in FILES (.yaml, or .jsonl: a record a line) into N-Triples, in a stream.

    Memory does not grow with their number. The form of each record is checked and, at the end, every reference;
    shapes and rules are not asked. A record may name what stands in the graph or comes later in the files; a
    source or segment comes before what cites it. Nothing is written where something is wrong.

    \b
    Example:
      foedus ingest facts.jsonl -o facts.nt
      foedus run events --graph facts.nt
    """
    from foedus.diagnostics import UnreadableInput
    from foedus.ingestion import ingest as stream
    from foedus.standing import open_standing

    if output.resolve().is_relative_to(home.graph.resolve()):
        raise UnreadableInput(
            f"{output}: the graph's folder holds what the build writes; choose another place"
        )
    with ExitStack() as stack:
        if home.manifest.is_file():
            standing = stack.enter_context(open_standing(home))
            done = stream(files, output, standing.vocabulary, standing.segments, standing.types)
        else:
            from foedus.vocabulary import read_vocabulary

            vocabulary = read_vocabulary(home.ontology)
            own = dict.fromkeys(vocabulary.individuals, ("UnnamedActor",))
            done = stream(files, output, vocabulary, {}, own)
    click.echo(f"{done.records:,} records, {done.triples:,} triples written: {output}", err=True)
