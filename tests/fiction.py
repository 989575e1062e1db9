"""The fictional home, built once for a whole run of tests, and what is said to the command line about it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from click.testing import CliRunner, Result

from foedus.build import build, write
from foedus.cli import main
from foedus.home import Home

FICTION = Path(__file__).parent / "home"


@cache
def built_fiction() -> Home:
    """Return the fictional home with its graph; it may be read, not changed."""
    return built_copy(Path(mkdtemp(prefix="foedus-fiction-")))


def built_copy(folder: Path) -> Home:
    """Return a copy of the fictional home with its graph, below a folder."""
    shutil.copytree(FICTION, folder / "home")
    home = Home.find(folder / "home")
    write(home, build(home))
    return home


def foedus(home: Home, *words: str, stdin: str | bytes | None = None) -> Result:
    """Return what the command line answers about a home."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], input=stdin, prog_name="foedus")
