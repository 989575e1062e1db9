"""Records one after the other from files of any length: YAML lists, and JSON lines (a record a line)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from foedus.diagnostics import FindingsError, Region, UnreadableInput
from foedus.documents import MAX_BYTES, MAX_DEPTH, Mapping, Node, Scalar, Sequence, read_yaml_items
from foedus.jsontext import read_json
from foedus.records import Record

SUFFIXES: Final = (".jsonl", ".yaml", ".yml")
"""What the names of such files end with."""

_BRACKET = re.compile(rb"[][{}]")


def stream_records(path: Path) -> Iterator[Record]:
    """Yield the records of a file; raise UnreadableInput where it, or one of its records, cannot be read.

    What stands in JSON lines has the place of its line: to know each column takes ten times as long.
    """
    if path.suffix not in SUFFIXES:
        raise UnreadableInput(f"{path}: no file of records; give files named {', '.join(SUFFIXES)}")
    try:
        with path.open("rb") as stream:
            read = _read_lines if path.suffix == ".jsonl" else read_yaml_items
            for item in read(stream, str(path)):
                if not isinstance(item, Mapping):
                    raise UnreadableInput(f"{item.region}: not a record; write a mapping with id and type")
                yield Record(item.scalar("id"), item)
    except FindingsError as error:
        raise UnreadableInput(str(error).partition("\n")[0]) from error
    except OSError as error:
        raise UnreadableInput(f"{path}: {error.strerror or error}") from error


def _read_lines(stream: Iterable[bytes], name: str) -> Iterator[Node]:
    for number, line in enumerate(stream, 1):
        if len(line) > MAX_BYTES:
            raise UnreadableInput(
                f"{name}:{number}: a line of more than {MAX_BYTES:,} bytes; split the record"
            )
        if not line.isspace():
            region = Region(name, number, 1, number, len(line))
            yield _read_line(line.rstrip(), region)


def _read_line(line: bytes, region: Region) -> Node:
    """Return the value of a line, by the quick parser where it can be trusted with it."""
    try:
        text = line.decode()
        if _depth(line) <= MAX_DEPTH:
            return _node(json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str), region)
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{region}: byte {error.start} of the line is not UTF-8") from error
    except ValueError:
        pass
    # The careful one tells what is wrong, and where; it counts the lines before.
    return read_json("\n" * (region.line - 1) + text, region.file)


class _Pairs(list[tuple[str, Any]]):
    """The keys and values of an object, in their order and with their doubles."""


def _node(value: Any, region: Region) -> Node:
    """Return a parsed value as a node; raise ValueError for a doubled key and what is no JSON."""
    if isinstance(value, str):
        value.encode()
        return Scalar(value, region)
    if isinstance(value, _Pairs):
        entries = {key: _node(item, region) for key, item in value}
        if len(entries) != len(value):
            raise ValueError("a key stands twice")
        return Mapping(entries, region, dict.fromkeys(entries, region))
    if isinstance(value, list):
        return Sequence(tuple(_node(item, region) for item in value), region)
    if isinstance(value, float):
        raise ValueError("NaN and Infinity are no JSON")
    return Scalar("" if value is None else str(value).lower(), region)


def _depth(line: bytes) -> int:
    """Return how deep the brackets of a line nest at most, those within strings included."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(line):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
