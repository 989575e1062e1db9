"""What the commands that take in facts have in common: reading, checking, repairing and printing."""

from __future__ import annotations

import codecs
import difflib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from foedus.diagnostics import Diagnostic, FoedusError, Region, Severity, UnreadableInput
from foedus.home import Home

if TYPE_CHECKING:
    import pyoxigraph as ox

    from foedus.checking import Checked, Checker
    from foedus.codes import Code
    from foedus.submissions import Submission

STDIN: Final = "<stdin>"
"""What standard input is called in messages."""

_ROUNDS = 3
"""How often a repaired text is checked again for what the repair brought to light."""


class Verdict(NamedTuple):
    """What became of one file: its text as it was read and as it is repaired, and what is wrong with that.

    Without ``submission`` the file could not be read as a whole.
    """

    text: str
    repaired: str
    findings: list[Diagnostic]
    submission: Submission | None = None
    triples: Sequence[ox.Triple] = ()


class Examination(NamedTuple):
    """How files are checked: the options of the commands that take them in."""

    home: Home
    form: str | None = None
    class_name: str = ""
    repairs: bool = False
    texts: tuple[Path, ...] = ()

    @contextmanager
    def opened(self) -> Iterator[Callable[[str], Verdict]]:
        """Give what examines one file, with the graph that stands opened for all."""
        from foedus.checking import Checker
        from foedus.standing import open_standing

        with open_standing(self.home) as standing:
            yield partial(self._examine, Checker(self.home, standing))

    def _examine(self, checker: Checker, file: str) -> Verdict:
        from foedus.submissions import format_of, read_submission

        name = STDIN if file == "-" else file
        content = b""
        try:
            form = self.form or format_of(name)
            content = _content(file)
            submission = read_submission(
                content, name, form, checker.standing.vocabulary, class_name=self.class_name
            )
        except UnreadableInput as error:
            text = content.decode("utf-8-sig", errors="replace")
            return Verdict(text, text, [as_finding(error, name)])
        instead = file != "-" and Path(file).resolve().is_relative_to(self.home.graph.resolve())
        checked = checker.check(submission, instead=instead)
        text = submission.text
        if self.repairs:
            submission, checked = self._repaired(checker, submission, checked, instead)
        findings = checked.findings
        if self.texts:
            from foedus.mentions import find_unmentioned

            unmentioned = find_unmentioned(checked, submission, checker.standing, self.texts)
            findings = sorted([*findings, *unmentioned])
        return Verdict(text, submission.text, findings, submission, checked.triples)

    def _repaired(
        self, checker: Checker, submission: Submission, checked: Checked, instead: bool
    ) -> tuple[Submission, Checked]:
        """Return what a submission is, and what is left to find, once all that can be repaired is."""
        from foedus.repairs import repaired
        from foedus.submissions import read_submission

        standing = checker.standing
        for _ in range(_ROUNDS):
            own = [record.id for record in submission.records]
            text = repaired(submission.text, checked.findings, standing, own)
            if text == submission.text:
                break
            submission = read_submission(
                text.encode(),
                submission.name,
                submission.format,
                standing.vocabulary,
                class_name=self.class_name,
            )
            checked = checker.check(submission, instead=instead)
        return submission, checked


def examine(examination: Examination, files: Sequence[str], seconds: int) -> Iterator[Verdict]:
    """Yield what became of each file, in a process that is ended where one takes longer than so many seconds."""
    from foedus.cli.apart import each_apart

    for file, found in zip(files, each_apart(examination.opened, files, seconds), strict=True):
        if isinstance(found, Verdict):
            yield found
        else:
            yield Verdict("", "", [as_finding(found, STDIN if file == "-" else file)])


def _content(file: str) -> bytes:
    """Return what a file holds, as far as it may be long; raise UnreadableInput where it cannot be read."""
    from foedus.submissions import MAX_BYTES

    try:
        if file == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with Path(file).open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        name = STDIN if file == "-" else file
        raise UnreadableInput(f"{name}: {getattr(error, 'strerror', None) or error}") from error


def write_repaired(file: str, verdict: Verdict) -> None:
    """Write a repaired text in the place of the one that was read; that of standard input goes to the output.

    Raise UnreadableInput where the file was changed in the meantime.
    """
    from foedus.replacing import write_atomically

    if file == "-":
        click.echo(verdict.repaired, nl=False)
        return
    path = Path(file).resolve()
    before, mark = path.read_bytes(), b""
    if before.startswith(codecs.BOM_UTF8):
        mark = codecs.BOM_UTF8
    if before != mark + verdict.text.encode():
        raise UnreadableInput(
            f"{file}: was changed while it was checked; nothing was written; check it again"
        )
    write_atomically({path: mark + verdict.repaired.encode()})


def show_difference(file: str, verdict: Verdict) -> None:
    """Print what a repair would change, as a difference."""
    name = STDIN if file == "-" else file
    before, after = (text.splitlines() for text in (verdict.text, verdict.repaired))
    lines = difflib.unified_diff(before, after, name, f"{name} repaired", lineterm="", n=1)
    click.echo("\n".join(lines))


def check_whole_home(home: Home) -> tuple[list[Diagnostic], list[str], dict[str, str]]:
    """Return all findings on a home, the names of its record files, and the texts of those with findings."""
    from foedus.homecheck import check_home

    findings, names = check_home(home)
    contents = {}
    for name in {d.region.file for d in findings} & set(names):
        contents[name] = (home.root / name).read_bytes().decode()
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

    findings = [reporting.shortened(finding) for finding in findings]
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
