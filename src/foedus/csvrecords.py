"""CSV to records: one class a file, dotted headers for nested keys, ``|`` between several items."""

from __future__ import annotations

import re
from typing import NamedTuple

from foedus.diagnostics import Diagnostic, FindingsError, Region, UnreadableInput
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.positions import Lines
from foedus.records import Record

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')
_ITEM = re.compile(r"(?:[^|\\]++|\\.|\\)*+")
_MAX_DOTS = 4


class _Cell(NamedTuple):
    text: str
    start: int
    end: int
    doubled: bool = False
    """Whether each quote within the text is written twice; ``start`` and ``end`` are offsets of what is written."""

    def offset(self, position: int) -> int:
        """Return the offset in the file of a position in the text."""
        return self.start + position + (self.text.count('"', 0, position) if self.doubled else 0)


def parse_csv(text: str, name: str, class_name: str = "") -> list[Record]:
    """Return one record per row; ``class_name`` is the class of rows where no column ``type`` says it.

    The first row holds the keys. An empty cell is a key that the record does not have. Raise UnreadableInput
    where a quote is never closed, FindingsError where rows are longer than the header or keys repeat.
    """
    lines = Lines(text, name)
    rows = _rows(text, lines)
    if not rows:
        return []
    header, *body = rows
    findings = _faults(header, body, lines)
    if findings:
        raise FindingsError(findings)
    keys = [cell.text.strip() for cell in header]
    places = [lines.region(cell.start, cell.end) for cell in header]
    records = []
    for row in body:
        whole = lines.region(row[0].start, row[-1].end)
        columns = [
            (key.split("."), place, _items(cell, lines))
            for key, place, cell in zip(keys, places, row, strict=False)
            if cell.text.strip()
        ]
        if class_name and all(path != ["type"] for path, _, _ in columns):
            columns.append((["type"], whole, [Scalar(class_name, whole)]))
        node = _mapping(columns, whole)
        records.append(Record(node.scalar("id"), node))
    return records


def _rows(text: str, lines: Lines) -> list[list[_Cell]]:
    """Split the text into rows of cells; rows without any text are left out."""
    first = text.partition("\n")[0]
    comma = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    rows: list[list[_Cell]] = []
    row: list[_Cell] = []
    position = 0
    while position <= len(text):
        if text.startswith('"', position):
            match = _QUOTED.match(text, position)
            if match is None:
                place = lines.region(position, position)
                raise UnreadableInput(f"{place}: not CSV: this quote is never closed; add the closing one")
            content = match[1].replace('""', '"')
            cell = _Cell(content, position + 1, match.end() - 1, content != match[1])
            position = match.end()
        else:
            end = _end_of_plain(text, position, comma)
            cell = _Cell(text[position:end], position, end)
            position = end
        row.append(cell)
        if position < len(text) and text[position] == comma:
            position += 1
            continue
        if position < len(text) and text[position] not in "\r\n":
            place = lines.region(position, position + 1)
            raise UnreadableInput(f"{place}: not CSV: text after the closing quote; double the quotes within")
        if any(c.text.strip() for c in row):
            rows.append(row)
        row = []
        position += 2 if text.startswith("\r\n", position) else 1
    return rows


def _end_of_plain(text: str, position: int, comma: str) -> int:
    match = re.compile(f"[{comma}\r\n]").search(text, position)
    return match.start() if match else len(text)


def _faults(header: list[_Cell], body: list[list[_Cell]], lines: Lines) -> list[Diagnostic]:
    found = []
    seen: dict[str, Region] = {}
    for cell in header:
        key, region = cell.text.strip(), lines.region(cell.start, cell.end)
        if not key or "" in key.split(".") or key.count(".") > _MAX_DOTS:
            found.append(
                Diagnostic(region, "FOE110", f'"{key}" is no header', "name a key, such as from.edtf")
            )
        elif key in seen:
            cure = f"it stands already in column {seen[key].column}; keep one, and write several items as a|b"
            found.append(Diagnostic(region, "FOE102", f'duplicate header "{key}"', cure))
        seen.setdefault(key, region)
    for row in body:
        extra = [cell for cell in row[len(header) :] if cell.text.strip()]
        if extra:
            region = lines.region(extra[0].start, extra[-1].end)
            what = f"the row has {len(row)} cells, and the header {len(header)}"
            found.append(Diagnostic(region, "FOE110", what, "quote the cells that hold a comma"))
    return found


def _items(cell: _Cell, lines: Lines) -> list[Scalar]:
    items = []
    place = 0
    while place <= len(cell.text):
        match = _ITEM.match(cell.text, place)
        assert match, "an item may be empty"
        place = match.end() + 1  # behind the bar that ends it
        raw = match.group()
        shift = len(raw) - len(raw.lstrip())
        start = match.start() + shift
        text = re.sub(r"\\([|\\])", r"\1", raw.strip())
        text = re.sub(r"\r\n?", "\n", text)
        region = lines.region(cell.offset(start), cell.offset(start + len(raw.strip())))
        items.append(Scalar(text, region))
    return items


def _mapping(columns: list[tuple[list[str], Region, list[Scalar]]], whole: Region) -> Mapping:
    """Return the mapping of columns whose paths begin at it."""
    entries: dict[str, Node] = {}
    keys: dict[str, Region] = {}
    for path, place, items in columns:
        key = path[0]
        if key in entries:
            continue
        keys[key] = place
        nested = [(p[1:], r, i) for p, r, i in columns if p[0] == key and len(p) > 1]
        if len(path) == 1 and not nested:
            entries[key] = items[0] if len(items) == 1 else Sequence(tuple(items), _span(items))
        elif any(p == [key] for p, _, _ in columns):
            what = f'the header "{key}" stands beside "{key}.{nested[0][0][0]}"'
            raise FindingsError([Diagnostic(place, "FOE110", what, "keep the one or the others")])
        else:
            entries[key] = _nested(nested, whole)
    return Mapping(entries, whole, keys)


def _nested(columns: list[tuple[list[str], Region, list[Scalar]]], whole: Region) -> Node:
    """Return one mapping, or as many as the cells have items; one item stands for all."""
    count = max(len(items) for _, _, items in columns)
    for _, _, items in columns:
        if len(items) not in (1, count):
            what = f"{len(items)} items here, and {count} in a column beside it"
            cure = "give each column the same number of items, or one for all"
            raise FindingsError([Diagnostic(_span(items), "FOE110", what, cure)])
    if count == 1:
        return _mapping(columns, whole)
    several = [
        _mapping([(p, r, [items[n if len(items) > 1 else 0]]) for p, r, items in columns], whole)
        for n in range(count)
    ]
    return Sequence(tuple(several), whole)


def _span(items: list[Scalar]) -> Region:
    first, last = items[0].region, items[-1].region
    return Region(first.file, first.line, first.column, last.end_line, last.end_column)
