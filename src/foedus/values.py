"""Single values of records: whether a text is a good slug, number, date or string for its key."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from foedus.dates import Bounds, DateError, bounds
from foedus.diagnostics import Diagnostic, Region
from foedus.letters import disguised
from foedus.namespaces import XSD

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NODE_ID = re.compile(rf"{SLUG.pattern}(?:\.[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)*")
SEGMENT_ID = re.compile(rf"({SLUG.pattern}):({SLUG.pattern})")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")

_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that nobody sees: two names that differ in one of them look the same."""
_JOINERS = frozenset("\u200c\u200d")
_LAST_LATIN = "\u024f"
"""Beyond the Latin letters there are scripts whose spelling needs joiners."""
_MAX_INTEGER = 2**31
_MAX_DIGITS = 10


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value, and how it is mended."""

    code: str
    message: str
    cure: str

    def at(self, region: Region, focus: str = "", path: str = "", value: str = "") -> Diagnostic:
        """Return the finding of this at a place."""
        return Diagnostic(region, self.code, self.message, self.cure, focus=focus, path=path, value=value)


def slugify(text: str, words: int = 8) -> str:
    """Return the first words of a text as a slug of ASCII letters and digits; '' where it has none."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])


def no_id(text: str, cure: str) -> Fault:
    """Return the fault of a text that is no id, with the letter that only looks right, if that is what is wrong."""
    odd = disguised(text)
    return Fault("FOE115", f'"{text}" is no id' + (f": {odd}" if odd else ""), cure)


def fault_of_text(text: str) -> Fault | None:
    """Return what is wrong with a text, or None: it may be neither empty nor hold hidden characters."""
    if not text.strip():
        return Fault("FOE120", "an empty value", "give a value, or take the key out")
    if text.isprintable():
        return None
    before = " "
    for character in text:
        joins = character in _JOINERS and before > _LAST_LATIN
        if unicodedata.category(character) in _UNSEEN and character != "\n" and not joins:
            name = f"U+{ord(character):04X}"
            return Fault("FOE105", f"the control character {name} in a text", "take it out")
        before = character
    return None


def fault_of_literal(text: str, datatype: str) -> Fault | None:
    """Return what is wrong with the lexical form of a typed literal, or None.

    Integers stay below 2³¹, since Virtuoso keeps no larger ones.
    """
    if datatype in {XSD + "integer", XSD + "nonNegativeInteger"}:
        if not _INTEGER.fullmatch(text) or (datatype.endswith("nonNegativeInteger") and text.startswith("-")):
            return Fault("FOE122", f'"{text}" is no whole number', "write digits only, such as 4500")
        # Python reads no number of more than 4,300 digits.
        if len(text.lstrip("+-0")) > _MAX_DIGITS or abs(int(text)) >= _MAX_INTEGER:
            return Fault("FOE122", f"{text} is not below 2,147,483,648", "use a larger unit")
    elif datatype == XSD + "decimal":
        if not _DECIMAL.fullmatch(text):
            return Fault("FOE122", f'"{text}" is no decimal number', "write digits, such as 270 or 31.5")
        if abs(float(text)) >= _MAX_INTEGER:
            return Fault("FOE122", f"{text} is not below 2,147,483,648", "use a larger unit")
    elif datatype == XSD + "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            return Fault("FOE121", f'"{text}" is no day', "write YYYY-MM-DD")
    return fault_of_text(text)


def date_bounds(text: str) -> Bounds | Fault:
    """Return the bounds of a record's EDTF date, or what is wrong with it; an interval is two dates."""
    try:
        found = bounds(text)
    except DateError as error:
        return Fault("FOE121", str(error), error.cure)
    if found.lasts:
        return Fault(
            "FOE121", f'"{text}" is an interval', "give from and until, or [A..B] for one day between"
        )
    return found
