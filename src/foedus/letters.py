"""Letters of other scripts that look like Latin ones: a word that mixes them reads right and is another."""

from __future__ import annotations

import re

_ALIKE = str.maketrans(
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅԌԛ" + "αορνικΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "օոսցհյՕՍՏ",
    "aeopcyxijsdhqwABEKMHOPCTYXIJSGq" + "aopvikABEZHIKMNOPTYX" + "onughjOUS",
)
"""Cyrillic, Greek and Armenian letters, and the Latin ones for which they are taken."""

_LIKE_LATIN = frozenset(map(chr, _ALIKE))
_LIKE_OTHERS = frozenset(map(chr, _ALIKE.values()))
_LONG = 3
"""Letters in a row that nobody types by mistake: an abbreviation with an ending of another script."""

_FOREIGN_RUN = re.compile(r"[^\W\d_a-zA-ZÀ-ʯḀ-ỿ]+")
_LATIN_RUN = re.compile(r"[a-zA-ZÀ-ʯḀ-ỿ]+")
_WORD = re.compile(r"[^\W\d_]+")


def latin(text: str) -> str:
    """Return a text with every letter that looks like a Latin one replaced by that."""
    return text if text.isascii() else text.translate(_ALIKE)


def disguised(text: str) -> str:
    """Tell which letter of a text is of another script than its word and looks like one of it, or ''."""
    for word in () if text.isascii() else _WORD.findall(text):
        foreign, own = _FOREIGN_RUN.findall(word), _LATIN_RUN.findall(word)
        if not (foreign and own):
            continue
        odd = next(
            (
                runs[0][0]
                for runs, alike in ((foreign, _LIKE_LATIN), (own, _LIKE_OTHERS))
                if _hide(runs, alike)
            ),
            "",
        )
        if odd:
            import unicodedata

            return f'the "{odd}" in "{word}" is a {unicodedata.name(odd).capitalize()}'
    return ""


def _hide(runs: list[str], alike: frozenset[str]) -> bool:
    """Tell whether the letters of one script in a word pass for those of the other."""
    return all(len(run) < _LONG and alike.issuperset(run) for run in runs)
