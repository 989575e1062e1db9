"""The commands that take in new facts: ``check``, ``add`` and ``new``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from foedus.cli.intake import (
    STDIN,
    Examination,
    check_whole_home,
    examine,
    explain_code,
    print_findings,
    show_difference,
    write_repaired,
)
from foedus.diagnostics import Diagnostic, Severity
from foedus.home import Home

FORMATS: Final = ("text", "json", "sarif", "junit", "github")

_AS = click.option(
    "--as",
    "form",
    type=click.Choice(["yaml", "csv", "turtle", "ntriples", "jsonld"]),
    help="The format, where the file's name does not tell it.",
)
_TYPE = click.option(
    "--type", "class_name", metavar="CLASS", help="The class of CSV rows without a column type."
)
_TIMEOUT = click.option(
    "--timeout",
    type=click.IntRange(1, 3600),
    default=6,
    show_default=True,
    metavar="SECONDS",
    help="How long one file may take.",
)


@click.command()
@click.argument("files", metavar="[FILE]…", nargs=-1)
@_AS
@_TYPE
@click.option(
    "--format", "output", type=click.Choice(FORMATS), default="text", show_default=True, help="How to print."
)
@click.option(
    "--fail-on",
    type=click.Choice([s.value for s in Severity]),
    default="violation",
    show_default=True,
    help="What makes the exit code 1.",
)
@click.option("--fix", is_flag=True, help="Repair ids, names for ids, dates and language tags in the files.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option(
    "--text",
    "texts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A source's text, known by its digest: warn where cited segments mention nothing that the fact names.",
)
@click.option("--explain", metavar="CODE", help="Tell the rule behind a code, with an example and the cure.")
@_TIMEOUT
@click.pass_obj
def check(
    home: Home,
    files: tuple[str, ...],
    form: str | None,
    class_name: str | None,
    output: str,
    fail_on: str,
    fix: bool,
    diff: bool,
    texts: tuple[Path, ...],
    explain: str | None,
    timeout: int,
) -> None:
    """Check new facts against the ontology, the shapes, the rules, themselves and the graph that stands.

    FILE is YAML records, CSV (keys as headers, such as from.edtf; items between |), Turtle, N-Triples or JSON-LD;
    - reads standard input, with --as. Without FILE the whole home is checked. Each file is checked by itself;
    nothing is written but by --fix.

    \b
    A fact brings evidence: a segment that exists, or a source of its own:
      evidence: [armenia-russia-article:s-0001]
      evidence: [{title: Gazette, publisher: Gazette Press, address: https://example.org,
                  date: 2024-05-03, locator: page 3}]
      evidence: [{source: gazette, locator: page 4}]    (the same source again)
    or as records: {id: gazette, type: Source, title, publisher, address, date} and
    {id: gazette:p-3, type: Segment, locator: page 3}, cited as gazette:p-3.

    \b
    Examples:
      foedus check facts.yaml
      foedus check --type Tenure tenures.csv --format sarif
      foedus check --as turtle - < facts.ttl
      foedus check --explain FOE114

    Exit codes: 0 fine, 1 findings at or above --fail-on, 2 an input that cannot be read (the others are checked).
    """
    if explain:
        explain_code(home, explain)
        return
    findings: list[Diagnostic] = []
    contents: dict[str, str] = {}
    unreadable = False
    if not files:
        of_files = {"--fix": fix, "--diff": diff, "--as": form, "--type": class_name, "--text": texts}
        idle = [option for option, given in of_files.items() if given]
        if idle:
            raise click.UsageError(
                f"without FILE the whole home is checked; take {', '.join(idle)} out, or name FILE"
            )
        findings, names, contents = check_whole_home(home)
    else:
        files = tuple(dict.fromkeys(files))
        names = [STDIN if file == "-" else file for file in files]
        examination = Examination(home, form, class_name or "", fix or diff, texts)
        for file, name, verdict in zip(files, names, examine(examination, files, timeout), strict=True):
            findings += verdict.findings
            contents[name] = verdict.repaired
            unreadable |= verdict.submission is None
            if verdict.repaired != verdict.text:
                (show_difference if diff else write_repaired)(file, verdict)
    print_findings(home, findings, contents, names, output, Severity(fail_on))
    if unreadable:
        raise SystemExit(2)
    if any(d.severity is Severity.VIOLATION or fail_on == Severity.WARNING for d in findings):
        raise SystemExit(1)


@click.command()
@click.argument("file")
@_AS
@_TYPE
@click.option(
    "--to",
    "target",
    metavar="PATH",
    help="The file of facts below graph/ that takes the records.  [default: DOSSIER/facts/added.yaml]",
)
@click.option("--dossier", help="The dossier, where the home has several.")
@_TIMEOUT
@click.pass_obj
def add(
    home: Home,
    file: str,
    form: str | None,
    class_name: str | None,
    target: str | None,
    dossier: str | None,
    timeout: int,
) -> None:
    """Check FILE, merge its records into the dossier, and build the graph anew: all of it or nothing.

    Facts go into facts/added.yaml of the dossier (or --to), entities into graph/entities/added.yaml; what is
    said about something that stands goes into its record. FILE is as for check.

    \b
    Example:
      foedus add new-facts.yaml
      foedus add new-facts.csv --type Tenure --to armenia-russia/facts/tenures.yaml
    """
    from foedus.additions import merge
    from foedus.tables import printable

    name = STDIN if file == "-" else file
    [verdict] = examine(Examination(home, form, class_name or ""), [file], timeout)
    submission = verdict.submission
    if submission is None or any(d.severity is Severity.VIOLATION for d in verdict.findings):
        print_findings(home, verdict.findings, {name: verdict.text}, [name], "text", Severity.VIOLATION)
        raise SystemExit(2 if submission is None else 1)
    for finding in verdict.findings:
        click.echo(printable(str(finding)), err=True)
    written = merge(home, submission, verdict.triples, dossier=dossier or "", target=target or "")
    for path in written:
        click.echo(f"wrote {path}", err=True)


@click.command()
@click.argument("kind", metavar="KIND", required=False)
@click.pass_obj
def new(home: Home, kind: str | None) -> None:
    """Print a commented skeleton of a record of KIND, a class such as Event; without KIND the classes.

    What a record of the class needs stands plain, what it may have behind a #.

    \b
    Example:
      foedus new Tenure > tenure.yaml
    """
    from foedus.skeletons import kinds, skeleton

    if kind is None:
        for name, definition in kinds(home.ontology):
            click.echo(f"{name:<26}{definition}")
    else:
        click.echo(skeleton(home.ontology, kind), nl=False)
