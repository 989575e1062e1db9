"""Emitted files have the same bytes everywhere and are known by their digests."""

import json
import random

import pyoxigraph as ox

from foedus.namespaces import FOE, ID, RDF
from foedus.turtle import manifest_of, to_ntriples, to_turtle


def _triples() -> list[ox.Triple]:
    holt = ox.NamedNode(ID + "holt.from")
    return [
        ox.Triple(holt, ox.NamedNode(FOE + "asStated"), ox.Literal('early "May"\n1931', language="en")),
        ox.Triple(holt, ox.NamedNode(RDF + "type"), ox.NamedNode(FOE + "Date")),
        ox.Triple(ox.NamedNode(ID + "anna-holt"), ox.NamedNode(FOE + "isoAlpha2"), ox.Literal("FR")),
    ]


def test_order_and_repetition_of_the_input_do_not_show() -> None:
    """Shuffled and doubled triples give the same Turtle and the same N-Triples."""
    triples = _triples()
    shuffled = [*triples, *triples]
    random.Random(7).shuffle(shuffled)
    assert to_turtle(shuffled) == to_turtle(triples)
    assert to_ntriples(shuffled) == to_ntriples(triples)


def test_turtle_reads_back_as_what_was_written() -> None:
    """Quotes, line breaks and dots in names survive; prefixed names hold no escape."""
    text = to_turtle(_triples())
    assert {q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)} == set(_triples())
    assert b"id:holt.from a foe:Date" in text
    assert b"\\." not in text


def test_the_type_comes_first() -> None:
    """Within a subject the class is written before everything else."""
    lines = to_turtle(_triples()).decode().splitlines()
    assert [line for line in lines if line.startswith("id:holt")] == ["id:holt.from a foe:Date ;"]


def test_the_manifest_names_every_file_by_digest() -> None:
    """The manifest is JSON that gives each file's SHA-256."""
    manifest = json.loads(manifest_of({"graph/a.ttl": b""}))
    assert manifest == {
        "files": {"graph/a.ttl": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}
    }
