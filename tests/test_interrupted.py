"""A build or addition that is killed, or whose disk is full, leaves every file wholly old or wholly new."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fiction import built_copy

from foedus.home import Home

TOOL = str(Path(sys.executable).with_name("foedus"))
SEED = 1648
KILLS = 8
FACT = """\
- id: holt-visits-strelsau
  type: Event
  prefLabel: Holt visits Strelsau
  eventKind: visit
  place: strelsau
  date: '1931-05'
  evidence: [freedonia-yearbook:s-0001]
"""


def _start(home: Home, *words: str, limit: int = 0) -> subprocess.Popen[bytes]:
    """Start a command; with ``limit`` no file that it writes may become larger, as on a full disk."""

    def bound() -> None:
        # Without this the signal of a file too large would end the process before it sees the error.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(
        [TOOL, "--home", str(home.root), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "FOEDUS_CACHE": "off"},
        preexec_fn=bound if limit else None,
    )


def _files(home: Home) -> dict[Path, bytes]:
    return {
        p: p.read_bytes() for p in sorted(home.graph.rglob("*")) if p.is_file() and not p.name.startswith(".")
    }


def _changed(home: Home) -> None:
    """Change a record, so that a build writes other files than those that stand."""
    [file] = [
        p for p in (home.graph / "entities").glob("*.yaml") if "{id: ruritania," in p.read_text("utf-8")
    ]
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("Kingdom of Ruritania", "[Kingdom of Ruritania, Old Ruritania]"), encoding="utf-8"
    )


def _finished(home: Home, *words: str) -> tuple[dict[Path, bytes], float]:
    """Return the files after the command ran to its end, and the seconds that it took."""
    begun = time.perf_counter()
    with _start(home, *words) as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output.decode()
    return _files(home), time.perf_counter() - begun


@pytest.mark.parametrize("command", ["build", "add"])
def test_a_killed_command_leaves_old_or_new_files_and_no_answer_of_a_mixture(
    command: str, tmp_path: Path
) -> None:
    """Killed at random moments, each file is as before or as after, and a mixture is recognised, not answered from."""
    (tmp_path / "fact.yaml").write_text(FACT, encoding="utf-8")
    words = ("build",) if command == "build" else ("add", str(tmp_path / "fact.yaml"))
    (tmp_path / "whole").mkdir()
    reference = built_copy(tmp_path / "whole")
    if command == "build":
        _changed(reference)
    after, duration = _finished(reference, *words)
    chance = random.Random(SEED)
    for number in range(KILLS):
        (tmp_path / str(number)).mkdir()
        home = built_copy(tmp_path / str(number))
        if command == "build":
            _changed(home)
        before = _files(home)
        with _start(home, *words) as process:
            # Most of the time is start-up and checking; files are written at the end.
            time.sleep(duration * chance.uniform(0.5, 1.05))
            process.kill()
        for path, content in _files(home).items():
            new = after.get(reference.root / path.relative_to(home.root))
            assert content in (before.get(path), new), path
        with _start(home, "run", "members", "--format", "csv") as asked:
            output, _ = asked.communicate()
        assert asked.returncode == 0 or (asked.returncode == 2 and b"foedus build" in output), output


@pytest.mark.parametrize("command", ["build", "add"])
@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_a_full_disk_is_told_and_nothing_is_half_written(command: str, limit: int, tmp_path: Path) -> None:
    """Where a file cannot be written whole, the command says so with exit 2 and all files are as before."""
    (tmp_path / "fact.yaml").write_text(FACT, encoding="utf-8")
    home = built_copy(tmp_path)
    if command == "build":
        _changed(home)
    before = _files(home)
    words = ("build",) if command == "build" else ("add", str(tmp_path / "fact.yaml"))
    with _start(home, *words, limit=limit) as process:
        output, _ = process.communicate()
    assert process.returncode == 2, output
    assert b"Traceback" not in output
    assert _files(home) == before
