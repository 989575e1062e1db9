"""The commands of curators: ``build``, ``segment`` and ``coverage``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from foedus.home import Home

if TYPE_CHECKING:
    from foedus.coverage import SectionCoverage


@click.command()
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 and show the difference where files are stale."
)
@click.option(
    "--ntriples", is_flag=True, help="Write DOSSIER.nt as well: asserted and inferred triples, sorted."
)
@click.option(
    "--reasoner",
    type=click.Choice(["rules", "owlrl"]),
    default="rules",
    show_default=True,
    help="What computes the closure; owlrl is the slow reference.",
)
@click.option(
    "--shapes",
    type=click.Choice(["queries", "pyshacl"]),
    default="queries",
    show_default=True,
    help="What judges the shapes; pyshacl is the slow reference.",
)
@click.option("--timings", is_flag=True, help="Print how long each stage took, in seconds.")
@click.pass_obj
def build(home: Home, check: bool, ntriples: bool, reasoner: str, shapes: str, timings: bool) -> None:
    """Build the graph from its records: validate, infer, and write graph/*.ttl.

    Nothing is written where a record is wrong; every finding is shown with its place and its cure.

    \b
    Example:
      foedus build
      foedus build --check
    """
    from foedus import build as pipeline

    clock = pipeline.Timings()
    if sys.stderr.isatty():
        clock.progress = lambda stage: click.echo(f"{stage} …", err=True)
    built = pipeline.build(
        home,
        reasoner=reasoner,  # type: ignore[arg-type]
        shapes=shapes,  # type: ignore[arg-type]
        ntriples=ntriples,
        timings=clock,
    )
    for warning in built.warnings:
        click.echo(str(warning), err=True)
    if timings:
        for stage, seconds in clock.seconds.items():
            click.echo(f"{seconds:7.2f} s  {stage}", err=True)
    if check:
        stale = pipeline.stale(home, built)
        for name in stale:
            for line in pipeline.difference(home, built, name) if name in built.files else ():
                click.echo(line)
            click.echo(f"{name}: {'not as built' if name in built.files else 'left over'}", err=True)
        if stale:
            click.echo("The files above are stale; run: foedus build", err=True)
            raise SystemExit(1)
        return
    pipeline.write(home, built)
    click.echo(f"{len(built.files)} files written under {home.graph}", err=True)


@click.command()
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A source's folder: use its hints, keep its curated columns, and write its segments.tsv.",
)
def segment(text: Path, into: Path | None) -> None:
    """Cut an article's TEXT into segments: sentences, headings, glosses, with their places and digests.

    The text itself is kept nowhere. Without --into the segments are printed.

    \b
    Example:
      foedus segment article.txt --into graph/armenia-russia/sources/armenia-russia-article
    """
    from foedus.decoding import source_text
    from foedus.hints import read_hints
    from foedus.segmentation import segment_text
    from foedus.segments import format_segments, merge_curated, read_segments, write_segments
    from foedus.sources import HINTS_FILE, SEGMENTS_FILE

    content = source_text(text)
    if into is None:
        click.echo(format_segments(segment_text(content)), nl=False)
        return
    hints, kept = into / HINTS_FILE, into / SEGMENTS_FILE
    segments = segment_text(content, read_hints(hints) if hints.is_file() else ())
    merged = merge_curated(segments, read_segments(kept) if kept.is_file() else [])
    write_segments(kept, merged.segments)
    for lost in merged.lost:
        click.echo(
            f"{kept}: {lost.id} changed; curate it again: {lost.describes or lost.disposition}", err=True
        )
    click.echo(f"{len(merged.segments)} segments written to {kept}", err=True)


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to print.",
)
@click.pass_obj
def coverage(home: Home, form: str) -> None:
    """Print, per section of each source, the sentences that facts cite, those set aside and those left over.

    Exits 1 where a sentence is left over. Glosses, a weaker source, are counted apart.

    \b
    Example:
      foedus coverage
    """
    from foedus.assembly import assemble
    from foedus.coverage import cover, find_gaps
    from foedus.diagnostics import FindingsError

    assembly = assemble(home)
    if assembly.findings:
        raise FindingsError(assembly.findings)
    covered = cover(assembly)
    if form == "json":
        rows = [
            {
                "source": c.source,
                "section": c.section,
                "sentences": c.sentences,
                "cited": [s.id for s in c.cited],
                "setAside": {s.id: s.disposition.removeprefix("set-aside: ") for s in c.set_aside},
                "pending": [s.id for s in c.pending],
                "leftOver": [s.id for s in c.left_over],
                "glossesBound": c.glosses_bound,
                "glossesCited": c.glosses_cited,
                "glossesSetAside": c.glosses_set_aside,
            }
            for c in covered
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        _print_coverage(covered)
    gaps = list(find_gaps(assembly))
    if gaps:
        raise FindingsError(gaps)


def _print_coverage(covered: list[SectionCoverage]) -> None:
    click.echo(
        f"{'section':<56} {'sentences':>9} {'cited':>6} {'aside':>6} {'pending':>8} {'left':>5}   glosses"
    )
    for c in covered:
        click.echo(
            f"{c.section:<56} {c.sentences:>9} {len(c.cited):>6} {len(c.set_aside):>6} {len(c.pending):>8} "
            f"{len(c.left_over):>5}   {c.glosses_cited} cited, {c.glosses_set_aside} aside"
        )
    for c in covered:
        for segment in c.set_aside:
            click.echo(f"  {c.source}:{segment.id} {segment.disposition}")
    for kind, name in (("body", "body sentences"), ("list-item", "list items")):
        fates = {
            fate: sum(s.kind == kind for c in covered for s in getattr(c, fate))
            for fate in ("cited", "set_aside", "pending", "left_over")
        }
        total = sum(fates.values())
        if total:
            accounted = fates["cited"] + fates["set_aside"]
            share = f"{accounted / total:.1%}"
            click.echo(
                f"{accounted} of {total} {name} accounted for ({share}), {fates['set_aside']} of them set aside"
            )
