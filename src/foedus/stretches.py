"""The lines of a scraped article, told apart by their form: running text, link titles, glosses and the rest.

Such a scrape puts the title of each link on a line of its own, in the midst of the sentence that it belongs
to, and behind it the *gloss*: the first lines of the linked page, as a rule cut off with three dots.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from foedus.hints import PlacedHint, Role
from foedus.segments import Piece

_MOST_TITLE_WORDS: Final = 12
_MOST_HEAD_WORDS: Final = 8
_MOST_GLOSS_LINES: Final = 6

_BULLET: Final = re.compile(r"[*•]\s*")
_CAPTION: Final = re.compile(r"(?:File|Image):")
_INFOBOX: Final = re.compile(r"[,|]\s*\w+\s*=(?:\s|$)")
_DOUBLED_TITLE: Final = re.compile(r"(?P<title>[^\W\d_a-z].{1,78}?) (?=(?P=title)\b)")
_GLUED_TITLE: Final = re.compile(r"(?<=[.)\]])[^\W\d_a-z][^.]{1,78}$")
_HEAD_END: Final = re.compile(r"[,(]| (?:is|are|was|were|refers?) ")
_CUT_OFF: Final = "..."
_ARTICLES: Final = frozenset({"a", "an", "the"})


@dataclass(frozen=True)
class Stretch:
    """What one line, a part of it, or several lines together are. A bullet or a break has an empty piece."""

    role: Role
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class _Part:
    """A line, or a part of one, not yet told apart; ``role`` where a hint or its context gave one."""

    start: int
    words: str
    role: Role | None = None

    @property
    def piece(self) -> Piece:
        return (self.start, self.start + len(self.words))

    def split(self, at: int, role: Role | None = None) -> tuple[_Part, _Part]:
        """Return the part before ``at`` and the part from there on, which gets ``role``."""
        before, after = self.words[:at].rstrip(), self.words[at:]
        return replace(self, words=before), _Part(self.start + at, after, role)


def tell_apart(text: str, hints: Sequence[PlacedHint] = ()) -> list[Stretch]:
    """Return the stretches of a text in their order; hints with a role overrule its form."""
    return _Reader(_parts(text, hints)).read()


def _parts(text: str, hints: Sequence[PlacedHint]) -> list[_Part]:
    roles = {placed.position: placed.hint.role for placed in hints if placed.hint.role is not None}
    parts = []
    start = 0
    for line in text.split("\n"):
        words = line.strip()
        rest = _Part(start + len(line) - len(line.lstrip()), words)
        for position in sorted(p for p in roles if rest.start <= p < rest.start + len(words)):
            before, rest = rest.split(position - rest.start, roles[position])
            if before.words:
                parts.append(before)
        parts.append(rest)
        start += len(line) + 1
    return parts


class _Reader:
    """One pass over the parts; it splits a part of its list where a title is glued to a gloss."""

    def __init__(self, parts: list[_Part]) -> None:
        self.parts = parts
        self.stretches: list[Stretch] = []
        self.in_list = False
        self.running = ""

    def read(self) -> list[Stretch]:
        index = 0
        while index < len(self.parts):
            index = self._read_part(index)
        return self.stretches

    def _emit(self, role: Role, *parts: _Part) -> None:
        self.stretches.append(Stretch(role, tuple(part.piece for part in parts)))
        if role in (Role.TEXT, Role.TITLE):
            self.running = parts[-1].words
        elif role not in (Role.GLOSS, Role.DEBRIS):
            self.running = ""
        if role in (Role.HEADING, Role.CAPTION, Role.BREAK):
            self.in_list = False

    def _read_part(self, index: int) -> int:
        """Emit what begins at ``index`` and return the index of the next part."""
        part = self.parts[index]
        if part.role is Role.TITLE:
            return self._read_title(index)
        if part.role is not None:
            self._emit(part.role, part)
        elif not part.words:
            self._emit(Role.BREAK, part)
        elif _CAPTION.match(part.words):
            self._emit(Role.CAPTION, part)
        elif bullet := _BULLET.match(part.words):
            return self._read_bullet(index, bullet.end())
        elif _INFOBOX.match(part.words):
            return self._read_infobox(index)
        elif at := _end_of_doubled_title(part.words):
            self.parts[index : index + 1] = part.split(at)
            return self._read_title(index)
        elif self._is_title(index):
            return self._read_title(index)
        elif part.words.endswith(_CUT_OFF):
            self._emit(Role.GLOSS, part)
        elif self._is_heading(index):
            self._emit(Role.HEADING, part)
        else:
            self._emit(Role.TEXT, part)
        return index + 1

    def _read_bullet(self, index: int, width: int) -> int:
        _, item = self.parts[index].split(width)
        self._emit(Role.BULLET, replace(item, words=""))
        self.in_list = True
        if not item.words:
            return index + 1
        self.parts[index] = item
        return index

    def _read_infobox(self, index: int) -> int:
        end = index + 1
        while end < len(self.parts) and _INFOBOX.match(self.parts[end].words):
            end += 1
        if end < len(self.parts) and self.parts[end].words == _CUT_OFF:
            end += 1
        self._emit(Role.DEBRIS, *self.parts[index:end])
        return end

    def _is_title(self, index: int) -> bool:
        if self.parts[index].role is not None:
            return self.parts[index].role is Role.TITLE
        return _end_of_doubled_title(self.parts[index].words) > 0 or (
            index + 1 < len(self.parts)
            and _is_title_like(self.parts[index].words)
            and self._opens_gloss(self.parts[index].words, self.parts[index + 1])
        )

    def _opens_gloss(self, title: str, part: _Part) -> bool:
        if part.role is not None:
            return part.role is Role.GLOSS
        return _end_of_doubled_title(part.words) == 0 and (
            part.words.endswith(_CUT_OFF)
            or _INFOBOX.match(part.words) is not None
            or _defines(title, part.words)
        )

    def _read_title(self, index: int) -> int:
        """Emit a link title and the gloss behind it."""
        title = self.parts[index]
        self._emit(Role.TITLE, title)
        index += 1
        if index == len(self.parts) or not self._opens_gloss(title.words, self.parts[index]):
            return index
        if _INFOBOX.match(self.parts[index].words):
            return index
        if glued := self._glued_title(index):
            self.parts[index : index + 1] = self.parts[index].split(glued.start(), Role.TITLE)
            self._emit(Role.GLOSS, self.parts[index])
            return index + 1
        end = self._gloss_end(index)
        self._emit(Role.GLOSS, *self.parts[index:end])
        return end

    def _glued_title(self, index: int) -> re.Match[str] | None:
        """Return where the title of the next gloss is glued to the end of this one."""
        match = _GLUED_TITLE.search(self.parts[index].words)
        if match and index + 1 < len(self.parts) and _defines(match.group(), self.parts[index + 1].words):
            return match
        return None

    def _gloss_end(self, index: int) -> int:
        """Return the index behind a gloss: behind its cut-off line, or its first where none follows."""
        for end in range(index, min(index + _MOST_GLOSS_LINES, len(self.parts))):
            part = self.parts[end]
            if part.words.endswith(_CUT_OFF) and part.role in (None, Role.GLOSS):
                return end + 1
            if end > index and not self._may_go_on(end):
                break
        return index + 1

    def _may_go_on(self, index: int) -> bool:
        """Return whether a line in the midst of a gloss could belong to it."""
        part = self.parts[index]
        if part.role is not None or not part.words or not part.words[0].isupper():
            return False
        follower = self.parts[index + 1].words if index + 1 < len(self.parts) else ""
        return not _CAPTION.match(part.words) and not (
            _is_title_like(part.words) and _defines(part.words, follower)
        )

    def _is_heading(self, index: int) -> bool:
        """Return whether a short line stands for itself: no sentence runs into it or on from it."""
        words = self.parts[index].words
        if not _is_title_like(words) or not (words[0].isupper() or words[0].isdigit()):
            return False
        if index + 1 == len(self.parts) or self._is_title(index + 1) or not self._is_free():
            return False
        follower = self.parts[index + 1]
        return not follower.words or not (follower.words[0].islower() or follower.words[0] in ",.;:)")

    def _is_free(self) -> bool:
        """Return whether the running text before has come to an end."""
        return self.in_list or not self.running or self.running.rstrip("\"”’')").endswith((".", "!", "?"))


def _is_title_like(words: str) -> bool:
    return 0 < len(words.split()) <= _MOST_TITLE_WORDS and not words.endswith((".", "!", "?", ",", ";", ":"))


def _end_of_doubled_title(words: str) -> int:
    """Return where a gloss begins that shares a line with its title, which is thus said twice; else 0."""
    match = _DOUBLED_TITLE.match(words)
    return match.end() if match and _defines(match["title"], words[match.end() :]) else 0


def _defines(title: str, line: str) -> bool:
    """Return whether a line opens like the page of that title: with its words, and then what it is."""
    end = _HEAD_END.search(line)
    if end is None:
        return False
    head, named = _content_words(line[: end.start()]), _content_words(re.sub(r"\(.*?\)", "", title))
    return 0 < len(head) <= _MOST_HEAD_WORDS and bool(named) and (head <= named or named <= head)


def _content_words(words: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"[^\W_]+", words)} - _ARTICLES
