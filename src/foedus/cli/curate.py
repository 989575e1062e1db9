"""The commands that take in new facts: ``check``, ``add`` and ``new``."""

from __future__ import annotations

import difflib
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from foedus.diagnostics import Diagnostic, FoedusError, Region, Severity, UnreadableInput
from foedus.home import Home

if TYPE_CHECKING:
    from foedus.checking import Checked, Checker
    from foedus.codes import Code
    from foedus.standing import Standing
    from foedus.submissions import Submission

FORMATS: Final = ("text", "json", "sarif", "junit", "github")
_STDIN = "<stdin>"
_ROUNDS = 3
"""How often a repaired text is checked again for what the repair brought to light."""

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
    default=8,
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
        _explain(home, explain)
        return
    findings: list[Diagnostic] = []
    contents: dict[str, str] = {}
    unreadable = False
    if not files:
        findings, names, contents = _check_home(home)
    else:
        names = [_STDIN if name == "-" else name for name in files]
        with _standing(home) as (checker, standing):
            for file in dict.fromkeys(files):
                name = _STDIN if file == "-" else file
                try:
                    with _limited(timeout, name):
                        submission, checked = _check_file(home, checker, file, form, class_name or "")
                        if fix or diff:
                            submission, checked = _repair(
                                home,
                                checker,
                                standing,
                                submission,
                                checked,
                                file,
                                class_name or "",
                                write=not diff,
                            )
                        found = checked.findings
                        if texts:
                            from foedus.mentions import find_unmentioned

                            found = sorted([*found, *find_unmentioned(checked, submission, standing, texts)])
                except UnreadableInput as error:
                    unreadable = True
                    findings.append(_as_finding(error, name))
                    continue
                findings += found
                contents[name] = submission.text
    _print(home, findings, contents, names, output, Severity(fail_on))
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

    name = _STDIN if file == "-" else file
    with _standing(home) as (checker, _):
        with _limited(timeout, name):
            submission, checked = _check_file(home, checker, file, form, class_name or "")
        if checked.refused:
            _print(home, checked.findings, {name: submission.text}, [name], "text", Severity.VIOLATION)
            raise SystemExit(1)
    for finding in checked.findings:
        click.echo(str(finding), err=True)
    written = merge(home, submission, dossier=dossier or "", target=target or "")
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


@contextmanager
def _standing(home: Home) -> Iterator[tuple[Checker, Standing]]:
    from foedus.checking import Checker
    from foedus.standing import open_standing

    with open_standing(home) as standing:
        yield Checker(home, standing), standing


def _check_file(
    home: Home, checker: Checker, file: str, form: str | None, class_name: str
) -> tuple[Submission, Checked]:
    from foedus.submissions import MAX_BYTES, format_of, read_submission

    name = _STDIN if file == "-" else file
    if file == "-" and not form:
        raise click.UsageError("standard input has no name that tells its format; add --as FORMAT")
    form = form or format_of(name)
    try:
        if file == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadableInput(f"{name}: {getattr(error, 'strerror', None) or error}") from error
    submission = read_submission(content, name, form, checker.standing.vocabulary, class_name=class_name)
    return submission, checker.check(submission, instead=_stands(home, file))


def _stands(home: Home, file: str) -> bool:
    """Tell whether a file is one of the home's own, whose records are in the graph already."""
    return file != "-" and Path(file).resolve().is_relative_to(home.graph.resolve())


def _repair(
    home: Home,
    checker: Checker,
    standing: Standing,
    submission: Submission,
    checked: Checked,
    file: str,
    class_name: str,
    *,
    write: bool,
) -> tuple[Submission, Checked]:
    """Repair a file, or show the difference; return what is then left."""
    from foedus.repairs import repaired
    from foedus.submissions import read_submission
    from foedus.turtle import write_atomically

    before, now = submission.text, submission
    for _ in range(_ROUNDS):
        own = [record.id for record in now.records]
        text = repaired(now.text, checked.findings, standing, own)
        if text == now.text:
            break
        now = read_submission(text.encode(), now.name, now.format, standing.vocabulary, class_name=class_name)
        checked = checker.check(now, instead=_stands(home, file))
    if now.text != before:
        if write and file != "-":
            write_atomically({Path(file): now.text.encode()})
        elif write:
            click.echo(now.text, nl=False)
        else:
            lines = difflib.unified_diff(
                before.splitlines(), now.text.splitlines(), now.name, f"{now.name} repaired", lineterm="", n=1
            )
            click.echo("\n".join(lines))
    return now, checked


def _check_home(home: Home) -> tuple[list[Diagnostic], list[str], dict[str, str]]:
    from foedus.homecheck import check_home

    findings, names = check_home(home)
    contents = {}
    for name in {d.region.file for d in findings} & set(names):
        contents[name] = (home.root / name).read_text(encoding="utf-8")
    return findings, names, contents


def _print(
    home: Home,
    findings: list[Diagnostic],
    contents: dict[str, str],
    names: list[str],
    output: str,
    threshold: Severity,
) -> None:
    from foedus import interchange, reporting

    if output == "json":
        click.echo(reporting.to_json(findings), nl=False)
    elif output == "github":
        click.echo(reporting.to_github(findings), nl=False)
    elif output == "junit":
        click.echo(interchange.to_junit(findings, names, threshold), nl=False)
    elif output == "sarif":
        from importlib.metadata import version

        click.echo(interchange.to_sarif(findings, _codes(home), version("foedus")), nl=False)
    else:
        click.echo(reporting.to_text(findings, contents), nl=False)
    if output != "json":
        click.echo(reporting.summary(findings, len(names)), err=True)


def _codes(home: Home) -> dict[str, Code]:
    from foedus.codes import CODES, Code
    from foedus.rules import read_rules

    return CODES | {r.code: Code(r.rule, r.example, r.cure) for r in read_rules(home.ontology)}


def _explain(home: Home, code: str) -> None:
    from foedus.diagnostics import UnknownName, did_you_mean

    codes = _codes(home)
    meaning = codes.get(code.strip().upper())
    if meaning is None:
        raise UnknownName(f'no code "{code}"; {did_you_mean(code.upper(), codes) or "codes are like FOE114"}')
    click.echo(
        f"{code.strip().upper()}\nRule:    {meaning.rule}\nExample: {meaning.example}\nCure:    {meaning.cure}"
    )


def _as_finding(error: FoedusError, name: str) -> Diagnostic:
    """Return an input that cannot be read as a finding, at the place that its message begins with."""
    text = str(error)
    line = column = 1
    if text.startswith(name):
        place, _, rest = text[len(name) :].partition(": ")
        numbers = [int(part) for part in place.split(":") if part.isdigit()]
        if rest and len(numbers) == place.count(":"):
            line, column = [*numbers, 1, 1][:2] if numbers else (1, 1)
            text = rest
    fact, _, cure = text.partition("; ")
    return Diagnostic(Region(name, line, column, line, column + 1), "FOE101", fact, cure)


@contextmanager
def _limited(seconds: int, name: str) -> Iterator[None]:
    """Raise UnreadableInput where what is done within takes longer than so many seconds."""

    def stop(number: int, frame: object) -> None:
        raise UnreadableInput(f"{name}: not checked within {seconds} s; split the file, or give --timeout")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except RecursionError as error:
        raise UnreadableInput(f"{name}: nested too deep") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
