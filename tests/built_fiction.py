"""The fictional home, copied and built, for tests that ask or export what a build wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

from foedus.build import build, write
from foedus.home import Home


def build_fiction(root: Path) -> Home:
    """Copy the fictional home below ``root``, build it, and return it."""
    shutil.copytree(Path(__file__).parent / "home", root / "home")
    home = Home.find(root / "home")
    write(home, build(home))
    return home
