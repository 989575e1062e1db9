"""The SPARQL 1.1 Protocol, for queries: what a request says, and what it is answered.

Written for ASGI itself: a cached answer costs less than the layers of a framework would.
"""

from __future__ import annotations

import hashlib
import re
from asyncio import to_thread
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from foedus.diagnostics import FoedusError
from foedus.home import Home
from foedus.serialization import Inquiry, Serialized
from foedus.supervision import WorkerFault
from foedus.web.answercache import AnswerCache
from foedus.web.descriptions import service_description, void_description
from foedus.web.negotiation import negotiate
from foedus.web.pool import Busy, OutOfTime, Pool

MAX_BODY: Final = 1_000_000
"""Bytes of a request's body; a query's own bounds are narrower."""

RESULT_TYPES: Final = {
    "application/sparql-results+json": "srj",
    "application/sparql-results+xml": "srx",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "srj",
    "application/xml": "srx",
}
GRAPH_TYPES: Final = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
}
_SENT_AS: Final = {form: kind for kind, form in reversed([*RESULT_TYPES.items(), *GRAPH_TYPES.items()])}
_CHANGING: Final = re.compile(r"\b(?:UUID|STRUUID|RAND|NOW|BNODE)\s*\(", re.IGNORECASE)
"""What gives another answer each time; a text that only looks so is answered anew, which does no harm."""

_ALLOWED: Final = b"GET, HEAD, POST, OPTIONS"
_DATASET: Final = {"default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri"}


class Refusal(Exception):
    """A request that is not answered: the status, and the reason in a line."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class _Reply(NamedTuple):
    status: int
    kind: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Protocol:
    """The application at ``/sparql``; its pool is set while the server runs."""

    def __init__(self) -> None:
        self._serving: Pool | None = None
        self._cache = AnswerCache(0)

    def serve_from(self, pool: Pool | None) -> None:
        """Ask this pool from now on, or none."""
        self._serving = pool
        self._cache = AnswerCache(pool.limits.cache if pool else 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            reply = await self._reply(scope, receive)
        except Refusal as error:
            allow = ((b"allow", _ALLOWED),) if error.status == 405 else ()
            reply = _refused(error.status, str(error), *allow)
        except OutOfTime as error:
            reply = _refused(504, str(error))
        except FoedusError as error:
            reply = _refused(400, str(error))
        except Busy as error:
            after = (b"retry-after", str(error.retry_after).encode())
            reply = _refused(503, "more is asked than can be answered now; ask again later", after)
        except WorkerFault:
            reply = _refused(500, "this is our fault, not yours")
        await _send(reply, scope["method"] == "HEAD", send)

    async def _reply(self, scope: Scope, receive: Receive) -> _Reply:
        method = scope["method"]
        if method == "OPTIONS":
            methods = ((b"allow", _ALLOWED), (b"access-control-allow-methods", _ALLOWED))
            return _Reply(
                204, "", b"", (*methods, (b"access-control-allow-headers", b"accept, content-type"))
            )
        if method not in ("GET", "HEAD", "POST"):
            raise Refusal(405, f"{method} is not answered here; ask by GET or POST")
        headers = dict(scope["headers"])
        accept = headers.get(b"accept", b"").decode("latin-1")
        text = await _query(scope, headers, receive)
        if text is None:
            return await self._described(scope, headers, accept)
        return await self._answered(text, accept, headers.get(b"if-none-match", b""))

    async def _described(self, scope: Scope, headers: dict[bytes, bytes], accept: str) -> _Reply:
        form = negotiate(accept, {**GRAPH_TYPES, "text/html": "html"})
        if form == "html":
            return _Reply(303, "", b"", ((b"location", b"/queries"), (b"vary", b"accept")))
        if not form:
            raise Refusal(406, f"a description comes as {', '.join(GRAPH_TYPES)}")
        host = headers.get(b"host", b"localhost").decode("latin-1")
        safe = "".join(c for c in host if c.isalnum() or c in ".:-[]")
        counted = Inquiry("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", "csv", "", 0.0, 1000)
        found, _ = await self._pool().serialize(counted)
        address = f"{scope['scheme']}://{safe}{scope['path']}"
        body = service_description(address, int(found.body.split()[1]), form)
        return _Reply(200, _SENT_AS[form], body, ((b"vary", b"accept"),))

    async def _answered(self, text: str, accept: str, known: bytes) -> _Reply:
        pool = self._pool()
        results = negotiate(accept, RESULT_TYPES)
        graph = negotiate(accept, GRAPH_TYPES)
        changing = _CHANGING.search(text)
        key = (pool.version, text, results, graph)
        found: Serialized | None = self._cache.get(key)
        if found is None:
            inquiry = Inquiry(text, results, graph, pool.limits.timeout, pool.limits.max_bytes)
            found, version = await pool.serialize(inquiry)
            key = (version, *key[1:])
            if not changing:
                self._cache.put(key, found)
        if not found.form:
            raise Refusal(406, f"answers come as {', '.join([*RESULT_TYPES, *GRAPH_TYPES])}")
        if changing:
            return _Reply(200, _SENT_AS[found.form], found.body, ((b"cache-control", b"no-store"),))
        tag = b'"' + hashlib.sha256("\0".join(key).encode()).hexdigest()[:32].encode() + b'"'
        about = ((b"etag", tag), (b"cache-control", b"public, no-cache"), (b"vary", b"accept"))
        if tag in known or known == b"*":
            return _Reply(304, "", b"", about)
        return _Reply(200, _SENT_AS[found.form], found.body, about)

    def _pool(self) -> Pool:
        if self._serving is None:
            raise Busy
        return self._serving


class VoidDescription:
    """The application at ``/.well-known/void``."""

    def __init__(self, home: Home) -> None:
        self._home = home

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        accept = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
        form = negotiate(accept, GRAPH_TYPES) or "ttl"
        if scope["method"] not in ("GET", "HEAD"):
            reply = _refused(405, "ask by GET", (b"allow", b"GET, HEAD"))
        else:
            body = await to_thread(void_description, self._home, form)
            reply = _Reply(200, _SENT_AS[form], body, ((b"vary", b"accept"),))
        await _send(reply, scope["method"] == "HEAD", send)


async def _query(scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> str | None:
    """Return the query of a request, or None where it has none; raise Refusal as the protocol demands."""
    pairs = _pairs(scope["query_string"])
    direct: str | None = None
    if scope["method"] == "POST":
        kind, _, rest = headers.get(b"content-type", b"").decode("latin-1").lower().partition(";")
        if "charset=" in rest and rest.partition("charset=")[2].strip(' "') not in ("utf-8", "utf8"):
            raise Refusal(415, "a query is text in UTF-8")
        body = await _body(receive)
        if kind.strip() == "application/sparql-query":
            try:
                direct = body.decode()
            except UnicodeDecodeError as error:
                raise Refusal(400, f"byte {error.start} of the query is not UTF-8") from error
        elif kind.strip() == "application/x-www-form-urlencoded":
            pairs += _pairs(body)
        else:
            raise Refusal(415, "send application/sparql-query or application/x-www-form-urlencoded")
    for name, _ in pairs:
        if name in _DATASET:
            raise Refusal(400, f"{name}: there is one graph only, the default one; leave it out")
        if name == "update":
            raise Refusal(400, "this graph is only read; updates are not taken")
    texts = [value for name, value in pairs if name == "query"] + ([] if direct is None else [direct])
    if len(texts) > 1:
        raise Refusal(400, "one query at a time")
    if not texts and scope["method"] == "POST":
        raise Refusal(400, "there is no query; send it as query=…")
    return texts[0] if texts else None


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except ValueError as error:
        raise Refusal(400, "parameters are percent-encoded UTF-8, and 20 at most") from error


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the request broke off")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BODY:
            raise Refusal(413, f"more than {MAX_BODY:,} bytes")
        if not message.get("more_body"):
            return b"".join(parts)


def _refused(status: int, reason: str, *headers: tuple[bytes, bytes]) -> _Reply:
    return _Reply(status, "text/plain; charset=utf-8", f"{reason}\n".encode(errors="replace"), headers)


async def _send(reply: _Reply, bare: bool, send: Send) -> None:
    headers = [
        *reply.headers,
        (b"access-control-allow-origin", b"*"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if reply.kind:
        headers.append((b"content-type", reply.kind.encode()))
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bare else reply.body})
