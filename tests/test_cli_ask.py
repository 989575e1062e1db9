import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_home import make_home

from foedus.cli import COMMANDS, main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("FOEDUS_HOME", str(tmp_path / "home"))
    return make_home(tmp_path / "home").root


def _run(*args: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(args), input=text)


def test_run_answers_with_the_values_given(home: Path) -> None:
    """Parameters are options in kebab case; a list is given by repeating its option."""
    result = _run(
        "run",
        "members",
        "--member",
        "Libertonie",
        "--member",
        "ruritania",
        "--as-of",
        "1930",
        "--format",
        "json",
    )
    assert (result.exit_code, result.stderr) == (0, "")
    (row,) = json.loads(result.stdout)
    assert (row["member"], row["memberLabel"], row["evidence"]) == (
        "ruritania",
        "Ruritania",
        "yearbook:s-0003",
    )


def test_run_takes_any_file(home: Path, tmp_path: Path) -> None:
    """A path in place of a name runs the query in that file."""
    (tmp_path / "mine.rq").write_text("#+ question: Mine?\nSELECT (1 AS ?one) WHERE { }")
    result = _run("run", str(tmp_path / "mine.rq"), "--format", "csv")
    assert (result.exit_code, result.stdout) == (0, "one\n1\n")


def test_help_tells_all_that_the_header_says(home: Path) -> None:
    """Question, parameters with type, default, example and choices, columns and a working line are shown."""
    result = _run("run", "members", "--help")
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    for part in (
        "Who belonged to what on a day?",
        "--member ENTITY a member (State: slug, label, alias, code or IRI) [several] [e.g. freedonia]",
        "--status CHOICE status (frozen, full) [e.g. frozen]",
        "[default: speaksUntil]",
        "evidence ids of segments",
        "foedus run members --member freedonia --as-of 1931",
        "One row for its full membership.",
    ):
        assert part in words
    line = next(line for line in result.stdout.splitlines() if "--as-of 1931" in line)
    assert _run(*line.split()[1:]).exit_code == 0


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["run", "membres"], 'no stored query "membres"; did you mean "members"'),
        (["run", "members", "--membr", "x"], "No such option"),
        (["run", "members", "--member", "fredonia"], '--member: .*did you mean "freedonia" .Freedonia.'),
        (["run", "saying"], "--text: a value is needed, such as hello"),
        (["run", "./nowhere.rq"], "nowhere.rq: No such file"),
        (["rum", "members"], 'no command "rum"; did you mean "run"'),
        (["run", "members", "--format", "xml"], "is not one of"),
        (["sparql", "SELECT ?x {"], "query:1:12: not SPARQL"),
        (["sparql", "nowhere.rq"], "nowhere.rq: No such file or directory: neither a file nor a query"),
        (
            ["sparql", "SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }"],
            "query:1:12: SERVICE is refused",
        ),
        (
            ["sparql", "SELECT (TRIPLE(id:a, foe:b, id:c) AS ?x) {}", "--format", "srj"],
            'query:1:9: "TRIPLE.": triple',
        ),
        (["why", "http://["], 'no entity or record "http://\\['),
        (["why", "Anna: Holt"], 'no entity or record "Anna: Holt"'),
        (["list", "--tag", "membershp"], 'did you mean "membership"'),
        (["--home", "/nowhere", "list"], 'no "graph" folder here'),
    ],
)
def test_wrong_usage_exits_2_and_says_how_to_mend_it(home: Path, args: list[str], message: str) -> None:
    """Nothing is printed on standard output; standard error holds the reason."""
    result = _run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(message, result.stderr)


def test_a_stale_graph_is_refused(home: Path) -> None:
    """A graph that was changed by hand is not answered from."""
    (home / "graph" / "small.ttl").write_text("")
    result = _run("run", "members")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "small.ttl: not as the build left it; run: foedus build" in result.stderr


def test_an_empty_answer_is_fine(home: Path) -> None:
    """Headers on standard output, a word on standard error, exit 0; a false ASK is fine, too."""
    result = _run("run", "members", "--as-of", "1900")
    assert (result.exit_code, result.stderr) == (0, "no rows\n")
    assert result.stdout.startswith("member  organization")
    assert (_run("sparql", "ASK { id:freedonia foe:no ?x }").stdout) == "false\n"


def test_sparql_takes_text_file_and_standard_input(home: Path, tmp_path: Path) -> None:
    """The three ways to give a query give the same answer; the graph's prefixes are known."""
    text = "SELECT ?s WHERE { ?s a foe:InternationalOrganization }"
    (tmp_path / "mine.rq").write_text(text)
    answers = {
        _run("sparql", *args, "--format", "csv", text=stdin).stdout
        for args, stdin in (([text], None), ([str(tmp_path / "mine.rq")], None), (["-"], text))
    }
    assert answers == {"s,sLabel\nleague,Southern League\n"}


def test_list_describes_every_query(home: Path) -> None:
    """JSON holds name, question, tags and parameters; a tag selects; Markdown is a catalogue."""
    listed = {query["name"]: query for query in json.loads(_run("list", "--format", "json").stdout)}
    assert set(listed) == {"members", "saying"}
    assert listed["members"]["question"] == "Who belonged to what on a day?"
    assert listed["members"]["tags"] == ["membership", "as-of"]
    assert [p["option"] for p in listed["members"]["parameters"]] == ["--member", "--status", "--as-of"]
    assert [p["required"] for p in listed["saying"]["parameters"]] == [True, False]
    assert "saying" not in _run("list", "--tag", "as-of").stdout
    assert _run("list", "--format", "markdown").stdout.startswith(
        "# Stored queries\n\n## membership\n\n### members\n"
    )


def test_a_query_that_is_not_in_order_hides_no_other(home: Path) -> None:
    """The list shows the good ones and names the bad one with its place; exit 2."""
    (home / "queries" / "bad.rq").write_text("#+ question: what: which\nSELECT * WHERE { }")
    result = _run("list")
    assert result.exit_code == 2
    assert "members" in result.stdout
    assert "bad.rq:1:" in result.stderr
    assert _run("run", "--help").exit_code == 0


def test_our_own_fault_exits_3(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unexpected error is one line that takes the blame; --debug adds the traceback."""
    monkeypatch.setattr("foedus.asking.render", lambda *args: 1 / 0)
    result = _run("run", "members")
    assert result.exit_code == 3
    assert result.stderr.startswith("this is our fault, not yours: ZeroDivisionError")
    assert result.stderr.count("\n") == 1
    assert "Traceback" in _run("--debug", "run", "members").stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(home: Path, command: str) -> None:
    """Each command's help shows a line that begins with its own name."""
    result = _run(command, "--help")
    assert result.exit_code == 0
    assert (
        f"\n  foedus {command} " in result.stdout
        or f"\n    foedus {command} " in result.stdout
        or (f"  foedus {command}\n" in result.stdout)
    )


def _complete(home: Path, words: str) -> set[str]:
    environment = {**os.environ, "_FOEDUS_COMPLETE": "bash_complete", "COMP_WORDS": words}
    environment["COMP_CWORD"] = str(len(words.split(" ")) - 1)
    script = Path(sys.executable).with_name("foedus")
    done = subprocess.run([script], env=environment, capture_output=True, text=True, check=True)
    return {line.partition(",")[2] for line in done.stdout.splitlines()}


def test_the_shell_completes_names_parameters_and_values(home: Path) -> None:
    """Commands, queries, options, entities and concepts complete from the home that is asked."""
    assert "run" in _complete(home, "foedus r")
    assert _complete(home, "foedus run me") == {"members"}
    assert {"--member", "--as-of"} <= _complete(home, "foedus run members --")
    assert _complete(home, "foedus run members --member Fr") == {"freedonia"}
    assert _complete(home, "foedus run members --status f") == {"frozen", "full"}


def test_run_loads_nothing_that_it_does_not_need(home: Path) -> None:
    """On the way of a stored query, whose header is kept, no reader of YAML, EDTF or rdflib is imported."""
    code = (
        "import sys; from foedus.cli import main\n"
        "main(['run', 'members', '--member', 'Libertonie', '--as-of', '1931-06', '--format', 'json'], "
        "standalone_mode=False)\n"
        "print(*sorted(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert json.loads(done.stdout)[0]["member"] == "freedonia"
    assert {"foedus", "pyoxigraph", "click"} <= loaded
    assert not {"rdflib", "pyshacl", "owlrl", "edtf", "yaml", "pyparsing", "difflib"} & loaded


def test_the_process_ends_with_its_output_written(home: Path) -> None:
    """The installed command prints all of a long answer into a pipe, with its exit code."""
    script = Path(sys.executable).with_name("foedus")
    text = f"SELECT ?x WHERE {{ VALUES ?x {{ {' '.join(map(str, range(15_000)))} }} }}"
    done = subprocess.run(
        [script, "sparql", text, "--format", "csv"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.count("\n")) == (0, 15_001)
    done = subprocess.run([script, "run", "membres"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_reader_that_leaves_early_is_no_error(home: Path) -> None:
    """Where the other end of the pipe is closed, the command ends in silence."""
    script = Path(sys.executable).with_name("foedus")
    text = f"SELECT ?x WHERE {{ VALUES ?x {{ {' '.join(map(str, range(15_000)))} }} }}"
    process = subprocess.Popen([script, "sparql", text], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
