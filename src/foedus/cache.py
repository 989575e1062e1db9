"""What is dear to compute and depends on files alone, kept in the user's cache folder.

Everything here may be deleted at any time, and nothing fails for want of it: a folder that cannot be written
or an entry that cannot be read counts as not there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from foedus.replacing import replaced_file

_MAX_AGE = 30 * 86_400.0
"""Seconds after which an entry that nobody used is removed."""

_MAX_ENTRIES = 1_000

_RECENT = 2.0
"""Seconds within which two writes may leave a file with the same time of change, on coarse file systems."""


def cache_folder() -> Path | None:
    """Return ``$XDG_CACHE_HOME/foedus`` or ``~/.cache/foedus``; None where ``FOEDUS_CACHE=off``."""
    if os.environ.get("FOEDUS_CACHE", "").casefold() in ("off", "0", "no"):
        return None
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (base if base.is_absolute() else Path.home() / ".cache") / "foedus"
    except RuntimeError:
        return None


def recall(kind: str, slot: str, question: str) -> str | None:
    """Return the answer kept for exactly this question, or None; ``slot`` names the entry's place."""
    path = _entry(kind, slot)
    if path is None:
        return None
    try:
        kept, mark, answer = path.read_bytes().decode().partition("\0")
    except (OSError, UnicodeDecodeError):
        return None
    return answer if mark and kept == question else None


def remember(kind: str, slot: str, question: str, answer: str) -> None:
    """Keep an answer in place of the slot's former one; do nothing where that is impossible."""
    path = _entry(kind, slot)
    if path is None or "\0" in question:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # An entry that a sudden end leaves empty counts as none.
        with replaced_file(path, durable=False) as draft:
            draft.write_bytes(f"{question}\0{answer}".encode())
    except (OSError, UnicodeEncodeError):
        return
    for old in _outdated(path.parent, _MAX_ENTRIES):
        old.unlink(missing_ok=True)


def stamp(paths: Iterable[Path]) -> str | None:
    """Return what changes whenever one of the files does, without reading them; None where one is missing.

    As with git's index, a file changed within the last two seconds has no stamp yet: it might change again
    within the same tick of the clock.
    """
    lines = []
    settled = time.time() - _RECENT
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            return None
        if max(found.st_mtime, found.st_ctime) > settled:
            return None
        lines.append(f"{path}\t{found.st_size}\t{found.st_mtime_ns}\t{found.st_ctime_ns}\t{found.st_ino}")
    return "\n".join(lines)


def prune_folders(folder: Path, keep: int, age: float = _MAX_AGE) -> None:
    """Remove the folders within ``folder`` that nobody used for so many seconds, or beyond the ``keep`` last used."""
    import shutil

    for old in _outdated(folder, keep, age):
        shutil.rmtree(old, ignore_errors=True)


def touch(path: Path) -> None:
    """Note that an entry is used now."""
    try:
        os.utime(path)
    except OSError:
        return


def _entry(kind: str, slot: str) -> Path | None:
    folder = cache_folder()
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in slot)[-120:]
    return folder / kind / name if folder else None


def _outdated(folder: Path, keep: int, age: float = _MAX_AGE) -> list[Path]:
    try:
        entries = sorted(((path.stat().st_mtime, path) for path in folder.iterdir()), reverse=True)
    except OSError:
        return []
    oldest = time.time() - age
    return [path for position, (used, path) in enumerate(entries) if position >= keep or used < oldest]
