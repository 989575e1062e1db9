"""The page of one thing: an entity, a record or a segment, with all that the graph says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from itertools import groupby
from operator import itemgetter
from typing import Final

import pyoxigraph as ox

from foedus import tables
from foedus.description import describe
from foedus.diagnostics import UnknownName
from foedus.entities import ANYTHING, named
from foedus.namespaces import FOE, ID, PREFIXES
from foedus.nodes import fetch
from foedus.search import kinds_of
from foedus.tracing import facts_of, trace
from foedus.web.site import Page, Site
from foedus.web.tabling import as_json, listed

RDF_FORMS: Final[Mapping[str, ox.RdfFormat]] = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
"""The forms of RDF by their suffix."""

FACTS: Final = 150
"""Facts of one page."""
NAMES: Final = 600
"""Names of one page of the list of everything."""


def thing(site: Site, name: str, page: int = 1) -> Page:
    """Return the page of the thing with the slug; raise UnknownName where there is none."""
    iri = _known(site, name)
    if site.store.ask(f"ASK {{ {iri} <{FOE}segmentId> ?id }}"):
        passage, resting = facts_of(site.store, name.replace(".", ":", 1))
        found = {"segment": asdict(passage), "facts": [asdict(fact) for fact in resting]}
        return Page(
            "segment.html",
            passage.id,
            {"passage": passage, "facts": resting, "id": name},
            {"json": lambda: as_json(found)},
        )
    told = describe(site.store, site.vocabulary, iri.value)
    pages = max(1, -(-len(told.facts) // FACTS))
    page = min(max(page, 1), pages)
    shown = told.facts[(page - 1) * FACTS : page * FACTS]
    context = {
        "told": told,
        "id": name,
        "sections": [(key, list(facts)) for key, facts in groupby(shown, key=lambda f: f.section)],
        "trace": trace(site.store, iri.value),
    }
    header = ["id", "section", "kind", "label", "date", "until", "roles", "modality", "according", "evidence"]
    rows = [
        [
            *(str(getattr(f, key)) for key in header[:6]),
            " ".join(f.roles),
            f.modality,
            f.according,
            " ".join(f.evidence),
        ]
        for f in told.facts
    ]
    return Page(
        "thing.html",
        told.label,
        context,
        {
            "json": lambda: as_json(asdict(told)),
            "csv": lambda: tables.csv(header, rows),
        },
        page,
        pages,
    )


def everything(site: Site, page: int = 1) -> Page:
    """Return the names of all entities and records, by what they are."""
    names = named(site.store, ANYTHING)
    kinds = kinds_of(site.store, site.vocabulary, list(names))
    rows = sorted(
        ((site.term(kinds[name]), label, name) for name, label in names.items() if label and name in kinds),
        key=lambda row: (row[0].casefold(), row[1].casefold(), row[2]),
    )
    pages = max(1, -(-len(rows) // NAMES))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * NAMES : page * NAMES]
    return Page(
        "things.html",
        "Everything by name",
        {
            "kinds": [(kind, list(those)) for kind, those in groupby(shown, key=itemgetter(0))],
            "total": len(rows),
        },
        listed(["kind", "label", "id"], rows),
        page,
        pages,
    )


def triples(site: Site, name: str, form: str) -> bytes:
    """Return what the graph says of a thing and the nodes nested in it as RDF; raise UnknownName."""
    iri = _known(site, name)
    waiting = [fetch(site.store, [iri.value])[iri.value]]
    found = []
    while waiting:
        node = waiting.pop(0)
        subject = ox.NamedNode(node.iri)
        found += [
            ox.Triple(subject, ox.NamedNode(p), value)
            for p in sorted(node.values)
            for value in node.values[p]
        ]
        waiting += node.nested.values()
    text = ox.serialize(found, format=RDF_FORMS[form], prefixes=None if form == "nt" else PREFIXES)
    assert text is not None, "nothing is written to a file"
    return text


def _known(site: Site, name: str) -> ox.NamedNode:
    try:
        iri = ox.NamedNode(ID + name)
    except ValueError:
        raise UnknownName(f'"{name}" is no name of anything here') from None
    if not site.store.ask(f"ASK {{ {iri} ?p ?o }}"):
        raise UnknownName(f'nothing here is called "{name}"; search for it')
    return iri
