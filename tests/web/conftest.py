"""A server that really listens, for the tests that ask it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from built_fiction import build_fiction
from matrix.servers import free_port

from foedus.home import Home


@pytest.fixture(scope="module")
def fiction(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return build_fiction(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def server(fiction: Home) -> Iterator[str]:
    """Run ``foedus serve`` on the fictional home, and end it; no process may be left of it."""
    port = free_port()
    tool = str(Path(sys.executable).with_name("foedus"))
    command = [tool, "--home", str(fiction.root), "serve", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command) as process:
        end = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"{address}/sparql", params={"query": "ASK {}"})
                break
            except httpx.TransportError:
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.2)
        yield address
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert children
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert not [c for c in children if Path(f"/proc/{c}").exists()]
