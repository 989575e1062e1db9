"""The description of a dossier as a dataset says what is true of the files beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from built_fiction import build_fiction

from foedus.home import Home
from foedus.namespaces import DCTERMS, FOE, ID, RDF
from foedus.store import open_store
from foedus.turtle import to_turtle
from foedus.vocabulary import parse_turtle
from foedus.void import DATASET, describe_dataset

VOID = "http://rdfs.org/ns/void#"
SPDX = "http://spdx.org/rdf/terms#"


@pytest.fixture(scope="module")
def fiction(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("void"))


@pytest.fixture(params=["built-in", "fictional"])
def home(request: pytest.FixtureRequest, fiction: Home) -> Home:
    return fiction if request.param == "fictional" else Home.find()


def _description(home: Home) -> dict[tuple[str, str], set[str]]:
    (dossier,) = home.dossiers
    return _values(parse_turtle(home.graph / "void" / f"{dossier}.ttl"))


def _values(triples: list[ox.Triple]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for triple in triples:
        assert isinstance(triple.subject, ox.NamedNode)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        found.setdefault((triple.subject.value, triple.predicate.value), set()).add(triple.object.value)
    return found


def test_its_counts_are_those_of_the_files(home: Home) -> None:
    """Triples, and the instances of every class, are as many as the two files together hold."""
    (dossier,) = home.dossiers
    described = _description(home)
    files = [home.graph / f"{dossier}{part}.ttl" for part in ("", ".inferred")]
    triples = {t for path in files for t in parse_turtle(path)}
    dataset = DATASET + dossier
    assert described[dataset, VOID + "triples"] == {str(len(triples))}
    counts = {
        next(iter(described[part, VOID + "class"])): int(next(iter(described[part, VOID + "entities"])))
        for part in described[dataset, VOID + "classPartition"]
    }
    events = {t.subject for t in triples if t.object == ox.NamedNode(FOE + "Event")}
    assert counts[FOE + "Event"] == len(events) > 0
    assert set(counts) == {
        t.object.value
        for t in triples
        if t.predicate.value == RDF + "type" and isinstance(t.object, ox.NamedNode)
    }


def test_its_digests_are_those_of_the_files(home: Home) -> None:
    """The checksum and size of each file are right, and the manifest lists the description itself."""
    (dossier,) = home.dossiers
    described = _description(home)
    for name in (f"{dossier}.ttl", f"{dossier}.inferred.ttl"):
        content = (home.graph / name).read_bytes()
        (checksum,) = described[DATASET + name, SPDX + "checksum"]
        assert described[checksum, SPDX + "checksumValue"] == {hashlib.sha256(content).hexdigest()}
        assert described[DATASET + name, "http://www.w3.org/ns/dcat#byteSize"] == {str(len(content))}
    manifest = json.loads((home.graph / "manifest.json").read_bytes())["files"]
    own = f"graph/void/{dossier}.ttl"
    assert manifest[own] == hashlib.sha256((home.root / own).read_bytes()).hexdigest()


def test_it_names_what_a_reader_looks_for(home: Home) -> None:
    """Title, source, vocabularies and examples are there, and the examples lead to something in the graph."""
    (dossier,) = home.dossiers
    described, dataset = _description(home), DATASET + dossier
    for path in (DCTERMS + "title", DCTERMS + "source", DCTERMS + "license", VOID + "vocabulary"):
        assert described[dataset, path]
    assert FOE in described[dataset, VOID + "vocabulary"]
    store = open_store(home)
    examples = described[dataset, VOID + "exampleResource"]
    assert len(examples) == 3
    assert all(store.ask(f"ASK {{ <{iri}> a <{FOE}Entity> }}") for iri in examples)


def test_it_is_no_part_of_what_queries_ask(home: Home) -> None:
    """The default graph holds no triple of the description, which is not among the dataset's files."""
    assert not any(path.parent.name == "void" for path in home.dataset)
    assert not open_store(home).ask(f"ASK {{ ?s a <{VOID}Dataset> }}")


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        (["CC BY-SA"], "https://creativecommons.org/licenses/by-sa/4.0/"),
        (["CC0", "CC BY-SA 4.0"], "https://creativecommons.org/licenses/by-sa/4.0/"),
        (["CC0", "CC BY"], "https://creativecommons.org/licenses/by/4.0/"),
        (["CC0"], "https://creativecommons.org/publicdomain/zero/1.0/"),
        (["CC0", "all rights reserved"], ""),
        (["CC0", ""], ""),
        ([""], ""),
    ],
)
def test_share_alike_carries_over_and_no_licence_is_made_up(licences: list[str], expected: str) -> None:
    """The licence is the most demanding of the sources'; where one is unknown, none is claimed."""
    triples = []
    for number, licence in enumerate(licences):
        source = ox.NamedNode(f"{ID}source-{number}")
        triples.append(ox.Triple(source, ox.NamedNode(RDF + "type"), ox.NamedNode(FOE + "Source")))
        triples.append(ox.Triple(source, ox.NamedNode(DCTERMS + "title"), ox.Literal("Yearbook")))
        if licence:
            triples.append(ox.Triple(source, ox.NamedNode(FOE + "licence"), ox.Literal(licence)))
    content = describe_dataset("d", triples, [], {"d.ttl": b"", "d.inferred.ttl": b""})
    described = _values([quad.triple for quad in ox.parse(content, format=ox.RdfFormat.TURTLE)])
    assert described.get((DATASET + "d", DCTERMS + "license"), set()) == ({expected} if expected else set())


def test_it_changes_with_the_content_alone() -> None:
    """The order of the triples is nothing to it: the same content gives the same bytes."""
    home = Home.find()
    (dossier,) = home.dossiers
    asserted, inferred = (parse_turtle(home.graph / f"{dossier}{part}.ttl") for part in ("", ".inferred"))
    files = {f"{dossier}.ttl": to_turtle(asserted), f"{dossier}.inferred.ttl": to_turtle(inferred)}
    turned = describe_dataset(dossier, asserted[::-1], inferred[::-1], files)
    assert turned == describe_dataset(dossier, asserted, inferred, files)


def test_the_citation_file_agrees_with_the_package() -> None:
    """Version and licence in CITATION.cff are those of pyproject.toml, and all that its schema demands is there."""
    import tomllib

    import yaml

    root = Path(__file__).parents[1]
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["cff-version"] == "1.2.0"
    assert (cited["title"], cited["message"] != "") == ("Foedus", True)
    assert cited["authors"] == [{"name": "The Foedus contributors"}]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
