"""The search, and the documentation of the ontology."""

from __future__ import annotations

from dataclasses import asdict

import pyoxigraph as ox

from foedus import tables
from foedus.namespaces import FOE, SH, SKOS
from foedus.search import search as find
from foedus.vocabulary import parse_turtle
from foedus.web.site import Page, Site
from foedus.web.tabling import as_json, listed


def search(site: Site, words: str) -> Page:
    """Return what bears the words."""
    hits = find(site.store, words[:200], 50) if words.strip() else []
    rows = [(h.id, h.kind, h.label, h.text) for h in hits]
    return Page(
        "search.html",
        f"Search: {words}" if words else "Search",
        {"words": words, "hits": hits},
        {
            "json": lambda: as_json([asdict(h) for h in hits]),
            "csv": lambda: tables.csv(["id", "kind", "label", "text"], rows),
        },
    )


def ontology(site: Site) -> Page:
    """Return classes and properties with their definitions, and what the shapes demand."""
    texts: dict[str, dict[str, str]] = {}
    for triple in parse_turtle(site.home.ontology / "foedus.ttl"):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            key = triple.predicate.value.removeprefix(SKOS)
            texts.setdefault(triple.subject.value, {}).setdefault(key, triple.object.value)
    demands = [
        (
            path.stem,
            sorted(
                {
                    t.object.value
                    for t in parse_turtle(path)
                    if t.predicate.value == SH + "message" and isinstance(t.object, ox.Literal)
                }
            ),
        )
        for path in sorted((site.home.ontology / "shapes").glob("*.ttl"))
    ]
    classes = [(n, texts.get(c.iri, {})) for n, c in sorted(site.vocabulary.classes.items())]
    properties = [
        (p, texts.get(p.iri, {}))
        for _, p in sorted(site.vocabulary.properties.items())
        if p.iri.startswith(FOE)
    ]
    terms = [("class", name, told) for name, told in classes] + [
        ("property", p.key, told) for p, told in properties
    ]
    header = ["sort", "name", "label", "definition"]
    rows = [[sort, name, told.get("prefLabel", ""), told.get("definition", "")] for sort, name, told in terms]
    return Page(
        "ontology.html",
        "Ontology",
        {"classes": classes, "properties": properties, "demands": demands},
        listed(header, rows),
    )
