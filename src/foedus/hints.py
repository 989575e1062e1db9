"""Hints: what a curator tells the segmenter where the form of a text does not decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from foedus.diagnostics import Diagnostic, Region, UnreadableInput
from foedus.segments import read_rows

COLUMNS: Final = ("line", "anchor", "role", "sentence", "damaged")
"""The columns of ``segmentation.tsv``, in their order."""

MOST_ANCHOR_WORDS: Final = 6
WHOLE: Final = "-"
"""The value of ``damaged`` that says: nothing is lost here, although it looks so."""


_UNREAD: Final = Region("hints")
"""The place of a hint that comes from no file."""


class Role(StrEnum):
    """What a stretch of a source's text is to the text around it."""

    TEXT = "text"
    TITLE = "title"
    GLOSS = "gloss"
    HEADING = "heading"
    BULLET = "bullet"
    CAPTION = "caption"
    DEBRIS = "debris"
    BREAK = "break"


ROLES_OF_WORDS: Final = tuple(role for role in Role if role not in (Role.BULLET, Role.BREAK))
"""The roles that a hint may give: those of stretches that hold words."""


class Cut(StrEnum):
    """Whether a sentence begins at a place, or one that seems to begin there goes on."""

    BEGINS = "begins"
    CONTINUES = "continues"


@dataclass(frozen=True)
class Hint:
    """One curated decision, found by a line of the source and the words that stand on it.

    ``role`` holds from the anchor to the end of its line; ``cut`` (the column ``sentence``) where the anchor
    begins; ``damaged`` for the segment that holds the anchor, in place of what the segmenter would say.
    """

    line: int
    anchor: str
    role: Role | None = None
    cut: Cut | None = None
    damaged: str = ""
    region: Region = _UNREAD

    def finding(self, message: str, cure: str) -> Diagnostic:
        """Return a finding placed at this hint."""
        return Diagnostic(self.region, "segmentation-hint", message, cure)


@dataclass(frozen=True)
class PlacedHint:
    """A hint and the position of its anchor in the source's text."""

    hint: Hint
    position: int


def read_hints(path: Path) -> tuple[Hint, ...]:
    """Return the hints of a file; raise UnreadableInput with file and line of the first bad row."""
    hints = []
    for number, cells in read_rows(path, COLUMNS):
        line, anchor, role, cut, damaged = cells
        region = Region(str(path), number, 1, number, 1 + len("\t".join(cells)))
        reason = ""
        if not (line.isascii() and line.isdigit() and int(line) > 0):
            reason = f'line "{line}" is no line number'
        elif not 0 < len(anchor.split()) <= MOST_ANCHOR_WORDS:
            reason = f"the anchor must be one to {MOST_ANCHOR_WORDS} words of the line"
        elif role and role not in ROLES_OF_WORDS:
            reason = f'role "{role}" is none of {", ".join(ROLES_OF_WORDS)}'
        elif cut and cut not in list(Cut):
            reason = f'sentence "{cut}" is neither begins nor continues'
        elif not (role or cut or damaged):
            reason = "a hint without role, sentence or damaged says nothing"
        if reason:
            raise UnreadableInput(f"{path}:{number}: {reason}")
        hints.append(
            Hint(int(line), anchor, Role(role) if role else None, Cut(cut) if cut else None, damaged, region)
        )
    return tuple(hints)


def place_hints(text: str, hints: tuple[Hint, ...]) -> tuple[list[PlacedHint], list[Diagnostic]]:
    """Return the hints with their positions in ``text``, and a finding for each whose anchor is not there."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    placed, findings = [], []
    for hint in hints:
        lower = starts[hint.line - 1] if hint.line < len(starts) else len(text)
        upper = starts[hint.line] if hint.line < len(starts) else len(text)
        position = text.find(hint.anchor, lower, upper)
        if position >= 0:
            placed.append(PlacedHint(hint, position))
            continue
        elsewhere = text.find(hint.anchor)
        cure = (
            f"it stands on line {text.count(chr(10), 0, elsewhere) + 1}"
            if elsewhere >= 0
            else "remove the hint"
        )
        findings.append(hint.finding(f'"{hint.anchor}" does not stand on line {hint.line} of the text', cure))
    return placed, findings
