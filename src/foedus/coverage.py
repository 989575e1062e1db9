"""Coverage: which sentences of a source are cited by facts, set aside with a reason, pending or left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.assembly import Assembly
from foedus.diagnostics import Diagnostic, Region
from foedus.namespaces import FOE, ID
from foedus.segments import PENDING, SET_ASIDE, Kind, Segment
from foedus.sources import SEGMENTS_FILE

_EVIDENCE = ox.NamedNode(FOE + "evidence")
_SAYING = (Kind.BODY, Kind.LIST_ITEM)
"""The kinds of segment that say something in the source's own voice."""


@dataclass(frozen=True)
class SectionCoverage:
    """What became of the segments of one section of a source; glosses, a weaker source, count apart."""

    source: str
    section: str
    cited: tuple[Segment, ...]
    set_aside: tuple[Segment, ...]
    pending: tuple[Segment, ...]
    left_over: tuple[Segment, ...]
    glosses_cited: int
    glosses_bound: int
    glosses_set_aside: int

    @property
    def sentences(self) -> int:
        """How many sentences and list items the section has."""
        return len(self.cited) + len(self.set_aside) + len(self.pending) + len(self.left_over)


def cover(assembly: Assembly) -> list[SectionCoverage]:
    """Return the coverage of every section of every source, in the order of the source."""
    cited = cited_segments(assembly)
    mentioned = cited_segments(assembly, by_entities=True)
    covered = []
    for folder in assembly.sources:
        segments = folder.segments()
        for section in dict.fromkeys(s.section for s in segments):
            own = [s for s in segments if s.section == section]
            fates: dict[str, list[Segment]] = defaultdict(list)
            for segment in own:
                if segment.kind in _SAYING:
                    fates[_fate(segment, f"{folder.slug}:{segment.id}" in cited)].append(segment)
            glosses = [s for s in own if s.kind is Kind.GLOSS]
            covered.append(
                SectionCoverage(
                    folder.slug,
                    section,
                    cited=tuple(fates["cited"]),
                    set_aside=tuple(fates["set_aside"]),
                    pending=tuple(fates["pending"]),
                    left_over=tuple(fates["left_over"]),
                    glosses_cited=sum(f"{folder.slug}:{g.id}" in mentioned for g in glosses),
                    glosses_bound=sum(bool(g.describes) for g in glosses),
                    glosses_set_aside=sum(g.disposition.startswith(SET_ASIDE) for g in glosses),
                )
            )
    return covered


def cited_segments(assembly: Assembly, *, by_entities: bool = False) -> frozenset[str]:
    """Return the ``SOURCE:SEGMENT`` ids that facts cite; an entity that cites a sentence does not yet tell it."""
    iris = {
        triple.object.value
        for record in assembly.records
        if record.dossier or by_entities
        for triple in assembly.triples.get(record.id, ())
        if triple.predicate == _EVIDENCE and isinstance(triple.object, ox.NamedNode)
    }
    return frozenset(iri.removeprefix(ID).replace(".", ":", 1) for iri in iris)


def _fate(segment: Segment, cited: bool) -> str:
    if cited:
        return "cited"
    if segment.disposition.startswith(SET_ASIDE):
        return "set_aside"
    return "pending" if segment.disposition == PENDING else "left_over"


def find_gaps(assembly: Assembly) -> Iterator[Diagnostic]:
    """Find what may not stay open: sentences that nobody cites, and glosses bound to nothing that exists."""
    cited = cited_segments(assembly)
    for folder in assembly.sources:
        name = f"graph/{folder.dossier}/sources/{folder.slug}/{SEGMENTS_FILE}"
        for line, segment in enumerate(folder.segments(), 2):
            region = Region(name, line, 1, line, len(segment.id) + 1)
            if (
                segment.kind in _SAYING
                and _fate(segment, f"{folder.slug}:{segment.id}" in cited) == "left_over"
            ):
                cure = "record what it says, or give its disposition: set-aside: REASON"
                yield Diagnostic(region, "FOE134", f"no record cites the sentence {segment.id}", cure)
            elif segment.kind is Kind.GLOSS and not segment.describes and not segment.disposition:
                cure = "bind it to the entity that it describes, or set it aside with the reason"
                yield Diagnostic(region, "FOE135", f"the gloss {segment.id} is bound to no entity", cure)
            elif segment.describes and segment.describes not in assembly.expansion.types:
                cure = "add a record for it, or mend the column describes"
                what = f'the gloss {segment.id} describes "{segment.describes}", which is no entity'
                yield Diagnostic(region, "FOE114", what, cure)
