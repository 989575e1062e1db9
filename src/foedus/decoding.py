"""The text that bytes hold, or where and why they hold none: another encoding is named, with how to mend it."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Final

from foedus.diagnostics import Region, UnreadableInput

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),  # begins with the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_HEAD = 64
"""The bytes at the beginning by which an encoding without a mark is told: every other one is 0, or three of four."""


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file, without a byte-order mark; raise UnreadableInput where it is no UTF-8."""
    if _wide(content):
        raise not_utf8(content, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(content, name) from error


def source_text(path: Path) -> str:
    """Return a source's text, in which each offset is that of the file; raise UnreadableInput as ``decoded`` does."""
    content = path.read_bytes()
    if _wide(content):
        raise not_utf8(content, str(path))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise not_utf8(content, str(path)) from error


def not_utf8(content: bytes, name: str) -> UnreadableInput:
    """Return the fault of bytes that are no UTF-8: line and column in characters, the byte, and the cure."""
    wide = _wide(content)
    if wide:
        encoding, sign = wide
        return UnreadableInput(
            f"{name}:1:1: the text is in {encoding}, as {sign} shows; save the file as UTF-8"
        )
    try:
        content.decode()
    except UnicodeDecodeError as error:
        bad = error.start
    sound = content[:bad].decode("utf-8-sig")
    line, column = sound.count("\n") + 1, len(sound) - (sound.rfind("\n") + 1) + 1
    byte = content[bad : bad + 1]
    letter = byte.decode("cp1252", errors="ignore")
    meant = f' (in Windows-1252 it is "{letter}")' if letter else ""
    return UnreadableInput(
        f"{Region(name, line, column)}: the byte 0x{byte[0]:02X} is not UTF-8{meant}; save the file as UTF-8"
    )


def _wide(content: bytes) -> tuple[str, str] | None:
    """Return the encoding of two or four bytes a character that the bytes are in, and what shows it."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, f"its mark {mark.hex(' ').upper()}"
    head = content[:_HEAD]
    zero = head.find(b"\0")
    # One zero may be a slip; in the text of another encoding they come by rule.
    if zero < 0 or head.count(b"\0") * 5 < len(head) * 2:
        return None
    encoding = "UTF-32" if b"\0\0\0" in head else "UTF-16"
    return encoding, f"the byte 0x00 at offset {zero}"
