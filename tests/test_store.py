import os
import shutil
import socket
import time
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest
from small_home import GRAPH, make_home
from test_sparqltext import HOSTILE

from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.store import Solutions, open_asserted, open_store
from foedus.turtle import manifest_of

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("FOEDUS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "foedus"


@pytest.fixture
def home(tmp_path: Path, cache: Path) -> Home:
    return make_home(tmp_path / "home")


def _settle(home: Home) -> None:
    """Wait until the files are old enough for their stamps to count."""
    newest = max(path.stat().st_ctime for path in home.root.rglob("*"))
    time.sleep(max(0.0, newest + 2.1 - time.time()))


def _count(home: Home) -> int:
    answer = open_store(home).query(COUNT)
    assert isinstance(answer, Solutions)
    return int(answer.rows[0][0].value)


def test_the_dataset_is_the_graph_and_the_vocabularies(home: Home) -> None:
    """A query sees the emitted files and the vocabularies in one default graph, each triple once."""
    answer = open_store(home).query("SELECT ?s ?c WHERE { ?s a ?c } ORDER BY ?c LIMIT 1")
    assert isinstance(answer, Solutions)
    assert answer.variables == ("s", "c")
    assert (
        open_store(home).query("ASK { ?concept ?p ?o FILTER(CONTAINS(STR(?concept), 'status.full')) }")
        is True
    )
    assert open_store(home).query("ASK { GRAPH ?g { ?s ?p ?o } }") is False


def test_a_second_opening_answers_from_the_cache(home: Home, cache: Path) -> None:
    """The kept store gives the same count, also by the files' stamps alone once these have settled."""
    first = _count(home)
    assert len(list((cache / "stores").iterdir())) == 1
    _settle(home)
    assert [_count(home), _count(home)] == [first, first]
    assert len(list((cache / "datasets").iterdir())) == 1


def test_a_changed_file_is_refused_although_the_cache_knows_the_old(home: Home) -> None:
    """A graph that is not what was built is never answered from, even with size and time of change put back."""
    _settle(home)
    _count(home)
    path = home.graph / "small.ttl"
    before = path.stat()
    path.write_text(GRAPH.replace("Q1", "Q2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(UnreadableInput, match=r"small\.ttl: not as the build left it; run: foedus build"):
        open_store(home)


def test_what_was_not_built_is_refused(home: Home) -> None:
    """A graph without manifest, with a file too many, or with one too few names the file and the cure."""
    extra = home.graph / "extra.ttl"
    extra.write_text("")
    with pytest.raises(UnreadableInput, match=r"extra\.ttl: .*foedus build"):
        open_store(home)
    extra.unlink()
    (home.graph / "small.inferred.ttl").rename(home.root / "elsewhere.ttl")
    with pytest.raises(UnreadableInput, match=r"small\.inferred\.ttl: built, but gone; .*foedus build"):
        open_store(home)
    (home.graph / "manifest.json").unlink()
    with pytest.raises(UnreadableInput, match=r"manifest\.json: .*foedus build"):
        open_store(home)


def test_broken_turtle_is_refused_with_its_place(home: Home) -> None:
    """A file that was built but is no Turtle is named with line and column."""
    files = {"graph/small.ttl": b"@prefix a: <urn:a#> .\na:b a:c ; ]", "graph/small.inferred.ttl": b""}
    for name, content in (files | {"graph/manifest.json": manifest_of(files)}).items():
        (home.root / name).write_bytes(content)
    with pytest.raises(UnreadableInput, match=r"small\.ttl:2:\d+: not Turtle"):
        open_store(home)


def test_a_corrupt_or_impossible_cache_does_no_harm(
    home: Home, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept store that cannot be opened is made anew; where nothing can be kept, files are parsed."""
    count = _count(home)
    (kept,) = (cache / "stores").iterdir()
    for file in kept.glob("*.sst"):
        file.write_bytes(b"nonsense")
    assert _count(home) == count
    assert any(file.read_bytes() != b"nonsense" for file in kept.glob("*.sst"))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert _count(home) == count


def test_the_cache_can_be_switched_off(home: Home, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With FOEDUS_CACHE=off nothing is written."""
    monkeypatch.setenv("FOEDUS_CACHE", "off")
    assert _count(home) > 0
    assert not cache.exists()


def test_kept_stores_do_not_pile_up(home: Home, cache: Path) -> None:
    """Of many versions of a graph, the four last used are kept, and none that was unused for a month."""
    for number in range(6):
        (home.ontology / "vocabularies.ttl").write_text(f"<urn:a> <urn:b> {number} .")
        _count(home)
    kept = sorted((cache / "stores").iterdir(), key=lambda p: p.stat().st_mtime)
    assert len(kept) == 4
    os.utime(kept[0], (0, 0))
    shutil.rmtree(kept[-1])
    _count(home)
    assert kept[0] not in set((cache / "stores").iterdir())


def test_queries_that_reach_out_open_no_socket(home: Home) -> None:
    """None of the hostile queries connects to a server that listens."""
    store = open_store(home)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        for text in HOSTILE.values():
            with pytest.raises(UnreadableInput):
                store.query(text.replace("URL", f"http://127.0.0.1:{server.getsockname()[1]}/"))
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT *\nWHERE { ?s ?p }", r"^mine\.rq:2:16: not SPARQL: expected"),
        (
            "SELECT * WHERE { ?s nope:p ?o }",
            r"^mine\.rq:1:\d+: not SPARQL: the prefix before is not declared",
        ),
        ("SELECT ?s WHERE { ?s ?p ?o", r"^mine\.rq:1:\d+: not SPARQL"),
    ],
)
def test_a_syntax_error_has_line_and_column(home: Home, text: str, message: str) -> None:
    """What the engine cannot parse is refused on one line that begins with its place."""
    with pytest.raises(UnreadableInput, match=message) as caught:
        open_store(home).query(text, "mine.rq")
    assert "\n" not in str(caught.value)


def test_triples_are_rows_of_three_columns(home: Home) -> None:
    """CONSTRUCT and DESCRIBE give subject, predicate and object."""
    for text in ("CONSTRUCT WHERE { ?s a foe:Membership }", "DESCRIBE id:freedonia"):
        answer = open_store(home).query(
            text, prefixes={"foe": "https://w3id.org/foedus/ontology#", "id": "https://w3id.org/foedus/id/"}
        )
        assert isinstance(answer, Solutions)
        assert answer.variables == ("subject", "predicate", "object")
        assert len(answer.rows) >= 2


def test_no_copy_that_may_be_in_use_is_removed(
    home: Home, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many changes of a large graph are tried at once, each keeps its copy; what a kill left goes in a day."""
    monkeypatch.setattr("foedus.store._LARGE", 0)
    copies = cache / "copies"
    (copies / "left").mkdir(parents=True)
    os.utime(copies / "left", (0, time.time() - 90_000))
    with ExitStack() as stack:
        engines = [stack.enter_context(open_asserted(home)) for _ in range(6)]
        assert len(list(copies.iterdir())) == 6
        for number, engine in enumerate(engines):
            engine.add(ox.Quad(ox.NamedNode(f"http://x/{number}"), ox.NamedNode("http://p"), ox.Literal("x")))
            engine.flush()
    assert not list(copies.iterdir())
