"""Segments as values and as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from foedus.diagnostics import UnreadableInput
from foedus.segments import (
    COLUMNS,
    Kind,
    Segment,
    digest_of,
    format_segments,
    merge_curated,
    passage,
    read_segments,
    write_segments,
)

TEXT = "The envoys of\nOrland\nOrland is a state ...\nleft."
SENTENCE = Segment(
    "s-0001", "lead", 1, Kind.BODY, ((0, 13), (14, 20), (43, 48)), digest_of("The envoys of Orland left.")
)
GLOSS = Segment(
    "g-0001", "lead", 1, Kind.GLOSS, ((21, 42),), digest_of("Orland is a state ..."), describes="orland"
)


def row(**cells: str) -> str:
    """Return a row of segments.tsv that holds, but for the cells given."""
    good = {
        "id": "s-0001",
        "section": "lead",
        "paragraph": "1",
        "kind": "body",
        "pieces": "0-13,14-20",
        "digest": "0" * 64,
        "damaged": "",
        "describes": "",
        "disposition": "",
    }
    return "\t".join({**good, **cells}[column] for column in COLUMNS)


def read(tmp_path: Path, *rows: str) -> list[Segment]:
    path = tmp_path / "segments.tsv"
    path.write_text("".join(line + "\n" for line in ("\t".join(COLUMNS), *rows)), encoding="utf-8")
    return read_segments(path)


def test_passage_joins_the_pieces_by_one_space() -> None:
    """A sentence that a gloss interrupts is read without the gloss."""
    assert passage(SENTENCE, TEXT) == "The envoys of Orland left."


def test_passage_refuses_another_text() -> None:
    """A text whose words at the segment's places are others is refused, naming the segment."""
    with pytest.raises(UnreadableInput, match=r"^s-0001: .*another digest"):
        passage(SENTENCE, TEXT.replace("left", "came"))


def test_written_segments_are_read_again(tmp_path: Path) -> None:
    """What is written comes back the same, with one line feed a row and no other file left behind."""
    path = tmp_path / "segments.tsv"
    kept = [replace(SENTENCE, damaged="the end is lost", disposition="pending"), GLOSS]
    write_segments(path, kept)
    assert read_segments(path) == kept
    assert path.read_bytes().count(b"\n") == 3
    assert b"\r" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_tab_in_a_value_is_not_written() -> None:
    """A value that would break the row is refused rather than written."""
    with pytest.raises(ValueError, match="s-0001"):
        format_segments([replace(SENTENCE, damaged="one\ttwo")])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"kind": "sentence"}, 'kind "sentence" is none of body, heading'),
        ({"id": "g-0001"}, 'id "g-0001" does not fit kind body'),
        ({"id": "s-1"}, 'id "s-1" does not fit'),
        ({"paragraph": "-1"}, 'paragraph "-1" is no number'),
        ({"section": ""}, "no section"),
        ({"pieces": "0-13;14-20"}, "start-end,start-end"),
        ({"pieces": ""}, "start-end,start-end"),
        ({"pieces": "5-5"}, "piece 5-5 is empty"),
        ({"pieces": "0-13,10-20"}, "piece 10-20"),
        ({"digest": "0" * 63}, "is no SHA-256"),
        ({"describes": "orland"}, "only a gloss"),
        ({"id": "g-0001", "kind": "gloss", "describes": "Orland"}, 'describes "Orland" is no slug'),
        ({"disposition": "later"}, 'disposition "later" is neither'),
        ({"disposition": "set-aside: "}, "without a reason"),
    ],
)
def test_bad_cell_is_refused_with_its_place(tmp_path: Path, cells: dict[str, str], reason: str) -> None:
    """A cell that does not hold is refused with file, line and reason."""
    with pytest.raises(UnreadableInput) as caught:
        read(tmp_path, row(id="s-0009"), row(**cells))
    assert str(caught.value).startswith(f"{tmp_path / 'segments.tsv'}:3: ")
    assert reason in str(caught.value)


def test_row_without_all_cells_is_refused(tmp_path: Path) -> None:
    """A row with a cell too few is refused with the numbers of both."""
    with pytest.raises(UnreadableInput, match=r"segments\.tsv:2: 8 cells where 9 are needed"):
        read(tmp_path, row().removesuffix("\t"))


def test_second_use_of_an_id_is_refused(tmp_path: Path) -> None:
    """An id that stands on two rows is refused, naming the line of the first."""
    with pytest.raises(UnreadableInput, match=r":3: id s-0001 stands on line 2 already"):
        read(tmp_path, row(), row())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"id\tkind\n", ":1: the header must be"),
        (b"", ":1: the header must be"),
        ("\t".join(COLUMNS).encode() + b"\ns-0001", ":2: the last line has no line break"),
        (b"\xff\n", "cannot be read"),
    ],
)
def test_file_of_another_form_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file with another header, cut short or not UTF-8 is refused."""
    path = tmp_path / "segments.tsv"
    path.write_bytes(content)
    with pytest.raises(UnreadableInput) as caught:
        read_segments(path)
    assert reason in str(caught.value)


def test_curated_columns_pass_to_the_same_segment() -> None:
    """What a curator wrote stays with the segment of the same id and digest."""
    old = [replace(SENTENCE, disposition="pending"), GLOSS]
    merged = merge_curated([SENTENCE, replace(GLOSS, describes="")], old)
    assert merged.segments == old
    assert merged.lost == []


def test_curated_columns_without_an_heir_are_reported() -> None:
    """Where id or digest changed, curated columns are not carried over and the old segment is reported."""
    old = [replace(SENTENCE, disposition="pending"), GLOSS]
    new = [
        replace(SENTENCE, digest=digest_of("The envoys left.")),
        replace(GLOSS, id="g-0002", describes=""),
    ]
    merged = merge_curated(new, old)
    assert merged.segments == new
    assert merged.lost == old
