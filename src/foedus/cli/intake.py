"""What the commands that take in facts have in common: reading, checking, repairing and printing."""

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

STDIN: Final = "<stdin>"
"""What standard input is called in messages."""

_ROUNDS = 3
"""How often a repaired text is checked again for what the repair brought to light."""


@contextmanager
def opened(home: Home) -> Iterator[tuple[Checker, Standing]]:
    """Give a checker for a home, and the graph that stands there."""
    from foedus.checking import Checker
    from foedus.standing import open_standing

    with open_standing(home) as standing:
        yield Checker(home, standing), standing


def check_file(
    home: Home, checker: Checker, file: str, form: str | None, class_name: str
) -> tuple[Submission, Checked]:
    """Return what a file submits and what was found; raise UnreadableInput where it cannot be read at all."""
    from foedus.submissions import MAX_BYTES, format_of, read_submission

    name = STDIN if file == "-" else file
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


def repair(
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
    from foedus.replacing import write_atomically
    from foedus.submissions import read_submission

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


def check_whole_home(home: Home) -> tuple[list[Diagnostic], list[str], dict[str, str]]:
    """Return all findings on a home, the names of its record files, and the texts of those with findings."""
    from foedus.homecheck import check_home

    findings, names = check_home(home)
    contents = {}
    for name in {d.region.file for d in findings} & set(names):
        contents[name] = (home.root / name).read_text(encoding="utf-8")
    return findings, names, contents


def print_findings(
    home: Home,
    findings: list[Diagnostic],
    contents: dict[str, str],
    names: list[str],
    output: str,
    threshold: Severity,
) -> None:
    """Print findings in a format; the line that counts them goes to standard error."""
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
    from foedus.rulefiles import read_rules

    return CODES | {r.code: Code(r.rule, r.example, r.cure) for r in read_rules(home.ontology)}


def explain_code(home: Home, code: str) -> None:
    """Print the rule behind a code, an example and the cure; raise UnknownName where there is no such code.

    Of a rule that compares nodes it is told as well what other validators know of it.
    """
    from foedus.diagnostics import UnknownName, did_you_mean
    from foedus.rulefiles import read_rules
    from foedus.shapesgraph import told_of_shape

    codes = _codes(home)
    name = code.strip().upper()
    meaning = codes.get(name)
    if meaning is None:
        raise UnknownName(f'no code "{code}"; {did_you_mean(name, codes) or "codes are like FOE114"}')
    click.echo(f"{name}\nRule:    {meaning.rule}\nExample: {meaning.example}\nCure:    {meaning.cure}")
    for rule in read_rules(home.ontology):
        if rule.code == name:
            click.echo(f"SHACL:   {told_of_shape(rule)}")


def text_of(file: str) -> str:
    """Return what can be shown of a file that could not be read as a whole."""
    from foedus.submissions import MAX_BYTES

    try:
        with Path(file).open("rb") as stream:
            content = stream.read(MAX_BYTES)
    except (OSError, ValueError):
        return ""
    return content.decode("utf-8-sig", errors="replace")


def as_finding(error: FoedusError, name: str) -> Diagnostic:
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


class _TimeUp(BaseException):
    """The time is over; no ``Exception``, since libraries catch those and go on."""


@contextmanager
def limited(seconds: int, name: str) -> Iterator[None]:
    """Raise UnreadableInput where what is done within takes longer than so many seconds."""
    over = False

    def stop(number: int, frame: object) -> None:
        nonlocal over
        over = True
        raise _TimeUp

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    try:
        try:
            # Once a second again: what is raised in a callback of C code or of the collector is lost.
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except RecursionError as error:
        raise UnreadableInput(f"{name}: nested too deep") from error
    except _TimeUp:
        over = True
    finally:
        signal.signal(signal.SIGALRM, before)
    if over:
        raise UnreadableInput(f"{name}: not checked within {seconds} s; split the file, or give --timeout")
