"""What can be wrong, where, and how it is mended: the values that every stage reports with."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

LONGEST_NAME: Final = 200
"""Characters of a name up to which others are held against it: nobody mistypes a longer one."""

_MANY: Final = 10_000
"""Names beyond which only those that begin or end alike are held against one that nothing bears."""

_CANDIDATES: Final = 200_000
"""Names beyond which the search for like ones ends: a hint is not worth more time."""


class Severity(StrEnum):
    """How much a finding weighs: a violation refuses the input, a warning does not."""

    VIOLATION = "violation"
    WARNING = "warning"


class Region(NamedTuple):
    """A stretch of a file; lines and columns count from 1, the end column is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(NamedTuple):
    """One finding: its place, its stable code, one sentence of fact and one of cure."""

    region: Region
    code: str
    message: str
    cure: str = ""
    severity: Severity = Severity.VIOLATION
    focus: str = ""
    path: str = ""
    value: str = ""

    def __str__(self) -> str:
        cure = f"; {self.cure}" if self.cure else ""
        return f"{self.region}: {self.severity} {self.code}: {self.message}{cure}"


class FoedusError(Exception):
    """Something that the user can mend; its text is one line, and ``exit_code`` the command's status."""

    exit_code = 2


class UnreadableInput(FoedusError):
    """An input that cannot be read or parsed at all, or that exceeds a limit."""


class UnknownName(FoedusError):
    """A name (of an entity, query, parameter, column …) that nothing here bears."""


class FindingsError(FoedusError):
    """Input that was read and found wrong; carries every finding, sorted by place."""

    exit_code = 1

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__()
        self.diagnostics = sorted(diagnostics, key=lambda d: (d.region, d.code, d.message))

    def __str__(self) -> str:
        return "\n".join(map(str, self.diagnostics))


def did_you_mean(name: str, candidates: Iterable[str], likeness: float = 0.6) -> str:
    """Return ``did you mean "x"?`` for the nearest candidates, or an empty string where none is near."""
    if len(name) > LONGEST_NAME:
        return ""
    from difflib import get_close_matches  # 1 ms that only a mistyped name costs

    known = list(islice(candidates, _CANDIDATES))
    if len(known) > _MANY:  # the likeness of a hundred thousand takes a second
        known = [k for k in known if k[:2] == name[:2] or k[-3:] == name[-3:]]
    near = get_close_matches(name, known, n=3, cutoff=likeness)
    quoted = " or ".join('"' + n + '"' for n in near)
    return f"did you mean {quoted}?" if near else ""


def with_article(noun: str) -> str:
    """Return a noun behind its indefinite article, by its first letter."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
