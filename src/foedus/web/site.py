"""What every page knows: the graph, its vocabulary, and how a thing or page is addressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, urlencode

from foedus.asking import solve
from foedus.entities import labels
from foedus.home import Home
from foedus.namespaces import FOE, ID, VOC, slug
from foedus.networks import Network, read_network
from foedus.store import Solutions, Store, open_store
from foedus.storedqueries import StoredQuery, provided_query
from foedus.vocabulary import Vocabulary, read_vocabulary

_IN_PATH: Final = ("on", "page")
"""Values that, among files, are a part of the address, since no server reads the query of an address there."""


@dataclass(frozen=True)
class Links:
    """Addresses of things and pages: those of a server or, with ``suffix`` and a way up as ``root``, of files."""

    root: str = "/"
    suffix: str = ""

    @property
    def served(self) -> bool:
        """Whether a server answers, so that forms can be sent."""
        return not self.suffix

    def id(self, name: str, /, **values: Any) -> str:
        """Return the address of the page of an entity, record or segment."""
        return self._address(f"id/{quote(name, safe='')}", self.suffix, values)

    def page(self, name: str, given: Mapping[str, Any] | None = None, /, **values: Any) -> str:
        """Return the address of a page, '' being the first one, with the values of its form."""
        first = "index" if self.suffix else ""
        return self._address(quote(name) or first, self.suffix, {**(given or {}), **values})

    def twin(self, name: str, form: str, given: Mapping[str, Any] | None = None, /) -> str:
        """Return the address of a page, or of what the graph says of a thing, in a form for machines."""
        return self._address(quote(name) or "index", f".{form}", {**(given or {}), "page": ""})

    def static(self, name: str) -> str:
        """Return the address of a style sheet or script."""
        return f"{self.root}static/{name}"

    def _address(self, path: str, suffix: str, values: Mapping[str, Any]) -> str:
        given = {k: v for k, v in values.items() if v not in ("", None, ()) and (k, v) != ("page", 1)}
        if self.suffix:
            path += "".join(f"/{quote(str(given.pop(key)), safe='')}" for key in _IN_PATH if key in given)
        query = urlencode(given, doseq=True)
        return f"{self.root}{path}{suffix}{f'?{query}' if query else ''}"


@dataclass(frozen=True)
class Page:
    """What a template shows; ``twins`` give the same for machines, by form (json, csv).

    Where a list is long, this is page ``page`` of ``pages``.
    """

    template: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    twins: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    page: int = 1
    pages: int = 1


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
    def weaker(self) -> frozenset[str]:
        """The ids of the segments that are the weaker source, such as glosses."""
        rows = self.store.select(
            f"SELECT ?id WHERE {{ ?s <{FOE}evidenceWeight> <{VOC}evidence-weight.weaker> ; <{FOE}segmentId> ?id }}"
        )
        return frozenset(row["id"].value for row in rows)

    @cached_property
    def network(self) -> Network:
        """Who is tied to whom, on any day."""
        return read_network(self.home, self.store)

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
        found = self.vocabulary.properties.get(key) or self.vocabulary.classes.get(key)
        return self.vocabulary.labels.get(found.iri, key) if found else key

    def address(self, iri: str) -> str:
        """Return the address at which a thing, a record, or a term is told of; '' where none tells of it."""
        if iri.startswith(ID):
            return self.links.id(slug(iri))
        return f"{self.links.page('ontology')}#{iri.partition('#')[2]}" if iri.startswith((FOE, VOC)) else ""


def open_site(home: Home) -> Site:
    """Return the site of a home's graph as it stands; raise UnreadableInput where it cannot be read."""
    return Site(home, open_store(home), read_vocabulary(home.ontology))
