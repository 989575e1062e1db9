"""How each stage and each stored query takes to graphs of growing size, as tables in Markdown.

``python tests/benchmarks/scale.py [--sizes 10000 100000 …] [--queries NAME …]``. Every step is a process of its own,
whose peak memory is measured; times are the processor's seconds, of all threads, so that others on the machine count
little: of the whole process, for queries of the first and the second asking and, where a query takes a state, of asking
about one. Behind each time stands its ratio to the fastest in the row. Stages are given what is told; queries are asked
of that with all that follows from it. Of what needs more than 60 s or 4 GiB at one size the next is not asked, of the
default engine the query, of another all, and the cells say so; at ten million triples only ingestion, loading and the
queries on the store folder are.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from generator import write

MOST_SECONDS, MOST_BYTES = 60.0, 4 * 1024**3
LARGEST_OF_ALL = 2_000_000
"""Triples above which only the default engine is asked."""

FOEDUS = "from foedus.cli import main; main()"
LOAD = """
import sys, pyoxigraph as ox
store = ox.Store(sys.argv[2])
store.bulk_load(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)
store.optimize()
"""
DUMP = """
import sys, pyoxigraph as ox
store = ox.Store.read_only(sys.argv[1])
store.dump(sys.argv[2], ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
print(len(store))
"""
PARSE = """
import sys, pyoxigraph as ox
from foedus.home import Home
from foedus.vocabulary import parse_turtle
home = Home.find()
triples = [quad.triple for quad in ox.parse(path=sys.argv[1], format=ox.RdfFormat.N_TRIPLES)]
"""
CLOSE = (
    PARSE
    + """
from foedus.closure import close
ontology = [t for n in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(home.ontology / n)]
print(len(close(triples, ontology, home.ontology / "entailment", sys.argv[2])))
"""
)
VALIDATE = (
    PARSE
    + """
if sys.argv[2] == "queries":
    from foedus.validation import Shapes
    print(len(Shapes.read(home.ontology).validate(triples)))
elif sys.argv[2] == "pyshacl":
    from foedus.shapereference import ReferenceShapes
    print(len(ReferenceShapes.read(home.ontology).validate(triples)))
else:
    from foedus.rules import judge
    print(len(list(judge(triples, home.ontology))))
"""
)
ASK = """
import sys, time
from pathlib import Path
from foedus.diagnostics import FoedusError
from foedus.engines import Dataset, open_dataset
from foedus.home import Home
from foedus.parameters import bind
from foedus.storedqueries import read_query
engine, graph, folder, file = sys.argv[1:]
query = read_query(Path(file), Path(file).stem)
dataset = Dataset(engine, store=folder) if folder else Dataset(engine, files=(graph,))
store = open_dataset(Home.find(), dataset)
texts = [query.text, query.text]
for parameter in query.parameters:
    try:
        if parameter.type == "entity":
            texts.append(bind(query, store, {parameter.name: ["state-1"]}))
            break
    except FoedusError:
        pass
for text in texts:
    start = time.process_time()
    store.evaluate(text)
    print(time.process_time() - start, flush=True)
"""


class Took(NamedTuple):
    """The seconds and bytes of a process, what it printed, whether it came to its end, whether it took too long."""

    seconds: float
    peak: int
    printed: str
    done: bool
    late: bool


class Column(NamedTuple):
    """What is measured beside others: its name, the program, and the arguments that choose it."""

    name: str
    program: str
    arguments: tuple[str, ...]


class Patience:
    """Which columns were too slow or large at some size, and so are not asked at the next."""

    def __init__(self) -> None:
        self._lost: dict[str, tuple[int, str]] = {}

    def run(self, column: str, size: int, program: str, *arguments: str) -> tuple[Took | None, str]:
        """Return what a process took, and why it was ended, if it was; None where it printed nothing by then."""
        at, why = self._lost.get(column, (size, ""))
        if at < size:
            return None, f"not run: {why} at {at:,}"
        took = run(program, *arguments, limit=MOST_SECONDS)
        if took.late or took.peak > MOST_BYTES:
            why = "over 60 s" if took.late else "over 4 GiB"
            self._lost.setdefault(column, (size, why))
            if not took.done:
                return (took if took.printed else None), why
        return (took, "") if took.done else (None, "failed")


def run(program: str, *arguments: str, limit: float = 36_000) -> Took:
    """Run a program of Python in a process of its own, which is ended when it has had so many seconds."""
    with subprocess.Popen(
        ["prlimit", f"--cpu={limit:.0f}", sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout, "a pipe"
        printed = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    # The limit and the count of seconds are kept by two clocks, which differ by a few.
    late = seconds >= limit or process.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
    return Took(seconds, usage.ru_maxrss * 1024, printed, process.returncode == 0, late)


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
    files = [f for f in files if options.queries is None or f.stem in options.queries]
    patience = Patience()
    for size in sorted(options.sizes):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "home/graph").mkdir(parents=True)
            measure(Path(folder), size, files, patience)


def measure(folder: Path, size: int, files: Sequence[Path], patience: Patience) -> None:
    """Print the tables of one size."""
    records, told, whole = folder / f"{size}.jsonl", folder / "told.nt", folder / "whole.nt"
    bare, store = str(folder / "bare"), str(folder / "store")
    with records.open("w", encoding="utf-8") as out:
        out.writelines(write(size, 1, "jsonl"))
    number = sum(1 for _ in records.open("rb"))
    taken = run(FOEDUS, "--home", str(folder / "home"), "ingest", str(records), "-o", str(told))
    triples = sum(1 for _ in told.open("rb"))
    loaded = run(LOAD, str(told), bare)
    completed = run(FOEDUS, "load", store, "--graph", str(told))
    complete = int(run(DUMP, store, str(whole)).printed)
    print(
        f"\n## {triples:,} triples, {complete:,} with what follows and the vocabularies\n\n"
        "| stage | by | s | ratio | a second | peak |\n|---|---|---|---|---|---|"
    )
    rates = f"{number / taken.seconds:,.0f} records, {triples / taken.seconds:,.0f} triples"
    print(f"| ingest | ours | {taken.seconds:.1f} | | {rates} | {taken.peak >> 20} MiB |")
    rates = f"{triples / loaded.seconds:,.0f} triples"
    print(f"| load | Oxigraph | {loaded.seconds:.1f} | | {rates} | {loaded.peak >> 20} MiB |")
    rates = f"{complete / completed.seconds:,.0f} triples"
    print(
        f"| load, compare, close, derive | ours | {completed.seconds:.1f} | | {rates} | {completed.peak >> 20} MiB |",
        flush=True,
    )
    if size <= LARGEST_OF_ALL:
        for stage, columns in (
            ("closure", [Column("rules chained", CLOSE, ("rules",)), Column("owlrl", CLOSE, ("owlrl",))]),
            (
                "shapes",
                [
                    Column("shapes as queries on Oxigraph", VALIDATE, ("queries",)),
                    Column("pySHACL", VALIDATE, ("pyshacl",)),
                ],
            ),
            ("rules", [Column("queries on Oxigraph", VALIDATE, ("rules",))]),
        ):
            print_stage(stage, columns, told, triples, size, patience)
    engines = [Column("store folder", ASK, ("oxigraph", "", store))]
    if size <= LARGEST_OF_ALL:
        engines += [
            Column("in memory", ASK, ("oxigraph", str(whole), "")),
            Column("rdflib", ASK, ("rdflib", str(whole), "")),
        ]
    heads = " | ".join(engine.name for engine in engines)
    print(f"\n| query: first, second, about one state | {heads} |\n|---|{'---|' * len(engines)}")
    for file in files:
        print_query(file, engines, size, patience)


def print_stage(
    stage: str, columns: Sequence[Column], graph: Path, triples: int, size: int, patience: Patience
) -> None:
    """Print a row for each way of doing a stage."""
    found = [patience.run(c.name, size, c.program, str(graph), *c.arguments) for c in columns]
    fastest = min((took.seconds for took, _ in found if took), default=1.0)
    for column, (took, why) in zip(columns, found, strict=True):
        if took is None:
            print(f"| {stage} | {column.name} | {why} | | | |", flush=True)
            continue
        rate = f"{triples / took.seconds:,.0f} triples"
        figures = f"{took.seconds:.1f} | {took.seconds / fastest:.1f} | {rate} | {took.peak >> 20} MiB"
        print(f"| {stage} | {column.name} | {figures} |", flush=True)


def print_query(file: Path, engines: Sequence[Column], size: int, patience: Patience) -> None:
    """Print a query's row: the times on each engine, and the ratio of its second asking to the fastest."""
    # The default engine is asked every query at every size, whatever became of another.
    columns = [f"{e.name}, {file.stem}" if e is engines[0] else e.name for e in engines]
    found = [
        patience.run(column, size, e.program, *e.arguments, str(file))
        for column, e in zip(columns, engines, strict=True)
    ]
    times = [[float(text) for text in took.printed.split()] if took else [] for took, _ in found]
    fastest = min((t[1] for t in times if len(t) > 1), default=1.0)
    cells = []
    for t, (_, why) in zip(times, found, strict=True):
        ratio = f"({t[1] / fastest:.1f})" if len(t) > 1 else ""
        cells.append(" ".join([*(f"{second:.3f}" for second in t), ratio, why]).strip())
    print(f"| {file.stem} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
