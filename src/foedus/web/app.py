"""The web application: addresses, forms by suffix or Accept header, headers that keep a browser safe, errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foedus.diagnostics import FoedusError, UnknownName
from foedus.home import Home
from foedus.web.negotiation import negotiate
from foedus.web.pages import checks, questions, things
from foedus.web.pool import Pool
from foedus.web.protocol import Protocol, VoidDescription
from foedus.web.rendering import STATIC, render_page
from foedus.web.site import Page, Site, open_site
from foedus.web.views import VIEWS, View

_HEADERS: Final = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
_TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
_ACCEPTED: Final = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/json": "json",
}
_THING: Final = "/id/{name:path}"
_NEWS: Final = 1.0
"""Seconds after which it is looked whether the graph was rebuilt."""
_LOG: Final = logging.getLogger("foedus.web")
_BODY: Final = 4 * checks.MAX_BYTES
"""Bytes of a form, in which a byte of text may take three."""


def make_app(home: Home, opening: Callable[[Home], Site] = open_site) -> ASGIApp:
    """Return the application that serves a home's graph, as it is after each rebuild.

    ``opening`` makes the site, and again after a rebuild. Raise UnreadableInput where the graph cannot be read.
    """
    graph = _Graph(home, opening)

    def served(view: View) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            form = request.scope.get("form") or "html"
            return await run_in_threadpool(_answer, graph.site, request, view, form)

        return endpoint

    async def thing(request: Request) -> Response:
        name = request.path_params["name"]
        form = request.scope.get("form") or negotiate(request.headers.get("accept", ""), _ACCEPTED) or "html"
        if form in things.RDF_FORMS:
            content = await run_in_threadpool(things.triples, graph.site, name, form)
            return Response(content, media_type=_TYPES[form], headers={"vary": "Accept"})
        return await run_in_threadpool(_answer, graph.site, request, VIEWS[_THING], form)

    async def check(request: Request) -> Response:
        body = b""
        if request.method == "POST":
            async for chunk in request.stream():
                body += chunk
                if len(body) > _BODY:
                    raise HTTPException(
                        413, f"more than {checks.MAX_BYTES:,} bytes; check it with: foedus check FILE"
                    )
        sent = parse_qs(body.decode(errors="replace"))
        text = sent.get("text", [""])[0].replace("\r\n", "\n")
        page = await run_in_threadpool(checks.check, graph.site, text, sent.get("form", ["yaml"])[0])
        return _respond(graph.site, request, page, "html")

    async def complete(request: Request) -> Response:
        q = request.query_params
        wanted = (q.get("query", ""), q.get("parameter", ""), q.get("q", "")[:100])
        return JSONResponse(await run_in_threadpool(questions.complete, graph.site, *wanted))

    async def refused(request: Request, error: Exception) -> Response:
        status = (
            error.status_code
            if isinstance(error, HTTPException)
            else 404
            if isinstance(error, UnknownName)
            else 400
        )
        reason = error.detail if isinstance(error, HTTPException) else str(error)
        page = Page("error.html", "Not found" if status == 404 else "That did not work", {"reason": reason})
        return HTMLResponse(render_page(graph.site, page, listed=False), status)

    async def fault(request: Request, error: Exception) -> Response:
        page = Page("error.html", "Our own fault", {"reason": "Something here is broken, and not by you."})
        return HTMLResponse(render_page(graph.site, page, listed=False), 500)

    routes = [Route(path, thing if path == _THING else served(view)) for path, view in VIEWS.items()]
    routes += [
        Route("/check", check, methods=["GET", "POST"]),
        Route("/complete", complete),
    ]
    handlers: dict[Any, Any] = {FoedusError: refused, HTTPException: refused, Exception: fault}
    pages = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=STATIC))],
        exception_handlers=handlers,
        middleware=[
            Middleware(_SafeHeaders),
            Middleware(GZipMiddleware, minimum_size=800),
            Middleware(_Suffixes),
        ],
    )
    return _Front(home, pages)


class _Graph:
    """The site as the graph now is."""

    def __init__(self, home: Home, opening: Callable[[Home], Site]) -> None:
        self._home = home
        self._open = opening
        self._looked = monotonic()
        self._seen = home.look()
        self._site = opening(home)

    @property
    def site(self) -> Site:
        """The site, opened anew where the graph was rebuilt; of before, where the new one cannot be read."""
        if monotonic() - self._looked > _NEWS:
            self._looked = monotonic()
            seen = self._home.look()
            if seen != self._seen:
                try:
                    self._site = self._open(self._home)
                    self._seen = seen
                except FoedusError as error:
                    _LOG.warning("%s; the graph of before is served", error)
        return self._site


class _Front:
    """Sends a request for SPARQL past the layers that pages need, and holds the pool while the server runs."""

    def __init__(self, home: Home, pages: ASGIApp) -> None:
        self._home = home
        self._pages = pages
        self._sparql = Protocol()
        self._direct: dict[str, ASGIApp] = {
            "/sparql": self._sparql,
            "/.well-known/void": VoidDescription(home),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._direct.get(scope["path"], self._pages)(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with Pool(self._home) as pool:
                self._sparql.serve_from(pool)
                await send({"type": "lifespan.startup.complete"})
                await receive()
                self._sparql.serve_from(None)
        except FoedusError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.shutdown.complete"})


class _SafeHeaders:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, sending)


class _Suffixes:
    """Takes the suffix of a form from the path and keeps it as ``scope["form"]``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        stem, _, suffix = path.rpartition(".")
        forms = {*_TYPES, "html"} if path.startswith("/id/") else {"json", "csv"}
        if suffix in forms and not path.startswith("/static/"):
            scope = {**scope, "path": "/" if stem == "/index" else stem, "form": suffix}
        await self._app(scope, receive, send)


def _answer(site: Site, request: Request, view: View, form: str) -> Response:
    return _respond(site, request, view(site, _values(request)), form)


def _respond(site: Site, request: Request, page: Page, form: str) -> Response:
    headers = {"vary": "Accept"}
    if form == "html":
        here = request.url.path.removesuffix(".html").strip("/")
        given = {key: request.query_params.getlist(key) for key in request.query_params}
        return HTMLResponse(render_page(site, page, here, given), headers=headers)
    if form not in page.twins:
        raise HTTPException(404, f"this page has no .{form}")
    return Response(page.twins[form](), media_type=_TYPES[form], headers=headers)


def _values(request: Request) -> dict[str, list[str]]:
    values = {key: request.query_params.getlist(key) for key in request.query_params}
    return values | {key: [value] for key, value in request.path_params.items()}
