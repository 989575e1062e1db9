"""Bytes that are no UTF-8 are told with line and column, the byte and the cure, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest
from fiction import built_fiction, foedus

from foedus.decoding import decoded
from foedus.diagnostics import UnreadableInput

TEXTS = {
    "yaml": "- id: cafe\n  type: Place\n  prefLabel: Café\n",
    "csv": "id,type,prefLabel\ncafe,Place,Café\n",
    "ttl": '@prefix id: <https://w3id.org/foedus/id/> .\nid:cafe id:label "Café"@en .\n',
    "nt": '<https://w3id.org/foedus/id/cafe> <https://w3id.org/foedus/id/label> "Café"@en .\n',
    "jsonld": '[\n {"id": "cafe", "prefLabel": "Café"}]\n',
}


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_another_encoding_is_told(tmp_path: Path, form: str, encoding: str) -> None:
    """The finding is FOE101 at its place, names byte or encoding and says to save the file as UTF-8."""
    text = TEXTS[form]
    path = tmp_path / f"facts.{form}"
    path.write_bytes(text.encode(encoding))
    result = foedus(built_fiction(), "check", str(path))
    assert result.exit_code == 2
    before = text[: text.index("é")]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    told = result.output.split("\n")[0]
    if encoding == "latin-1":
        assert told.endswith(
            f'facts.{form}:{line}:{column}: violation FOE101: the byte 0xE9 is not UTF-8 (in Windows-1252 it is "é")'
        )
    else:
        assert f"facts.{form}:1:1: violation FOE101: the text is in {encoding[:6].upper()}, as " in told
    assert "cure: save the file as UTF-8" in result.output


def test_a_stray_zero_is_no_other_encoding(tmp_path: Path) -> None:
    """A NUL in a text of UTF-8 is a control character at its place."""
    path = tmp_path / "facts.yaml"
    path.write_bytes(TEXTS["yaml"].replace("Café", "Caf\0é").encode())
    result = foedus(built_fiction(), "check", str(path))
    assert (
        result.exit_code,
        "facts.yaml:3:17: violation FOE101: the control character U+0000" in result.output,
    ) == (
        2,
        True,
    )


@pytest.mark.parametrize("content", [b"a\xc3", b"a\xc0\x80", b"a\xed\xa0\x80", b"\xef\xbb\xbfa\xff"])
def test_broken_utf8_is_located(content: bytes) -> None:
    """A cut, overlong or surrogate sequence is told at its first byte; a mark at the beginning does not count."""
    with pytest.raises(UnreadableInput, match=r"^f:1:2: the byte 0x(C3|C0|ED|FF) is not UTF-8"):
        decoded(content, "f")


@pytest.mark.parametrize("text", ["", "é", "北京", "a\0b and so on, at some length"])
def test_utf8_is_read(text: str) -> None:
    """What is UTF-8 is read as it is, with or without a mark at the beginning."""
    assert decoded(text.encode(), "f") == decoded(text.encode("utf-8-sig"), "f") == text


def test_a_file_of_the_home_is_told_likewise(tmp_path: Path) -> None:
    """A record file of the home that is no UTF-8 is told with line and column."""
    facts = tmp_path / "facts.yaml"
    facts.write_bytes(TEXTS["yaml"].encode("latin-1"))
    from foedus.records import read_records

    with pytest.raises(UnreadableInput, match=r"^facts\.yaml:3:17: the byte 0xE9"):
        read_records(facts, "facts.yaml")
