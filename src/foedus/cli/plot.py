"""The command that draws pictures: ``plot``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from foedus.diagnostics import UnreadableInput
from foedus.home import Home

_PICTURES = ("timeline", "treaties", "network")


@click.command()
@click.argument("picture", type=click.Choice(_PICTURES))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write: .svg, .png, or .html for a picture that tells more under the pointer.",
)
@click.option(
    "--on", metavar="DATE", help="Of the network, the day; by default the last that the sources know."
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
    on: str | None,
    first: str | None,
    last: str | None,
    actor: str,
    **others: str,
) -> None:
    """Draw what happened and lasted (timeline), acts on treaties, or who is tied to whom (network); no browser needed.

    Without --from and --to the years of most events are shown. Pale or dashed is what may have been, full what surely
    was.

    \b
    Example:
      foedus plot timeline -o timeline.svg --actor russia --from 2013
      foedus plot treaties -o treaties.png
      foedus plot network -o network.svg --on 2020-01-01
    """
    from foedus.entities import find_entity
    from foedus.namespaces import FOE, slug
    from foedus.parameters import date_range
    from foedus.replacing import write_atomically
    from foedus.store import open_store
    from foedus.timelines import EVER, Wanted, choose, read_intervals, read_moments, usual_span
    from foedus.vocabulary import read_vocabulary

    try:
        from foedus.plotting import FORMS, draw, plot_timeline, plot_treaties
        from foedus.plotting.network import plot_network
    except ImportError as error:
        raise UnreadableInput(f"the module {error.name} is missing; pip install 'foedus[plot]'") from error
    form = output.suffix.removeprefix(".").lower()
    if form not in FORMS:
        raise click.UsageError(f'"{output}" is no picture; name a file that ends in .svg, .png or .html')
    if picture == "network":
        if first or last or others.pop("theme"):
            raise click.UsageError("the network is of one time: say --on, and no --from, --to or --theme")
        chart, told = _network(home, plot_network, on, actor, others)
        write_atomically({output: draw(chart, form)})
        click.echo(f"{output}: {told}", err=True)
        return
    if on:
        raise click.UsageError("--on is for the network; say --from and --to")
    store = open_store(home)
    moments, intervals = read_moments(home, store), read_intervals(home, store)
    if picture == "treaties":
        moments = [m for m in moments if m.group == "TreatyAct"]
        intervals = [m for m in intervals if m.group == "Treaty"]
    wanted = Wanted(actor and slug(find_entity(store, actor, "Actor").value), **others)
    chosen = set(choose([*moments, *intervals], wanted))
    span = usual_span(moments) or EVER
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
    write_atomically({output: draw(chart, form)})
    click.echo(f"{output}: {sum(map(len, shown))} records, {days[0]} to {days[1]}", err=True)


def _network(
    home: Home, plot_network: Callable[..., Any], on: str | None, actor: str, others: Mapping[str, str]
) -> tuple[Any, str]:
    """Return the picture of the network, and what is told of it."""
    from foedus.entities import find_entity
    from foedus.namespaces import slug
    from foedus.networks import DEALINGS, Days, choose, sorts
    from foedus.parameters import SPEAKS_UNTIL, date_range
    from foedus.web.site import open_site

    site = open_site(home)
    days = Days(*date_range(site.store, on or SPEAKS_UNTIL))
    wanted = {"actor": actor and slug(find_entity(site.store, actor, "Actor").value), **others}
    ties = choose(site.network.ties, **wanted)
    names = sorts(site.network.ties, site.vocabulary.classes)
    labels = {name: "passed that year" if name == DEALINGS else site.term(name) for name in names}
    chart, left_out = plot_network(site.network, ties, days, [side.id for side in site.sides], labels)
    told = f"{sum(1 for tie in ties if tie.held(days))} records, {days.first} to {days.last}"
    return chart, told + (f"; {left_out} actors with fewer ties are left out" if left_out else "")
