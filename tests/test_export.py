"""The dataset in other forms holds the same triples; its tables hold every record; its description counts right."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from built_fiction import build_fiction
from click.testing import CliRunner

from foedus.classtables import class_tables
from foedus.cli import main
from foedus.compaction import compact
from foedus.diagnostics import UnreadableInput
from foedus.export import FORMS, export_tables
from foedus.export import export_file as export_pieces
from foedus.home import Home
from foedus.namespaces import FOE, ID, SKOS, VOC, XSD
from foedus.turtle import sort_triples, to_ntriples, to_turtle
from foedus.vocabulary import parse_turtle, read_vocabulary
from foedus.void import DATASET

FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def fiction(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("export"))


@pytest.fixture(params=["built-in", "fictional"])
def home(request: pytest.FixtureRequest, fiction: Home) -> Home:
    return fiction if request.param == "fictional" else Home.find()


def export_file(home: Home, form: str) -> bytes:
    return b"".join(export_pieces(home, form))


def _dataset(home: Home) -> set[str]:
    return {str(triple) for path in home.dataset for triple in parse_turtle(path)}


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_holds_the_same_triples(home: Home, form: str) -> None:
    """Whatever is read back from a file is exactly the dataset."""
    content = export_file(home, form)
    assert {str(quad.triple) for quad in ox.parse(content, format=FORMATS[form])} == _dataset(home)


@pytest.mark.parametrize("form", ["ttl", "nt", "nq"])
def test_a_stream_is_as_sorted_as_the_whole(home: Home, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made in many small pieces, merged from its files, an export has the bytes of all triples sorted at once."""
    monkeypatch.setattr("foedus.turtle.PIECE", 7)
    monkeypatch.setattr("foedus.export.PIECE", 7)
    pieces = list(export_pieces(home, form))
    assert len(pieces) > 100
    whole = sort_triples(triple for path in home.dataset for triple in parse_turtle(path))
    if form == "ttl":
        monkeypatch.setattr("foedus.turtle.PIECE", 10**9)
        assert b"".join(pieces) == to_turtle(whole)
    elif form == "nt":
        assert b"".join(pieces) == to_ntriples(whole)
    else:
        lines = b"".join(pieces).splitlines()
        names = [line.split()[-2] for line in lines]
        assert names == sorted(names)
        assert len(lines) == len(set(lines)) >= len(whole)


def test_a_second_processor_reads_the_json_ld_alike(fiction: Home) -> None:
    """The JSON-LD reader of rdflib gives the triples that the Turtle has."""
    theirs = rdflib.Graph().parse(data=export_file(fiction, "jsonld"), format="json-ld")
    lines = theirs.serialize(format="nt").encode()
    assert {str(q.triple) for q in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)} == _dataset(fiction)


def test_json_ld_reads_like_the_records(fiction: Home) -> None:
    """Nodes nest, lists are slugs, evidence is SOURCE:SEGMENT, numbers are numbers, labels are by language."""
    nodes = {node["id"]: node for node in json.loads(export_file(fiction, "jsonld"))["@graph"]}
    assert nodes["freedonia"]["prefLabel"] == {"en": "Freedonia", "fr": "Libertonie"}
    vote = nodes["parliament-votes-sylvan-harbour"]
    assert (vote["votesFor"], vote["modality"], vote["evidence"]) == (
        40,
        "asserted",
        "freedonia-yearbook:s-0016",
    )
    assert vote["date"]["earliest"] == "1930-09-01"
    statuses = nodes["ruritania-southern-league"]["statusInterval"]
    assert {status["status"] for status in statuses} == {"full", "frozen"}
    assert not any("statusInterval" in name for name in nodes)


@pytest.mark.parametrize(
    "value",
    [
        ox.Literal("30.50", datatype=ox.NamedNode(XSD + "decimal")),
        ox.Literal("007", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("1931-05", datatype=ox.NamedNode(XSD + "gYearMonth")),
        ox.Literal("freedonia"),
        ox.Literal("Фридония", language="ru"),
        ox.Literal('a "quoted" | text\n', language="en"),
        ox.NamedNode(ID + "freedonia"),
        ox.NamedNode(ID + "not a slug/at all".replace(" ", "%20")),
        ox.NamedNode(VOC + "modality.asserted"),
        ox.NamedNode("http://example.org/elsewhere"),
    ],
)
def test_no_value_changes_on_the_way_through_json_ld(value: ox.NamedNode | ox.Literal) -> None:
    """Any value of any property, whatever the context says of it, comes back as it was."""
    vocabulary = read_vocabulary(Home.find().ontology)
    paths = [p.iri for p in vocabulary.properties.values()] + ["http://example.org/property"]
    triples = [ox.Triple(ox.NamedNode(f"{ID}thing"), ox.NamedNode(path), value) for path in paths]
    document = json.dumps(compact(triples, vocabulary, ["yearbook"]))
    found = {quad.triple for quad in ox.parse(document.encode(), format=ox.RdfFormat.JSON_LD)}
    assert found == set(triples)


@pytest.mark.parametrize("form", ["nq", "trig"])
def test_quads_keep_each_dossier_in_its_graph(home: Home, form: str) -> None:
    """The graphs are the dossiers' datasets and the vocabularies; what was inferred stands with its dossier."""
    graphs: dict[str, int] = {}
    for quad in ox.parse(export_file(home, form), format=FORMATS[form]):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    assert set(graphs) == {DATASET + name for name in home.dossiers} | {VOC.rstrip("#")}
    (dossier,) = home.dossiers
    parts = [parse_turtle(home.graph / f"{dossier}{part}.ttl") for part in ("", ".inferred")]
    assert graphs[DATASET + dossier] == sum(map(len, parts))


def test_bytes_are_the_same_under_every_hash_seed(fiction: Home, tmp_path: Path) -> None:
    """Two processes with different hash seeds write identical files in every form."""
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        for form in FORMS:
            command = ["--home", str(fiction.root), "export", "--format", form, "-o", str(folder / form)]
            code = f"from foedus.cli import main; main({command!r})"
            subprocess.run(
                [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, check=True
            )
        written.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert written[0] == written[1]
    assert len(written[0]) > len(FORMS)


def test_tables_hold_every_record_once(home: Home) -> None:
    """Each asserted resource is one row of the table of its class, and every segment is cited by its id."""
    tables = export_tables(home)
    told = [t for name in home.dossiers for t in parse_turtle(home.graph / f"{name}.ttl")]
    typed = sum(t.predicate.value.endswith("#type") for t in told)
    assert sum(len(_rows(content)) for content in tables.values()) == typed
    for name in ("Event.csv", "TreatyAct.csv"):
        for row in _rows(tables[name]):
            assert all(re.fullmatch(r"[a-z0-9-]+:[a-z]-[0-9]{2,4}", e) for e in row["evidence"].split("|"))


def test_tables_are_tidy(fiction: Home) -> None:
    """Slugs and labels side by side, dates with both bounds and the reason for none, lists joined, owners named."""
    tables = export_tables(fiction)
    acts = {row["id"]: row for row in _rows(tables["TreatyAct.csv"])}
    signed = acts["sylvan-harbour-signed"]
    assert signed["party"].split("|") == ["freedonia", "ruritania", "southern-league"]
    assert signed["partyLabel"].split("|") == ["Freedonia", "Ruritania", "Southern League"]
    assert (signed["actKind"], signed["actKindLabel"]) == ("signature", "signature")
    ratified = acts["sylvan-harbour-ratified-by-ruritania"]
    assert [ratified[f"date{part}"] for part in ("", "Earliest", "Latest", "Reason")] == [
        "1931",
        "1931-01-01",
        "1931-12-31",
        "",
    ]
    (stationing,) = _rows(tables["Stationing.csv"])
    assert (stationing["from"], stationing["fromReason"], stationing["untilReason"]) == (
        "",
        "undated",
        "open",
    )
    frozen = {row["id"]: row for row in _rows(tables["MembershipStatus.csv"])}[
        "ruritania-southern-league.statusInterval.frozen"
    ]
    assert (frozen["owner"], frozen["status"]) == ("ruritania-southern-league", "frozen")
    states = {row["id"]: row for row in _rows(tables["State.csv"])}
    assert (states["freedonia"]["label"], states["freedonia"]["prefLabel@fr"]) == ("Freedonia", "Libertonie")
    assert "prefLabel" not in states["freedonia"]


def test_a_bar_within_an_item_is_told_from_the_joint() -> None:
    r"""An alias with a bar in it is written with ``\|``, so that a list falls apart at its joints alone."""
    thing, alias = ox.NamedNode(ID + "league"), ox.NamedNode(SKOS + "altLabel")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    triples = [ox.Triple(thing, kind, ox.NamedNode(FOE + "Organization"))]
    triples += [ox.Triple(thing, alias, ox.Literal(text, language="en")) for text in ("A|B", "C")]
    columns, rows = class_tables(triples, [], read_vocabulary(Home.find().ontology))["Organization"]
    assert dict(zip(columns, rows[0], strict=True))["altLabel"] == r"A\|B|C"


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """A label that a spreadsheet would run is written with an apostrophe before it."""
    home = build_fiction(tmp_path)
    entities = home.graph / "entities" / "entities.yaml"
    text = entities.read_text()
    entities.write_text(text.replace("prefLabel: Southern League", "prefLabel: '=HYPERLINK(\"x\")'", 1))
    assert CliRunner().invoke(main, ["--home", str(home.root), "build"]).exit_code == 0
    (league,) = _rows(export_tables(home)["InternationalOrganization.csv"])
    assert league["label"] == '\'=HYPERLINK("x")'


def test_export_writes_where_it_is_told(fiction: Home, tmp_path: Path) -> None:
    """A file goes to -o or standard output, tables into a folder; the built graph's folder is refused."""
    start = ["--home", str(fiction.root), "export", "--format"]
    printed = CliRunner().invoke(main, [*start, "nt"])
    target = tmp_path / "new" / "dataset.nt"
    assert CliRunner().invoke(main, [*start, "nt", "-o", str(target)]).exit_code == 0
    assert printed.stdout_bytes == target.read_bytes() == export_file(fiction, "nt")
    assert CliRunner().invoke(main, [*start, "csv", "-o", str(tmp_path / "tables")]).exit_code == 0
    assert {p.name for p in (tmp_path / "tables").iterdir()} == set(export_tables(fiction))
    for words, reason in (
        (["csv"], "name a folder with -o"),
        (["ttl", "-o", str(fiction.graph / "mine.ttl")], "choose another place"),
        (["ttl", "-o", str(target / "below-a-file.ttl")], "dataset.nt"),
    ):
        refused = CliRunner().invoke(main, [*start, *words])
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert reason in refused.stderr
    assert not (fiction.graph / "mine.ttl").exists()


def test_a_stale_graph_is_not_exported(tmp_path: Path) -> None:
    """A graph that is not as the build left it is refused with the cure, in every form."""
    home = build_fiction(tmp_path)
    (home.graph / "freedonia-ruritania.ttl").write_text("")
    for attempt in (lambda: export_file(home, "nt"), lambda: export_tables(home)):
        with pytest.raises(UnreadableInput, match="run: foedus build"):
            attempt()
