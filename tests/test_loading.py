"""The dataset, or files of RDF, in a persistent store: wholly there, compared, and asked from there."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from fiction import built_fiction, foedus

from foedus.diagnostics import UnreadableInput
from foedus.engines.embedded import open_folder
from foedus.loading import Difference, compare, load_files, load_folder
from foedus.store import EmbeddedStore

GRAPH = "https://example.org/graph"


def _triples(folder: Path, graph: str = "") -> int:
    return int(
        open_folder(str(folder), graph).select("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")[0]["n"].value
    )


def test_a_loaded_folder_answers_as_the_home_does(tmp_path: Path) -> None:
    """A stored query has the same rows from the folder, whose triples were counted and compared."""
    home = built_fiction()
    done = foedus(home, "load", str(tmp_path / "store"))
    assert done.exit_code == 0, done.output
    assert f"{_triples(tmp_path / 'store'):,} triples loaded and compared; digest " in done.output
    asked = [
        foedus(home, "run", "treaty-acts", "--format", "tsv", *words)
        for words in ([], ["--store", str(tmp_path / "store")])
    ]
    assert asked[0].output == asked[1].output
    assert len(asked[0].output.splitlines()) > 1


def test_records_in_a_stream_come_to_be_asked(tmp_path: Path) -> None:
    """What is told alone is loaded with the vocabularies and with all that a build infers and derives from it."""
    home = built_fiction()
    told, inferred = (f"graph/{home.dossiers[0]}{part}.ttl" for part in ("", ".inferred"))
    facts, store = tmp_path / "facts.nt", tmp_path / "store"
    facts.write_bytes(b"".join(f"{quad.triple} .\n".encode() for quad in ox.parse(path=home.root / told)))
    done = foedus(home, "load", str(store), "--graph", str(facts))
    assert done.exit_code == 0, done.output
    assert f"{_triples(store):,} triples loaded" in done.output
    assert any(ox.parse(path=home.root / inferred))
    whole = tmp_path / "whole"
    load_folder(home, whole)
    assert compare(
        EmbeddedStore(ox.Store.read_only(str(whole))), EmbeddedStore(ox.Store.read_only(str(store)))
    )
    assert (
        foedus(home, "run", "members", "--store", str(store)).output == foedus(home, "run", "members").output
    )


def test_one_graph_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    """Loading into a named graph leaves the default one, and a second loading takes the place of the first."""
    home, store = built_fiction(), tmp_path / "store"
    load_folder(home, store)
    one, two = tmp_path / "one.ttl", tmp_path / "two.nt"
    one.write_text("<https://example.org/a> <https://example.org/p> 07 , 7.0 , _:b .", encoding="utf-8")
    two.write_text(
        "<https://example.org/a> <https://example.org/p> <https://example.org/b> .", encoding="utf-8"
    )
    before = _triples(store)
    of_vocabularies = load_files(home, [str(two)], store, GRAPH) - 1
    assert load_files(home, [str(one)], store, GRAPH) == of_vocabularies + 3
    assert _triples(store, GRAPH) == of_vocabularies + 3
    assert _triples(store) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--graph", "no.nt"], "no.nt"),
        (["--graph", "bad.ttl"], "bad.ttl:1:"),
        (["--default-graph", "no iri"], "not an IRI"),
    ],
)
def test_what_cannot_be_loaded_leaves_no_store(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing or broken file, or a graph that is no IRI, is told in one line, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    Path("bad.ttl").write_text("<a> <b> ", encoding="utf-8")
    done = foedus(built_fiction(), "load", "store", *words)
    assert done.exit_code == 2
    assert told in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["bad.ttl"]


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    """A folder that holds no store is left as it is; a server is no place for --graph."""
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="no store"):
        load_folder(built_fiction(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    done = foedus(built_fiction(), "load", "http://localhost:1/store", "--graph", "x.nt")
    assert done.exit_code == 2
    assert "--graph goes with a folder" in done.output


def test_a_store_that_differs_is_told_with_a_triple() -> None:
    """Fewer triples, or as many but others, are a difference, which names one of them."""
    stores = []
    for values in ("12", "1", "13"):
        engine = ox.Store()
        for value in values:
            subject, path = ox.NamedNode("https://example.org/a"), ox.NamedNode("https://example.org/p")
            engine.add(ox.Quad(subject, path, ox.Literal(value)))
        stores.append(EmbeddedStore(engine))
    assert compare(stores[0], stores[0]).triples == 2
    with pytest.raises(Difference, match="1 triples arrived of 2"):
        compare(stores[0], stores[1])
    with pytest.raises(Difference, match=r'"[23]"'):
        compare(stores[0], stores[2])
