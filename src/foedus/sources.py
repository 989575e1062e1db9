"""Sources and their segments as JSON-LD nodes: what the evidence of every fact points to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foedus.context import JsonObject
from foedus.segments import SET_ASIDE, Kind, Segment, format_pieces, read_segments

RECORD_FILE = "source.yaml"
SEGMENTS_FILE = "segments.tsv"
HINTS_FILE = "segmentation.tsv"


@dataclass(frozen=True)
class SourceFolder:
    """A source's folder in a dossier; its name is the source's slug."""

    path: Path
    dossier: str

    @property
    def slug(self) -> str:
        """The source's slug, the part before the colon of evidence ids."""
        return self.path.name

    def segments(self) -> list[Segment]:
        """Return the source's segments, none where it keeps no list of them."""
        file = self.path / SEGMENTS_FILE
        return read_segments(file) if file.is_file() else []


def find_sources(graph: Path, dossiers: list[str]) -> list[SourceFolder]:
    """Return the folders of all sources of the dossiers, sorted."""
    return [
        SourceFolder(path, dossier)
        for dossier in dossiers
        for path in sorted((graph / dossier / "sources").glob("*/"))
        if (path / RECORD_FILE).is_file()
    ]


def segment_node(source: str, segment: Segment) -> JsonObject:
    """Return the JSON-LD node of a segment: its kind, place, digest and, of a gloss, what it describes."""
    node_id = f"{source}.{segment.id}"
    node: JsonObject = {
        "id": node_id,
        "type": "Segment",
        "segmentId": f"{source}:{segment.id}",
        "segmentKind": segment.kind.value,
        "evidenceWeight": "weaker" if segment.kind is Kind.GLOSS else "primary",
        "section": segment.section,
        "digest": segment.digest,
        "pieces": format_pieces(segment.pieces),
        "hasSource": source,
        "hasSelector": [
            {
                "id": f"{node_id}.p{number}",
                "type": "oa:TextPositionSelector",
                "start": str(start),
                "end": str(end),
            }
            for number, (start, end) in enumerate(segment.pieces, 1)
        ],
    }
    if segment.damaged:
        node["damage"] = segment.damaged
    if segment.describes:
        node["describes"] = segment.describes
    if segment.disposition.startswith(SET_ASIDE):
        node["setAside"] = segment.disposition.removeprefix(SET_ASIDE)
    return node
