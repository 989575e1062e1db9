"""Nodes of the graph with all that they hold: their values, and the nodes nested in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from foedus.namespaces import FOE, RDF, slug
from foedus.store import Store

TYPE = RDF + "type"


@dataclass
class Node:
    """A resource with its values by property IRI; nested nodes hang below the property that leads to them."""

    iri: str
    values: dict[str, list[ox.NamedNode | ox.Literal]] = field(default_factory=lambda: defaultdict(list))
    nested: dict[str, Node] = field(default_factory=dict)

    def first(self, path: str) -> str:
        """Return the slug or text of the first value of a property, or ''; English comes first."""
        values = sorted(self.values.get(path, ()), key=lambda v: getattr(v, "language", "") != "en")
        return slug(values[0].value) if values else ""

    def all(self, path: str) -> list[str]:
        """Return the slugs or texts of all values of a property, sorted."""
        return sorted(slug(v.value) for v in self.values.get(path, ()))

    @property
    def types(self) -> set[str]:
        """The IRIs of the node's classes, inferred ones included."""
        return {v.value for v in self.values.get(TYPE, ())}

    @property
    def evidence(self) -> tuple[str, ...]:
        """The ids of the segments that the node rests on, sorted."""
        return tuple(e.replace(".", ":", 1) for e in self.all(FOE + "evidence"))

    @property
    def earliest(self) -> str:
        """The first day on which the node's date or interval may have begun, or ''."""
        dates = self._under("date") + self._under("from")
        return min((b for d in dates for b in d.all(FOE + "earliest") + d.all(FOE + "latest")), default="")

    def date(self, key: str) -> str:
        """Return the EDTF strings of a date, rivals joined by a bar, or why there is none."""
        return " | ".join(
            sorted(d.first(FOE + "edtf") or d.first(FOE + "boundReason") for d in self._under(key))
        )

    def _under(self, key: str) -> list[Node]:
        return [self.nested[v.value] for v in self.values.get(FOE + key, ()) if v.value in self.nested]


def fetch(store: Store, iris: Iterable[str]) -> dict[str, Node]:
    """Return the nodes with the IRIs, each with its nested nodes (those named ``IRI.…``) fetched as well."""
    roots = {iri: Node(iri) for iri in iris}
    known: dict[str, Node] = dict(roots)
    pending = list(roots)
    while pending:
        rows = store.select(
            f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {' '.join(f'<{iri}>' for iri in pending)} }} ?s ?p ?o }}"
        )
        pending = []
        for row in rows:
            node = known[row["s"].value]
            node.values[row["p"].value].append(row["o"])
            target = row["o"].value if isinstance(row["o"], ox.NamedNode) else ""
            if target.startswith(node.iri + "."):
                if target not in known:
                    known[target] = Node(target)
                    pending.append(target)
                node.nested[target] = known[target]
    return roots
