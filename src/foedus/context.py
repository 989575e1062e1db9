"""The JSON-LD context of the records, generated from the ontology.

With it any JSON-LD processor reads a record file (as YAML-LD) into the same triples that the build writes,
but for what ingestion derives: bounds of dates, minted names of nested nodes, defaults.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from foedus.namespaces import ID, PREFIXES
from foedus.vocabulary import NUMERIC, TEXT, Property, Vocabulary

JsonObject = dict[str, Any]


def build_context(vocabulary: Vocabulary, sources: Iterable[str] = ()) -> JsonObject:
    """Return the context as a JSON value; evidence may be written with the slugs of ``sources`` as prefixes."""
    context: JsonObject = {"@version": 1.1, "@base": ID, "id": "@id", "type": "@type"}
    # "id" is the keyword here; records name things by their slugs.
    context |= {prefix: iri for prefix, iri in PREFIXES.items() if prefix != "id"}
    # SOURCE:SEGMENT is a compact IRI, so each source is a prefix.
    context |= {
        source: {"@id": f"{ID}{source}.", "@prefix": True} for source in prefixes_of(sources, vocabulary)
    }
    context |= {c.name: c.iri for c in sorted(vocabulary.classes.values(), key=lambda c: c.name)}
    for key, prop in sorted(vocabulary.properties.items()):
        context[key] = _definition(prop, vocabulary)
    return context


def prefixes_of(sources: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Return, sorted, those slugs of sources that can be prefixes, since they are no keys of records."""
    taken = {"id", "type", *PREFIXES, *vocabulary.classes, *vocabulary.properties}
    return sorted(set(sources) - taken)


def _definition(prop: Property, vocabulary: Vocabulary) -> JsonObject:
    definition: JsonObject = {"@id": prop.iri}
    scheme = vocabulary.scheme_of(prop)
    if scheme:
        # A list value is a slug in the scheme of the range. The outer context is emptied, so that none of its
        # terms captures the slug; value expansion then needs this definition again.
        definition["@type"] = "@vocab"
        definition["@context"] = [None, {"@vocab": f"{scheme}.", prop.key: dict(definition)}]
    elif prop.kind == "ObjectProperty":
        definition["@type"] = "@id"
    elif is_language_map(prop):
        definition |= {"@language": "en", "@container": "@language"}
    elif prop.range == TEXT:
        definition["@language"] = "en"
    elif prop.range in NUMERIC or prop.range.endswith("#date"):
        definition["@type"] = prop.range
    return definition


def is_language_map(prop: Property) -> bool:
    """Tell whether the key takes texts by language (``{en: …, ru: …}``): labels and descriptions do."""
    return prop.kind == "AnnotationProperty"
