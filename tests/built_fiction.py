"""The fictional home, copied and built, for tests that ask or export what a build wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

from foedus.build import build, write
from foedus.home import Home


def build_fiction(root: Path, more: str = "") -> Home:
    """Copy the fictional home below ``root``, with more records if there are any, build it, and return it."""
    shutil.copytree(Path(__file__).parent / "home", root / "home")
    home = Home.find(root / "home")
    if more:
        (home.graph / home.dossiers[0] / "facts" / "more.yaml").write_text(more, encoding="utf-8")
    write(home, build(home))
    return home
