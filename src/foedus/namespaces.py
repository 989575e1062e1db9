"""The IRIs that the graph is written with."""

from __future__ import annotations

from typing import Final

FOE: Final = "https://w3id.org/foedus/ontology#"
ID: Final = "https://w3id.org/foedus/id/"
VOC: Final = "https://w3id.org/foedus/vocabulary#"
SHAPE: Final = "https://w3id.org/foedus/shape#"

DCTERMS: Final = "http://purl.org/dc/terms/"
OA: Final = "http://www.w3.org/ns/oa#"
ORG: Final = "http://www.w3.org/ns/org#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "foe": FOE,
    "id": ID,
    "oa": OA,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "https://schema.org/",
    "sh": SH,
    "shape": SHAPE,
    "skos": SKOS,
    "voc": VOC,
    "xsd": XSD,
}
"""Prefixes of every Turtle file written and every query composed here."""


def slug(iri: str) -> str:
    """Return the short name of an entity, record, concept or term; any other IRI is returned whole.

    A concept's IRI is ``VOC + scheme + "." + slug``; everything else here ends in its slug.
    """
    if iri.startswith(VOC):
        return iri[len(VOC) :].partition(".")[2] or iri[len(VOC) :]
    for base in (ID, FOE):
        if iri.startswith(base):
            return iri[len(base) :]
    return iri
