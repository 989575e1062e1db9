"""Requests to SPARQL servers: credentials, time and size are bounded, and nothing is followed elsewhere."""

from __future__ import annotations

import base64
import http.client
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from foedus.diagnostics import UnreadableInput

_PAUSES: Final = (0.2, 0.5, 1.0)
"""Seconds before each new try where a connection is refused, as by a server that is only starting."""

_CHUNK = 65_536
_MESSAGE = 300
"""Characters of what a server says of its failure that are shown."""


class Reply(NamedTuple):
    """What a server answered: the status, the type of its content without parameters, the content."""

    status: int
    type: str
    content: bytes


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Lets redirects fail: credentials are for the address that was named, and for no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def check_address(url: str) -> str:
    """Return the address of a server; raise UnreadableInput where it is none, or carries a password."""
    try:
        parts = urllib.parse.urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        known = False
    if not known or not url.isascii() or any(c.isspace() for c in url):
        raise UnreadableInput(f"{url}: not the address of a server; write http://… or https://…")
    if parts.username is not None:
        raise UnreadableInput(
            f"{parts.scheme}://…@{parts.hostname}: no password in an address; set FOEDUS_USER and FOEDUS_PASSWORD"
        )
    return url


def send(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    timeout: float = 30.0,
    max_bytes: int = 0,
) -> Reply:
    """Send a request and return the reply to it, whose status is of success.

    Credentials come from FOEDUS_TOKEN, or FOEDUS_USER and FOEDUS_PASSWORD (basic, or digest where the server
    wants that, as Virtuoso does). Only a refused connection is tried again. Raise UnreadableInput for everything
    that fails, for a reply that takes longer than ``timeout`` seconds, and for one of more than ``max_bytes`` (0: any).
    """
    end = time.monotonic() + timeout
    request = urllib.request.Request(url, body, dict(headers), method=method)
    opener = _opener(request)
    pauses = iter(_PAUSES)
    where = _shown(url)
    while True:
        try:
            with opener.open(request, timeout=max(0.1, end - time.monotonic())) as found:
                kind = found.headers.get_content_type()
                return Reply(found.status, kind, _read(found, end, where, timeout, max_bytes))
        except urllib.error.HTTPError as error:
            raise UnreadableInput(f"{where}: {_failure(error)}") from None
        except urllib.error.URLError as error:
            pause = next(pauses, None) if isinstance(error.reason, ConnectionRefusedError) else None
            if pause is None or time.monotonic() + pause > end:
                raise UnreadableInput(f"{where}: {_reason(error.reason, timeout)}") from None
            time.sleep(pause)
        except (OSError, http.client.HTTPException) as error:
            raise UnreadableInput(f"{where}: {_reason(error, timeout)}") from None


def _opener(request: urllib.request.Request) -> urllib.request.OpenerDirector:
    """Return what opens the request, with the credentials of the environment, if any, given to it."""
    user, password = os.environ.get("FOEDUS_USER", ""), os.environ.get("FOEDUS_PASSWORD", "")
    token = os.environ.get("FOEDUS_TOKEN", "")
    if not (token.isascii() and token.isprintable()):
        raise UnreadableInput("FOEDUS_TOKEN: has a character that no token has; give it without line breaks")
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    elif user:
        known = urllib.request.HTTPPasswordMgrWithPriorAuth()
        known.add_password(None, request.full_url, user, password, is_authenticated=True)
        digest = urllib.request.HTTPDigestAuthHandler(known)
        challenge = _challenge(request) if request.data else ""
        if challenge.lower().startswith("digest "):
            terms = urllib.request.parse_http_list(challenge[len("digest ") :])
            answer = digest.get_authorization(request, urllib.request.parse_keqv_list(terms))
            request.add_unredirected_header("Authorization", f"Digest {answer}")
            return urllib.request.build_opener(_NoRedirect)
        return urllib.request.build_opener(_NoRedirect, urllib.request.HTTPBasicAuthHandler(known), digest)
    return urllib.request.build_opener(_NoRedirect)


def _challenge(request: urllib.request.Request) -> str:
    """Return how the server wants to be told who asks, before it gets content.

    A server that wants a digest refuses at the head of a request and hangs up while the rest is being sent.
    """
    probe = urllib.request.Request(request.full_url, method="HEAD")
    try:
        with urllib.request.build_opener(_NoRedirect).open(probe, timeout=30):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            return str(error.headers.get("WWW-Authenticate", "")) if error.code == 401 else ""
    except (OSError, http.client.HTTPException):
        return ""  # the request itself will meet the same failure, and tell it


def _read(found: http.client.HTTPResponse, end: float, where: str, timeout: float, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := found.read1(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if max_bytes and size > max_bytes:
            raise UnreadableInput(f"{where}: answers with more than {max_bytes:,} bytes; raise --max-bytes")
        if time.monotonic() > end:
            raise UnreadableInput(f"{where}: {_reason(TimeoutError(), timeout)}")
    return b"".join(parts)


def _failure(error: urllib.error.HTTPError) -> str:
    """Return in one line what a status that is not of success means, with the server's own first words."""
    with error:
        try:
            said = " ".join(error.read(4 * _MESSAGE).decode(errors="replace").split())[:_MESSAGE]
        except (OSError, http.client.HTTPException):
            said = ""
        moved = error.headers.get("Location", "")
    if 300 <= error.code < 400:
        other = without_secrets(_shown(moved)) or "not told"
        return f"answers {error.code}; if you trust it, name the other address: {other}"
    if error.code in (401, 403):
        said = "; ".join(filter(None, ("set FOEDUS_USER and FOEDUS_PASSWORD, or FOEDUS_TOKEN", said)))
    return without_secrets(f"answers {error.code} {error.reason}" + (f": {said}" if said else ""))


def without_secrets(text: str) -> str:
    """Return what a server says without the credentials that it was told, plain or as they were sent."""
    user, password = os.environ.get("FOEDUS_USER", ""), os.environ.get("FOEDUS_PASSWORD", "")
    sent = base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
    for secret in (os.environ.get("FOEDUS_TOKEN", ""), password, sent if password else ""):
        text = text.replace(secret, "…") if secret else text
    return text


def _reason(error: object, timeout: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no whole answer within {timeout:g} s; ask for less, or raise --timeout"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(f"{type(error).__name__}: {error}".split())[:_MESSAGE]


def _shown(url: str) -> str:
    """Return an address without what may be secret in it: user, password, and what is asked."""
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
