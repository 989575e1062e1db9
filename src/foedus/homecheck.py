"""A whole home checked: every record, shape, rule and stored query, and what no record may leave open."""

from __future__ import annotations

from foedus.assembly import assemble, record_files
from foedus.coverage import find_gaps
from foedus.diagnostics import Diagnostic
from foedus.home import Home
from foedus.judgement import Faults, judge_whole, sort_findings
from foedus.ontologycheck import find_idle
from foedus.querycheck import find_query_faults


def check_home(home: Home) -> tuple[list[Diagnostic], list[str]]:
    """Return all findings on a home's records, sorted, and the names of the files that were read.

    Raise UnreadableInput where one of them cannot be read at all.
    """
    assembly = assemble(home, partial=True)
    files = [name for _, name, _ in record_files(home, assembly.sources)]
    triples = list(dict.fromkeys(t for group in assembly.triples.values() for t in group))
    faults = Faults(assembly.findings, assembly.vocabulary)
    findings = list(assembly.findings)
    findings += judge_whole(triples, home.ontology, faults, assembly.place)
    findings += find_idle(home.ontology, assembly.vocabulary)
    findings += find_query_faults(home)
    if not assembly.findings:
        findings += find_gaps(assembly)
    return sort_findings(findings), files
