"""A source's text cut into segments: sentences joined across the glosses that stand in their midst."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from foedus.diagnostics import FindingsError
from foedus.hints import WHOLE, Cut, Hint, PlacedHint, Role, place_hints
from foedus.segments import ID_FORM, Kind, Piece, Segment, digest_of, join_pieces
from foedus.sentences import ends_in_full_stop, ends_sentence, sentence_starts
from foedus.stretches import Stretch, tell_apart

LEAD = "lead"
"""The section of what stands before the first heading."""

LOST_END = "the end of the sentence is lost"
LOST_BEGINNING = "the beginning of the sentence is lost"
LOST_BETWEEN_LINKS = "words between two links are lost"

_MOST_SECTION_WORDS = 7
_STANDING_ALONE = {
    Role.HEADING: Kind.HEADING,
    Role.GLOSS: Kind.GLOSS,
    Role.CAPTION: Kind.CAPTION,
    Role.DEBRIS: Kind.DEBRIS,
}


def segment_text(text: str, hints: Sequence[Hint] = ()) -> list[Segment]:
    """Return the segments of a source's text in the order in which they begin.

    Ids count per kind in that order, so that what is added at the end moves none. Raise FindingsError for
    every hint whose anchor is not on its line, and for every hint without which the segments are the same.
    """
    placed, findings = place_hints(text, tuple(hints))
    segments = _segment(text, placed)
    for hint in placed:
        if _segment(text, [other for other in placed if other is not hint]) == segments:
            findings.append(
                hint.hint.finding(f'the hint at "{hint.hint.anchor}" changes nothing', "remove it")
            )
    if findings:
        raise FindingsError(findings)
    return segments


def _segment(text: str, hints: Sequence[PlacedHint]) -> list[Segment]:
    assembly = _Assembly(text, hints)
    for stretch in tell_apart(text, hints):
        assembly.add(stretch)
    assembly.close_paragraph()
    return _mend_damage(_number(assembly.segments), hints)


def _number(segments: Iterable[Segment]) -> list[Segment]:
    """Give the segments their ids, in the order in which they begin."""
    counts: Counter[Kind] = Counter()
    numbered = []
    for segment in sorted(segments, key=lambda s: s.pieces[0]):
        counts[segment.kind] += 1
        numbered.append(replace(segment, id=ID_FORM[segment.kind].format(counts[segment.kind])))
    return numbered


def _mend_damage(segments: list[Segment], hints: Sequence[PlacedHint]) -> list[Segment]:
    reasons = {placed.position: placed.hint.damaged for placed in hints if placed.hint.damaged}
    mended = []
    for segment in segments:
        for position, reason in reasons.items():
            if any(start <= position < end for start, end in segment.pieces):
                segment = replace(segment, damaged="" if reason == WHOLE else reason)
        mended.append(segment)
    return mended


@dataclass(frozen=True)
class _Run:
    """A piece of running text, and whether it is a link's title."""

    piece: Piece
    is_title: bool


class _Assembly:
    """The segments made so far, and the runs of the paragraph that is still open."""

    def __init__(self, text: str, hints: Sequence[PlacedHint]) -> None:
        self.text = text
        self.begins = {h.position for h in hints if h.hint.cut is Cut.BEGINS}
        self.continues = {h.position for h in hints if h.hint.cut is Cut.CONTINUES}
        self.segments: list[Segment] = []
        self.sections: Counter[str] = Counter()
        self.section = LEAD
        self.paragraph = 0
        self.kind = Kind.BODY
        self.runs: list[_Run] = []

    def add(self, stretch: Stretch) -> None:
        """Take in the next stretch of the text."""
        if stretch.role in (Role.TEXT, Role.TITLE):
            self._add_run(_Run(stretch.pieces[0], stretch.role is Role.TITLE))
            return
        if stretch.role not in (Role.GLOSS, Role.DEBRIS):
            self.close_paragraph()
            self.kind = Kind.LIST_ITEM if stretch.role is Role.BULLET else Kind.BODY
        if stretch.role is Role.HEADING:
            self._open_section(stretch)
        if stretch.role in _STANDING_ALONE:
            kind = _STANDING_ALONE[stretch.role]
            paragraph = self.paragraph if kind in (Kind.GLOSS, Kind.DEBRIS) else 0
            self.segments.append(self._segment(kind, stretch.pieces, paragraph))

    def _open_section(self, heading: Stretch) -> None:
        words = re.findall(r"[^\W_]+", join_pieces(heading.pieces, self.text).casefold())
        slug = "-".join(words[:_MOST_SECTION_WORDS]) or "section"
        self.sections[slug] += 1
        self.section = slug if self.sections[slug] == 1 else f"{slug}-{self.sections[slug]}"
        self.paragraph = 0

    def _add_run(self, run: _Run) -> None:
        if self.runs and self._paragraph_ends_before(run):
            within_list = self.runs[-1].is_title
            self.close_paragraph()
            self.kind = self.kind if within_list else Kind.BODY
        if not self.runs:
            self.paragraph += 1
        self.runs.append(run)

    def _paragraph_ends_before(self, run: _Run) -> bool:
        """Return whether the open paragraph has come to its end and does not go on with this run.

        Lines break at links only, so a line of text that ends as a sentence does also ends its paragraph. A
        list item that is a link alone ends where another link follows.
        """
        last = self.runs[-1]
        if last.is_title:
            return self.kind is Kind.LIST_ITEM and len(self.runs) == 1 and run.is_title
        return ends_sentence(self._words(last)) and not _goes_on(self._words(run))

    def _words(self, run: _Run) -> str:
        return join_pieces([run.piece], self.text)

    def close_paragraph(self) -> None:
        """Cut the open paragraph into its sentences."""
        runs, self.runs = self.runs, []
        if not runs:
            return
        words = join_pieces((run.piece for run in runs), self.text)
        cuts = {*sentence_starts(words), *_offsets(runs, self.begins)} - _offsets(runs, self.continues)
        for lower, upper in pairwise(sorted({0, *cuts, len(words)})):
            self._add_sentence(runs, lower, upper)

    def _add_sentence(self, runs: Sequence[_Run], lower: int, upper: int) -> None:
        pieces: list[Piece] = []
        links_meet = False
        offset = 0
        before: _Run | None = None
        for run in runs:
            start, end = run.piece
            first, last = max(lower, offset), min(upper, offset + end - start)
            piece = self._trimmed(start + first - offset, start + last - offset) if first < last else None
            if piece is not None:
                links_meet |= bool(pieces and before and before.is_title and run.is_title)
                pieces.append(piece)
                before = run
            offset += end - start + 1
        if pieces:
            segment = self._segment(self.kind, tuple(pieces), self.paragraph)
            self.segments.append(replace(segment, damaged=self._damage(pieces, links_meet)))

    def _damage(self, pieces: Sequence[Piece], links_meet: bool) -> str:
        words = join_pieces(pieces, self.text)
        reasons = []
        if _goes_on(words) and self.kind is Kind.BODY:
            reasons.append(LOST_BEGINNING)
        if links_meet:
            reasons.append(LOST_BETWEEN_LINKS)
        if not ends_in_full_stop(words) and self.kind is Kind.BODY:
            reasons.append(LOST_END)
        return "; ".join(reasons)

    def _trimmed(self, start: int, end: int) -> Piece | None:
        words = self.text[start:end]
        start += len(words) - len(words.lstrip())
        return (start, start + len(words.strip())) if words.strip() else None

    def _segment(self, kind: Kind, pieces: tuple[Piece, ...], paragraph: int) -> Segment:
        digest = digest_of(join_pieces(pieces, self.text))
        return Segment("", self.section, paragraph, kind, pieces, digest)


def _goes_on(words: str) -> bool:
    """Return whether words go on with a sentence rather than begin one."""
    return words[:1].islower() or words[:1] in set(",.;:)")


def _offsets(runs: Sequence[_Run], positions: Set[int]) -> set[int]:
    """Return where places of the source's text stand in the runs joined by one space; others are left out."""
    offsets = set()
    offset = 0
    for run in runs:
        start, end = run.piece
        offsets |= {offset + position - start for position in positions if start <= position < end}
        offset += end - start + 1
    return offsets
