"""Record files: lists of mappings, each a fact or an entity, read with the place of every value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from foedus.decoding import decoded
from foedus.diagnostics import Diagnostic, FindingsError, Region, UnreadableInput
from foedus.documents import Mapping, Sequence, read_yaml


@dataclass(frozen=True)
class Record:
    """One mapping of a record file; ``dossier`` is '' for an entity, which all dossiers share."""

    id: str
    node: Mapping
    dossier: str = ""

    @property
    def region(self) -> Region:
        """Where the record's id stands, or the record where it has none."""
        return self.node.keys.get("id", self.node.region)


def read_records(path: Path, name: str, dossier: str = "") -> list[Record]:
    """Return the records of one file, called ``name`` in messages.

    Raise UnreadableInput where it cannot be read, FindingsError where it is no list of mappings.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{name}: {error.strerror or error}") from error
    return parse_records(decoded(content, name), name, dossier)


def parse_records(text: str, name: str, dossier: str = "") -> list[Record]:
    """Return the records of a text; raises as ``read_records`` does."""
    document = read_yaml(text, name)
    if document is None:
        return []
    items = document.items if isinstance(document, Sequence) else (document,)
    findings = [
        Diagnostic(item.region, "FOE104", "not a record", "a file is a list of mappings: - id: …")
        for item in items
        if not isinstance(item, Mapping)
    ]
    if findings:
        raise FindingsError(findings)
    return [Record(item.scalar("id"), item, dossier) for item in items if isinstance(item, Mapping)]


def read_all(files: Iterable[tuple[Path, str, str]]) -> tuple[list[Record], list[Diagnostic]]:
    """Return the records of all files (path, name, dossier) and the findings of the wrong ones."""
    records: list[Record] = []
    findings: list[Diagnostic] = []
    for path, name, dossier in files:
        try:
            records += read_records(path, name, dossier)
        except FindingsError as error:
            findings += error.diagnostics
    return records, findings
