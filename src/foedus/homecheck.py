"""A whole home checked: every record, shape, rule and stored query, and what no record may leave open."""

from __future__ import annotations

from foedus.assembly import Assembly, assemble, record_files
from foedus.coverage import find_gaps
from foedus.diagnostics import Diagnostic
from foedus.home import Home
from foedus.judgement import Faults, ShapeJudge, judge_whole, sort_findings
from foedus.ontologycheck import find_idle
from foedus.querycheck import find_query_faults


def check_home(home: Home) -> tuple[list[Diagnostic], list[str]]:
    """Return all findings on a home's records and queries, sorted, and the names of the files that were read.

    Raise UnreadableInput where one of them cannot be read at all.
    """
    assembly = assemble(home, partial=True)
    files = [name for _, name, _ in record_files(home, assembly.sources)]
    return sort_findings(judge_records(assembly, home) + find_query_faults(home)), files


def judge_records(assembly: Assembly, home: Home, shapes: ShapeJudge = "queries") -> list[Diagnostic]:
    """Return all findings on a home's records, sorted: of form, of shapes and rules over all dossiers together.

    Shapes and rules that can find nothing are among them and, where the form is sound, sentences left over.
    """
    triples = list(dict.fromkeys(t for group in assembly.triples.values() for t in group))
    faults = Faults(assembly.findings, assembly.vocabulary)
    findings = list(assembly.findings)
    findings += judge_whole(triples, home.ontology, faults, assembly.place, shapes)
    findings += find_idle(home.ontology, assembly.vocabulary)
    if not assembly.findings:
        findings += find_gaps(assembly)
    return sort_findings(findings)
