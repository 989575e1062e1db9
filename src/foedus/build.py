"""The build: a home's records become its Turtle, or nothing is written at all.

The pipeline alone knows the order of the stages: assemble → validate → run rules → close → derive → write.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from types import MappingProxyType
from typing import Final

from foedus.assembly import assemble
from foedus.builtfiles import listed
from foedus.closure import Reasoner, close
from foedus.derivation import derive
from foedus.diagnostics import Diagnostic, FindingsError, Severity, UnreadableInput
from foedus.home import MANIFEST, Home
from foedus.homecheck import judge_records
from foedus.judgement import ShapeJudge
from foedus.replacing import write_atomically
from foedus.shapesgraph import PUBLISHED, publish_shapes
from foedus.turtle import manifest_of, to_ntriples, to_turtle
from foedus.vocabulary import parse_turtle
from foedus.void import describe_dataset

_NOTHING: Final[Mapping[Path, bytes]] = MappingProxyType({})


@dataclass
class Timings:
    """Seconds spent per stage, in the order in which the stages ran."""

    seconds: dict[str, float] = field(default_factory=dict)
    progress: Callable[[str], None] = lambda stage: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and announce it."""
        self.progress(name)
        start = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start


@dataclass(frozen=True)
class Built:
    """What a build would write, by path below the home, and the warnings on the way; the manifest is last."""

    files: dict[str, bytes]
    warnings: list[Diagnostic]


def build(
    home: Home,
    *,
    reasoner: Reasoner = "rules",
    shapes: ShapeJudge = "queries",
    ntriples: bool = False,
    timings: Timings | None = None,
) -> Built:
    """Build a home's emitted files in memory.

    Raise FindingsError with every violation found: of form first; of shapes and rules, where the form is sound;
    of what in these can find nothing; and sentences left over. Raise UnreadableInput where a file cannot be read.
    """
    timings = timings or Timings()
    with timings.stage("read and expand records"):
        assembly = assemble(home)
    _refuse(assembly.findings)
    with timings.stage("validate and run rules"):
        findings = judge_records(assembly, home, shapes)
    _refuse(findings)
    ontology = [t for n in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(home.ontology / n)]
    files: dict[str, bytes] = {}
    for dossier in home.dossiers:
        asserted = assembly.dossier(dossier)
        with timings.stage("close"):
            inferred = close(asserted, ontology, home.ontology / "entailment", reasoner)
            inferred += derive([*asserted, *inferred, *ontology], home.ontology / "derivations")
        with timings.stage("serialise"):
            files[f"graph/{dossier}.ttl"] = to_turtle(asserted)
            files[f"graph/{dossier}.inferred.ttl"] = to_turtle(inferred)
            emitted = {
                f"{dossier}{part}.ttl": files[f"graph/{dossier}{part}.ttl"] for part in ("", ".inferred")
            }
            files[f"graph/void/{dossier}.ttl"] = describe_dataset(dossier, asserted, inferred, emitted)
            if ntriples:
                files[f"graph/{dossier}.nt"] = to_ntriples([*asserted, *inferred])
    files[PUBLISHED] = publish_shapes(home.ontology)
    files["graph/context.jsonld"] = (
        json.dumps({"@context": assembly.context}, indent=1, ensure_ascii=False) + "\n"
    ).encode()
    files["graph/" + MANIFEST] = manifest_of(files)
    return Built(files, [d for d in findings if d.severity is Severity.WARNING])


def write(home: Home, built: Built, records: Mapping[Path, bytes] = _NOTHING) -> None:
    """Write what was built behind record files that change, and remove what an earlier build left.

    Each file is wholly old or new, the manifest is renamed last. Raise UnreadableInput, before anything is written,
    where a file lies among those of the build that none wrote.
    """
    over = left_over(home, built)
    unknown = over - set(listed(home.manifest))
    if unknown:
        raise UnreadableInput(f"{home.root / min(unknown)}: no dossier has this name; remove the file")
    files = {**records, **{home.root / name: content for name, content in built.files.items()}}
    write_atomically(files, [home.root / name for name in over])


def left_over(home: Home, built: Built) -> set[str]:
    """Return the names of files that lie where a build writes, or that an earlier one wrote, and that this does not."""
    # The manifest alone says nothing of what may be removed: it may be anybody's.
    triples = {f"graph/{path.name}" for path in home.graph.glob("*.nt")} & set(listed(home.manifest))
    there = {f"graph/{path.relative_to(home.graph).as_posix()}" for path in home.emitted}
    return (there | triples) - set(built.files)


def stale(home: Home, built: Built) -> list[str]:
    """Return the names of the files that are not, byte for byte, what the records give, or are left over."""
    other = [name for name, content in built.files.items() if _bytes(home.root / name) != content]
    return [*other, *sorted(left_over(home, built))]


def difference(home: Home, built: Built, name: str) -> Iterator[str]:
    """Yield the difference of a stale file as lines of a unified diff; none where no line shows it."""
    old, new = (
        content.decode(errors="replace").replace("\r", "\\r").split("\n")
        for content in (_bytes(home.root / name), built.files.get(name, b""))
    )
    yield from difflib.unified_diff(old, new, name, f"{name} as built", lineterm="", n=1)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _refuse(findings: list[Diagnostic]) -> None:
    if any(d.severity is Severity.VIOLATION for d in findings):
        raise FindingsError(findings)
