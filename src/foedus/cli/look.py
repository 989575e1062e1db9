"""The commands that look at single things: ``show``, ``why`` and ``search``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foedus.cli.engineoptions import Asked, open_asked, with_engine_options
from foedus.home import Home

if TYPE_CHECKING:
    from foedus.description import Description, Fact, Line
    from foedus.store import Store
    from foedus.tracing import Passage

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print.",
)


@click.command()
@click.argument("entity", metavar="ENTITY")
@_FORMAT
@with_engine_options(limits=False)
@click.pass_obj
def show(home: Home, entity: str, form: str, of: Asked) -> None:
    """Show everything about ENTITY in reading order: what it is, its intervals, then events and statements by date.

    ENTITY is a slug, label, alias, code or IRI of anything in the graph; a record (an event, statement, treaty act …)
    is shown with all its values. Each line ends with the evidence.

    \b
    Example:
      foedus show "Nikol Pashinyan"
      foedus show CSTO --format json
    """
    from foedus.description import describe
    from foedus.entities import ANYTHING, find_entity
    from foedus.vocabulary import read_vocabulary

    store = open_asked(home, of)
    description = describe(store, read_vocabulary(home.ontology), find_entity(store, entity, ANYTHING).value)
    _note(store, entity)
    if form == "json":
        click.echo(json.dumps(asdict(description), indent=2, ensure_ascii=False))
    else:
        _print_description(description)


def _note(store: Store, name: str) -> None:
    """Tell on standard error what became of a retired id."""
    from foedus.entities import retirement_notes

    for note in retirement_notes(store, [name]):
        click.echo(note, err=True)


def _print_description(description: Description) -> None:
    head = f"{description.label}  ({', '.join(description.kinds)}; {description.id})"
    click.echo(head)
    if description.evidence:
        click.echo(f"  evidence: {_short(description.evidence)}")
    for line in description.lines:
        _print_line(line, "  ")
    section = ""
    for fact in description.facts:
        if fact.section != section:
            section = fact.section
            click.echo(f"\n{section}")
        click.echo(f"  {_fact_line(fact)}")


def _print_line(line: Line, path: str) -> None:
    """Print a value after the path of keys that leads to it, then what is nested in it, further in."""
    language = f"@{line.language}" if line.language not in ("", "en") else ""
    said = line.label.casefold() == line.value.replace("-", " ")
    label = f"  ({line.label})" if line.label and not said else ""
    evidence = f"  [{_short(line.evidence)}]" if line.evidence else ""
    click.echo(f"{path}{line.key}{language}: {line.value}{label}{evidence}")
    for below in line.lines:
        _print_line(below, f"  {path}{line.key}.")


def _fact_line(fact: Fact) -> str:
    when = fact.date + (f" – {fact.until}" if fact.until else "")
    told = ""
    if fact.modality not in ("", "asserted"):
        told = f" {{{fact.modality}, according to {fact.claimant or 'nobody named'}}}"
    roles = ", ".join(fact.roles)
    return f"{when or 'undated'}: {fact.label}  ({fact.kind}; as {roles}){told}  [{_short(fact.evidence)}]  {fact.id}"


def _short(evidence: tuple[str, ...]) -> str:
    return " ".join(evidence)


@click.command()
@click.argument("fact", metavar="FACT|SOURCE:SEGMENT")
@click.option(
    "--source",
    "text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The source's text; its own words are then printed. Another text is refused by its digest.",
)
@_FORMAT
@with_engine_options(limits=False)
@click.pass_obj
def why(home: Home, fact: str, text: Path | None, form: str, of: Asked) -> None:
    """Tell what FACT rests on: the segments of the source that say it, with a line to cite it by.

    Given the id of a segment instead, tell what rests on that.

    \b
    Example:
      foedus why pashinyan-refuses-joint-declaration-2022
      foedus why armenia-russia-article:s-0044 --source article.txt
    """
    from foedus.decoding import source_text
    from foedus.entities import ANYTHING, find_entity
    from foedus.tracing import facts_of, quote, trace
    from foedus.values import SEGMENT_ID

    words = None if text is None else source_text(text)
    store = open_asked(home, of)
    if SEGMENT_ID.fullmatch(fact) and not fact.startswith("id:"):
        passage, facts = facts_of(store, fact)
        quoted = quote(passage, words, text) if words is not None and text else ""
        if form == "json":
            found = {"segment": asdict(passage), "text": quoted or None, "facts": [asdict(f) for f in facts]}
            click.echo(json.dumps(found, indent=2, ensure_ascii=False))
            return
        _print_passage(passage, "", quoted)
        for resting in facts:
            told = f" {{{resting.modality}}}" if resting.modality not in ("", "asserted") else ""
            click.echo(f"  {resting.id}: {resting.label}{told}")
        return
    found_trace = trace(store, find_entity(store, fact, ANYTHING).value)
    _note(store, fact)
    quotes = [quote(p, words, text) if words is not None and text else "" for _, p in found_trace.passages]
    if form == "json":
        passages = [
            {"value": via or None, **asdict(p), "text": q or None}
            for (via, p), q in zip(found_trace.passages, quotes, strict=True)
        ]
        whole = {"id": found_trace.id, "citation": found_trace.citation, "evidence": passages}
        click.echo(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    click.echo(found_trace.citation)
    for (via, passage), quoted in zip(found_trace.passages, quotes, strict=True):
        _print_passage(passage, via, quoted)


def _print_passage(passage: Passage, via: str, quoted: str) -> None:
    from foedus.segments import format_pieces

    weight = ", a weaker source" if passage.weight == "weaker" else ""
    about = f" (for {via})" if via else ""
    if passage.pieces:
        places = f"section {passage.section}, characters {format_pieces(passage.pieces)}"
    else:
        places = passage.locator or f"section {passage.section}"
    click.echo(f"{passage.id}{about}: {passage.kind}{weight}, {places}")
    if passage.digest:
        click.echo(f"  sha256 {passage.digest}")
    if passage.damage:
        click.echo(f"  damaged: {passage.damage}")
    if passage.set_aside:
        click.echo(f"  set aside: {passage.set_aside}")
    if quoted:
        click.echo(f"  “{quoted}”")


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="How many to show at most."
)
@_FORMAT
@with_engine_options(limits=False)
@click.pass_obj
def search(home: Home, words: tuple[str, ...], limit: int, form: str, of: Asked) -> None:
    """Find entities, events and statements by WORDS of their labels, aliases, descriptions and contents.

    Spelling and diacritics may be off; the beginning of a word is enough.

    \b
    Example:
      foedus search peacekeepers
      foedus search pashinian ally
    """
    from foedus.search import search as find
    from foedus.vocabulary import read_vocabulary

    hits = find(open_asked(home, of), read_vocabulary(home.ontology), " ".join(words), limit)
    if form == "json":
        click.echo(json.dumps([asdict(h) for h in hits], indent=2, ensure_ascii=False))
        return
    for hit in hits:
        text = f" — {hit.text}" if hit.text and hit.text != hit.label else ""
        click.echo(f"{hit.id}  ({hit.kind})  {hit.label}{text}")
    if not hits:
        click.echo("nothing found", err=True)
