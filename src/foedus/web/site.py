"""What every page knows: the graph, its vocabulary, and how a thing or page is addressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from foedus.asking import solve
from foedus.entities import labels
from foedus.home import Home
from foedus.namespaces import FOE
from foedus.store import Solutions, Store
from foedus.storedqueries import StoredQuery, provided_query
from foedus.vocabulary import Vocabulary


@dataclass(frozen=True)
class Links:
    """Addresses of things and pages; as files where ``suffix`` is ``.html`` and ``root`` a way up, such as ``../``."""

    root: str = "/"
    suffix: str = ""

    def id(self, name: str) -> str:
        """Return the address of the page of an entity, record or segment."""
        return f"{self.root}id/{quote(name, safe='')}{self.suffix}"

    def page(self, name: str, **values: Any) -> str:
        """Return the address of a page, '' being the first one, with the values of its form."""
        path = (
            f"{self.root}{quote(name)}{self.suffix}" if name else f"{self.root}{'index' * bool(self.suffix)}"
        )
        path = path if name else path + self.suffix
        query = urlencode({k: v for k, v in values.items() if v not in ("", None, ())}, doseq=True)
        return f"{path}?{query}" if query else path

    def static(self, name: str) -> str:
        """Return the address of a style sheet or script."""
        return f"{self.root}static/{name}"


@dataclass(frozen=True)
class Page:
    """What a template shows; ``twins`` give the same for machines, by form (json, csv)."""

    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    twins: Mapping[str, Callable[[], str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of the two states whose relations the graph tells most of."""

    id: str
    label: str


@dataclass(frozen=True)
class Site:
    """A home's graph as the pages see it."""

    home: Home
    store: Store
    vocabulary: Vocabulary
    links: Links = field(default_factory=Links)

    def query(self, name: str) -> StoredQuery:
        """Return the home's stored query, or the built-in one; raise UnknownName where there is none."""
        return provided_query(self.home, name)

    def rows(self, query: StoredQuery, values: Mapping[str, list[str]]) -> Solutions:
        """Return a stored query's rows; raise as ``bind`` does."""
        return solve(query, self.store, values)

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The two states that most records involve, as the graph itself counts them."""
        rows = self.store.select(
            f"SELECT ?state (COUNT(?record) AS ?n) WHERE {{ ?record <{FOE}involves> ?state . "
            f"?state a <{FOE}State> }} GROUP BY ?state ORDER BY DESC(?n) ?state LIMIT 2"
        )
        known = labels(self.store, [row["state"].value for row in rows])
        ids = [row["state"].value for row in rows]
        return tuple(
            Side(i.rpartition("/")[2], known.get(i, i)) for i in sorted(ids, key=lambda i: known.get(i, i))
        )

    def term(self, key: str) -> str:
        """Return the label of a class or property by its name in records, else the name."""
        bare = key.strip().partition("@")[0].rpartition(".")[2]
        found = self.vocabulary.properties.get(bare) or self.vocabulary.classes.get(bare)
        return self.vocabulary.labels.get(found.iri, bare) if found else bare
