"""Tracing a fact to the passages it rests on, and a passage to the facts that rest on it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from foedus.diagnostics import UnknownName, UnreadableInput, did_you_mean
from foedus.namespaces import DCTERMS, FOE, ID, OA, RDF, SKOS, slug
from foedus.nodes import Node, fetch
from foedus.segments import digest_of, join_pieces
from foedus.store import Store


@dataclass(frozen=True)
class Passage:
    """A segment as the graph knows it: its id, source, section, kind, weight, pieces, digest and damage.

    A place in a source whose text is not kept has a ``locator`` in place of section, pieces and digest.
    """

    id: str
    source: str
    title: str
    section: str
    locator: str
    kind: str
    weight: str
    pieces: tuple[tuple[int, int], ...]
    digest: str
    damage: str
    set_aside: str


@dataclass(frozen=True)
class Trace:
    """A fact's citable line, and each passage it rests on behind the value that cites it ('': the fact itself)."""

    id: str
    citation: str
    passages: list[tuple[str, Passage]]


@dataclass(frozen=True)
class Resting:
    """A record or entity that rests on a passage."""

    id: str
    label: str
    modality: str


def trace(store: Store, iri: str) -> Trace:
    """Return what a fact rests on: its own segments, then those of its nested and single values."""
    node = fetch(store, [iri])[iri]
    if not node.values:
        raise UnknownName(f'nothing here is called "{slug(iri)}"; foedus search WORDS finds it')
    cited = [("", e) for e in node.all(FOE + "evidence")]
    stack = list(node.nested.values())
    while stack:
        child = stack.pop()
        name = slug(child.iri).removeprefix(slug(iri) + ".")
        own = [e for e in child.all(FOE + "evidence") if ("", e) not in cited]
        cited += [(name, e) for e in own]
        stack.extend(child.nested.values())
    rows = store.select(
        f"SELECT ?node ?p WHERE {{ ?node <{RDF}subject> <{iri}> ; <{RDF}predicate> ?p }} ORDER BY ?node"
    )
    for row in rows:
        sourced = fetch(store, [row["node"].value])[row["node"].value]
        cited += [(slug(row["p"].value), e) for e in sourced.all(FOE + "evidence")]
    passages = _passages(store, {e for _, e in cited})
    found = [(via, passages[e]) for via, e in dict.fromkeys(sorted(cited)) if e in passages]
    return Trace(slug(iri), _citation(node, [p for _, p in found]), found)


def facts_of(store: Store, segment_id: str) -> tuple[Passage, list[Resting]]:
    """Return a segment, named ``SOURCE:SEGMENT``, and everything that cites it; raise UnknownName where it is none."""
    iri = ID + segment_id.replace(":", ".", 1)
    passages = _passages(store, {slug(iri)})
    if not passages:
        known = [row["id"].value for row in store.select(f"SELECT ?id WHERE {{ ?s <{FOE}segmentId> ?id }}")]
        hint = did_you_mean(segment_id, known)
        raise UnknownName(f'there is no segment "{segment_id}"{"; " + hint if hint else ""}')
    rows = store.select(f"SELECT DISTINCT ?fact WHERE {{ ?fact <{FOE}evidence> <{iri}> }}")
    nodes = fetch(store, sorted(row["fact"].value for row in rows)).values() if rows else []
    facts = [Resting(slug(n.iri), n.first(SKOS + "prefLabel"), n.first(FOE + "modality")) for n in nodes]
    return next(iter(passages.values())), sorted(facts, key=lambda f: f.id)


def quote(passage: Passage, text: str, file: Path) -> str:
    """Return the passage's own words from the source's text, '' where none was cut into passages.

    Raise UnreadableInput where that is another text.
    """
    if not passage.pieces:
        return ""
    words = join_pieces(passage.pieces, text)
    if digest_of(words) != passage.digest:
        raise UnreadableInput(f"{file}: not the text that {passage.id} was cut from; its digest differs")
    return words


def _citation(node: Node, passages: list[Passage]) -> str:
    """Return the line by which a fact can be cited: what, by which source, where in it."""
    label = node.first(SKOS + "prefLabel") or slug(node.iri)
    sources = dict.fromkeys(p.title for p in passages)
    where = ", ".join(dict.fromkeys(p.locator or p.id.partition(":")[2] for p in passages))
    modality = node.first(FOE + "modality")
    told = f" ({modality})" if modality not in ("", "asserted") else ""
    cited = f"{'; '.join(f'“{s}”' for s in sources)}, {where}. " if passages else ""
    return f"{label}{told}. {cited}{node.iri}"


def _passages(store: Store, names: set[str]) -> dict[str, Passage]:
    segments = fetch(store, sorted(ID + name for name in names)) if names else {}
    sources = fetch(store, sorted({ID + s for n in segments.values() for s in n.all(OA + "hasSource")}))
    found = {}
    for iri, node in segments.items():
        if not node.first(FOE + "segmentId"):
            continue
        source = node.first(OA + "hasSource")
        pieces = (piece.split("-") for piece in node.first(FOE + "pieces").split(",") if piece)
        found[slug(iri)] = Passage(
            id=node.first(FOE + "segmentId"),
            source=source,
            title=sources[ID + source].first(DCTERMS + "title") if source else "",
            section=node.first(FOE + "section"),
            locator=node.first(FOE + "locator"),
            kind=node.first(FOE + "segmentKind"),
            weight=node.first(FOE + "evidenceWeight"),
            pieces=tuple((int(start), int(end)) for start, end in pieces),
            digest=node.first(FOE + "digest"),
            damage=node.first(FOE + "damage"),
            set_aside=node.first(FOE + "setAside"),
        )
    return found
