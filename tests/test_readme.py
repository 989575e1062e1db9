"""What the README says can be typed as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from foedus.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
TYPED = [
    line.strip()
    for block in BLOCKS
    for line in block.splitlines()
    if re.match(r"foedus (list|run|show|search|why|sparql|changes)\b", line.strip()) and "http" not in line
]


@pytest.mark.parametrize("line", TYPED)
def test_every_question_of_the_readme_is_answered(line: str) -> None:
    """Each command line that asks something ends well and prints something."""
    words = shlex.split(line, comments=True)[1:]
    answered = CliRunner().invoke(main, words, prog_name="foedus")
    assert answered.exit_code == 0, answered.output
    assert answered.output.strip()


def test_ci_runs_the_readmes_test_command() -> None:
    """The second of the README's commands stands word for word in .ci/run."""
    command = next(line for block in BLOCKS for line in block.splitlines() if line.endswith("bin/pytest"))
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_first_command_asks_a_question() -> None:
    """The first command sets up an environment and answers from the graph, in one line."""
    line = next(line for block in BLOCKS for line in block.splitlines() if "pip install" in line)
    asked = shlex.split(line.rpartition("&& ")[2])
    answered = CliRunner().invoke(main, asked[1:], prog_name="foedus")
    assert answered.exit_code == 0
    assert "Collective Security Treaty Organization" in answered.output
