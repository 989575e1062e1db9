"""How ingestion, loading and the stored queries take to graphs of growing size, as tables in Markdown.

Run it as ``python tests/benchmarks/scale.py [--sizes 10000 100000 …]``. Every step is a process of its own, whose
peak memory is measured; times are seconds of the whole process. Of an engine that needs more than 60 s or 4 GiB
at one size the next is not asked, and its cell says so. The graph holds what records assert, not what follows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from generator import write

MOST_SECONDS, MOST_BYTES = 60.0, 4 * 1024**3
INGEST = "from foedus.cli import main; main()"
LOAD = """
import sys, pyoxigraph as ox
from foedus.home import Home
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
store.bulk_load(path=str(Home.find().ontology / "vocabularies.ttl"), format=ox.RdfFormat.TURTLE)
store.optimize()
"""
ASK = """
import sys, time
from pathlib import Path
from foedus.engines import Dataset, open_dataset
from foedus.home import Home
engine, graph, folder, query = sys.argv[1:]
text = Path(query).read_text()
vocabularies = str(Home.find().ontology / "vocabularies.ttl")
dataset = Dataset(engine, store=folder) if folder else Dataset(engine, files=(graph, vocabularies))
store = open_dataset(Home.find(), dataset)
for _ in range(2):
    start = time.perf_counter()
    store.evaluate(text)
    print(time.perf_counter() - start, flush=True)
"""


class Took(NamedTuple):
    """Seconds and bytes of a process, and what it printed; ``done`` is false where it was ended or failed."""

    seconds: float
    peak: int
    printed: str
    done: bool


def run(program: str, *arguments: str, limit: float = 3600) -> Took:
    """Run a program of Python in a process of its own."""
    start = time.perf_counter()
    with subprocess.Popen(
        ["timeout", "-s", "KILL", str(limit), sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout, "a pipe"
        printed = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Took(time.perf_counter() - start, usage.ru_maxrss * 1024, printed, process.returncode == 0)


def main() -> None:
    """Measure every size and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="numbers of triples")
    parser.add_argument("--queries", nargs="*", help="names of stored queries; without it all are asked")
    options = parser.parse_args()
    from foedus.home import Home

    files = sorted(Home.find().queries.glob("*.rq"))
    files = [f for f in files if not options.queries or f.stem in options.queries]
    given_up: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "home/graph").mkdir(parents=True)
        for size in sorted(options.sizes):
            measure(Path(folder), size, files, given_up)


def measure(folder: Path, size: int, files: Iterable[Path], given_up: dict[str, str]) -> None:
    """Print the tables of one size."""
    records, graph, store = (folder / f"{size}.{suffix}" for suffix in ("jsonl", "nt", "store"))
    with records.open("w", encoding="utf-8") as out:
        out.writelines(write(size, 1, "jsonl"))
    number = sum(1 for _ in records.open("rb"))
    taken = run(INGEST, "--home", str(folder / "home"), "ingest", str(records), "-o", str(graph))
    triples = sum(1 for _ in graph.open("rb"))
    loaded = run(LOAD, str(graph), str(store))
    print(f"\n## {triples:,} triples\n\n| step | s | a second | peak |\n|---|---|---|---|")
    rates = f"{number / taken.seconds:,.0f} records, {triples / taken.seconds:,.0f} triples"
    print(f"| ingest | {taken.seconds:.1f} | {rates} | {taken.peak >> 20} MiB |")
    print(
        f"| load | {loaded.seconds:.1f} | {triples / loaded.seconds:,.0f} triples | {loaded.peak >> 20} MiB |"
    )
    engines = {
        "store folder": ("oxigraph", str(store)),
        "in memory": ("oxigraph", ""),
        "rdflib": ("rdflib", ""),
    }
    print(
        "\n| query, seconds of the first and the second time "
        f"| {' | '.join(engines)} |\n|---|{'---|' * len(engines)}"
    )
    for file in files:
        cells = []
        for name, (engine, place) in engines.items():
            if given_up.get(name, "").partition(" at ")[2] not in ("", f"{size:,}"):
                cells.append(f"not run: {given_up[name]}")
                continue
            took = run(ASK, engine, str(graph), place, str(file), limit=MOST_SECONDS)
            if took.seconds >= MOST_SECONDS or took.peak > MOST_BYTES:
                given_up[name] = f"over {'60 s' if took.seconds >= MOST_SECONDS else '4 GiB'} at {size:,}"
            times = [f"{float(text):.3f}" for text in took.printed.split()]
            cells.append(" ".join(times) if took.done else given_up.get(name, "failed"))
        print(f"| {file.stem} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
