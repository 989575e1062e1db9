"""Sentences found in a scrape whose links brought foreign text along."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from foedus.diagnostics import FindingsError, UnreadableInput
from foedus.hints import COLUMNS, Cut, Hint, Role, read_hints
from foedus.segmentation import LOST_BEGINNING, LOST_BETWEEN_LINKS, LOST_END, segment_text
from foedus.segments import Kind, Segment, merge_curated, passage, read_segments
from foedus.sentences import sentence_starts

ROOT = Path(__file__).parents[1]
SOURCE_TEXTS = Path(os.environ.get("FOEDUS_SOURCE_TEXTS", ROOT.parent / "shared" / "sources"))

ORLAND = "Orland\nOrland, officially the Realm of Orland, is a state on the coa ...\n"
HOLT = "Anna Holt\nAnna Maria Holt (born 1890) is a minister. She ser ...\n"


def rows(text: str, *hints: Hint, kind: Kind = Kind.BODY) -> list[str]:
    """Return the passages of one kind."""
    return [passage(s, text) for s in segment_text(text, hints) if s.kind is kind]


def damages(text: str, *hints: Hint) -> list[str]:
    return [s.damaged for s in segment_text(text, hints) if s.kind is Kind.BODY]


def test_gloss_in_the_midst_is_cut_out() -> None:
    """A sentence is joined across a gloss, with the link's title, and the gloss stands for itself."""
    text = f"The king of\n{ORLAND}\tcame on 3 May 1931. He left.\n"
    segments = segment_text(text)
    assert [(s.id, s.paragraph, len(s.pieces)) for s in segments] == [
        ("s-0001", 1, 3),
        ("g-0001", 1, 1),
        ("s-0002", 1, 1),
    ]
    assert passage(segments[0], text) == "The king of Orland came on 3 May 1931."
    assert passage(segments[1], text).startswith("Orland, officially")
    assert {s.damaged for s in segments} == {""}


def test_pieces_count_code_points() -> None:
    """Places count Unicode code points of the text, whatever bytes or surrogates they take."""
    text = "Ձայն 𐌰 came. He left.\n"
    assert [s.pieces for s in segment_text(text)] == [((0, 12),), ((13, 21),)]


def test_gloss_of_several_lines_is_one_segment() -> None:
    """A gloss that goes on over lines, one of them like a heading, is one segment up to its dots."""
    gloss = "A truce is a halt of fighting.\nHistory\nTruces are kno ..."
    text = f"They signed a\ntruce\n{gloss}\nin May.\n"
    assert rows(text) == ["They signed a truce in May."]
    assert rows(text, kind=Kind.GLOSS) == [gloss.replace("\n", " ")]


def test_gloss_that_is_not_cut_off_ends_with_its_line() -> None:
    """A gloss without dots is known by its opening, and does not swallow the sentence behind it."""
    text = f"It was signed by\nAnna Holt\nAnna Maria Holt (born 1890)\nin May. Later\n{ORLAND}paid.\n"
    assert rows(text) == ["It was signed by Anna Holt in May.", "Later Orland paid."]


def test_title_glued_to_its_gloss_is_parted() -> None:
    """A title and its gloss on one line are parted where the title is said twice."""
    text = "They went to\nOrland Orland (Old Orlish: Orl) is a state ...\nby sea.\n"
    assert rows(text) == ["They went to Orland by sea."]
    assert rows(text, kind=Kind.GLOSS) == ["Orland (Old Orlish: Orl) is a state ..."]


def test_title_glued_to_the_gloss_before_is_parted() -> None:
    """A title glued to the end of the gloss before it belongs to the sentence, which is marked damaged."""
    text = f"The envoy\nAnna Holt\nAnna Maria Holt (born 1890) is an envoy since 1931.{ORLAND}agreed.\n"
    assert rows(text) == ["The envoy Anna Holt Orland agreed."]
    assert rows(text, kind=Kind.GLOSS)[0].endswith("since 1931.")
    assert damages(text) == [LOST_BETWEEN_LINKS]


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("They met. They left.", 2),
        ("They met in 1931.Nobody left.", 2),
        ("They met on 3 May. 1931 was a bad year.", 2),
        ("The garrison (c. 4,500 strong) left.", 1),
        ("It cost 2.5 crowns per 1,000 bricks.", 1),
        ("The war (1826–28) ended.", 1),
        ("The U.S. Senate and Gen. Holt agreed, as did No. 5.", 1),
        ("Anna B. Holt came.", 1),
        ("They came from the U.S. The king stayed.", 2),
        ('Holt said, "We came. Did they?" Nobody knew.', 2),
        ('Holt said, "We came. Did they? No.”', 1),
        ('Holt said "go" and "we leave. All of us." They left.', 2),
        ('An inch (1") is short. They left.', 2),
        ("They left (it was late. Too late). Nobody came.", 2),
        ('It was "frozen" in May. They left!', 2),
        ("Did they? Yes.", 2),
        ("They paid, e.g. Orland did.", 1),
    ],
)
def test_sentences_of_a_paragraph(paragraph: str, sentences: int) -> None:
    """Shortened words, numbers and quotations do not end a sentence; marks before a new one do."""
    assert 1 + len(sentence_starts(paragraph)) == sentences


def test_damage_is_marked_where_the_form_shows_it() -> None:
    """Links that meet, a sentence without its end and one without its beginning are marked, each as such."""
    text = f"They asked\n{HOLT}{ORLAND}for help.\n\nThey were told by\n{ORLAND}\n, which was small.\n"
    assert damages(text) == [LOST_BETWEEN_LINKS, LOST_END, LOST_BEGINNING]


def test_headings_open_sections() -> None:
    """A short line that no sentence runs into or on from is a heading; paragraphs count anew below it."""
    text = f"It began.\nThe war\nIn 1931\n{ORLAND}fell.\nIt rose.\nThe war\nIt came again.\n"
    segments = segment_text(text)
    assert rows(text, kind=Kind.HEADING) == ["The war", "The war"]
    assert [(s.section, s.paragraph) for s in segments if s.kind is Kind.BODY] == [
        ("lead", 1),
        ("the-war", 1),
        ("the-war", 2),
        ("the-war-2", 1),
    ]


def test_lists_captions_and_debris_are_told_apart() -> None:
    """Items end at bullets, or at the next link after a lone one; pictures and infoboxes stand aside."""
    text = (
        f"It began in\n{ORLAND}, flag = Flag.svg\n, arms = Arms.svg\n...\n.\nMissions\n"
        f"* It has an embassy in\n{ORLAND}.\n*\n{HOLT}{ORLAND}File:Map.png, A map of it\n"
    )
    assert rows(text) == ["It began in Orland ."]
    assert rows(text, kind=Kind.LIST_ITEM) == ["It has an embassy in Orland .", "Anna Holt", "Orland"]
    assert rows(text, kind=Kind.CAPTION) == ["File:Map.png, A map of it"]
    assert rows(text, kind=Kind.DEBRIS) == [", flag = Flag.svg , arms = Arms.svg ..."]


def test_text_behind_a_list_is_body_again() -> None:
    """A line of text that follows a finished list item is no item."""
    text = "Missions\n* It has one.\nIt had two.\n"
    assert rows(text) == ["It had two."]


def test_added_text_moves_no_id() -> None:
    """The segments of a text are the same when more text stands behind it."""
    text = f"The king of\n{ORLAND}came. He left.\nThe war\nIt began.\n"
    longer = text + f"The peace\nIt was made by\n{HOLT}. All left.\n* One item\n"
    assert segment_text(longer)[: len(segment_text(text))] == segment_text(text)


def test_hint_cuts_a_sentence() -> None:
    """A hint makes a sentence begin where two were glued by a lost link."""
    text = f"They thanked\n{HOLT}{ORLAND}, by then poor, paid.\n"
    cut = Hint(4, "Orland", cut=Cut.BEGINS)
    assert rows(text, cut) == ["They thanked Anna Holt", "Orland , by then poor, paid."]
    assert damages(text, cut) == [LOST_END, ""]


def test_hint_joins_a_sentence() -> None:
    """A hint makes a sentence go on where a shortened word is not known."""
    text = "They met Kpt. Holt there.\n"
    assert rows(text, Hint(1, "Holt", cut=Cut.CONTINUES)) == ["They met Kpt. Holt there."]


def test_hint_gives_the_rest_of_a_line_its_role() -> None:
    """From its anchor on, a line is what the hint says."""
    text = "They met\nAnna Holt\nAnna Holt is an envoy. The paper\n"
    hints = (Hint(3, "The paper", role=Role.TEXT, cut=Cut.BEGINS),)
    assert rows(text, *hints) == ["They met Anna Holt", "The paper"]
    assert rows(text, *hints, kind=Kind.GLOSS) == ["Anna Holt is an envoy."]


def test_hint_says_what_is_lost_or_that_nothing_is() -> None:
    """A hint's reason replaces the one found by form, and a hyphen waives it."""
    text = f"The speaker\n{HOLT}{ORLAND}left.\n"
    assert damages(text, Hint(4, "Orland", damaged="a name is lost")) == ["a name is lost"]
    assert damages(text, Hint(4, "Orland", damaged="-")) == [""]


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        (Hint(1, "Orland", damaged="lost"), "does not stand on line 1 of the text; it stands on line 2"),
        (Hint(9, "Freedonia", damaged="lost"), "does not stand on line 9 of the text; remove the hint"),
        (Hint(1, "The king", cut=Cut.BEGINS), "changes nothing; remove it"),
        (Hint(2, "Orland", role=Role.TITLE), "changes nothing; remove it"),
        (Hint(1, "The king", damaged="-"), "changes nothing; remove it"),
    ],
)
def test_unused_hint_is_an_error(hint: Hint, message: str) -> None:
    """A hint that finds no place, or without which the segments are the same, is reported with its cure."""
    with pytest.raises(FindingsError) as caught:
        segment_text(f"The king of\n{ORLAND}came.\n", [hint])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("0\tOrland\t\tbegins\t", 'line "0" is no line number'),
        ("1\t\t\tbegins\t", "the anchor must be one to 6 words"),
        ("1\ta b c d e f g\t\tbegins\t", "the anchor must be one to 6 words"),
        ("1\tOrland\tsentence\t\t", 'role "sentence" is none of text'),
        ("1\tOrland\tbreak\t\t", 'role "break" is none of text'),
        ("1\tOrland\t\tcut\t", 'sentence "cut" is neither'),
        ("1\tOrland\t\t\t", "says nothing"),
        ("1\tOrland", "2 cells where 5 are needed"),
    ],
)
def test_malformed_hint_is_refused_with_its_place(tmp_path: Path, cells: str, reason: str) -> None:
    """A row of hints that does not hold is refused with file, line and reason."""
    path = tmp_path / "segmentation.tsv"
    path.write_text("\t".join(COLUMNS) + f"\n{cells}\n", encoding="utf-8")
    with pytest.raises(UnreadableInput) as caught:
        read_hints(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert reason in str(caught.value)


def test_hints_are_read_with_their_place(tmp_path: Path) -> None:
    """A hint that is unused is reported at its line of the file it was read from."""
    path = tmp_path / "segmentation.tsv"
    path.write_text("\t".join(COLUMNS) + "\n1\tKpt.\ttext\tbegins\ta word is lost\n", encoding="utf-8")
    (hint,) = read_hints(path)
    assert (hint.line, hint.anchor, hint.role, hint.cut) == (1, "Kpt.", Role.TEXT, Cut.BEGINS)
    with pytest.raises(FindingsError, match=rf"^{path}:2:1: "):
        segment_text("Nothing.\n", [hint])


def real_source() -> tuple[str, tuple[Hint, ...], list[Segment]]:
    """Return text, hints and committed segments of the first source; skip where its text is not at hand."""
    path = SOURCE_TEXTS / "armenia-russia.txt"
    if not path.is_file():
        if "source-texts" in os.environ.get("FOEDUS_REQUIRE", ""):
            pytest.fail(f"{path} is required and not there")
        pytest.skip(f"{path} is not at hand; FOEDUS_SOURCE_TEXTS names the folder of source texts")
    folder = ROOT / "graph" / "armenia-russia" / "sources" / "armenia-russia-article"
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    return text, read_hints(folder / "segmentation.tsv"), read_segments(folder / "segments.tsv")


def test_committed_segments_are_those_of_the_source() -> None:
    """Segmenting the real article again gives exactly the committed segments, curated columns included."""
    text, hints, committed = real_source()
    merged = merge_curated(segment_text(text, hints), committed)
    assert merged.lost == []
    assert merged.segments == committed


def test_every_word_of_the_source_is_in_one_segment() -> None:
    """Segments of the real article never overlap, and leave out nothing but blanks and bullets."""
    text, _, committed = real_source()
    left = list(text)
    for start, end in (piece for segment in committed for piece in segment.pieces):
        assert "\0" not in left[start:end]
        left[start:end] = "\0" * (end - start)
    assert set(left) <= {"\0", " ", "\n", "*"}


def test_every_gloss_is_bound_or_set_aside() -> None:
    """Each gloss of the real article names what it describes or is set aside; so are other remnants."""
    folder = ROOT / "graph" / "armenia-russia" / "sources" / "armenia-russia-article"
    segments = read_segments(folder / "segments.tsv")
    assert len([s for s in segments if s.kind is Kind.GLOSS]) > 100
    for segment in segments:
        if segment.kind is Kind.GLOSS:
            assert bool(segment.describes) != segment.disposition.startswith("set-aside: "), segment.id
        elif segment.kind is Kind.DEBRIS:
            assert segment.disposition.startswith("set-aside: "), segment.id
