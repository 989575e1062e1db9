"""Dates that new triples give and the graph that stands gives otherwise."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from foedus.namespaces import FOE, ID, slug
from foedus.standing import Standing
from foedus.terms import text_of

_DATED = ("edtf", "boundReason")


def rival_dates(
    triples: Iterable[ox.Triple], standing: Standing
) -> tuple[list[ox.Triple], list[tuple[str, str, str, str]]]:
    """Return the standing triples that give way to new dates, and the dates that contradict a standing one.

    A contradiction is the date node's name, the new and the old date, and the evidence of the old. A standing
    date that is given again among rivals of a disagreement gives way to that; one that is contradicted is left
    out, so that the new one is judged by itself.
    """
    new: dict[str, str] = {}
    holders: dict[str, list[ox.NamedNode]] = {}
    disputed: set[object] = set()
    for triple in triples:
        key = triple.predicate.value.removeprefix(FOE)
        if key in _DATED and isinstance(triple.subject, ox.NamedNode):
            new.setdefault(triple.subject.value, slug(text_of(triple.object)))
        elif key == "disagreement":
            disputed.add(triple.subject)
        if isinstance(triple.object, ox.NamedNode) and isinstance(triple.subject, ox.NamedNode):
            holders.setdefault(f"{triple.subject.value} {triple.predicate.value}", []).append(triple.object)
    removed: list[ox.Triple] = []
    rivals: list[tuple[str, str, str, str]] = []
    for iri, value in new.items():
        old = _date(iri, standing)
        if old and old != value:
            removed += standing.about(iri)
            rivals.append((slug(iri), value, old, _evidence(iri, standing)))
    for holder, dates in holders.items():
        if len(dates) > 1 and all(date in disputed for date in dates):
            subject, predicate = map(ox.NamedNode, holder.split(" "))
            given = {new.get(date.value) for date in dates}
            for quad in list(standing.engine.quads_for_pattern(subject, predicate, None)):
                if quad.object not in dates and _date(text_of(quad.object), standing) in given:
                    removed += [quad.triple, *standing.about(text_of(quad.object))]
    return removed, rivals


def _date(iri: str, standing: Standing) -> str:
    """Return the EDTF text of a standing date, or the reason why it has none; '' of what is no date."""
    found = {t.predicate.value.removeprefix(FOE): text_of(t.object) for t in standing.about(iri)}
    return next((slug(found[key]) for key in _DATED if key in found), "")


def _evidence(iri: str, standing: Standing) -> str:
    owner = iri.rpartition(".")[0]
    for node in (iri, owner):
        cited = [text_of(t.object) for t in standing.about(node) if t.predicate.value == FOE + "evidence"]
        if cited:
            return ", ".join(sorted(c.removeprefix(ID).replace(".", ":", 1) for c in cited))
    return ""
