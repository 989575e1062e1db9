"""Segments: the places of a source's sentences, kept without the sentences themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias

from foedus.diagnostics import UnreadableInput
from foedus.replacing import write_atomically


class Kind(StrEnum):
    """What a segment is: a sentence of the source's own text, or something that stands around it."""

    BODY = "body"
    HEADING = "heading"
    GLOSS = "gloss"
    LIST_ITEM = "list-item"
    CAPTION = "caption"
    DEBRIS = "debris"


ID_FORM: Final = {
    Kind.BODY: "s-{:04d}",
    Kind.HEADING: "h-{:02d}",
    Kind.GLOSS: "g-{:04d}",
    Kind.LIST_ITEM: "l-{:02d}",
    Kind.CAPTION: "c-{:02d}",
    Kind.DEBRIS: "d-{:02d}",
}
"""How the n-th segment of a kind is called; counting per kind keeps earlier ids when text is added."""

COLUMNS: Final = (
    "id",
    "section",
    "paragraph",
    "kind",
    "pieces",
    "digest",
    "damaged",
    "describes",
    "disposition",
)
"""The columns of ``segments.tsv``, in their order."""

PENDING: Final = "pending"
SET_ASIDE: Final = "set-aside: "

Piece: TypeAlias = tuple[int, int]


@dataclass(frozen=True)
class Segment:
    """One sentence, gloss, heading, list item, caption or remnant of a source, as places in its text.

    ``section`` is the slug of the nearest heading above (``lead`` before the first), ``paragraph`` counts
    from 1 within it and is 0 for what belongs to no paragraph. ``pieces`` are half-open ranges of code
    points. ``damaged`` says what the source lost, in our words. The last two are curated, never computed:
    ``describes`` is the slug of the entity that a gloss really describes, and ``disposition`` is empty,
    ``pending`` or ``set-aside: REASON``.
    """

    id: str
    section: str
    paragraph: int
    kind: Kind
    pieces: tuple[Piece, ...]
    digest: str
    damaged: str = ""
    describes: str = ""
    disposition: str = ""


def join_pieces(pieces: Iterable[Piece], text: str) -> str:
    """Return the pieces of a source's text joined by one space: what a segment's digest is taken of."""
    return " ".join(text[start:end] for start, end in pieces)


def digest_of(passage_text: str) -> str:
    """Return the SHA-256 of a passage in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(passage_text.encode()).hexdigest()


def passage(segment: Segment, text: str) -> str:
    """Return a segment's words; raise UnreadableInput where ``text`` is not what the segment was cut from."""
    words = join_pieces(segment.pieces, text)
    if digest_of(words) != segment.digest:
        raise UnreadableInput(
            f"{segment.id}: the text at {format_pieces(segment.pieces)} has another digest than the segment; "
            "give the file that was segmented, or segment this one"
        )
    return words


def format_pieces(pieces: Iterable[Piece]) -> str:
    """Return pieces as ``start-end,start-end``."""
    return ",".join(f"{start}-{end}" for start, end in pieces)


@dataclass(frozen=True)
class Merged:
    """Segments with their curated columns, and the old segments whose curated columns found no heir."""

    segments: list[Segment]
    lost: list[Segment]


def merge_curated(new: Sequence[Segment], old: Sequence[Segment]) -> Merged:
    """Carry ``describes`` and ``disposition`` from ``old`` to ``new`` where both id and digest agree."""
    curated = {(s.id, s.digest): s for s in old if s.describes or s.disposition}
    merged = []
    for segment in new:
        source = curated.pop((segment.id, segment.digest), None)
        if source is not None:
            segment = replace(segment, describes=source.describes, disposition=source.disposition)
        merged.append(segment)
    return Merged(merged, list(curated.values()))


def format_segments(segments: Iterable[Segment]) -> str:
    """Return the text of ``segments.tsv``; raise ValueError where a value holds a tab or a line break."""
    rows = [COLUMNS]
    for s in segments:
        cells = (
            s.id,
            s.section,
            str(s.paragraph),
            s.kind.value,
            format_pieces(s.pieces),
            s.digest,
            s.damaged,
            s.describes,
            s.disposition,
        )
        if any(mark in cell for cell in cells for mark in "\t\n\r"):
            raise ValueError(f"{s.id}: a tab or line break in a value cannot be written to segments.tsv")
        rows.append(cells)
    return "".join("\t".join(row) + "\n" for row in rows)


def write_segments(path: Path, segments: Iterable[Segment]) -> None:
    """Write ``segments.tsv``; the file is wholly old or wholly new. Raise UnreadableInput where it cannot be."""
    write_atomically({path: format_segments(segments).encode()})


def read_rows(path: Path, columns: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return the rows of a tab-separated file below its header, each with its line number.

    Raise UnreadableInput where the file cannot be read, the header differs or a row is too short or long.
    """
    try:
        content = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path}: cannot be read: {error}") from error
    lines = content.split("\n")
    if lines[0].split("\t") != list(columns):
        raise UnreadableInput(f"{path}:1: the header must be, separated by tabs: {' '.join(columns)}")
    if lines[-1]:
        raise UnreadableInput(
            f"{path}:{len(lines)}: the last line has no line break; the file may be cut short"
        )
    rows = []
    for number, line in enumerate(lines[1:-1], start=2):
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise UnreadableInput(f"{path}:{number}: {len(cells)} cells where {len(columns)} are needed")
        rows.append((number, cells))
    return rows


def read_segments(path: Path) -> list[Segment]:
    """Return the segments of a file; raise UnreadableInput naming file and line of the first bad row."""
    seen: dict[str, int] = {}
    segments = []
    for number, cells in read_rows(path, COLUMNS):
        try:
            segment = _parse_row(dict(zip(COLUMNS, cells, strict=True)))
        except ValueError as error:
            raise UnreadableInput(f"{path}:{number}: {error}") from error
        if segment.id in seen:
            raise UnreadableInput(
                f"{path}:{number}: id {segment.id} stands on line {seen[segment.id]} already"
            )
        seen[segment.id] = number
        segments.append(segment)
    return segments


def _parse_row(row: dict[str, str]) -> Segment:
    """Return the segment of one row; raise ValueError with the reason where a cell does not hold."""
    if row["kind"] not in list(Kind):
        raise ValueError(f'kind "{row["kind"]}" is none of {", ".join(Kind)}')
    kind = Kind(row["kind"])
    prefix = ID_FORM[kind][0]
    if not re.fullmatch(prefix + r"-[0-9]{2,}", row["id"]):
        raise ValueError(f'id "{row["id"]}" does not fit kind {kind}: {ID_FORM[kind].format(1)} would')
    if not re.fullmatch("[0-9]+", row["paragraph"]):
        raise ValueError(f'paragraph "{row["paragraph"]}" is no number')
    if not row["section"]:
        raise ValueError("no section; what stands before the first heading has section lead")
    if not re.fullmatch("[0-9a-f]{64}", row["digest"]):
        raise ValueError(f'digest "{row["digest"]}" is no SHA-256 in 64 hexadecimal digits')
    if row["describes"] and kind is not Kind.GLOSS:
        raise ValueError(f"a {kind} describes nothing; only a gloss has the column describes")
    if not re.fullmatch("(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", row["describes"]):
        raise ValueError(f'describes "{row["describes"]}" is no slug (lower-case letters, digits, hyphens)')
    disposition = row["disposition"]
    if disposition not in ("", PENDING) and not disposition.removeprefix(SET_ASIDE).strip():
        raise ValueError("set aside without a reason; write it after the colon")
    if disposition not in ("", PENDING) and not disposition.startswith(SET_ASIDE):
        raise ValueError(f'disposition "{disposition}" is neither empty, pending nor "set-aside: REASON"')
    return Segment(
        id=row["id"],
        section=row["section"],
        paragraph=int(row["paragraph"]),
        kind=kind,
        pieces=parse_pieces(row["pieces"]),
        digest=row["digest"],
        damaged=row["damaged"],
        describes=row["describes"],
        disposition=disposition,
    )


def parse_pieces(cell: str) -> tuple[Piece, ...]:
    """Return the ranges that are written as ``start-end,start-end``; raise ValueError with the reason."""
    if not re.fullmatch("[0-9]+-[0-9]+(?:,[0-9]+-[0-9]+)*", cell):
        raise ValueError(f'pieces "{cell}" are not written as start-end,start-end')
    pieces = []
    reached = 0
    for part in cell.split(","):
        start, end = map(int, part.split("-"))
        if not reached <= start < end:
            raise ValueError(f"piece {part} is empty, or begins before the piece in front of it ends")
        pieces.append((start, end))
        reached = end
    return tuple(pieces)
