"""What takes the place of a file or folder is wholly old or wholly new, whatever fails between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_home import make_home

from foedus.diagnostics import UnreadableInput
from foedus.loading import load_folder
from foedus.replacing import replaced_file, replaced_folder, write_atomically
from foedus.segments import write_segments

FAILURES = pytest.mark.parametrize("failure", [OSError(28, "No space left"), KeyboardInterrupt()])


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Return what lets the renaming of the new folder into its place fail."""
    rename = Path.rename

    def start(failure: BaseException) -> None:
        def renamed(self: Path, target: Path) -> Path:
            if self.name == "new":
                raise failure
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", renamed)

    return start


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@FAILURES
def test_a_folder_that_cannot_be_replaced_stands_as_before(
    failure: BaseException, failing: Callable[[BaseException], None], tmp_path: Path
) -> None:
    """Where the new folder cannot be renamed, the old one is back in its place and no draft stays."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page").write_bytes(b"old")
    failing(failure)
    with pytest.raises(type(failure)), replaced_folder(tmp_path / "site") as fresh:
        (fresh / "page").write_bytes(b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["site"]
    assert _tree(tmp_path) == {"site/page": b"old"}


def test_a_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """What the old folder held and the new one does not is gone."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "old").write_bytes(b"")
    with replaced_folder(tmp_path / "site") as fresh:
        (fresh / "new").write_bytes(b"")
    assert _tree(tmp_path) == {"site/new": b""}


def test_a_store_that_cannot_be_replaced_is_kept(
    failing: Callable[[BaseException], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading into a folder that cannot be renamed says so and leaves the store that stands there."""
    monkeypatch.setenv("FOEDUS_CACHE", "off")
    home = make_home(tmp_path / "home")
    load_folder(home, tmp_path / "store")
    before = _tree(tmp_path / "store")
    failing(OSError(28, "No space left on device"))
    with pytest.raises(UnreadableInput, match="store: No space left on device"):
        load_folder(home, tmp_path / "store")
    assert _tree(tmp_path / "store") == before


def test_a_failed_write_changes_no_file(tmp_path: Path) -> None:
    """Where one of several files cannot be written, all keep their old content, no draft stays, and it is told."""
    good = tmp_path / "a.ttl"
    good.write_bytes(b"old")
    (tmp_path / "b").write_bytes(b"a file where a folder is needed")
    with pytest.raises(UnreadableInput, match=r"c\.ttl: .*nothing was changed"):
        write_atomically({good: b"new", tmp_path / "b" / "c.ttl": b"new"})
    assert good.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.ttl", "b"]
    with pytest.raises(UnreadableInput, match=r"segments\.tsv: .*nothing was changed"):
        write_segments(tmp_path / "b" / "segments.tsv", [])


def test_drafts_of_killed_processes_are_removed(tmp_path: Path) -> None:
    """A draft of an hour ago goes with the next writing of its file; a young one may be somebody's, and stays."""
    for name in (".a.ttl.1.new", ".a.ttl.2.new", ".b.ttl.1.new", ".a.ttl.mine.new"):
        (tmp_path / name).write_bytes(b"half")
        if name != ".a.ttl.2.new":
            os.utime(tmp_path / name, (0, time.time() - 7200))
    write_atomically({tmp_path / "a.ttl": b"whole"})
    assert {p.name for p in tmp_path.iterdir()} == {
        ".a.ttl.2.new",
        ".a.ttl.mine.new",
        ".b.ttl.1.new",
        "a.ttl",
    }


def test_a_file_whose_writing_fails_stands_as_before(tmp_path: Path) -> None:
    """A draft is dropped where the writer fails, and the file is what it was."""
    (tmp_path / "facts.nt").write_bytes(b"old")
    with pytest.raises(ValueError), replaced_file(tmp_path / "facts.nt") as draft:
        draft.write_bytes(b"half")
        raise ValueError
    assert _tree(tmp_path) == {"facts.nt": b"old"}
