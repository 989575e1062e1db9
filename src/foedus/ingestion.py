"""Bulk ingestion: records of any number become N-Triples in a stream, in memory that does not grow with them.

Each record's form is checked as a build checks it, and at the end all references; shapes and rules compare
nodes, and are asked of the graph once it is loaded. A source or segment stands before what cites it.
"""

from __future__ import annotations

import tempfile
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from foedus.citations import declare
from foedus.diagnostics import Diagnostic, FindingsError, UnreadableInput
from foedus.expansion import Expansion, expand_alone
from foedus.nodeindex import NodeIndex
from foedus.ntriples import Writer
from foedus.records import Record
from foedus.recordstreams import stream_records
from foedus.references import fault_of_identity
from foedus.replacing import replaced_file
from foedus.segments import Segment
from foedus.vocabulary import Vocabulary

BATCH: Final = 1000
"""Records that are in memory at a time."""

MOST_FINDINGS: Final = 10_000
"""Findings after which the rest is not looked at: memory shall not grow with the faults either."""


class Ingested(NamedTuple):
    """How many records were read, and how many triples were written."""

    records: int
    triples: int


def ingest(
    files: Iterable[Path],
    target: Path,
    vocabulary: Vocabulary,
    segments: Mapping[str, Segment],
    types: Mapping[str, tuple[str, ...]],
) -> Ingested:
    """Write the triples of the records in files to ``target``, which is wholly old or new.

    ``segments`` and ``types`` are those that stand already: they may be named. Raise FindingsError with what is
    wrong, UnreadableInput where a file cannot be read or the target not be written.
    """
    try:
        with (
            replaced_file(target) as draft,
            tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder,
        ):
            run = _Run(NodeIndex(Path(folder) / "index", vocabulary), vocabulary, segments, types)
            with draft.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
                done = run.write(files, out)
    except OSError as error:
        raise UnreadableInput(f"{target}: {error.strerror or error}") from error
    return done


class _Run:
    """One stream of records on its way."""

    def __init__(
        self,
        index: NodeIndex,
        vocabulary: Vocabulary,
        segments: Mapping[str, Segment],
        types: Mapping[str, tuple[str, ...]],
    ) -> None:
        self._index = index
        self._vocabulary = vocabulary
        self._segments = segments
        self._types = types
        self._writer = Writer(vocabulary)
        self._findings: list[Diagnostic] = []

    def write(self, files: Iterable[Path], out: IO[str]) -> Ingested:
        records = triples = 0
        stream = (record for file in files for record in stream_records(file))
        while batch := list(islice(stream, BATCH)):
            records += len(batch)
            expansion = self._expand(batch)
            for node in expansion.nodes.values():
                lines = list(self._writer.lines(node))
                triples += len(lines)
                out.writelines(lines)
            if len(self._findings) > MOST_FINDINGS:
                break
        else:
            self._findings += self._index.findings(self._types)
        self._index.close()
        if self._findings:
            raise FindingsError(self._findings)
        return Ingested(records, triples)

    def _expand(self, batch: list[Record]) -> Expansion:
        declared = declare(batch)
        self._index.cite(declared.segments)
        # Behind the records stand the sources and segments that citations brought, perhaps not for the first time.
        born = [record for record in declared.records[len(batch) :] if self._index.share(record.id)]
        known = ChainMap(declared.segments, self._index.segments, self._segments)  # type: ignore[arg-type]
        expansion = expand_alone([*declared.records[: len(batch)], *born], self._vocabulary, known)
        self._findings += declared.findings + expansion.findings + list(self._taken(expansion))
        self._index.add(expansion.types, expansion.origins)
        self._index.refer(expansion.references)
        return expansion

    def _taken(self, expansion: Expansion) -> Iterator[Diagnostic]:
        for name, classes in expansion.types.items():
            fault = fault_of_identity(name, classes, self._types.get(name, ()), self._vocabulary)
            if fault:
                yield fault.at(expansion.origins[name], name)
