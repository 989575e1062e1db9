"""How long a cold ``foedus check`` of one record takes, whole process, as ratios.

The one is to ``python -c "import pyshacl, pyoxigraph"``, against the built-in dossier; the other to a generated
graph of ten thousand triples, against one of a million, both stored by a first run. Run it as
``python tests/benchmarks/check_one.py [--runs N] [--small N] [--large N]``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from cold_run import seconds
from generator import write

from foedus.home import Home
from foedus.ingestion import ingest
from foedus.turtle import MANIFEST, manifest_of
from foedus.vocabulary import read_vocabulary

BASE = [sys.executable, "-c", "import pyshacl, pyoxigraph"]
OWN = """- id: meeting-of-one-day
  type: Event
  prefLabel: A meeting
  eventKind: meeting
  date: '{day}'
  participation: [{{actor: {first}, role: party}}, {{actor: {second}, role: party}}]
  theme: diplomacy
  evidence: ['{segment}']
"""


def make_home(root: Path, triples: int) -> None:
    """Write a home whose graph is a generated world of asserted triples."""
    vocabulary = read_vocabulary(Home.find().ontology)
    (root / "graph").mkdir(parents=True)
    records = root / "world.jsonl"
    with records.open("w", encoding="utf-8") as out:
        out.writelines(write(triples, 1, "jsonl"))
    target = root / "graph/world.ttl"  # N-Triples are Turtle
    ingest([records], target, vocabulary, {}, dict.fromkeys(vocabulary.individuals, ("UnnamedActor",)))
    (root / "graph" / MANIFEST).write_bytes(manifest_of({"graph/world.ttl": target.read_bytes()}))


def main() -> None:
    """Measure in turn, so that a busy machine slows all alike, and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7, help="how often each command is run")
    parser.add_argument("--small", type=int, default=10_000, help="triples of the small graph")
    parser.add_argument("--large", type=int, default=1_000_000, help="triples of the large graph")
    options = parser.parse_args()
    # As installed: with compiled bytecode, which this variable would keep from being written.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        environment["XDG_CACHE_HOME"] = folder + "/cache"
        foedus = str(Path(sys.executable).with_name("foedus"))
        fact, built_in = Path(folder, "fact.yaml"), Path(folder, "built-in.yaml")
        fact.write_text(
            OWN.format(day="1960-05-07", first="state-0", second="state-1", segment="yearbook-0:s-0000")
        )
        segment = "armenia-russia-article:s-0001"
        built_in.write_text(OWN.format(day="2001-05-07", first="armenia", second="russia", segment=segment))
        commands = {"base": BASE, "built-in": [foedus, "check", str(built_in)]}
        for name, triples in (("small", options.small), ("large", options.large)):
            make_home(Path(folder, name), triples)
            commands[name] = [foedus, "--home", str(Path(folder, name)), "check", str(fact)]
        times: dict[str, list[float]] = {name: [] for name in commands}
        for run in range(options.runs + 3):
            for name, command in commands.items():
                if run == 1 and name == "base":
                    # A file changed in the last two seconds has no stamp yet, and is read whole.
                    seconds(["sleep", "2.5"], environment)
                took = seconds([*command, "--timeout", "120"] if name != "base" else command, environment)
                times[name] += [took] if run >= 3 else []
        median = {name: statistics.median(found) for name, found in times.items()}
    for name, found in median.items():
        print(f"{found * 1000:8.1f} ms  {name}")
    print(f"{median['built-in'] / median['base']:8.2f}     built-in / importing pySHACL (aim: 2.5)")
    print(
        f"{median['large'] / median['small']:8.2f}     {options.large:,} / {options.small:,} triples (aim: 1.5)"
    )


if __name__ == "__main__":
    main()
