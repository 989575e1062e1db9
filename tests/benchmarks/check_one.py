"""How long a cold ``foedus check`` of one record takes, whole process, as ratios.

The one is to ``python -c "import pyshacl, pyoxigraph"``, against the built-in dossier; the other to a generated
graph of ten thousand triples, against one of a million, both stored by a first run. A record of each of several kinds
is checked. Run it as ``python tests/benchmarks/check_one.py [--runs N] [--small N] [--large N]``.
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

from foedus.home import MANIFEST, Home
from foedus.ingestion import ingest
from foedus.turtle import manifest_of
from foedus.vocabulary import read_vocabulary

BASE = [sys.executable, "-c", "import pyshacl, pyoxigraph"]
HEAD = """- id: of-one-day
  prefLabel: One thing
  evidence: ['{segment}']"""
KINDS = {
    "event": """
  type: Event
  eventKind: meeting
  date: '{day}'
  participation: [{{actor: {first}, role: party}}, {{actor: {second}, role: party}}]
  theme: diplomacy
""",
    "statement": """
  type: Statement
  speaker: {person}
  addressee: {second}
  date: '{day}'
  statementKind: assessment
  stance: critical
  stanceToward: {second}
  about: {second}
  content: The two will work together.
  theme: diplomacy
""",
    "mission": """
  type: Mission
  missionRank: consular-office
  sendingState: {first}
  receivingState: {second}
  seat: {seat}
  from: '{day}'
  until: open
""",
    "membership": """
  type: Membership
  member: {second}
  organization: {organization}
  statusInterval: [{{status: observer, from: '{day}', until: '{later}'}}]
""",
    "tenure": """
  type: Tenure
  person: {person}
  office: {office}
  from: '{formerly}'
  until: '{formerly}'
""",
    "treaty act": """
  type: TreatyAct
  treaty: {treaty}
  party: {first}
  actKind: entry-into-force
  date: '{later}'
  theme: diplomacy
""",
}
"""One record of each kind, for the names of a world."""
GENERATED = {
    "formerly": "1948-05-07",
    "day": "1960-05-07",
    "later": "1960-11-07",
    "first": "state-0",
    "second": "state-1",
    "person": "person-0-0",
    "seat": "port-1",
    "organization": "union",
    "office": "minister-1",
    "treaty": "treaty-0",
    "segment": "yearbook-0:s-0000",
}
BUILT_IN = {
    "formerly": "2016-09-07",
    "day": "2017-09-07",
    "later": "2017-09-21",
    "first": "armenia",
    "second": "russia",
    "person": "nikol-pashinyan",
    "seat": "moscow",
    "organization": "nato",
    "office": "deputy-of-national-assembly-of-armenia",
    "treaty": "collective-security-treaty",
    "segment": "armenia-russia-article:s-0001",
}


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
    """Measure in turn, so that a busy machine slows all alike, and print a table of medians and ratios."""
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
        worlds = {"built-in": ([foedus], BUILT_IN)}
        for name, triples in (("small", options.small), ("large", options.large)):
            make_home(Path(folder, name), triples)
            worlds[name] = ([foedus, "--home", str(Path(folder, name))], GENERATED)
        commands = {("", "base"): BASE}
        for kind, text in KINDS.items():
            for name, (command, names) in worlds.items():
                fact = Path(folder, f"{name}-{kind}.yaml")
                fact.write_text((HEAD + text).format(**names), encoding="utf-8")
                commands[kind, name] = [*command, "check", str(fact), "--timeout", "120"]
        times: dict[tuple[str, str], list[float]] = {key: [] for key in commands}
        for run in range(options.runs + 3):
            for key, command in commands.items():
                if run == 1 and command is BASE:
                    # A file changed in the last two seconds has no stamp yet, and is read whole.
                    seconds(["sleep", "2.5"], environment)
                took = seconds(command, environment)
                times[key] += [took] if run >= 3 else []
    median = {key: statistics.median(found) * 1000 for key, found in times.items()}
    base = median["", "base"]
    print(
        f"importing pySHACL and pyoxigraph: {base:.0f} ms; {options.small:,} and {options.large:,} triples\n"
    )
    print(
        "| record | built-in | small | large | built-in / importing (aim: 2.5) | large / small (aim: 1.5) |"
    )
    print("|---|---|---|---|---|---|")
    for kind in KINDS:
        built_in, small, large = (median[kind, name] for name in ("built-in", "small", "large"))
        print(
            f"| {kind} | {built_in:.0f} ms | {small:.0f} ms | {large:.0f} ms "
            f"| {built_in / base:.2f} | {large / small:.2f} |"
        )


if __name__ == "__main__":
    main()
