"""How long a cold ``foedus run`` takes, as a ratio to ``python -c "import click, pyoxigraph"``.

Run it as ``python tests/benchmarks/cold_run.py [--runs N] [--limit RATIO] [NAME --PARAM VALUE …]``; it exits 1
where the ratio exceeds the limit. The two commands are run in turn, so that a busy machine slows both alike, and
their medians are compared.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BASE = [sys.executable, "-c", "import click, pyoxigraph"]
QUERY = ["shared-memberships", "--first", "Armenia", "--second", "Russia", "--as-of", "2020-01"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return how long a command takes; raise CalledProcessError where it fails."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> int:
    """Measure, print the medians and their ratio, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=25, help="how often each command is run")
    parser.add_argument("--limit", type=float, default=2.0, help="the ratio above which to exit 1")
    parser.add_argument("query", nargs=argparse.REMAINDER, help="a stored query with its parameters")
    options = parser.parse_args()
    # As installed: with compiled bytecode, which this variable would keep from being written.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    ours = [str(Path(sys.executable).with_name("foedus")), "run", *(options.query or QUERY)]
    for command in (BASE, ours, ours):
        seconds(command, environment)
    pairs = [(seconds(BASE, environment), seconds(ours, environment)) for _ in range(options.runs)]
    base, run = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{base * 1000:7.1f} ms  python -c 'import click, pyoxigraph'")
    print(f"{run * 1000:7.1f} ms  foedus run {' '.join(options.query or QUERY)}")
    print(f"{run / base:7.2f}     ratio (limit {options.limit})")
    return 0 if run / base <= options.limit else 1


if __name__ == "__main__":
    sys.exit(main())
