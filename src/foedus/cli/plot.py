"""The command that draws pictures: ``plot``."""

from __future__ import annotations

from pathlib import Path

import click

from foedus.diagnostics import UnreadableInput
from foedus.home import Home

_PICTURES = ("timeline", "treaties")


@click.command()
@click.argument("picture", type=click.Choice(_PICTURES))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write: .svg, .png, or .html for a picture that tells more under the pointer.",
)
@click.option("--from", "first", metavar="DATE", help="The first day shown: a day, month or year.")
@click.option("--to", "last", metavar="DATE", help="The last day shown.")
@click.option("--actor", metavar="ENTITY", default="", help="Only what involves somebody.")
@click.option("--theme", metavar="THEME", default="", help="Only what is of a theme.")
@click.option("--kind", metavar="KIND", default="", help="Only a kind of event, act or interval, or a class.")
@click.option("--tenor", metavar="TENOR", default="", help="Only cooperative, conflictual or neutral events.")
@click.option("--modality", metavar="MODALITY", default="", help="Only what is asserted, claimed, planned …")
@click.pass_obj
def plot(
    home: Home,
    /,
    picture: str,
    output: Path,
    first: str | None,
    last: str | None,
    actor: str,
    **others: str,
) -> None:
    """Draw what happened and lasted (timeline), or the acts on treaties, without a browser.

    Without --from and --to the years of most events are shown. Pale is what may have been, full what surely was.

    \b
    Example:
      foedus plot timeline -o timeline.svg --actor russia --from 2013
      foedus plot treaties -o treaties.png
    """
    from foedus.entities import find_entity
    from foedus.namespaces import FOE, slug
    from foedus.parameters import date_range
    from foedus.store import open_store
    from foedus.timelines import Wanted, choose, read_intervals, read_moments, usual_span
    from foedus.turtle import write_atomically
    from foedus.vocabulary import read_vocabulary

    try:
        from foedus.plotting import FORMS, draw, plot_timeline, plot_treaties
    except ImportError as error:
        raise UnreadableInput(f"the module {error.name} is missing; pip install 'foedus[plot]'") from error
    form = output.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise click.UsageError(f'"{output}" is no picture; name a file that ends in .svg, .png or .html')
    store = open_store(home)
    moments, intervals = read_moments(home, store), read_intervals(home, store)
    if picture == "treaties":
        moments = [m for m in moments if m.group == "TreatyAct"]
        intervals = [m for m in intervals if m.group == "Treaty"]
    wanted = Wanted(actor and slug(find_entity(store, actor, "Actor").value), **others)
    chosen = set(choose([*moments, *intervals], wanted))
    span = usual_span(moments)
    days = (
        date_range(store, first)[0] if first else span[0],
        date_range(store, last)[1] if last else span[1],
    )
    if days[0] > days[1]:
        raise UnreadableInput(f"{days[0]} is after {days[1]}; exchange --from and --to")
    shown = ([m for m in moments if m in chosen], [m for m in intervals if m in chosen])
    if picture == "timeline":
        labels = read_vocabulary(home.ontology).labels
        chart = plot_timeline(*shown, days, {iri.removeprefix(FOE): label for iri, label in labels.items()})
    else:
        chart = plot_treaties(*shown, days)
    try:
        write_atomically({output: draw(chart, form)})
    except OSError as error:
        raise UnreadableInput(f"{error.filename or output}: {error.strerror}") from error
    click.echo(f"{output}: {sum(map(len, shown))} records, {days[0]} to {days[1]}", err=True)
