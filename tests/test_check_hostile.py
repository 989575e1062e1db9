"""Hostile input does no harm: no traceback, no socket, no foreign file, and bounds on time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fiction import built_fiction, foedus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from foedus.checking import Checker
from foedus.diagnostics import UnreadableInput
from foedus.home import Home
from foedus.standing import open_standing
from foedus.submissions import FORMATS, read_submission

TESTS = Path(__file__).parent
HOSTILE = sorted((TESTS / "hostile").iterdir())
WRONG = sorted((TESTS / "submissions").glob("*/*"))
SECONDS = 10
GIBIBYTE = 2**30
HARMLESS = frozenset({"empty.csv", "empty.ttl", "empty.yaml", "context-of-nulls.json"})
"""What holds nothing at all; all else is refused."""


def _audited(paths: list[Path], folders: list[Path]) -> subprocess.CompletedProcess[str]:
    """Check files in a process of its own under the audit hook, with bounded memory."""
    home = built_fiction().root
    allowed = map(str, [home, Home.find().ontology, TESTS.parent / "src", *folders])
    words = [*allowed, "--", "--debug", "--home", str(home), "check", *map(str, paths)]
    return subprocess.run(
        [sys.executable, str(TESTS / "audited.py"), *words],
        env={"FOEDUS_CACHE": "off", "PATH": ""},
        capture_output=True,
        text=True,
        timeout=SECONDS * max(1, len(paths)),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (GIBIBYTE, GIBIBYTE)),
        check=False,
    )


@pytest.mark.parametrize("path", HOSTILE, ids=lambda p: p.name)
def test_hostile_input_is_refused_in_located_lines(path: Path) -> None:
    """The answer is exit 1 or 2 and findings with line and column, within the limits."""
    begun = time.perf_counter()
    result = foedus(built_fiction(), "--debug", "check", str(path))
    assert time.perf_counter() - begun < SECONDS
    assert result.exit_code == (0 if path.name in HARMLESS else result.exit_code)
    assert result.exit_code in ((0,) if path.name in HARMLESS else (1, 2))
    heads = [line for line in result.stdout.splitlines() if line.startswith(f"{path}:")]
    assert heads
    assert all(line.removeprefix(f"{path}:").split(":")[1].isdigit() for line in heads)
    assert "Traceback" not in result.output
    assert "our fault" not in result.output


def test_no_bad_input_opens_a_socket_or_a_foreign_file() -> None:
    """Over the whole corpus of bad inputs nothing is opened but the inputs, the home and Python's own files."""
    result = _audited([*HOSTILE, *WRONG], [TESTS / "hostile", TESTS / "submissions"])
    assert "FOREIGN" not in result.stderr
    assert result.returncode == 2, result.stderr[-2000:]
    assert "Traceback" not in result.stderr


def test_the_hook_sees_a_foreign_file(tmp_path: Path) -> None:
    """The audit would notice: a file beyond the folders named ends the process."""
    foreign = tmp_path / "facts.yaml"
    foreign.write_text("- id: x\n", encoding="utf-8")
    assert "FOREIGN open" in _audited([foreign], []).stderr


PREFIXES = (
    "@prefix foe: <https://w3id.org/foedus/ontology#> .\n@prefix id: <https://w3id.org/foedus/id/> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix voc: <https://w3id.org/foedus/vocabulary#> .\n"
)
LARGE = {
    "many-scalars.yaml": "[" + "x," * 990_000 + "x]",
    "many-records.yaml": "".join(f"- {{id: a{n}, type: Event, zz{n}: 1}}\n" for n in range(45_000)),
    "many-triples.ttl": PREFIXES + "".join(f"id:a{n} a foe:Event .\n" for n in range(80_000)),
    "many-sound-records.ttl": PREFIXES
    + "".join(
        f'id:a{n} a foe:Event ; skos:prefLabel "a"@en ; foe:eventKind voc:event-kind.visit ; '
        f"foe:date id:a{n}.d ; foe:evidence id:freedonia-yearbook.s-0001 . "
        f'id:a{n}.d a foe:Date ; foe:edtf "1931" .\n'
        for n in range(2_900)
    ),
    "many-rows.csv": "id,type\n" + "".join(f"a{n},Event\n" for n in range(140_000)),
    "deep-parentheses.ttl": "<http://a> <http://b> " + "(" * 900_000,
    "deep-brackets.json": "[" * 1_900_000,
    "huge-literal.ttl": '<http://a> <http://b> """' + "a" * 1_900_000 + '""" .',
    "too-large.yaml": "# " + "x" * 2_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_input_stays_within_time_and_memory(tmp_path: Path, name: str) -> None:
    """What is as large as it may be, or larger, is answered within ten seconds and one gibibyte."""
    path = tmp_path / name
    path.write_text(LARGE[name], encoding="utf-8")
    result = _audited([path], [tmp_path])
    assert result.returncode in (1, 2), result.stderr[-2000:]
    assert "Traceback" not in result.stderr
    assert f"{path}:" in result.stdout


# -- broken input

EXAMPLES = int(os.environ.get("FOEDUS_BROKEN_INPUTS", "250"))
"""How many broken inputs are thrown at ``check``: seconds of them here, a minute in ``.ci/run``."""
SAMPLES = [p.read_bytes() for p in WRONG]


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    """Give a checker of the fictional home."""
    with open_standing(built_fiction()) as standing:
        yield Checker(built_fiction(), standing)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Draw a submission with parts cut out, doubled, or replaced by bytes of any kind."""
    content = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        marks = st.sampled_from(
            [b"", b"\n", b'"', b"[", b"{", b"|", b" .", b"<", b": ", b"\xc3", b"\x00", b"- id: x\n"]
        )
        content[start:end] = draw(
            st.one_of(marks, st.binary(max_size=6), st.just(bytes(content[start:end]) * 2))
        )
    return bytes(content)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    content=st.one_of(
        broken(), st.binary(max_size=200), st.text(max_size=80).map(lambda t: t.encode(errors="replace"))
    ),
    form=st.sampled_from(list(FORMATS)),
)
def test_broken_input_never_fails_otherwise(checker: Checker, content: bytes, form: str) -> None:
    """Whatever the bytes and whatever format they are said to be, there are findings or a located refusal."""
    try:
        submission = read_submission(content, "broken", form, checker.standing.vocabulary)
        found = checker.check(submission).findings
    except UnreadableInput as error:
        assert str(error).startswith("broken:")
        return
    assert all(d.region.line >= 1 and d.region.column >= 1 for d in found)
