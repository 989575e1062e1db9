"""The pages over the fictional home, the built-in one, and one whose labels are hostile."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from built_fiction import build_fiction
from starlette.testclient import TestClient

from foedus.build import build, write
from foedus.home import Home
from foedus.store import EmbeddedStore, open_store
from foedus.vocabulary import read_vocabulary
from foedus.web import app
from foedus.web.app import make_app
from foedus.web.site import Links, Site
from foedus.web.spokendates import spoken
from foedus.web.views import VIEWS

PAGES = [
    *(
        "/",
        "/search?q=treaty",
        "/queries",
        "/queries/members",
        "/queries/events?page=99",
        "/treaties",
        "/check",
    ),
    *("/positions", "/positions?on=trade", "/as-of/speaksUntil", "/compare?from=1930-01-01&to=1931-12-31"),
    *(
        "/ontology",
        "/timeline",
        "/network",
        "/network?on=1930&kind=Membership",
        "/timeline?from=1930",
        "/timeline.csv",
        "/queries/timeline.json",
        "/queries/timeline.csv",
        "/search.json?q=treaty",
    ),
]
EVIL = '"><script>alert(1)</script>'


def _client(home: Home) -> TestClient:
    return TestClient(make_app(home))


@pytest.fixture(scope="module")
def fiction(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("fiction"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_for_any_home(path: str, fiction: Home) -> None:
    """Each page answers, under a policy that lets nothing foreign in, for the built-in home and another."""
    for home in (Home.find(), fiction):
        answer = _client(home).get(path)
        assert answer.status_code == 200, answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert int(answer.headers.get("content-length", 0)) < 100_000
        assert "set-cookie" not in answer.headers


def test_every_thing_of_a_home_has_a_page(fiction: Home) -> None:
    """Whatever the graph tells something of opens under its name."""
    client = _client(fiction)
    rows = open_store(fiction).select("SELECT DISTINCT ?s WHERE { ?s a ?t FILTER CONTAINS(STR(?s), '/id/') }")
    assert len(rows) > 50
    for row in rows:
        name = row["s"].value.partition("/id/")[2]
        assert client.get(f"/id/{name}").status_code == 200, name


def test_no_address_opens_a_file_that_its_name_leads_to(fiction: Home, tmp_path: Path) -> None:
    """A name with slashes, dots or the suffix of a query is unknown on every route, and the file's text is not told."""
    (tmp_path / "planted.rq").write_text("PLANTEDWORD", encoding="utf-8")
    planted = str(tmp_path / "planted.rq")
    up = "../" * len(Path.cwd().parts) + planted.lstrip("/")
    client = TestClient(make_app(fiction), raise_server_exceptions=False)
    for name in (planted, planted.removesuffix(".rq"), up, "./" + Path(planted).name, "planted.rq"):
        answer = client.get("/complete", params={"query": name, "parameter": "x", "q": "a"})
        assert answer.status_code == 404
        assert "PLANTEDWORD" not in answer.text
        for route in VIEWS:
            for path in {
                route.replace("{name:path}", n).replace("{name}", n).replace("{day}", n)
                for n in (name, quote(name, safe=""))
            }:
                for suffix in ("", ".json") if "{" in route else ():
                    answer = client.get(path + suffix)
                    assert answer.status_code in (400, 404), path
                    assert "PLANTEDWORD" not in answer.text
            answer = client.get(route.partition("{")[0], params={"name": name, "on": name, "q": name})
            assert "PLANTEDWORD" not in answer.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json;q=0.9, text/html;q=0.1", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("text/html,*/*;q=0.8", "text/html"),
    ],
)
def test_a_thing_answers_in_the_form_that_is_asked_for(accept: str, kind: str, fiction: Home) -> None:
    """The same address gives a page or RDF, as the Accept header says."""
    answer = _client(fiction).get("/id/freedonia", headers={"accept": accept})
    assert answer.headers["content-type"].startswith(kind)
    assert "Accept" in answer.headers["vary"]


def test_the_turtle_of_a_thing_loads(fiction: Home) -> None:
    """The suffix .ttl gives Turtle that another reader reads."""
    content = _client(fiction).get("/id/freedonia.ttl").content
    assert list(ox.parse(content, format=ox.RdfFormat.TURTLE))


def test_hostile_labels_are_shown_and_never_run(fiction: Home) -> None:
    """A label that is markup stands as text on every page that shows it, and in the form that sent it."""
    engine = ox.Store()
    for path in fiction.dataset:
        engine.load(path=str(path), format=ox.RdfFormat.TURTLE)
    engine.update(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> DELETE { ?s skos:prefLabel ?l } "
        f"INSERT {{ ?s skos:prefLabel {ox.Literal(EVIL, language='en')} }} WHERE {{ ?s skos:prefLabel ?l }}"
    )
    site = Site(fiction, EmbeddedStore(engine), read_vocabulary(fiction.ontology))
    client = TestClient(make_app(fiction, lambda home: site))
    seen = (
        "/",
        "/id/freedonia",
        "/queries/members",
        "/search",
        "/treaties",
        "/as-of/1931-12-31",
        "/queries/events",
    )
    for path in seen:
        text = client.get(path, params={"q": EVIL, "actor": EVIL}).text
        assert "<script>alert" not in text, path
        assert "<main" in text
    assert "<script>alert" not in client.post("/check", data={"text": EVIL, "form": "yaml"}).text


def test_a_bad_record_is_told_its_line_and_cure() -> None:
    """The page that checks gives the diagnostic of the command line with the line itself."""
    answer = _client(Home.find()).post(
        "/check", data={"text": "# one\n- {id: x, type: Evnt}", "form": "yaml"}
    )
    assert "Line 2, violation FOE112" in answer.text
    assert "did you mean" in answer.text


def test_what_is_too_long_or_unknown_is_refused_with_a_page(fiction: Home) -> None:
    """Too much to check is refused, and a name that nothing bears is not found."""
    client = _client(fiction)
    assert client.post("/check", data={"text": "x" * 300_000}).status_code == 413
    assert client.get("/id/nothing-of-that-name").status_code == 404
    assert client.get("/queries/nothing").status_code == 404
    assert client.get("/as-of/2023-02-30").status_code == 400


def test_a_mistyped_value_keeps_the_form() -> None:
    """A value that names nothing is told beside the form that still holds it."""
    text = _client(Home.find()).get("/queries/members", params={"member": "zzyzx"}).text
    assert "zzyzx" in text
    assert 'role="alert"' in text


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[2017-10-11..2017-10-20]", "October 2017, middle"),
        ("[2016-02-21..2016-02-29]", "February 2016, end"),
        ("2013-12-02", "2 December 2013"),
        ("2017-10", "October 2017"),
        ("1828", "1828"),
        ("[..2022-09-15]", "by 15 September 2022"),
        ("2020-01~ | 2021", "about January 2020 or 2021"),
        ("open", "open"),
    ],
)
def test_dates_are_told_as_precisely_as_they_are(written: str, told: str) -> None:
    """No day is invented and none is lost."""
    assert spoken(written) == told


def test_links_of_files_are_relative() -> None:
    """A site of files addresses its pages by relative names with a suffix."""
    links = Links("../", ".html")
    assert links.id("freedonia") == "../id/freedonia.html"
    assert links.page("") == "../index.html"
    assert Path(links.page("treaties")).name == "treaties.html"


def test_pages_show_the_graph_as_it_is_after_a_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A label that a build changes is shown without a restart; a graph that cannot be read leaves the one before."""
    monkeypatch.setattr(app, "_NEWS", -1.0)
    home = build_fiction(tmp_path)
    client = _client(home)
    assert "Freedonia" in client.get("/id/freedonia").text
    records = home.graph / "entities" / "entities.yaml"
    text = records.read_text(encoding="utf-8")
    records.write_text(
        text.replace("prefLabel: {en: Freedonia,", "prefLabel: {en: Sylvania,"), encoding="utf-8"
    )
    write(home, build(home))
    assert "<h1>Sylvania</h1>" in client.get("/id/freedonia").text
    (home.graph / "manifest.json").write_text("{}", encoding="utf-8")
    assert "<h1>Sylvania</h1>" in client.get("/id/freedonia").text


def test_the_weaker_source_is_marked_on_each_fact() -> None:
    """A chip of evidence that is a gloss says so, one of the running text does not."""
    page = _client(Home.find()).get("/id/nikol-pashinyan").text
    glosses = re.findall(r'class="evidence weaker"[^>]*title="[^"]+:(g-[0-9]+), a weaker source"', page)
    assert glosses
    assert not re.findall(r'class="evidence"[^>]*title="[^"]+:g-', page)


def test_a_thing_in_turtle_has_all_that_is_nested_in_it() -> None:
    """The dates of a membership's statuses, two levels down, are among its triples."""
    text = _client(Home.find()).get("/id/armenia-csto-membership.nt").text
    assert (
        "armenia-csto-membership.statusInterval.frozen.from> <https://w3id.org/foedus/ontology#edtf>" in text
    )


def test_a_nested_claim_looks_unlike_what_happened() -> None:
    """On the page of a membership the status that somebody only claims is framed and badged, the others are not."""
    page = _client(Home.find()).get("/id/armenia-csto-membership").text
    told = [entry for entry in re.split(r"(?=<dd)", page) if "statusInterval." in entry]
    claims = [entry for entry in told if entry.startswith('<dd class="told"')]
    assert 0 < len(claims) < len(told)
    assert all('class="badge"' in claim for claim in claims)


def test_a_row_that_is_claimed_looks_unlike_what_is_asserted() -> None:
    """In the table of a question a row whose modality is not asserted is framed, the others are not."""
    page = _client(Home.find()).get("/queries/members").text
    rows = re.findall(r"<tr(?: class=\"(\w+)\")?><td>.*?</tr>", page, re.S)
    texts = re.findall(r"<tr(?: class=\"told\")?><td>(.*?)</tr>", page, re.S)
    assert {"told", ""} == set(rows)
    assert [("<td>asserted" not in text) for text in texts] == [mark == "told" for mark in rows]


def test_a_day_leads_with_the_core_of_the_relationship() -> None:
    """The page of the last known day names that day, and tells of relations, memberships and treaties first."""
    page = _client(Home.find()).get("/as-of").text
    assert "<h1>The relationship on 20 February 2025</h1>" in page
    sections = re.findall(r'<h2 id="([^"]+)"', page)
    assert sections[:3] == ["diplomatic-relations", "members", "in-force"]
    assert len(sections) == len(set(sections)) > 8


def test_each_term_on_a_page_leads_to_its_definition() -> None:
    """Concepts and classes link to places that the page of the ontology has."""
    client = _client(Home.find())
    places = set(re.findall(r'id="([^"]+)"', client.get("/ontology").text))
    linked = set(re.findall(r'href="/ontology#([^"]+)"', client.get("/id/armenia-csto-membership").text))
    assert {"Membership", "membership-status.frozen"} <= linked
    assert linked <= places


def test_the_first_page_names_capitals_and_first_offices() -> None:
    """Each side has its capital, then who heads it, before any other office."""
    page = _client(Home.find()).get("/").text
    places = [
        page.index(f"/id/{name}") for name in ("yerevan", "president-of-armenia", "prime-minister-of-armenia")
    ]
    assert places == sorted(places)
    assert places[0] < page.index("/id/moscow")


@pytest.mark.parametrize(
    "path",
    [
        "/index",
        "/queries",
        "/treaties",
        "/positions",
        "/as-of",
        "/ontology",
        "/things",
        "/timeline",
        "/compare",
    ],
)
def test_every_page_has_twins(path: str, fiction: Home) -> None:
    """Each page has the same as JSON and as CSV, and says where."""
    client = _client(fiction)
    days = {"from": "1930-01-01", "to": "1931-12-31"} if path in ("/compare",) else {}
    page = client.get("/" if path == "/index" else path, params=days).text
    for form in ("json", "csv"):
        assert re.findall(rf'rel="alternate" href="{path}\.{form}', page), form
        answer = client.get(f"{path}.{form}", params=days)
        assert answer.status_code == 200
        assert answer.text.strip()
    assert client.get(f"{path}.json", params=days).json()
