"""The matrix as a table at the end of the run."""

from __future__ import annotations

from collections import defaultdict

import pytest

_WORDS = {"passed": "equal", "xfailed": "known gap", "skipped": "not here", "failed": "different"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print for each engine how many stored queries gave equal rows, and name the others."""
    table: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for outcome, word in _WORDS.items():
        for report in terminalreporter.stats.get(outcome, ()):
            if "test_a_stored_query_gives_its_golden_rows[" in getattr(report, "nodeid", ""):
                name, engine = _parts(report.nodeid)
                table[engine][word].append(name)
    if table:
        terminalreporter.section("stored queries on each engine")
    for engine, found in sorted(table.items()):
        told = [f"{len(found['equal'])} equal"]
        told += [
            f"{word}: {', '.join(sorted(found[word]))}" for word in ("known gap", "different") if found[word]
        ]
        told += [f"{len(found['not here'])} not asked, for want of it"] if found["not here"] else []
        terminalreporter.line(f"{engine:18} {'; '.join(told)}")


def _parts(nodeid: str) -> tuple[str, str]:
    """Return the query's and the engine's name of a test's id ``…[QUERY-ENGINE]``."""
    inner = nodeid.rpartition("[")[2].rstrip("]")
    engines = (
        "pyoxigraph-folder",
        "pyoxigraph",
        "rdflib",
        "oxigraph-server",
        "virtuoso",
        "jena-arq",
        "jena-tdb2",
        "comunica",
    )
    engine = next(e for e in engines if inner.endswith(f"-{e}") or inner.startswith(f"{e}-"))
    return inner.removesuffix(f"-{engine}").removeprefix(f"{engine}-"), engine
