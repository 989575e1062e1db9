"""The command that brings the dataset into another store: ``load``."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.home import Home


@click.command()
@click.argument("target", metavar="DIR|URL")
@click.option(
    "--default-graph",
    "graph",
    metavar="IRI",
    default="",
    help="Load into the named graph of this IRI; to be given again when it is asked.",
)
@click.option(
    "--graph",
    "files",
    metavar="FILE",
    multiple=True,
    help="With a DIR: load this RDF file in place of the built graph, such as one that ingest wrote; repeatable.",
)
@click.option(
    "--endpoint", metavar="URL", default="", help="With a URL: where the server is asked what arrived."
)
@click.pass_obj
def load(home: Home, target: str, graph: str, files: tuple[str, ...], endpoint: str) -> None:
    """Load the dataset into the persistent store in DIR, or into the server whose graph store is at URL.

    It replaces what the graph held. Afterwards triples are counted and compared, by a digest over all of them;
    exits 1 where they differ. A server gets the dataset by the SPARQL 1.1 Graph Store Protocol, with credentials
    from FOEDUS_USER and FOEDUS_PASSWORD, or FOEDUS_TOKEN. To files, what follows from them is added, as by a build.

    \b
    Example:
      foedus load ./store
      foedus load ./store --graph facts.nt
      foedus load http://localhost:7878/store --endpoint http://localhost:7878/query
    """
    from foedus.loading import load_files, load_folder, load_server

    if files:
        if "://" in target:
            raise click.UsageError(
                "--graph goes with a folder; a server has a bulk loader of its own for files"
            )
        found = load_files(home, files, Path(target), graph)
        click.echo(f"{found:,} triples loaded; each statement of the files was found again")
        return
    if "://" in target:
        if not endpoint:
            raise click.UsageError("name the address of the server's SPARQL queries with --endpoint")
        arrived = load_server(home, target, endpoint, graph)
    elif endpoint:
        raise click.UsageError("--endpoint goes with a URL; a folder is compared as it is")
    else:
        arrived = load_folder(home, Path(target), graph)
    click.echo(f"{arrived.triples:,} triples loaded and compared; digest {arrived.digest}")
