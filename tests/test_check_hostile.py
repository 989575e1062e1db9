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
    assert "Traceback" not in result.stderr
    if "sound" in name:
        assert (result.returncode, result.stdout) == (0, ""), result.stderr[-2000:]
    else:
        assert result.returncode in (1, 2), result.stderr[-2000:]
        assert f"{path}:" in result.stdout


# -- what no signal of Python's would end

WEB = "".join(
    f"- {{id: e{n}, type: Event, prefLabel: T, eventKind: negotiation, date: '1931', "
    f"follows: [{', '.join(f'e{m}' for m in range(max(0, n - 40), n))}], "
    "evidence: [freedonia-yearbook:s-0014]}\n"
    for n in range(1_000)
)
"""Events each of which follows the forty before it: the engine takes minutes to look for a ring."""


def _checked(paths: list[Path], *words: str) -> subprocess.CompletedProcess[str]:
    tool = [sys.executable, "-c", "from foedus.cli import main; main()"]
    command = [*tool, "--home", str(built_fiction().root), "check", *words, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_what_keeps_the_engine_busy_is_ended_and_the_other_files_are_checked(tmp_path: Path) -> None:
    """The file is told to take too long, with exit 2; a pipe that nobody writes to as well; the third has findings."""
    slow, pipe, wrong = tmp_path / "slow.yaml", tmp_path / "pipe.yaml", tmp_path / "wrong.yaml"
    slow.write_text(WEB, encoding="utf-8")
    os.mkfifo(pipe)
    wrong.write_text("- id: x\n", encoding="utf-8")
    result = _checked([slow, pipe, wrong], "--timeout", "2")
    assert result.returncode == 2, result.stderr
    heads = [line for line in result.stdout.splitlines() if line.startswith(str(tmp_path))]
    assert heads[:2] == [f"{p}:1:1: violation FOE101: not checked within 2 s" for p in (slow, pipe)]
    assert heads[2].startswith(f"{wrong}:1:3: violation FOE117")


def test_a_process_that_dies_of_a_file_is_survived(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a library brings the process down or takes all memory, that is a located line like any other."""
    path = tmp_path / "deadly.yaml"
    path.write_text("- id: x\n", encoding="utf-8")
    deaths = iter([lambda *_, **__: os.abort(), lambda *_, **__: bytearray(4 * GIBIBYTE)])
    for death in deaths:
        monkeypatch.setattr(Checker, "check", death)
        result = foedus(built_fiction(), "check", str(path), str(TESTS / "hostile/empty.yaml"))
        assert result.exit_code == 2
        assert f"{path}:1:1: violation FOE101: the memory or the stack is exhausted by it" in result.stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("escape.yaml", '- {id: x, type: Event, prefLabel: "a\\u200bb"}'),
        ("mark.yaml", "- {id: x, type: Event, prefLabel: a\ufeffb}"),
        ("tag.json", '[{"id": "x", "type": "Event", "prefLabel": "a\\udb40\\udc41b"}]'),
        ("joiner.csv", "id,type,prefLabel\nx,Event,a\u200db\n"),
    ],
)
def test_characters_that_nobody_sees_are_told(tmp_path: Path, name: str, text: str) -> None:
    """Two names that look the same are the same; joiners are left to the scripts that need them."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert "FOE105" in foedus(built_fiction(), "check", str(path)).stdout
    path.write_text("- {id: x, type: Event, prefLabel: {fa: می\u200cخواهم}}", encoding="utf-8")
    assert "FOE105" not in foedus(built_fiction(), "check", "--as", "yaml", str(path)).stdout


@pytest.mark.parametrize("mark", "\x85\u2028\u2029\x9b")
@pytest.mark.parametrize("name", ["a.yaml", "a.csv", "a.ttl", "a.json"])
def test_what_breaks_lines_in_some_programs_only_is_refused(tmp_path: Path, name: str, mark: str) -> None:
    """Otherwise the lines of the findings would be others in YAML than in an editor."""
    path = tmp_path / name
    path.write_text(f"#\n# {mark}\n", encoding="utf-8")
    result = foedus(built_fiction(), "check", str(path))
    assert result.exit_code == 2
    assert f"{path}:2:3: violation FOE101: the control character U+{ord(mark):04X}" in result.stdout


def test_a_remote_context_is_told_where_it_stands(tmp_path: Path) -> None:
    """Within a node or a term's own definition as well as at the top."""
    path = tmp_path / "facts.jsonld"
    own = '{"foe": "https://w3id.org/foedus/ontology#", "place": {"@id": "foe:place"%s}}'
    for context, rest, column in (
        (own % ', "@context": "file:///etc/passwd"', "", 101),
        (own % "", ', "place": {"@context": ["http://127.0.0.1:9/"]}', 114),
    ):
        path.write_text(f'{{"@context": {context}{rest}}}', encoding="utf-8")
        told = foedus(built_fiction(), "check", str(path)).stdout
        assert told.startswith(f"{path}:1:{column}: violation FOE101: the context")


def test_a_sentence_is_cut_where_its_value_is_endless(tmp_path: Path) -> None:
    """A value of a megabyte is not repeated in what is told of it."""
    path = tmp_path / "facts.yaml"
    for value in ("a" * 900_000, "ab " * 300_000, "9" * 100_000):
        path.write_text(f"- {{id: x, type: Event, date: '{value}', place: '{value}'}}", encoding="utf-8")
        result = foedus(built_fiction(), "check", "--timeout", "60", str(path))
        assert result.exit_code == 1
        assert max(map(len, result.stdout.splitlines())) < 1_000


# -- broken input

EXAMPLES = int(os.environ.get("FOEDUS_BROKEN_INPUTS", "250"))
"""How many broken inputs are thrown at ``check``: seconds of them here, a minute in ``.ci/run``."""
SAMPLES = [p.read_bytes() for p in WRONG if p.suffix in {".yaml", ".csv", ".ttl", ".nt", ".jsonld", ".json"}]
"""Submissions in every format, JSON-LD among them."""


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
