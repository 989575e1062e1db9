"""Whether the segments that a new fact cites speak of what it names; needs the source's text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.checking import Checked
from foedus.diagnostics import Diagnostic, Region, Severity, UnreadableInput
from foedus.entities import fold
from foedus.namespaces import FOE, ID, SKOS, slug
from foedus.plainvalues import items_of
from foedus.segments import join_pieces, parse_pieces
from foedus.standing import Standing
from foedus.submissions import Submission
from foedus.terms import text_of
from foedus.turtle import digest

_EVIDENCE = FOE + "evidence"
_LABELS = (SKOS + "prefLabel", SKOS + "altLabel", FOE + "formerLabel")
_STEM = 5
"""Letters of a name that have to agree, so that "Freedonian" mentions Freedonia."""

_WORD = re.compile(r"\w{3,}")


def find_unmentioned(
    checked: Checked, submission: Submission, standing: Standing, texts: Iterable[Path]
) -> Iterator[Diagnostic]:
    """Find records of which the cited passages mention nothing that they name, in sources whose text is given.

    A text is known by its digest. Raise UnreadableInput where it is that of no source.
    """
    known = dict(_source(path, standing) for path in texts)
    places = {
        record.id: items_of(record.node.entries.get("evidence", record.node))[0].region
        for record in submission.records
    }
    for root, region in places.items():
        own = [
            t
            for t in checked.triples
            if text_of(t.subject) == ID + root or text_of(t.subject).startswith(f"{ID}{root}.")
        ]
        cited = sorted({text_of(t.object) for t in own if t.predicate.value == _EVIDENCE})
        if not cited or any(slug(c).partition(".")[0] not in known for c in cited):
            continue
        words = " ".join(_passage(c, known, standing) for c in cited)
        named = {
            text_of(t.object): list(_names(text_of(t.object), standing))
            for t in own
            if t.predicate.value != _EVIDENCE
        }
        named = {
            iri: names for iri, names in named.items() if names and iri.startswith(ID) and iri != ID + root
        }
        if named and not any(_mentions(words, name) for names in named.values() for name in names):
            yield _finding(root, region, sorted(map(slug, named)), cited)


def _finding(root: str, region: Region, named: list[str], cited: list[str]) -> Diagnostic:
    segments = ", ".join(slug(c).replace(".", ":", 1) for c in cited)
    what = f'{segments} mentions nothing that "{root}" names: {", ".join(named)}'
    cure = "cite the segment that names it, or add that one to the evidence"
    return Diagnostic(region, "FOE138", what, cure, Severity.WARNING, root, "evidence", segments)


def _source(path: Path, standing: Standing) -> tuple[str, str]:
    """Return the slug of the source whose text a file is, and the text."""
    content = path.read_bytes()
    found = standing.engine.quads_for_pattern(None, ox.NamedNode(FOE + "digest"), ox.Literal(digest(content)))
    for quad in found:
        return slug(text_of(quad.subject)), content.decode()
    raise UnreadableInput(f"{path}: not the text of any source here; its digest is none of theirs")


def _passage(segment: str, known: dict[str, str], standing: Standing) -> str:
    pieces = [t.object for t in standing.about(segment) if t.predicate.value == FOE + "pieces"]
    text = known[slug(segment).partition(".")[0]]
    return " ".join(join_pieces(parse_pieces(text_of(p)), text) for p in pieces)


def _names(iri: str, standing: Standing) -> Iterator[str]:
    if iri.startswith(ID):
        for triple in standing.about(iri):
            if triple.predicate.value in _LABELS:
                yield text_of(triple.object)


def _mentions(passage: str, name: str) -> bool:
    """Tell whether a passage has a word that begins as one of the name's does."""
    stems = {word[:_STEM] for word in _WORD.findall(fold(passage))}
    return any(word[:_STEM] in stems for word in _WORD.findall(fold(name)))
