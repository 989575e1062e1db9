"""What a long stream of records has named so far, on disk: ids, references, segments and sources.

Ids and references are only written down, and compared when all is read, by the database: so a record may name
one that comes later, and memory does not grow with the number of records.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from foedus.diagnostics import Diagnostic, Region
from foedus.references import Reference, check_references
from foedus.segments import Kind, Segment
from foedus.vocabulary import Vocabulary

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
CREATE TABLE node (id TEXT, classes TEXT, file TEXT, line INTEGER, col INTEGER, end_line INTEGER, end_col INTEGER);
CREATE TABLE reference (target TEXT, key TEXT, owner TEXT,
    file TEXT, line INTEGER, col INTEGER, end_line INTEGER, end_col INTEGER);
CREATE TABLE segment (cited TEXT PRIMARY KEY, disposition TEXT) WITHOUT ROWID;
CREATE TABLE shared (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_UNKNOWN_TARGETS = """
SELECT DISTINCT r.target FROM reference r WHERE NOT EXISTS (SELECT 1 FROM node n WHERE n.id = r.target)
"""
_PAIRS = "SELECT DISTINCT r.key, n.classes FROM reference r JOIN node n ON n.id = r.target"
_TWICE = """
SELECT n.id, n.file, n.line, n.col, n.end_line, n.end_col FROM node n
WHERE n.id IN (SELECT id FROM node GROUP BY id HAVING COUNT(*) > 1) ORDER BY n.id, n.rowid
"""
_REFERENCE = "SELECT target, key, owner, file, line, col, end_line, end_col FROM reference"
_MISFIT = "key = ? AND target IN (SELECT id FROM node WHERE classes = ?)"
_BEGIN = 4
"""Letters with which names begin that may be meant by a mistyped one."""

_NEAR = 1000
"""Names that begin alike, of which the nearest to a mistyped one is looked for."""


class NodeIndex:
    """The index of one stream, in a database file of its own."""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_SCHEMA)
        self.segments: Mapping[str, Segment] = _Segments(self._database)

    def close(self) -> None:
        """End the use of the database."""
        self._database.close()

    def add(self, types: Mapping[str, tuple[str, ...]], origins: Mapping[str, Region]) -> None:
        """Note nodes with their classes and where they stand."""
        self._database.executemany(
            "INSERT INTO node VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((name, " ".join(classes), *origins[name]) for name, classes in types.items()),
        )

    def refer(self, references: Iterable[Reference]) -> None:
        """Note references, of those to one target by one property the first."""
        first: dict[tuple[str, str], Reference] = {}
        for reference in references:
            first.setdefault((reference.target, reference.prop.key), reference)
        self._database.executemany(
            "INSERT INTO reference VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ((r.target, r.prop.key, r.owner, *r.region) for r in first.values()),
        )

    def cite(self, segments: Mapping[str, Segment]) -> None:
        """Note segments that evidence may name from now on."""
        self._database.executemany(
            "INSERT OR IGNORE INTO segment VALUES (?, ?)",
            ((name, segment.disposition) for name, segment in segments.items()),
        )

    def share(self, name: str) -> bool:
        """Note a node that several records may bring alike; tell whether this is the first time."""
        return self._database.execute("INSERT OR IGNORE INTO shared VALUES (?)", (name,)).rowcount == 1

    def findings(self, known: Mapping[str, tuple[str, ...]]) -> Iterator[Diagnostic]:
        """Find ids that stand twice, and references to nothing or to what is of another class.

        ``known`` holds the classes of what stands besides the stream.
        """
        vocabulary = self._vocabulary
        self._database.execute("CREATE INDEX node_by_id ON node (id)")
        yield from self._twice()
        targets = [target for (target,) in self._database.execute(_UNKNOWN_TARGETS)]
        for target in targets:
            found = known.get(target)
            types = {target: found} if found else self._alike(target)
            yield from check_references(self._references("target = ?", target), types, vocabulary)
        for key, classes in self._database.execute(_PAIRS).fetchall():
            whole = _Same(classes)
            prop = vocabulary.properties[key]
            sample = Reference("", prop, "", Region(""))
            if any(check_references([sample], whole, vocabulary)):
                wrong = self._references(_MISFIT, key, classes)
                yield from check_references(wrong, whole, vocabulary)

    def _references(self, condition: str, *values: str) -> Iterator[Reference]:
        for target, key, owner, *place in self._database.execute(f"{_REFERENCE} WHERE {condition}", values):
            yield Reference(target, self._vocabulary.properties[key], owner, Region(*place))

    def _alike(self, target: str) -> dict[str, tuple[str, ...]]:
        """Return nodes whose names begin as this one does, for the cure of a mistyped one."""
        begin = target[:_BEGIN]
        rows = self._database.execute(
            "SELECT id FROM node WHERE id >= ? AND id < ? AND id != ? LIMIT ?",
            (begin, begin + "~", target, _NEAR),
        )
        return {name: () for (name,) in rows}

    def _twice(self) -> Iterator[Diagnostic]:
        first: tuple[str, Region] = ("", Region(""))
        for name, *place in self._database.execute(_TWICE):
            region = Region(*place)
            if name == first[0]:
                cure = f"it stands already at {first[1]}; choose another"
                yield Diagnostic(region, "FOE116", f'the id "{name}" is taken', cure, focus=name)
            else:
                first = name, region


class _Same(Mapping[str, tuple[str, ...]]):
    """The same classes for whatever name."""

    def __init__(self, classes: str) -> None:
        self._classes = tuple(classes.split(" "))

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Segments(Mapping[str, Segment]):
    """The segments that were noted, asked one by one."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __getitem__(self, name: str) -> Segment:
        row = self._database.execute("SELECT disposition FROM segment WHERE cited = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        return Segment(name.partition(":")[2], "", 0, Kind.BODY, (), "", disposition=row[0])

    def __iter__(self) -> Iterator[str]:
        for (name,) in self._database.execute("SELECT cited FROM segment ORDER BY cited LIMIT ?", (_NEAR,)):
            yield name

    def __len__(self) -> int:
        return int(self._database.execute("SELECT COUNT(*) FROM segment").fetchone()[0])
