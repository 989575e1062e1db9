"""Whether a check of one fact takes longer in a larger graph, for records of every class, within one process.

Of each class of a generated world some records are checked against a graph of ten thousand triples and against a
larger one, three ways: under another id (told twice), as they stand, and with each thing that they name exchanged for
another of its class (mostly wrong). What a check of either graph costs beyond the other shows which rule, shape or
message looks at more than the new fact (a state or an organization is borne on by more in a larger world);
``check_one.py`` has the times of whole processes. Run it as
``python tests/benchmarks/check_growth.py [--large N] [--each N] [--limit RATIO]``; it exits 1 where the processor's
time of any check in the large graph is more than ``RATIO`` times that of the slowest in the small one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from check_one import make_home
from generator import write

from foedus.checking import Checker
from foedus.home import Home
from foedus.standing import open_standing
from foedus.submissions import read_submission

SMALL = 10_000
"""Triples of the small graph, and of the world from which the records are."""

Fact = tuple[str, dict[str, Any]]
"""How a record was changed, and the record."""


def facts(each: int) -> Iterator[Fact]:
    """Yield records of every class as a generated world has them, in the three ways."""
    chosen = random.Random(5)
    classes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in write(SMALL, 1, "jsonl"):
        record = json.loads(line)
        classes[record["type"]].append(record)
    ids = {record["id"]: [r["id"] for r in records] for records in classes.values() for record in records}

    def exchanged(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: exchanged(v) for key, v in value.items()}
        if isinstance(value, list):
            return [exchanged(v) for v in value]
        return chosen.choice(ids[value]) if value in ids else value

    for kind, records in classes.items():
        if kind in ("Source", "Segment"):
            continue  # no facts
        for record in chosen.sample(records, min(each, len(records))):
            renamed = {**record, "id": "of-one-day"}
            if "statusInterval" in record:  # whose ids are those of the record's own
                parts = [{k: v for k, v in part.items() if k != "id"} for part in record["statusInterval"]]
                renamed["statusInterval"] = parts
            yield "as it stands", record
            yield "told twice", renamed
            yield "exchanged", {**exchanged(renamed), "id": "of-one-day", "type": kind}


def measured(home: Home, given: list[Fact]) -> Iterator[float]:
    """Yield the processor's seconds that the check of each record takes, once the graph is open."""
    with open_standing(home) as standing:
        checker = Checker(home, standing)
        for count, (_, record) in enumerate([given[0], *given]):
            content = yaml.safe_dump([record], sort_keys=False, allow_unicode=True).encode()
            submission = read_submission(content, "fact.yaml", "yaml", standing.vocabulary)
            start = time.process_time()
            checker.check(submission)
            if count:  # the first reads the rules and the shapes as well
                yield time.process_time() - start


def main() -> int:
    """Measure both graphs, print the checks that cost most, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", type=int, default=100_000, help="triples of the large graph")
    parser.add_argument("--each", type=int, default=3, help="records of each class")
    parser.add_argument("--limit", type=float, default=4.0, help="the ratio above which to exit 1")
    options = parser.parse_args()
    given = list(facts(options.each))
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for triples in (SMALL, options.large):
            make_home(Path(folder, str(triples)), triples)
            times.append(list(measured(Home.find(Path(folder, str(triples))), given)))
    small, large = times
    worst = max(large) / max(small)
    print(f"{len(given)} checks; slowest of {SMALL:,} triples: {max(small) * 1000:.0f} ms")
    print("\n| class | record | small | large |\n|---|---|---|---|")
    order = sorted(range(len(given)), key=lambda i: small[i] - large[i])
    for i in order[:10]:
        how, record = given[i]
        print(f"| {record['type']} | {how} | {small[i] * 1000:.0f} ms | {large[i] * 1000:.0f} ms |")
    print(
        f"\n{worst:.2f} slowest of {options.large:,} triples to slowest of {SMALL:,} (limit {options.limit})"
    )
    return 0 if worst <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
