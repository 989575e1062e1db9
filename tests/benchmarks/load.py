"""How many requests a second ``/sparql`` answers, as a ratio to Oxigraph's own server on the same data.

Run it as ``python tests/benchmarks/load.py [--requests N] [--at-once N]``. Both servers are started on loopback and
asked the same small stored query, by the same client; ours once with another query text each time, so that nothing is
cached, once with one text, and once beside a runaway query. It exits 1 where a request fails.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from matrix.servers import free_port, oxigraph

from foedus.home import Home

QUERY = (Home.find().queries / "shared-memberships.rq").read_text(encoding="utf-8")
RUNAWAY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (?a = ?l) }"


async def ask(address: str, query: str) -> int:
    """Return the status that a server answers a query with."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    target = f"{parts.path}?{urlencode({'query': query})}"
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    await reader.read()
    writer.close()
    return status


async def rate(address: str, requests: int, at_once: int, varied: str) -> tuple[float, int]:
    """Return the requests a second and how many failed; with ``varied`` no two texts are alike."""
    gate = asyncio.Semaphore(at_once)

    async def one(number: int) -> int:
        async with gate:
            return await ask(address, f"{QUERY}\n# {varied} {number}" if varied else QUERY)

    begun = time.perf_counter()
    found = await asyncio.gather(*(one(n) for n in range(requests)))
    return requests / (time.perf_counter() - begun), sum(status != 200 for status in found)


async def beside_runaway(address: str, requests: int, at_once: int) -> tuple[float, int]:
    """Return as ``rate`` does, uncached, while a query runs away."""
    runaway = asyncio.create_task(ask(address, RUNAWAY))
    await asyncio.sleep(0.2)
    found = await rate(address, requests, at_once, "beside")
    await runaway
    return found


def main() -> int:
    """Measure, print a table, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1000, help="how many requests each row asks")
    parser.add_argument("--at-once", type=int, default=50, help="how many of them at once")
    given = parser.parse_args()
    many = (given.requests, given.at_once)
    port = free_port()
    ours = f"http://127.0.0.1:{port}/sparql"
    rows: list[tuple[str, float, int]] = []
    with tempfile.TemporaryDirectory() as folder, oxigraph(Home.find(), Path(folder)) as theirs:
        rows.append(("oxigraph", *asyncio.run(rate(theirs.url, *many, "alone"))))
    command = [str(Path(sys.executable).with_name("foedus")), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + 30
            while time.monotonic() < end:
                try:
                    asyncio.run(ask(ours, "ASK {}"))
                    break
                except OSError:
                    time.sleep(0.2)
            rows.append(("foedus, uncached", *asyncio.run(rate(ours, *many, "alone"))))
            rows.append(("foedus, cached", *asyncio.run(rate(ours, *many, ""))))
            rows.append(("foedus, beside a runaway", *asyncio.run(beside_runaway(ours, *many))))
        finally:
            process.terminate()
    print("| server | requests/s | ratio | failed |\n|---|---|---|---|")
    for name, speed, failed in rows:
        print(f"| {name} | {speed:.0f} | {speed / rows[0][1]:.2f} | {failed} |")
    return int(any(failed for *_, failed in rows))


if __name__ == "__main__":
    sys.exit(main())
