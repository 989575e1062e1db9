"""New records merged into a home's files: all of them and the graph built of them, or nothing at all.

The merge is tried on a copy of the records first. Only when the whole home builds with it are the record files
and the graph's files renamed into place, the manifest last.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.assembly import record_files
from foedus.build import Built, build, write
from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence, write_yaml
from foedus.home import Home
from foedus.merging import merged
from foedus.namespaces import FOE
from foedus.positions import line_starts
from foedus.records import Record, read_records
from foedus.sources import find_sources
from foedus.submissions import Submission
from foedus.vocabulary import Vocabulary, read_vocabulary

_ADDED = "added.yaml"
_FIRST = ("id", "type")
_LAST = "evidence"


@dataclass(frozen=True)
class _Standing:
    """A record that stands in a file."""

    path: Path
    record: Record


def merge(
    home: Home,
    submission: Submission,
    triples: Iterable[ox.Triple],
    *,
    dossier: str = "",
    target: str = "",
) -> list[str]:
    """Merge a submission's records into the home and build it; return the names of the files written.

    ``triples`` is what the records say by themselves, as they were checked; ``target`` a file of facts below
    ``graph/``. Raise UnreadableInput where a format has no record form, the target lies elsewhere, or the graph
    would not say all that was checked; UnknownName for a dossier that is none, FindingsError where the home would
    not build.
    """
    if submission.rest:
        raise UnreadableInput(
            f"{submission.name}: segments cut from a text and sourced values are not added by triples; "
            "write records, or use foedus segment"
        )
    vocabulary = read_vocabulary(home.ontology)
    facts = _target(home, dossier, target)
    with _locked(home):
        changed = _changed(home, submission.records, facts, vocabulary)
        built = _built_with(home, changed)
        _refuse_loss(home, submission, set(triples), built)
        write(home, built, {path: text.encode() for path, text in changed.items()})
    return [*(str(path.relative_to(home.root)) for path in changed), *built.files]


def _refuse_loss(home: Home, submission: Submission, checked: set[ox.Triple], built: Built) -> None:
    """Refuse what would be written where it lacks a triple that was checked."""
    for dossier in home.dossiers:
        quads = ox.parse(built.files[f"graph/{dossier}.ttl"], format=ox.RdfFormat.TURTLE)
        checked -= {quad.triple for quad in quads}
    if checked:
        lost = min(map(str, checked))
        raise UnreadableInput(
            f"{submission.name}: {len(checked)} triples would be lost beside what stands, such as {lost}; "
            "nothing was changed; write them into the record that stands"
        )


def _built_with(home: Home, changed: dict[Path, str]) -> Built:
    """Return what a build of the home comes to once the files are changed, from a copy of it."""
    try:
        with _copy(home) as draft:
            for path, text in changed.items():
                place = draft.root / path.relative_to(home.root)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            return build(draft)
    except OSError as error:
        reason = error.strerror or "the home cannot be copied"
        raise UnreadableInput(
            f"{error.filename or home.root}: {reason}; nothing was changed; make room"
        ) from error


def _target(home: Home, dossier: str, target: str) -> Path:
    names = home.dossiers
    if target:
        path = home.graph / target.removeprefix("graph/")
        parts = path.resolve().relative_to(home.graph.resolve()).parts if _below(path, home.graph) else ()
        if len(parts) < 3 or parts[0] not in names or parts[1] != "facts" or path.suffix != ".yaml":
            raise UnreadableInput(f"{target}: not a file of facts; name it DOSSIER/facts/NAME.yaml")
        return path
    if not dossier and len(names) == 1:
        dossier = names[0]
    if dossier not in names:
        what = f'no dossier "{dossier}"' if dossier else "the home has several dossiers"
        raise UnknownName(f"{what}; {did_you_mean(dossier, names) or 'give --dossier ' + ' or '.join(names)}")
    return home.graph / dossier / "facts" / _ADDED


def _below(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _changed(home: Home, records: list[Record], facts: Path, vocabulary: Vocabulary) -> dict[Path, str]:
    """Return the new text of every record file that changes."""
    standing = {
        record.id: _Standing(path, record)
        for path, name, owner in record_files(home, find_sources(home.graph, home.dossiers))
        for record in read_records(path, name, owner)
    }
    texts: dict[Path, str] = {}
    edits: dict[Path, list[tuple[Mapping, Mapping]]] = {}
    for record in records:
        before = standing.get(record.id)
        if before is not None:
            whole = merged(before.record.node, record.node, vocabulary)
            if write_yaml(whole) != write_yaml(before.record.node):
                edits.setdefault(before.path, []).append((before.record.node, whole))
            continue
        is_entity = vocabulary.is_a(record.node.scalar("type"), FOE + "Entity")
        path = home.graph / "entities" / _ADDED if is_entity else facts
        if path not in texts:
            texts[path] = _as_it_stands(path) if path.is_file() else ""
        text = texts[path]
        gap = "\n" if text and not text.endswith("\n\n") else ""
        texts[path] = (
            text + ("" if text.endswith("\n") or not text else "\n") + gap + _item(_normal(record.node))
        )
    for path, changes in edits.items():
        text = texts.get(path) or _as_it_stands(path)
        texts[path] = _rewritten(text, changes)
    return texts


def _as_it_stands(path: Path) -> str:
    """Return a file's text with its own ends of lines, which are nobody's to change."""
    return path.read_bytes().decode()


def _normal(node: Mapping) -> Mapping:
    """Return a record in the order of the house: id and type first, evidence last."""
    keys = sorted(node.entries, key=lambda k: (_FIRST.index(k) if k in _FIRST else 2, k == _LAST))
    return Mapping({key: node.entries[key] for key in keys}, node.region, node.keys)


def _item(node: Mapping, indent: str = "") -> str:
    lines = write_yaml(node).rstrip("\n").split("\n")
    return "".join(
        f"{indent}{'- ' if n == 0 else '  '}{line}".rstrip() + "\n" for n, line in enumerate(lines)
    )


def _rewritten(text: str, changes: list[tuple[Mapping, Mapping]]) -> str:
    """Return a file's text with some of its records written anew, and all else as it was."""
    starts = line_starts(text)
    for before, whole in sorted(changes, key=lambda change: change[0].region, reverse=True):
        region = before.region
        begin = starts[region.line - 1] + region.column - 1
        last_line, last_column = _end(before)
        end = starts[last_line - 1] + last_column - 1
        block = write_yaml(whole).rstrip("\n").split("\n")
        indent = "\n" + " " * (region.column - 1)
        text = text[:begin] + indent.join(block) + text[end:]
    return text


def _end(node: Node) -> tuple[int, int]:
    """Return where a node's text ends; a block's own region reaches to the next one's beginning."""
    region = node.region
    if isinstance(node, Scalar):
        return region.end_line, region.end_column
    children = list(node.items if isinstance(node, Sequence) else node.entries.values())
    last = max((_end(child) for child in children), default=(region.end_line, region.end_column))
    # In flow style a bracket closes the node on the line of its last value or below, before anything else.
    flows = region.end_line == region.line or (
        region.end_column > 1 and (region.end_line, region.end_column) > last
    )
    return (region.end_line, region.end_column) if flows else last


@contextmanager
def _copy(home: Home) -> Iterator[Home]:
    """Give a home with the same records and ontology in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="foedus-") as folder:
        root = Path(folder)
        shutil.copytree(home.graph, root / "graph")
        for name, own in (("ontology", home.ontology), ("queries", home.queries)):
            if own.is_dir():
                (root / name).symlink_to(own.resolve())
        yield Home(root)


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Keep others from adding at the same time; where the system has no such lock, do without."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    folder = os.open(home.graph, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
