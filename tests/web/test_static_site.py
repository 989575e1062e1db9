"""The pages as files: whole, linked among themselves, and readable from a plain file server."""

from __future__ import annotations

import functools
import gzip
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from conftest import Require
from fiction import built_fiction, foedus

from foedus.home import Home
from foedus.web import staticsite
from foedus.web.pages import front, questions
from foedus.web.site import open_site

CHROMIUM = Path("/usr/bin/chromium")
LARGEST = 100_000
"""Bytes that a page may have when it is compressed."""


class _Addresses(HTMLParser):
    """Collects what a page links to, and what of it can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.forms = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for key, value in attributes:
            if key in ("href", "src") and value:
                self.links.append(value)
            elif key == "id" and value:
                self.ids.add(value)
        self.forms += tag == "form"


def _read(page: Path) -> _Addresses:
    found = _Addresses()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module", params=["fiction", "dossier"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    home = built_fiction() if request.param == "fiction" else Home.find()
    folder = tmp_path_factory.mktemp("site") / "public"
    done = foedus(home, "site", str(folder))
    assert done.exit_code == 0, done.output
    return home, folder


def test_every_link_leads_to_a_file_and_a_place_in_it(site: tuple[Home, Path]) -> None:
    """No link of any page leads elsewhere, to a file that is not there, or to a fragment that no element has."""
    _, folder = site
    pages = {path: _read(path) for path in folder.rglob("*.html")}
    assert len(pages) > 100
    for page, found in pages.items():
        for link in found.links:
            parts = urlsplit(link)
            assert not parts.scheme, (page, link)
            assert not parts.netloc, (page, link)
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), (page, link)
            if parts.fragment:
                assert unquote(parts.fragment) in pages[target].ids, (page, link)


def test_every_page_is_reached_from_the_first(site: tuple[Home, Path]) -> None:
    """Whoever follows links from the index comes to every page but the one for what is not found."""
    _, folder = site
    reached, waiting = set(), [folder / "index.html"]
    while waiting:
        page = waiting.pop()
        if page not in reached and page.suffix == ".html":
            reached.add(page)
            links = (urlsplit(link).path for link in _read(page).links)
            waiting += [(page.parent / unquote(link)).resolve() for link in links if link]
    assert set(folder.rglob("*.html")) - reached == {folder / "404.html"}


def test_no_page_is_heavy(site: tuple[Home, Path]) -> None:
    """Each page, compressed as a server sends it, stays below the bound."""
    _, folder = site
    weights = {page: len(gzip.compress(page.read_bytes())) for page in folder.rglob("*.html")}
    assert not {page: weight for page, weight in weights.items() if weight >= LARGEST}


def test_only_what_works_without_a_server_has_a_form(site: tuple[Home, Path]) -> None:
    """The line of time chooses in the browser; no other page offers a form that nobody would answer."""
    _, folder = site
    with_forms = {p.relative_to(folder).as_posix() for p in folder.rglob("*.html") if _read(p).forms}
    assert with_forms <= {"timeline.html", "network.html"}


def test_the_data_beside_the_pages_is_the_dataset(site: tuple[Home, Path]) -> None:
    """The Turtle of the site has the triples of the home's files, and each thing's Turtle can be read."""
    home, folder = site
    for file in home.dataset:
        copy = next((folder / "data").rglob(file.name))
        assert len(list(ox.parse(path=copy))) == len(list(ox.parse(path=file)))
    things = sorted((folder / "id").glob("*.ttl"))
    assert len(things) > 100
    for thing in things[::20]:
        triples = set(ox.parse(path=thing))
        assert triples
        assert triples == set(ox.parse(path=thing.with_suffix(".nt")))


def test_a_site_is_replaced_but_nothing_else_is(tmp_path: Path) -> None:
    """Written again, the folder is new as a whole; a folder with other files is refused and left as it is."""
    home = built_fiction()
    folder = tmp_path / "public"
    assert foedus(home, "site", str(folder)).exit_code == 0
    (folder / "id" / "of-yesterday.html").write_text("old", encoding="utf-8")
    assert foedus(home, "site", str(folder)).exit_code == 0
    assert not (folder / "id" / "of-yesterday.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["public"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear", encoding="utf-8")
    done = foedus(home, "site", str(other))
    assert done.exit_code == 2
    assert "other files" in done.output
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def address(site: tuple[Home, Path]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site[1])))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()


def test_a_plain_file_server_is_enough(address: str, require: Require) -> None:
    """Pages open without an error or a request elsewhere, and the line of time chooses by itself."""
    there = CHROMIUM.is_file() and find_spec("playwright") is not None
    require("chromium", there, "there is no /usr/bin/chromium, or no playwright")
    from playwright.sync_api import sync_playwright

    troubles: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
        page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
        for name in ("index.html", "treaties.html", "queries/events.html", "as-of.html", "things.html"):
            page.goto(address + name)
            assert page.locator("h1").count() == 1
        page.goto(f"{address}timeline.html")
        listed = "#list > li:not([hidden])"
        everything = page.locator(listed).count()
        page.select_option("#by-kind", "Event")
        some = page.locator(listed).count()
        assert 0 < some < everything
        page.goto(page.url)
        assert page.locator(listed).count() == some
        page.goto(f"{address}network.html")
        ties = "#list tbody tr:not([hidden])"
        actor = page.locator(ties).first.get_attribute("data-one")
        page.select_option("#by-actor", actor)
        of_one = page.locator(ties).evaluate_all(
            "found => found.map(row => [row.dataset.one, row.dataset.other])"
        )
        assert 0 < len(of_one) < page.locator("#list tbody tr").count()
        assert all(actor in ends for ends in of_one)
        page.goto(page.url)
        assert page.locator(ties).count() == len(of_one)
        browser.close()
    assert not troubles


def test_a_home_without_dates_has_no_pages_of_years(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing has a date no year has a page, and the page of a day names none."""
    for module in (staticsite, questions, front):
        monkeypatch.setattr(module, "read_moments", lambda home, store: [])
    names = [name for name, _ in staticsite.write_pages(open_site(built_fiction()))]
    assert "as-of.html" in names
    assert "index.html" in names
    assert not [name for name in names if name.startswith("as-of/")]
