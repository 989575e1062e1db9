"""Servers of SPARQL started on loopback, each loaded with a home's dataset and ended with its context."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.engines.endpoint import Endpoint
from foedus.home import Home
from foedus.loading import load_server
from foedus.store import Answer, Store

HERE = Path(__file__).parent
GRAPH = "https://w3id.org/foedus/graph"
PATIENCE = 60.0
"""Seconds that a server may take until it listens."""

JARS = Path("/usr/share/java")


class Missing(Exception):
    """A server that is not installed; the text says what is missing."""


def free_port() -> int:
    """Return a port of loopback that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, endpoint: Endpoint) -> Iterator[None]:
    """Run a server until it answers, and end it at last; raise AssertionError with its words where it does not."""
    log = folder / "server.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, stdout=out, stderr=out) as process:
        try:
            end = time.monotonic() + PATIENCE
            while True:
                try:
                    endpoint.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1")
                    break
                except UnreadableInput as error:
                    said = log.read_text(errors="replace")[-1000:]
                    assert process.poll() is None, said
                    assert time.monotonic() < end, f"{error}\n{said}"
                    time.sleep(0.2)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _tool(name: str, package: str) -> str:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if not found:
        raise Missing(f"{name} is not installed ({package})")
    return found


@contextmanager
def oxigraph(home: Home, folder: Path) -> Iterator[Endpoint]:
    """Give Oxigraph's own server, loaded by the Graph Store Protocol."""
    command = _tool("oxigraph", "PyPI: oxigraph")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    endpoint = Endpoint(f"{address}/query")
    words = [command, "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{port}"]
    with running(words, folder, endpoint):
        load_server(home, f"{address}/store", f"{address}/query")
        yield endpoint


# With vectors of the usual length, a query with a dozen optional parts can claim more memory than there is; the server
# then waits for ever, without a word, and answers nobody.
VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{isql}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
MaxQueryMem = 4G
VectorSize = 1000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""


class Restarted(Store):
    """A server that is started anew where it does not answer in time, twice at most, with a warning.

    Virtuoso 7.2.5 now and then waits for ever, all threads idle, on a question that it answers the next time. Rows
    that it gives are judged as they come.
    """

    def __init__(self, start: Callable[[], AbstractContextManager[Store]], stack: ExitStack) -> None:
        self._start, self._stack = start, stack
        self._server = stack.enter_context(start())

    def select(self, text: str) -> list[ox.QuerySolution]:
        """Ask the server that runs now."""
        return self._server.select(text)

    def ask(self, text: str) -> bool:
        """Ask the server that runs now."""
        return self._server.ask(text)

    def evaluate(
        self, text: str, name: str = "query", prefixes: dict[str, str] | None = None, max_rows: int = 0
    ) -> Answer:
        """Ask the server that runs now, and, where it is silent, another."""
        for _ in range(2):
            try:
                return self._server.evaluate(text, name, prefixes, max_rows)
            except UnreadableInput as error:
                if "no whole answer" not in str(error):
                    raise
            warnings.warn(f"the server was silent on {name} and is started anew", stacklevel=2)
            self._stack.close()
            self._server = self._stack.enter_context(self._start())
        return self._server.evaluate(text, name, prefixes, max_rows)


@contextmanager
def virtuoso(home: Home, folder: Path) -> Iterator[Store]:
    """Give Virtuoso, loaded into a named graph, since its default graph holds graphs of its own."""
    command = _tool("virtuoso-t", "Debian: virtuoso-opensource-7-bin")

    @contextmanager
    def start() -> Iterator[Store]:
        own = Path(tempfile.mkdtemp(dir=folder))
        http = free_port()
        (own / "virtuoso.ini").write_text(VIRTUOSO.format(isql=free_port(), http=http), encoding="utf-8")
        address = f"http://127.0.0.1:{http}"
        endpoint = Endpoint(f"{address}/sparql", GRAPH, timeout=40)
        with running([command, "-f", "-c", "virtuoso.ini"], own, endpoint):
            # The password of a fresh database, which its manual names.
            with patch.dict(os.environ, {"FOEDUS_USER": "dba", "FOEDUS_PASSWORD": "dba"}):
                load_server(home, f"{address}/sparql-graph-crud-auth", f"{address}/sparql", GRAPH)
            yield endpoint

    with ExitStack() as stack:
        yield Restarted(start, stack)


def jena_command(folder: Path) -> tuple[str, str]:
    """Return the command of Java and the class path of Jena, repaired within a folder; raise Missing without them."""
    command = _tool("java", "Debian: default-jdk-headless")
    core = JARS / "jena-core.jar"
    if not core.exists():
        raise Missing("Jena is not installed (Debian: libapache-jena-java)")
    # As Debian packs it, the messages of Xerces lie under another path than its classes look for.
    with zipfile.ZipFile(core) as archive:
        for name in archive.namelist():
            if name.startswith("org/apache/jena/ext/xerces/") and not name.endswith("/"):
                target = folder / "classes" / name.removeprefix("org/apache/jena/ext/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    # Of the bridges between loggers that lie there as well, two together end the process.
    jars = [str(jar) for jar in sorted(JARS.glob("*.jar")) if "log4j" not in jar.name]
    return command, ":".join([str(folder / "classes"), *jars])


def jena(home: Home, folder: Path, path: str) -> AbstractContextManager[Store]:
    """Give Jena with a home's dataset, behind a small server of ours: ``arq`` from memory or ``tdb2`` from disk."""
    return jena_with(home.dataset, folder, path)


@contextmanager
def jena_with(files: Iterable[Path], folder: Path, path: str) -> Iterator[Store]:
    """Give the same with files of Turtle."""
    command, classes = jena_command(folder)
    (folder / "tdb2").mkdir()
    port = free_port()
    words = [command, "-cp", classes, str(HERE / "JenaServer.java"), str(port), str(folder / "tdb2")]
    endpoint = Endpoint(f"http://127.0.0.1:{port}/{path}", timeout=120)
    with running([*words, *map(str, files)], folder, endpoint):
        yield endpoint


@contextmanager
def comunica(home: Home, folder: Path) -> Iterator[Store]:
    """Give Comunica over a store of N3.js behind a small server of ours."""
    command = _tool("node", "Debian: nodejs")
    modules = Path(os.environ.get("FOEDUS_NODE_MODULES", HERE / "node_modules"))
    if not (modules / "@comunica/query-sparql-rdfjs").is_dir():
        raise Missing("Comunica is not installed (npm: @comunica/query-sparql-rdfjs n3; FOEDUS_NODE_MODULES)")
    port = free_port()
    endpoint = Endpoint(f"http://127.0.0.1:{port}/sparql", timeout=120)
    words = [command, str(HERE / "comunica.mjs"), str(modules), str(port), *map(str, home.dataset)]
    with running(words, folder, endpoint):
        yield endpoint
