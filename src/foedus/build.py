"""The build: a home's records become its Turtle, or nothing is written at all.

The pipeline alone knows the order of the stages: assemble → validate → run rules → close → derive → write.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from foedus.assembly import assemble
from foedus.closure import Reasoner, close
from foedus.coverage import find_gaps
from foedus.derivation import derive
from foedus.diagnostics import Diagnostic, FindingsError, Severity
from foedus.home import Home
from foedus.judgement import Faults, ShapeJudge, judge_whole
from foedus.ontologycheck import find_idle
from foedus.replacing import write_atomically
from foedus.shapesgraph import PUBLISHED, publish_shapes
from foedus.turtle import MANIFEST, manifest_of, to_ntriples, to_turtle
from foedus.vocabulary import parse_turtle
from foedus.void import describe_dataset


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
    ontology = [t for n in ("foedus.ttl", "vocabularies.ttl") for t in parse_turtle(home.ontology / n)]
    files: dict[str, bytes] = {}
    findings: list[Diagnostic] = []
    faults = Faults(assembly.findings, assembly.vocabulary)
    for dossier in home.dossiers:
        asserted = assembly.dossier(dossier)
        with timings.stage("validate and run rules"):
            findings += judge_whole(asserted, home.ontology, faults, assembly.place, shapes)
        with timings.stage("close"):
            inferred = close(asserted, ontology, home.ontology / "entailment", reasoner)
            inferred += derive([*asserted, *inferred], home.ontology / "derivations")
        with timings.stage("serialise"):
            files[f"graph/{dossier}.ttl"] = to_turtle(asserted)
            files[f"graph/{dossier}.inferred.ttl"] = to_turtle(inferred)
            emitted = {
                f"{dossier}{part}.ttl": files[f"graph/{dossier}{part}.ttl"] for part in ("", ".inferred")
            }
            files[f"graph/void/{dossier}.ttl"] = describe_dataset(dossier, asserted, inferred, emitted)
            if ntriples:
                files[f"graph/{dossier}.nt"] = to_ntriples([*asserted, *inferred])
    findings += find_idle(home.ontology, assembly.vocabulary)
    findings += find_gaps(assembly)
    _refuse(findings)
    files[PUBLISHED] = publish_shapes(home.ontology)
    files["graph/context.jsonld"] = (
        json.dumps({"@context": assembly.context}, indent=1, ensure_ascii=False) + "\n"
    ).encode()
    files["graph/" + MANIFEST] = manifest_of(files)
    return Built(files, [d for d in findings if d.severity is Severity.WARNING])


def write(home: Home, built: Built) -> None:
    """Write what was built; each file is wholly old or new, the manifest is renamed last."""
    write_atomically({home.root / name: content for name, content in built.files.items()})


def stale(home: Home, built: Built) -> Iterator[str]:
    """Yield the difference, as lines of a unified diff, of every file that is not what the records give."""
    for name, content in built.files.items():
        path = home.root / name
        old = path.read_bytes() if path.is_file() else b""
        if old != content:
            yield from difflib.unified_diff(
                old.decode().splitlines(),
                content.decode().splitlines(),
                name,
                f"{name} as built",
                lineterm="",
                n=1,
            )


def _refuse(findings: list[Diagnostic]) -> None:
    if any(d.severity is Severity.VIOLATION for d in findings):
        raise FindingsError(findings)
