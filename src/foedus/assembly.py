"""A home's records assembled into triples: read, expanded, and turned into RDF by a JSON-LD processor."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.citations import declare
from foedus.context import JsonObject, build_context
from foedus.diagnostics import Diagnostic, Region
from foedus.expansion import Expansion, expand
from foedus.home import Home
from foedus.namespaces import ID, slug
from foedus.records import Record, read_all
from foedus.segments import Segment
from foedus.sources import RECORD_FILE, SourceFolder, find_sources, segment_node
from foedus.vocabulary import Vocabulary, read_vocabulary


@dataclass
class Assembly:
    """Everything that a home's records say, before it is split into dossiers."""

    vocabulary: Vocabulary
    expansion: Expansion
    records: list[Record]
    sources: list[SourceFolder]
    segments: dict[str, Segment]
    """Per ``SOURCE:SEGMENT``."""
    declared_sources: list[str] = field(default_factory=list)
    """The slugs of sources that records bring with them, as citations."""
    triples: dict[str, list[ox.Triple]] = field(default_factory=dict)
    """Per id of a record, those about it and the nodes named after it; a source's hold its segments."""

    @property
    def context(self) -> JsonObject:
        """The JSON-LD context by which the records can be read, evidence included."""
        return build_context(self.vocabulary, {*(s.slug for s in self.sources), *self.declared_sources})

    @property
    def findings(self) -> list[Diagnostic]:
        """What was found wrong in the form of the records."""
        return self.expansion.findings

    def place(self, iri: str, path: str = "") -> Region:
        """Return where a node stands, or its value of a property; a node without place is named after one with it."""
        name = iri
        while name:
            found = self.expansion.locate(name, path)
            if found:
                return found
            name = name.rpartition(".")[0]
        return Region("graph")

    def dossier(self, name: str) -> list[ox.Triple]:
        """Return the triples of one dossier: its facts, sources and segments, and all entities these reach.

        An entity without mention belongs to the dossier whose source it cites.
        """
        own = [f.slug for f in self.sources if f.dossier == name]
        own += [r.id for r in self.records if r.dossier == name and r.id in self.declared_sources]
        citing = tuple(f"{ID}{source}." for source in own)
        wanted = {_root(r) for r in self.records if r.dossier == name} | {
            _root(r)
            for r in self.records
            if not r.dossier
            and any(
                t.object.value.startswith(citing)
                for t in self.triples[_root(r)]
                if isinstance(t.object, ox.NamedNode)
            )
        }
        pending = list(wanted)
        while pending:
            for triple in self.triples[pending.pop()]:
                if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(ID):
                    root = slug(triple.object.value).partition(".")[0]
                    if root in self.triples and root not in wanted:
                        wanted.add(root)
                        pending.append(root)
        return [triple for root in sorted(wanted) for triple in self.triples[root]]


def assemble(home: Home, *, partial: bool = False) -> Assembly:
    """Read and expand all records of a home; raise UnreadableInput where a file cannot be read at all.

    Where something was found wrong there are no triples, or, with ``partial``, those of what is right.
    """
    vocabulary = read_vocabulary(home.ontology)
    sources = find_sources(home.graph, home.dossiers)
    folders = {s.slug for s in sources}
    segments = {f"{s.slug}:{segment.id}": segment for s in sources for segment in s.segments()}
    records, findings = read_all(record_files(home, sources))
    declared = declare(records)
    expansion = expand(
        declared.records,
        vocabulary,
        segments | declared.segments,
        dict.fromkeys(vocabulary.individuals, ("UnnamedActor",)),
    )
    expansion.findings[:0] = findings + declared.findings
    assembly = Assembly(
        vocabulary,
        expansion,
        declared.records,
        sources,
        segments,
        [s for s in declared.sources if s not in folders],
    )
    if not expansion.findings or partial:
        nodes = {f"{s.slug}.{g.id}": segment_node(s.slug, g) for s in sources for g in s.segments()}
        assembly.triples = to_triples(build_context(vocabulary), expansion.nodes | nodes)
    return assembly


def _root(record: Record) -> str:
    """Return the record after which one is named: a segment belongs to its source."""
    return record.id.partition(".")[0]


def record_files(home: Home, sources: Iterable[SourceFolder]) -> list[tuple[Path, str, str]]:
    """Return every record file of a home with its name in messages and its dossier ('' for entities)."""
    found = [(path, "") for path in sorted((home.graph / "entities").glob("**/*.yaml"))]
    found += [(s.path / RECORD_FILE, s.dossier) for s in sources]
    for dossier in home.dossiers:
        found += [(path, dossier) for path in sorted((home.graph / dossier / "facts").glob("**/*.yaml"))]
    return [(path, str(path.relative_to(home.root)), dossier) for path, dossier in found]


def to_triples(context: JsonObject, nodes: dict[str, JsonObject]) -> dict[str, list[ox.Triple]]:
    """Return the triples of expanded nodes, grouped by the record to which a node belongs.

    Nested nodes, sourced values and segments belong to the record after which they are named.
    """
    document = {"@context": context, "@graph": list(nodes.values())}
    grouped: dict[str, list[ox.Triple]] = defaultdict(list)
    for quad in ox.parse(json.dumps(document).encode(), format=ox.RdfFormat.JSON_LD):
        assert isinstance(quad.subject, ox.NamedNode), "every node has an id of its own"
        grouped[slug(quad.subject.value).partition(".")[0]].append(quad.triple)
    return dict(grouped)
