"""Where sentences end in a paragraph of English prose."""

from __future__ import annotations

import re
from typing import Final

_TERMINATOR: Final = re.compile(r"[.!?…]+[\"”’»)\]']*")
_LAST_MARK: Final = re.compile(r"(?P<mark>[.!?…]+[\"”’»)\]']*)\s*\Z")
_OPENERS: Final = "\"“‘'«(["
_FOLLOWING: Final = re.compile(r"\s*(?P<opener>[\"“‘'«(\[]*)(?P<word>\w+)")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BEFORE_NAMES: Final = _words(
    "mr mrs ms dr prof st gen col lt sgt capt maj adm rev hon sen rep gov pres vs cf viz approx ca"
)
"""Shortened words that a sentence does not end with: a name, number or comparison follows them."""

_BEFORE_NUMBERS: Final = _words(
    "no nos art arts pp vol ch sec fig par jan feb mar apr jun jul aug sep sept oct nov dec"
)
"""Shortened words after which a number still belongs to the sentence."""

_STARTERS: Final = _words("A An After As At Both But He In It On She Since The These They This Those When")
"""Capitalised words that begin a sentence rather than a name: they show that an initialism ended one."""


def sentence_starts(paragraph: str) -> list[int]:
    """Return the positions at which a sentence other than the first begins.

    What stands within quotation marks or brackets belongs to the sentence around it. An opening mark that is
    never closed is ignored.
    """
    spans = [*_quoted_spans(paragraph), *_bracketed_spans(paragraph)]
    starts = []
    for match in _TERMINATOR.finditer(paragraph):
        end = match.end()
        following = _FOLLOWING.match(paragraph, end)
        if following is None or not (following["word"][0].isupper() or following["word"][0].isdigit()):
            continue
        start = following.start("opener")
        if any(opened < end <= closed for opened, closed in spans):
            continue
        if start == end and not _is_glue(paragraph, match):
            continue
        if not _is_abbreviation(paragraph[: match.start()], match.group(), following["word"]):
            starts.append(start)
    return starts


def ends_sentence(stretch: str) -> bool:
    """Return whether a stretch of prose ends where a sentence ends, and not in a shortened word."""
    match = _LAST_MARK.search(stretch)
    return match is not None and not _is_abbreviation(stretch[: match.start()], match["mark"], "")


def ends_in_full_stop(stretch: str) -> bool:
    """Return whether a stretch of prose has a mark at its end that could end a sentence."""
    return _LAST_MARK.search(stretch) is not None


def _is_glue(paragraph: str, match: re.Match[str]) -> bool:
    """Return whether a full stop with no space behind it still parts two sentences."""
    before, after = paragraph[: match.start()], paragraph[match.end() :]
    return bool(
        match.group() == "." and re.search(r"[^\W\d_]{2}$|\d$", before) and re.match(r"[A-Z][a-z]", after)
    )


def _is_abbreviation(before: str, mark: str, word_behind: str) -> bool:
    """Return whether the full stop after ``before`` only shortens a word; ``word_behind`` follows it."""
    if mark[0] != "." or mark.startswith(".."):
        return False
    words = before.split()
    if not words or before[-1].isspace():
        return False
    word = words[-1].lstrip(_OPENERS)
    if re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word):
        return word_behind not in _STARTERS
    if word.lower() in _BEFORE_NAMES or re.fullmatch(r"[^\W\d_]", word):
        return True
    return word.lower() in _BEFORE_NUMBERS and word_behind[:1].isdigit()


def _quoted_spans(paragraph: str) -> list[tuple[int, int]]:
    """Return (opening, closing) positions of double quotation marks; a straight one may pair with a curly."""
    spans = []
    opened = -1
    for match in re.finditer('["“”]', paragraph):
        position = match.start()
        before, after = paragraph[:position][-1:], paragraph[position + 1 : position + 2]
        at_word_start = (not before or before.isspace() or before in "([—–") and bool(after.strip())
        if match.group() == "“" or (match.group() == '"' and at_word_start):
            opened = position
        elif opened >= 0:
            spans.append((opened, position))
            opened = -1
    return spans


def _bracketed_spans(paragraph: str) -> list[tuple[int, int]]:
    spans = []
    opened: list[int] = []
    for match in re.finditer(r"[()]", paragraph):
        if match.group() == "(":
            opened.append(match.start())
        elif opened:
            spans.append((opened.pop(), match.start()))
    return spans
