"""The description of a dossier as a dataset, in VoID and DCAT: what it is, whose, how large, and where to begin.

Everything is derived from the triples, so the same records give the same description; no date of making stands
in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

from foedus.facts import Facts
from foedus.namespaces import DCTERMS, FOE, ID, PREFIXES, RDF, SKOS, VOC
from foedus.turtle import digest, to_turtle

DATASET: Final = "https://w3id.org/foedus/dataset/"
"""Base of the IRIs of dossiers as datasets; they also name the dossiers' graphs in exports."""

_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_SPDX = "http://spdx.org/rdf/terms#"
_TYPE = RDF + "type"
_TURTLE = "https://www.iana.org/assignments/media-types/text/turtle"
_CC = "https://creativecommons.org/"
_LICENCES = (
    (r"CC BY-SA( 4\.0)?", _CC + "licenses/by-sa/4.0/"),
    (r"CC BY( 4\.0)?", _CC + "licenses/by/4.0/"),
    (r"CC0( 1\.0)?", _CC + "publicdomain/zero/1.0/"),
)
"""The licence of facts taken under a source's licence, the most demanding first. A version not told is the last."""

_EXAMPLES = 3

_Statement = tuple[str, str, ox.NamedNode | ox.Literal]
"""A triple: the IRIs of subject and property, and the value."""


def describe_dataset(
    dossier: str, asserted: Iterable[ox.Triple], inferred: Iterable[ox.Triple], files: Mapping[str, bytes]
) -> bytes:
    """Return the Turtle that describes a dossier of these triples.

    ``files`` are its emitted files by name: ``DOSSIER.ttl`` holds the asserted triples,
    ``DOSSIER.inferred.ttl`` the inferred ones.
    """
    told, added = _statements(asserted), _statements(inferred)
    dataset = DATASET + dossier
    facts = Facts()
    facts.link(dataset, _TYPE, _VOID + "Dataset", _DCAT + "Dataset")
    facts.say(dataset, DCTERMS + "identifier", dossier)
    _add_sources(facts, dataset, told)
    _add_statistics(facts, dataset, told | added)
    facts.link(dataset, _VOID + "vocabulary", *_vocabularies(told | added))
    facts.say(dataset, _VOID + "uriSpace", ID)
    facts.link(dataset, _VOID + "feature", "http://www.w3.org/ns/formats/Turtle")
    facts.link(dataset, _VOID + "exampleResource", *_examples(told))
    for part, triples, name in (
        ("asserted", told, f"{dossier}.ttl"),
        ("inferred", added, f"{dossier}.inferred.ttl"),
    ):
        subset = f"{dataset}#{part}"
        facts.link(dataset, _VOID + "subset", subset)
        facts.link(subset, _TYPE, _VOID + "Dataset")
        facts.say(subset, DCTERMS + "title", f"{part} triples", language="en")
        facts.count(subset, _VOID + "triples", len(triples))
        facts.link(subset, _VOID + "dataDump", DATASET + name)
        _add_file(facts, dataset, name, files[name])
    return to_turtle(facts.triples, PREFIXES | {"dcat": _DCAT, "spdx": _SPDX, "void": _VOID})


def _add_sources(facts: Facts, dataset: str, triples: set[_Statement]) -> None:
    """Add title, sources and licence: that of the most demanding source, none where one cannot be told."""
    sources = sorted(
        s for s, path, value in triples if path == _TYPE and value == ox.NamedNode(FOE + "Source")
    )
    titles = sorted({text for s in sources for text in _texts(triples, s, DCTERMS + "title")})
    licences = {s: _texts(triples, s, FOE + "licence") for s in sources}
    told = sorted({text for texts in licences.values() for text in texts})
    facts.say(dataset, DCTERMS + "title", f"Facts from {', '.join(f'“{t}”' for t in titles)}", language="en")
    facts.link(dataset, DCTERMS + "source", *sources)
    for text in told:
        facts.say(dataset, DCTERMS + "rights", f"Source under {text}", language="en")
    allowed = [next((iri for form, iri in _LICENCES if re.fullmatch(form, text)), "") for text in told]
    if allowed and all(allowed) and all(licences.values()):
        facts.link(dataset, DCTERMS + "license", next(iri for _, iri in _LICENCES if iri in allowed))


def _add_statistics(facts: Facts, dataset: str, triples: set[_Statement]) -> None:
    classes: Counter[str] = Counter(value.value for _, path, value in triples if path == _TYPE)
    for path, number in (
        ("triples", len(triples)),
        ("entities", len({s for s, path, _ in triples if path == _TYPE})),
        ("distinctSubjects", len({s for s, _, _ in triples})),
        ("distinctObjects", len({value for _, _, value in triples})),
        ("properties", len({path for _, path, _ in triples})),
        ("classes", len(classes)),
    ):
        facts.count(dataset, _VOID + path, number)
    for iri, number in classes.items():
        partition = f"{dataset}#class-{_local_name(iri)}"
        facts.link(dataset, _VOID + "classPartition", partition)
        facts.link(partition, _TYPE, _VOID + "Dataset")
        facts.link(partition, _VOID + "class", iri)
        facts.count(partition, _VOID + "entities", number)


def _add_file(facts: Facts, dataset: str, name: str, content: bytes) -> None:
    file, checksum = DATASET + name, f"{DATASET}{name}#sha256"
    facts.link(dataset, _DCAT + "distribution", file)
    facts.link(file, _TYPE, _DCAT + "Distribution")
    facts.say(file, DCTERMS + "title", name, language="en")
    facts.link(file, _DCAT + "downloadURL", file)
    facts.link(file, _DCAT + "mediaType", _TURTLE)
    facts.say(file, _DCAT + "byteSize", str(len(content)), datatype="nonNegativeInteger")
    facts.link(file, _SPDX + "checksum", checksum)
    facts.link(checksum, _TYPE, _SPDX + "Checksum")
    facts.link(checksum, _SPDX + "algorithm", _SPDX + "checksumAlgorithm_sha256")
    facts.say(checksum, _SPDX + "checksumValue", digest(content), datatype="hexBinary")


def _vocabularies(triples: set[_Statement]) -> list[str]:
    """Return the namespaces of the terms and concepts that the triples use."""
    used = {path for _, path, _ in triples}
    used |= {value.value for _, path, value in triples if path == _TYPE or value.value.startswith(VOC)}
    return sorted(base for base in PREFIXES.values() if any(iri.startswith(base) for iri in used))


def _examples(triples: set[_Statement]) -> list[str]:
    """Return the labelled resources that most triples speak of."""
    labelled = {ox.NamedNode(s) for s, path, _ in triples if path == SKOS + "prefLabel"}
    mentions = Counter(value.value for _, _, value in triples if value in labelled)
    return sorted(mentions, key=lambda iri: (-mentions[iri], iri))[:_EXAMPLES]


def _texts(triples: set[_Statement], subject: str, path: str) -> list[str]:
    return sorted(value.value for s, p, value in triples if (s, p) == (subject, path))


def _statements(triples: Iterable[ox.Triple]) -> set[_Statement]:
    found: set[_Statement] = set()
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
            raise TypeError(f"not of the RDF that the graph is written in: {triple}")
        found.add((subject.value, triple.predicate.value, value))
    return found


def _local_name(iri: str) -> str:
    """Return a name for an IRI that is unique among the terms of all known vocabularies."""
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return iri[len(base) :] if base == FOE else f"{prefix}-{iri[len(base) :]}"
    return re.sub(r"[^A-Za-z0-9]+", "-", iri)
