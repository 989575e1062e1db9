"""The fictional home, built once for a whole run of tests, and what is said to the command line about it."""

from __future__ import annotations

import atexit
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
    folder = Path(mkdtemp(prefix="foedus-fiction-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(FICTION, folder / "home")
    home = Home.find(folder / "home")
    write(home, build(home))
    return home


def built_copy(folder: Path) -> Home:
    """Return a copy of the fictional home with its graph, below a folder; it may be changed."""
    shutil.copytree(built_fiction().root, folder / "home")
    return Home.find(folder / "home")


def foedus(home: Home, *words: str, stdin: str | bytes | None = None) -> Result:
    """Return what the command line answers about a home."""
    return CliRunner().invoke(main, ["--home", str(home.root), *words], input=stdin, prog_name="foedus")
