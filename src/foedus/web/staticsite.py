"""The pages as files for any web host: every page, its twins, each thing in RDF, and the dataset itself.

A page that needs a server, such as a form or the check of a record, is left out; each page says what answers instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from foedus.diagnostics import UnknownName, UnreadableInput
from foedus.parameters import choices
from foedus.replacing import replaced_folder
from foedus.storedqueries import query_names
from foedus.timelines import read_moments, usual_span
from foedus.web.pages import things
from foedus.web.rendering import STATIC, render_page
from foedus.web.site import Links, Page, Site
from foedus.web.views import VIEWS, Form

MARK: Final = ".foedus-site"
"""The file by which a folder is known to be a site, so that it may be replaced."""
DATA: Final = "data"
"""The folder of the Turtle files among those of the site."""

_SUFFIX: Final = ".html"
_NEEDS_A_SERVER: Final = {"/search"}
_TO_A_THING: Final = re.compile(rf'href="[./]*id/([^"?#]+){re.escape(_SUFFIX)}"')


def write_site(site: Site, folder: Path) -> int:
    """Write the site into a folder that is new, empty, or one that this wrote before; return how many files.

    The folder is wholly old or new: it is made beside the old one and takes its place at the end. Raise
    UnreadableInput where the folder holds anything else, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise UnreadableInput(f"{folder}: holds other files; name a new or empty folder")
    try:
        with replaced_folder(folder) as fresh:
            count = 0
            for name, content in write_pages(site):
                file = fresh / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
                count += 1
            (fresh / MARK).write_text(
                "Written by foedus site, which may replace this folder.\n", encoding="utf-8"
            )
    except OSError as error:
        raise UnreadableInput(f"{error.filename or folder}: {error.strerror or error}") from error
    return count


def write_pages(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the site by its path: first the pages, then the things that these and others lead to."""
    yield from _folders(site)
    seen: set[str] = set()
    waiting: list[str] = []
    for route, form, path in _places(site):
        for name, content in _written(site, route, form, path):
            waiting += _things_in(content) if name.endswith(_SUFFIX) else ()
            yield name, content
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for file, content in _written(site, "/id/{name:path}", {"name": [name]}, f"id/{name}"):
            waiting += _things_in(content) if file.endswith(_SUFFIX) else ()
            yield file, content
        for suffix in things.RDF_FORMS:
            yield f"id/{name}.{suffix}", things.triples(site, name, suffix)
    lost = Page("error.html", "Not found", {"reason": "There is no such page here."})
    yield "404.html", render_page(_among_files(site, "404"), lost, listed=False).encode()


def _places(site: Site) -> Iterator[tuple[str, Form, str]]:
    """Yield each page but those of things: its route, the values of its form, and its path without suffix."""
    for route in VIEWS:
        if "{" not in route and route not in _NEEDS_A_SERVER:
            yield route, _worked(site, route.strip("/")), route.strip("/")
    for name in query_names(site.home):
        yield "/queries/{name}", {"name": [name], **_worked(site, name)}, f"queries/{name}"
    theme = next(p for p in site.query("positions").parameters if p.name == "theme")
    for choice in choices(site.store, theme):
        yield "/positions", {"on": [choice.slug]}, f"positions/{choice.slug}"
    span = usual_span(read_moments(site.home, site.store))
    for year in range(span[0].year, span[1].year + 1) if span else ():
        day = f"{year:04}-01-01"
        yield "/as-of/{day}", {"day": [day]}, f"as-of/{day}"


def _worked(site: Site, name: str) -> Form:
    """Return the values of a stored query's worked example, where it cannot be asked without any."""
    try:
        query = site.query("changes" if name == "compare" else name)
    except UnknownName:
        return {}
    needed = [p for p in query.parameters if p.required]
    return {p.name: list(query.example.get(p.name) or p.example) for p in needed}


def _written(site: Site, route: str, form: Form, path: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of one page, of its further pages, and of its twins."""
    number = pages = 1
    while number <= pages:
        place = path if number == 1 else f"{path}/{number}"
        here = _among_files(site, place)
        page = VIEWS[route](here, {**form, "page": [str(number)]})
        pages = page.pages
        given = {k: v for k, v in form.items() if k not in ("name", "day", "on")}
        yield f"{place or 'index'}{_SUFFIX}", render_page(here, page, path, _shown(given)).encode()
        if number == 1:
            for suffix, twin in page.twins.items():
                yield f"{path or 'index'}.{suffix}", twin().encode()
        number += 1


def _shown(given: Form) -> Mapping[str, list[str]]:
    return {key: list(values) for key, values in given.items()}


def _among_files(site: Site, path: str) -> Site:
    """Return the site with links as they are from a file at a path."""
    found = replace(site, links=Links("../" * path.count("/"), _SUFFIX))
    found.__dict__["sides"] = site.sides  # what took a query is not asked for each page again
    found.__dict__["network"] = site.network
    return found


def _things_in(content: bytes) -> list[str]:
    return [unquote(name) for name in _TO_A_THING.findall(content.decode()) if "/" not in unquote(name)]


def _folders(site: Site) -> Iterator[tuple[str, bytes]]:
    for asset in sorted(STATIC.iterdir()):
        yield f"static/{asset.name}", asset.read_bytes()
    graph = site.home.graph
    for file in [*site.home.dataset, *sorted((graph / "void").glob("*.ttl"))]:
        inside = file.relative_to(graph) if file.is_relative_to(graph) else Path(file.name)
        yield f"{DATA}/{inside.as_posix()}", file.read_bytes()
