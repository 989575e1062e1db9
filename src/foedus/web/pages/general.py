"""The search, and the documentation of the ontology."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from foedus import tables
from foedus.namespaces import FOE, SH, SKOS, VOC, slug
from foedus.search import search as find
from foedus.vocabulary import parse_turtle
from foedus.web.site import Page, Site
from foedus.web.tabling import as_json, listed


class ClassTold(NamedTuple):
    """A class by its name, and the names of all classes above it."""

    name: str
    above: list[str]


class PropertyTold(NamedTuple):
    """A property by its key, with the names of its domain and range; ``datatype`` where the range is no class here."""

    key: str
    domain: str
    range: str
    datatype: str


def search(site: Site, words: str) -> Page:
    """Return what bears the words."""
    hits = find(site.store, site.vocabulary, words[:200], 50) if words.strip() else []
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
    """Return classes, properties and concepts with their definitions, and what the shapes demand."""
    vocabulary, folder = site.vocabulary, site.home.ontology
    texts = _texts(folder / "foedus.ttl", folder / "vocabularies.ttl")
    classes = [
        (
            ClassTold(name, sorted(slug(a) for a in found.ancestors - {found.iri} if a.startswith(FOE))),
            texts[found.iri],
        )
        for name, found in sorted(vocabulary.classes.items())
    ]
    properties = [
        (
            PropertyTold(p.key, _own(p.domain), _own(p.range), p.range.rpartition("#")[2]),
            texts[p.iri],
        )
        for _, p in sorted(vocabulary.properties.items())
        if p.iri.startswith(FOE)
    ]
    schemes = [
        (
            scheme.removeprefix(VOC),
            vocabulary.label(scheme),
            [(name, vocabulary.label(iri), texts[iri]) for name, iri in sorted(concepts.items())],
        )
        for scheme, concepts in sorted(vocabulary.concepts.items())
    ]
    rows = [
        *(["class", c.name, told["prefLabel"], told["definition"]] for c, told in classes),
        *(["property", p.key, told["prefLabel"], told["definition"]] for p, told in properties),
        *(
            [name, concept, label, told["definition"]]
            for name, _, members in schemes
            for concept, label, told in members
        ),
    ]
    context = {
        "classes": classes,
        "properties": properties,
        "schemes": schemes,
        "concepts": sum(len(members) for *_, members in schemes),
        "demands": [(path.stem, _demands(path)) for path in sorted((folder / "shapes").glob("*.ttl"))],
    }
    return Page("ontology.html", "Ontology", context, listed(["sort", "name", "label", "definition"], rows))


def _texts(*paths: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the first text of each property of SKOS, by the property's name, of all terms that files declare."""
    texts: dict[str, dict[str, str]] = defaultdict(lambda: defaultdict(str))
    for triple in (t for path in paths for t in parse_turtle(path)):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.Literal):
            key = triple.predicate.value.removeprefix(SKOS)
            texts[triple.subject.value].setdefault(key, triple.object.value)
    return texts


def _demands(path: Path) -> list[str]:
    """Return the messages of a file of shapes, sorted."""
    messages = (t.object for t in parse_turtle(path) if t.predicate.value == SH + "message")
    return sorted({m.value for m in messages if isinstance(m, ox.Literal)})


def _own(iri: str) -> str:
    """Return the name of a class of the ontology; '' where it is another's."""
    return slug(iri) if iri.startswith(FOE) else ""
