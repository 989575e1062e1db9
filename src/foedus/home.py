"""Where a project of Foedus' layout lies: its ontology, records, emitted graph and stored queries."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from foedus.diagnostics import UnreadableInput

MANIFEST: Final = "manifest.json"
"""The file in ``graph/`` that holds the digest of every emitted file; it is renamed into place last."""


def _built_in_root() -> Path:
    """Return the folder that holds the built-in ``ontology/``, ``graph/`` and ``queries/``.

    In an installed wheel they lie inside the package; in a checkout they are the top-level folders.
    """
    packaged = Path(__file__).parent / "home"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


class Home(NamedTuple):
    """A project's folders. What a home of its own lacks (ontology, queries) the built-in one lends."""

    root: Path

    @classmethod
    def find(cls, directory: Path | None = None) -> Home:
        """Return the home at ``directory``, or the built-in one; raise UnreadableInput without a graph."""
        home = cls(directory if directory is not None else _built_in_root())
        if not home.graph.is_dir():
            raise UnreadableInput(
                f'{home.root}: no "graph" folder here; name a project with graph/ in it, or leave --home out'
            )
        return home

    def _own_or_built_in(self, name: str) -> Path:
        own = self.root / name
        return own if own.is_dir() else _built_in_root() / name

    @property
    def ontology(self) -> Path:
        """The folder of ontology, vocabularies, shapes, rules and entailment."""
        return self._own_or_built_in("ontology")

    @property
    def queries(self) -> Path:
        """The folder of stored queries."""
        return self._own_or_built_in("queries")

    @property
    def graph(self) -> Path:
        """The folder of records and emitted Turtle; always the home's own."""
        return self.root / "graph"

    @property
    def dossiers(self) -> list[str]:
        """The names of the dossiers: the folders of ``graph/`` that hold ``facts/``."""
        return sorted(p.parent.name for p in self.graph.glob("*/facts") if p.is_dir())

    def look(self) -> list[tuple[int, int, int]]:
        """Return what is other than before when the graph was rebuilt: the build renames the manifest last."""
        seen = []
        for path in (self.manifest, self.ontology / "vocabularies.ttl"):
            with suppress(OSError):
                found = path.stat()
                seen.append((found.st_mtime_ns, found.st_size, found.st_ino))
        return seen

    @property
    def manifest(self) -> Path:
        """The file of the digests of all emitted files."""
        return self.graph / MANIFEST

    @property
    def emitted(self) -> list[Path]:
        """The Turtle files that lie where a build writes one for each dossier."""
        return sorted([*self.graph.glob("*.ttl"), *self.graph.glob("void/*.ttl")])

    @property
    def dataset(self) -> list[Path]:
        """The files of a query's default graph: ``graph/*.ttl`` and the vocabularies, nothing else."""
        return [*sorted(self.graph.glob("*.ttl")), self.ontology / "vocabularies.ttl"]
