"""Files and folders that take the place of others: each is wholly old or wholly new, whatever fails between.

What is new is made beside what stands, in a draft whose name begins with a dot, and renamed into place at the
end. What stood is deleted only when the new stands.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from foedus.diagnostics import UnreadableInput

_LEFT_OVER: Final = 3600.0
"""Seconds after which a file's draft is one that a killed process left, since no writing takes so long."""


def write_atomically(files: Mapping[Path, bytes | Iterable[bytes]], gone: Iterable[Path] = ()) -> None:
    """Write files, given whole or in pieces, so that each is wholly old or new; the last one is renamed last.

    Those that shall be ``gone`` are removed just before that. All are first written beside their targets and
    synced, so a full disk or a kill before the renames changes nothing. Raise UnreadableInput where a draft cannot be
    written, after which all files are as before, or where a file cannot be replaced, after which those before it
    are new.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                draft = _draft(path)
                drafts.append((draft, path))
                with draft.open("wb") as file:
                    file.writelines([content] if isinstance(content, bytes) else content)
                if path.exists():
                    draft.chmod(path.stat().st_mode & 0o7777)
                _sync(draft)
            except OSError as error:
                reason = error.strerror or str(error)
                raise UnreadableInput(
                    f"{path}: {reason}; nothing was changed; make room, or write elsewhere"
                ) from error
        for draft, path in drafts:
            try:
                if path == drafts[-1][1]:
                    for other in gone:
                        other.unlink(missing_ok=True)
                draft.replace(path)
            except OSError as error:
                raise UnreadableInput(f"{path}: cannot be replaced: {error.strerror or error}") from error
    finally:
        for draft, _ in drafts:
            _discard(draft)
    for folder in {path.parent for path in files}:
        _remove_left_over(folder, {path.name for path in files})
        _sync(folder)


@contextmanager
def replaced_file(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a draft to be written, which takes the place of the file at the end; where anything fails, nothing does.

    Without ``durable`` a sudden end of the machine may leave the file empty. Raise OSError where the draft cannot
    be renamed.
    """
    draft = _draft(path)
    try:
        yield draft
        if durable:
            _sync(draft)
        draft.replace(path)
    finally:
        _discard(draft)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder to be filled, which takes the place of that at ``path`` at the end.

    Where anything fails before the new one stands, the old one is back in its place. Raise OSError where a folder
    cannot be made or renamed. A process killed between the two renames leaves both beside the place, in a folder
    whose name begins with a dot.
    """
    from tempfile import mkdtemp

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    fresh, old = beside / "new", beside / "old"
    try:
        fresh.mkdir()
        yield fresh
        if path.exists():
            path.rename(old)
        fresh.rename(path)
    finally:
        if old.exists() and not path.exists():
            old.rename(path)
        shutil.rmtree(beside, ignore_errors=True)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def _discard(draft: Path) -> None:
    # What hinders this has hindered the writing before, which is what is to be told.
    with suppress(OSError):
        draft.unlink(missing_ok=True)


def _remove_left_over(folder: Path, names: Container[str]) -> None:
    """Remove the drafts of files that killed processes left; others may be writing theirs just now."""
    with suppress(OSError):
        for left in folder.iterdir():
            name, _, suffix = left.name.removeprefix(".").removesuffix(".new").rpartition(".")
            is_draft = name in names and left.name == f".{name}.{suffix}.new" and suffix.isdigit()
            if is_draft and left.stat().st_mtime < time.time() - _LEFT_OVER:
                left.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
