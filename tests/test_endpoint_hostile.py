"""A server that lies, stalls, redirects or repeats what it was told does no harm."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from fiction import built_fiction, foedus

JSON = b"Content-Type: application/sparql-results+json\r\n"
PASSWORD = "hunter-2"
SENT = base64.b64encode(f"me:{PASSWORD}".encode())

Answering = Callable[[socket.socket], None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answering], tuple[str, list[bytes]]]]:
    """Give what starts a server on loopback: its address, and the heads of the requests that reach it."""
    monkeypatch.setenv("FOEDUS_USER", "me")
    monkeypatch.setenv("FOEDUS_PASSWORD", PASSWORD)
    listening = []

    def start(answer: Answering) -> tuple[str, list[bytes]]:
        heads: list[bytes] = []
        listener = socket.create_server(("127.0.0.1", 0))
        listening.append(listener)

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                    with connection:
                        heads.append(connection.recv(65_536))
                        answer(connection)
                except OSError:
                    if listener.fileno() < 0:
                        return

        threading.Thread(target=listen, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/sparql", heads

    yield start
    for listener in listening:
        listener.close()


def _reply(status: bytes, headers: bytes = JSON, body: bytes = b"") -> Answering:
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n" % (status, len(body), headers)
    return lambda connection: connection.sendall(head + body)


def _drip(connection: socket.socket) -> None:
    for _ in range(600):
        connection.sendall(b"H")
        time.sleep(0.1)


ANSWERS = {
    "repeats the password": _reply(
        b"401 " + PASSWORD.encode(), b"", b"not " + PASSWORD.encode() + b" " + SENT
    ),
    "moves the cursor": _reply(b"500 no", b"", b"\x1b[31m\xe2\x80\xae"),
    "nests": _reply(b"200 OK", JSON, b"[" * 200_000),
    "nests beside": _reply(b"200 OK", JSON, b'{"head":{"vars":["x"]},"x":' + b"[" * 200_000),
    "is no result": _reply(b"200 OK", JSON, b"\xff" * 100),
    "lies about a term": _reply(
        b"200 OK",
        JSON,
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a b"}}]}}',
    ),
    "sends a page": _reply(b"200 OK", b"Content-Type: text/html\r\n", b"<html>"),
    "asks for an odd digest": _reply(b"401 no", b"WWW-Authenticate: Digest realm\r\n"),
    "hangs up": lambda connection: None,
    "drips": _drip,
}


@pytest.mark.parametrize("name", ANSWERS)
def test_whatever_a_server_answers_is_one_line(
    name: str, serve: Callable[[Answering], tuple[str, list[bytes]]]
) -> None:
    """Exit 2, within the time, without the password in any form and without what a terminal obeys."""
    address, _ = serve(ANSWERS[name])
    result = foedus(
        built_fiction(), "sparql", "--endpoint", address, "--timeout", "2", "SELECT * { ?s ?p ?o }"
    )
    assert result.exit_code == 2, result.output
    assert result.output.count("\n") == 1
    assert PASSWORD not in result.output
    assert SENT.decode() not in result.output
    assert "\x1b" not in result.output


def test_credentials_do_not_follow_a_redirect(serve: Callable[[Answering], tuple[str, list[bytes]]]) -> None:
    """Another address is named, not asked."""
    other, asked = serve(_reply(b"200 OK", JSON, b'{"head":{},"boolean":true}'))
    address, _ = serve(_reply(b"307 there", f"Location: {other}\r\n".encode()))
    result = foedus(built_fiction(), "sparql", "--endpoint", address, "ASK { ?s ?p ?o }")
    assert result.exit_code == 2
    assert other in result.output
    assert not asked


def test_a_token_that_would_be_a_header_is_refused_unshown(
    serve: Callable[[Answering], tuple[str, list[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line break in a token neither reaches the server nor brings the token into a message."""
    address, asked = serve(_reply(b"200 OK", JSON, b'{"head":{},"boolean":true}'))
    monkeypatch.setenv("FOEDUS_TOKEN", "hunter-3\r\nX-Evil: 1")
    result = foedus(built_fiction(), "sparql", "--endpoint", address, "ASK { ?s ?p ?o }")
    assert result.exit_code == 2
    assert "hunter-3" not in result.output
    assert not asked
