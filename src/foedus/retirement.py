"""Retired ids: what is written now in place of an id that was given up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from foedus.diagnostics import UnknownName
from foedus.namespaces import FOE, ID, slug
from foedus.store import Store
from foedus.values import Fault


@dataclass(frozen=True)
class Retirement:
    """A retired id, the ids that are written in its place, sorted, and why it was given up."""

    id: str
    replacements: tuple[str, ...]
    reason: str

    @property
    def note(self) -> str:
        """What to tell somebody who wrote the id."""
        return f'"{self.id}" is retired: {self.reason} Now: {", ".join(self.replacements)}'

    def taken(self) -> Fault:
        """Return the fault of something new that is given the id."""
        cure = f"write {' or '.join(self.replacements)}, or choose another id for what is new"
        return Fault("FOE116", f"the id {self.note}", cure)


def find_retirements(store: Store, iris: Iterable[str]) -> dict[str, Retirement]:
    """Return the retirements of those of the IRIs that are retired ids."""
    wanted = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    if not wanted:
        return {}
    found: dict[str, Retirement] = {}
    for row in store.select(
        f"SELECT ?id ?now ?reason WHERE {{ VALUES ?id {{ {wanted} }} ?id a <{FOE}RetiredId> ; "
        f"<{FOE}replacedBy> ?now ; <{FOE}retirementReason> ?reason }} ORDER BY ?id ?now"
    ):
        iri, now, reason = (row[name].value for name in ("id", "now", "reason"))
        before = found[iri].replacements if iri in found else ()
        found[iri] = Retirement(slug(iri), (*before, slug(now)), reason)
    return found


def current(store: Store, iri: str) -> str:
    """Return the IRI that is written in place of a retired one, or the IRI itself.

    Raise UnknownName where several are, for none of them is what was meant before.
    """
    retirement = find_retirements(store, [iri]).get(iri)
    if retirement is None:
        return iri
    if len(retirement.replacements) > 1:
        raise UnknownName(f"{retirement.note}; give one of them")
    return ID + retirement.replacements[0]
