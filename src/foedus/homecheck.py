"""A whole home checked: every record, shape and rule, and what no record may leave open."""

from __future__ import annotations

from foedus.assembly import Assembly, assemble, record_files
from foedus.checking import follows, judged, sort_findings
from foedus.coverage import find_gaps
from foedus.diagnostics import Diagnostic, Region
from foedus.home import Home
from foedus.ontologycheck import find_idle
from foedus.rules import judge, to_diagnostic


def check_home(home: Home) -> tuple[list[Diagnostic], list[str]]:
    """Return all findings on a home's records, sorted, and the names of the files that were read.

    Raise UnreadableInput where one of them cannot be read at all.
    """
    assembly = assemble(home, partial=True)
    files = [name for _, name, _ in record_files(home, assembly.sources)]
    faulty: dict[str, set[str]] = {}
    for found in assembly.findings:
        faulty.setdefault(found.focus.partition(".")[0], set()).add(found.path)
    findings = list(assembly.findings)
    triples = list(dict.fromkeys(t for group in assembly.triples.values() for t in group))
    violations, teller = judged(triples, home.ontology)
    for violation in violations:
        if not follows(violation, faulty):
            findings.append(
                teller.diagnostic(violation, _place(assembly, violation.focus, teller.path(violation)))
            )
    findings += [to_diagnostic(f, _place(assembly, f.focus, f.path)) for f in judge(triples, home.ontology)]
    findings += find_idle(home.ontology, assembly.vocabulary)
    if not assembly.findings:
        findings += find_gaps(assembly)
    return sort_findings(findings), files


def _place(assembly: Assembly, iri: str, path: str) -> Region:
    name = iri
    while name:
        found = assembly.expansion.locate(name, path)
        if found:
            return found
        name = name.rpartition(".")[0]
    return Region("graph")
