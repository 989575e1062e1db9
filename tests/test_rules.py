"""Every rule can fail: a folder of ``rules/`` holds valid cases and others that differ in one place."""

from __future__ import annotations

import re
import shutil
import time
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from benchmarks.generator import write

from foedus.assembly import assemble
from foedus.build import build
from foedus.diagnostics import FindingsError, Region, Severity, UnreadableInput
from foedus.home import Home
from foedus.ingestion import ingest
from foedus.namespaces import FOE, ID, VOC
from foedus.rulefiles import Rule, check_rules, read_rules
from foedus.rules import Finding, judge, offenders, run_rules, to_diagnostic
from foedus.vocabulary import parse_turtle, read_vocabulary

TESTS = Path(__file__).parent
CASES = TESTS / "rules"
ONTOLOGY = Home.find().ontology
RULES = {rule.name: rule for rule in read_rules(ONTOLOGY)}
INVALID = sorted(CASES.glob("*/invalid-*.ttl"))
VALID = sorted(CASES.glob("*/valid*.ttl"))


def name_of(case: Path) -> str:
    """Return the name of a case in test reports."""
    return f"{case.parent.name}/{case.stem}"


@cache
def vocabularies() -> tuple[ox.Triple, ...]:
    """Return the vocabularies, against which every graph is judged."""
    return tuple(parse_turtle(ONTOLOGY / "vocabularies.ttl"))


def store_of(*graphs: list[ox.Triple]) -> ox.Store:
    """Return a store of the graphs and the vocabularies."""
    store = ox.Store()
    for graph in (*graphs, vocabularies()):
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in graph)
    return store


@cache
def findings(case: Path) -> list[Finding]:
    """Return what all rules find in a case."""
    return run_rules(RULES.values(), store_of(parse_turtle(case)))


def test_every_rule_has_its_folder() -> None:
    """Each rule has a folder with a valid case and at least one invalid, and no folder lacks its rule."""
    assert sorted(p.name for p in CASES.iterdir() if p.is_dir()) == sorted(RULES)
    for rule in RULES:
        names = {p.name for p in (CASES / rule).iterdir()}
        assert "valid.ttl" in names, f"{rule} has no valid case"
        assert any(name.startswith("invalid-") for name in names), f"{rule} has no invalid case"
        assert all(re.fullmatch(r"valid\.ttl|(in)?valid-[a-z-]+\.ttl", name) for name in names), names


@pytest.mark.parametrize("case", VALID, ids=name_of)
def test_a_valid_case_breaks_no_rule(case: Path) -> None:
    """What is right, and what only looks wrong, is accepted by every rule."""
    assert findings(case) == []


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_an_invalid_case_breaks_its_rule_alone(case: Path) -> None:
    """The one place in which an invalid case differs brings a finding of exactly its rule.

    What may be right after all is a warning.
    """
    rule = RULES[case.parent.name]
    possible = case.stem.startswith("invalid-possibly-")
    assert {f.code for f in findings(case)} == {rule.code}
    assert {f.severity for f in findings(case)} == {Severity.WARNING if possible else rule.severity}


TWICE = {
    "two-signatures/invalid-no-disagreement-recorded": "the third signature collides with each of two rivals"
}


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_one_fault_is_one_finding(case: Path) -> None:
    """One wrong triple brings one finding of all rules together, however many rows it has."""
    assert len(findings(case)) == (2 if name_of(case) in TWICE else 1)


@pytest.mark.parametrize("case", [c for c in (*VALID, *INVALID) if c.name != "valid.ttl"], ids=name_of)
def test_a_case_differs_in_one_place(case: Path) -> None:
    """A case drops, adds or changes one triple of the valid one."""
    before, after = (set(parse_turtle(path)) for path in (case.parent / "valid.ttl", case))
    assert len(before - after) <= 1
    assert len(after - before) <= 1
    assert before != after


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_a_message_names_what_collides(case: Path) -> None:
    """Message and cure are whole sentences with every placeholder filled, and say more than a code."""
    for finding in findings(case):
        assert finding.focus.removeprefix(ID) in finding.message
        assert not re.search(r"[{}?]|\b(None|https?):", finding.message)
        assert finding.other.removeprefix(ID) in finding.message + finding.cure
        assert finding.cure


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_of_two_severities_has_a_case_of_each(rule: str) -> None:
    """Where a rule grades its rows, cases show each grade that it can give."""
    grades = set(re.findall(r'"(violation|warning)"', RULES[rule].text))
    shown = {f.severity.value for case in INVALID if case.parent.name == rule for f in findings(case)}
    assert shown == (grades or {RULES[rule].severity.value})


# --- As SHACL


def test_the_form_of_a_query_that_shacl_does_not_allow_is_recognised(ontology: Path) -> None:
    """MINUS, VALUES and a sub-query that drops the focus are named; no rule of ours has one."""
    path = ontology / "rules" / "member-of-itself.rq"
    text = path.read_text(encoding="utf-8")
    for added, named in (
        ("MINUS { $this foe:member ?value }", "MINUS"),
        ("VALUES ?value { foe:member }", "VALUES"),
        ("{ SELECT ?value WHERE { ?value foe:member ?value } }", "a sub-query without $this"),
        ("{ SELECT $this WHERE { $this foe:member ?value } }", ""),
    ):
        path.write_text(text.replace("WHERE {", f"WHERE {{ {added}", 1), encoding="utf-8")
        (rule,) = read_rules(ontology)
        assert rule.beyond_shacl == named
    assert {rule.beyond_shacl for rule in RULES.values()} == {""}


# --- Running the rules


@pytest.fixture(scope="module")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """Return a store of a hundred thousand triples that break no rule."""
    records = tmp_path_factory.mktemp("large") / "world.jsonl"
    records.write_text("".join(write(100_000, 1, "jsonl")), encoding="utf-8")
    graph = records.with_suffix(".nt")
    assert ingest([records], graph, read_vocabulary(ONTOLOGY), {}, {}).triples > 95_000
    store = store_of()
    store.bulk_load(path=str(graph), format=ox.RdfFormat.N_TRIPLES)
    return store


def test_the_rules_find_nothing_in_a_large_graph_that_is_right(large_store: ox.Store) -> None:
    """A graph of a hundred thousand triples, many of each kind, passes in seconds, no rule taking one."""
    for rule in RULES.values():
        before = time.process_time()
        assert offenders(rule, large_store) == [], rule.name
        assert time.process_time() - before < 2, rule.name


@pytest.mark.parametrize("root", [TESTS / "home", None], ids=["fictional", "built-in"])
def test_the_homes_break_no_rule(root: Path | None) -> None:
    """What the records of a home expand to breaks no rule, and each rule judges it at once."""
    home = Home.find(root)
    assembly = assemble(home)
    assert not assembly.findings
    for dossier in home.dossiers:
        store = store_of(assembly.dossier(dossier))
        assert run_rules(RULES.values(), store) == []
        for rule in RULES.values():
            assert min(seconds(rule, store) for _ in range(3)) < 0.05, rule.name


def seconds(rule: Rule, store: ox.Store) -> float:
    """Return how long a rule takes."""
    before = time.process_time()
    offenders(rule, store)
    return time.process_time() - before


def test_a_pair_is_found_once() -> None:
    """Of two records that collide the one is the focus and the other is named, with its evidence."""
    (finding,) = findings(CASES / "overlapping-holders" / "invalid-before-the-hand-over.ttl")
    assert (finding.focus, finding.other) == (f"{ID}a", f"{ID}b")
    assert finding.evidence == ("yearbook:s-1",)
    diagnostic = to_diagnostic(finding, Region("facts.yaml", 3, 5))
    assert str(diagnostic).startswith('facts.yaml:3:5: violation FOE331: "a" and "b" both certainly hold')
    assert '(evidence of "b": yearbook:s-1)' in diagnostic.message
    assert diagnostic.focus == "a"


def test_of_a_pair_the_new_one_is_the_focus() -> None:
    """Where a new record collides with one that stands, the new one is the offender, whatever its name."""
    store = store_of(parse_turtle(CASES / "overlapping-holders" / "invalid-before-the-hand-over.ttl"))
    for new, old in (("a", "b"), ("b", "a")):
        (finding,) = run_rules(RULES.values(), store, {f"{ID}{new}"})
        assert (finding.focus, finding.other) == (f"{ID}{new}", f"{ID}{old}")


@pytest.mark.parametrize("case", INVALID, ids=name_of)
def test_what_is_touched_is_judged_as_in_the_whole(case: Path) -> None:
    """With the nodes touched given, exactly the findings are returned in which one of them takes part."""
    store = store_of(parse_turtle(case))
    whole = findings(case)
    for iri in {f.focus for f in whole} | {f.other for f in whole if f.other}:
        concerned = {(f.code, frozenset((f.focus, f.other))) for f in whole if iri in (f.focus, f.other)}
        found = {(f.code, frozenset((f.focus, f.other))) for f in run_rules(RULES.values(), store, {iri})}
        if any(rule.cycle and rule.code in dict(concerned) for rule in RULES.values()):
            # Any of its links stands for a cycle.
            found, concerned = (
                {(code, frozenset[str]()) for code, _ in pairs} for pairs in (found, concerned)
            )
        assert found == concerned
    assert run_rules(RULES.values(), store, {f"{ID}nothing"}) == []


def test_what_stands_is_not_reported_with_a_new_fact() -> None:
    """A fault that stood before is none of a new fact's."""
    store = store_of(parse_turtle(CASES / "two-capitals" / "invalid-both-to-this-day.ttl"))
    assert run_rules(RULES.values(), store)
    assert run_rules(RULES.values(), store, {f"{ID}c"}) == []


def test_a_constraint_that_looks_sideways_is_found_in_a_large_graph(large_store: ox.Store) -> None:
    """A new tenure that overlaps another of the same office is found by way of the office, in an instant."""
    new = f"""@prefix foe: <{FOE}> . @prefix id: <{ID}> . @prefix voc: <{VOC}> .
        id:new a foe:Tenure ; foe:modality voc:modality.asserted ; foe:evidence id:yearbook-0.s-0000 ;
        foe:person id:person-0-0 ; foe:office id:minister-7 ; foe:from id:tenure-7-4.from ;
        foe:until id:tenure-7-4.until ."""
    quads = [ox.Quad(*q.triple) for q in ox.parse(new, format=ox.RdfFormat.TURTLE)]
    large_store.extend(quads)
    before = time.process_time()
    found = run_rules(RULES.values(), large_store, {f"{ID}new"})
    elapsed = time.process_time() - before
    for quad in quads:
        large_store.remove(quad)
    assert [(f.code, f.focus, f.other) for f in found] == [("FOE331", f"{ID}new", f"{ID}tenure-7-4")]
    assert elapsed < 1


def test_the_order_of_triples_and_rules_does_not_matter() -> None:
    """The same graph gives the same findings in the same order."""
    graph = [t for case in INVALID[:40] for t in parse_turtle(case)]
    found = run_rules(RULES.values(), store_of(graph))
    assert found == run_rules(reversed(RULES.values()), store_of(graph[::-1]))
    assert found == sorted(found)
    assert len(found) > 20


def test_judging_reads_rules_and_vocabularies() -> None:
    """One call judges a graph by the rules of an ontology."""
    case = CASES / "status-outside-membership" / "invalid-begins-before.ttl"
    assert judge(parse_turtle(case), ONTOLOGY) == findings(case)


# --- Reading the rules


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    """Return a folder of ontology with one rule."""
    (tmp_path / "rules").mkdir()
    shutil.copy(ONTOLOGY / "rules" / "member-of-itself.rq", tmp_path / "rules")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("#+ cure: ", "#+ remedy: ", "cure"),
        ("#+ code: FOE361", "#+ code: FOE361\n#+ colour: red", "colour"),
        ("FOE361", "FOE861", "FOE301"),
        ("severity: violation", "severity: grave", "warning"),
        ("{value}", "{vlaue}", "vlaue"),
        ("SELECT $this", "SELECT $self $this", "projects"),
        ("SELECT $this ?path ?value", "ASK", "SELECT"),
        ("WHERE {", "WHERE { SERVICE <http://evil.example/> {} ", "SERVICE"),
        ("WHERE {", "WHERE {{", "not SPARQL"),
        ("targetSubjectsOf: member", "symmetric: false", "targetClass"),
        ("targetSubjectsOf: member", "targetSubjectsOf: foe:member", "without prefix"),
        ("targetSubjectsOf: member", "targetClass: Membership\n#+ via: foe:member", "without prefix"),
        ("targetSubjectsOf: member", "targetClass: Membership\n#+ via: a member", "no name"),
        ("targetSubjectsOf: member", "targetClass: Membership\n#+ via: ''", "no name"),
        ("targetSubjectsOf: member", "targetClass: Membership\n#+ other: '?other a foe:State'", "projects"),
    ],
)
def test_a_file_that_is_no_rule_is_refused(ontology: Path, old: str, new: str, fault: str) -> None:
    """A header or query that is not what a rule needs is refused in one line that names file and fault."""
    path = ontology / "rules" / "member-of-itself.rq"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UnreadableInput, match=rf"member-of-itself\.rq.*{fault}") as caught:
        read_rules(ontology)
    assert "\n" not in str(caught.value)


def test_a_code_is_used_once(ontology: Path) -> None:
    """Two rules with one code are refused."""
    shutil.copy(ontology / "rules" / "member-of-itself.rq", ontology / "rules" / "other.rq")
    with pytest.raises(UnreadableInput, match=r"FOE361 is the code of member-of-itself\.rq"):
        read_rules(ontology)


@pytest.mark.parametrize(
    ("old", "new", "line", "near"),
    [
        ("foe:member ?value", "foe:membre ?value", 13, "member"),
        ("$this foe:member", "$this a voc:modality.assertd ; foe:member", 13, "asserted"),
        ("targetSubjectsOf: member", "targetClass: Membershp", 7, "Membership"),
        ("targetSubjectsOf: member", "targetClass: member", 7, "Membership"),
        ("targetSubjectsOf: member", "targetSubjectsOf: Membership", 7, "member"),
        ("targetSubjectsOf: member", "via: membre\n#+ targetSubjectsOf: member", 7, "member"),
    ],
)
def test_a_rule_that_can_match_nothing_is_found(
    ontology: Path, old: str, new: str, line: int, near: str
) -> None:
    """A term that the ontology does not declare is found at its place in the rule, with the nearest that it has."""
    path = ontology / "rules" / "member-of-itself.rq"
    text = path.read_text(encoding="utf-8").replace("PREFIX", f"PREFIX voc: <{VOC}>\nPREFIX", 1)
    path.write_text(text.replace(old, new), encoding="utf-8")
    (diagnostic,) = check_rules(read_rules(ontology), read_vocabulary(ONTOLOGY))
    assert diagnostic.code == "FOE300"
    assert diagnostic.region.file == "ontology/rules/member-of-itself.rq"
    assert diagnostic.region.line == line
    assert f'"{near}"' in diagnostic.cure


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("?other foe:member", "no pattern"),
        ("?other foe:member ?m }", "no pattern"),
        ("?someone foe:member ?m", "about"),
        ("?other foe:member ?m . SERVICE <http://evil.example/> {}", "SERVICE"),
    ],
)
def test_a_pattern_of_a_header_that_cannot_be_asked_is_refused(
    ontology: Path, pattern: str, fault: str
) -> None:
    """What narrows a rule to touched nodes is read with the rule, so that it cannot fail when a fact is checked."""
    text = (ONTOLOGY / "rules" / "mission-without-relations.rq").read_text(encoding="utf-8")
    old = "'?other foe:eventKind voc:event-kind.relations-severed'"
    assert old in text
    path = ontology / "rules" / "mission-without-relations.rq"
    path.write_text(text.replace(old, f"'{pattern}'"), encoding="utf-8")
    with pytest.raises(UnreadableInput, match=rf"mission-without-relations\.rq: other.*{fault}"):
        read_rules(ontology)


def test_a_misspelt_term_in_a_header_is_found_at_its_place(ontology: Path) -> None:
    """A concept that the ``other`` pattern of a header misspells is found there."""
    text = (ONTOLOGY / "rules" / "mission-without-relations.rq").read_text(encoding="utf-8")
    path = ontology / "rules" / "mission-without-relations.rq"
    path.write_text(text.replace("relations-severed'", "relations-severd'"), encoding="utf-8")
    (found,) = check_rules(read_rules(ontology), read_vocabulary(ONTOLOGY))
    assert (found.region.line, found.region.column) == (9, 33)
    assert "relations-severed" in found.cure


def test_codes_are_stable() -> None:
    """A code once given stays with its rule: the table is added to, never changed."""
    table = (TESTS / "rules.tsv").read_text(encoding="utf-8")
    assert table == "".join(f"{rule.code}\t{name}\n" for name, rule in RULES.items())


# --- In the build


def test_the_build_refuses_what_breaks_a_rule(tmp_path: Path) -> None:
    """A record that breaks a rule is refused at its place, with the rule's code."""
    shutil.copytree(TESTS / "home", tmp_path / "home")
    facts = tmp_path / "home" / "graph" / "freedonia-ruritania" / "facts" / "facts.yaml"
    text = facts.read_text(encoding="utf-8")
    wrong = text.replace("until: '1927-10-20'\n", "until: '1920-10-20'\n", 1)
    assert wrong != text
    facts.write_text(wrong, encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        build(Home.find(tmp_path / "home"))
    found = {d.code: d for d in caught.value.diagnostics}
    assert set(found) == {"FOE301", "FOE316"}
    line = wrong[: wrong.index("until: '1920-10-20'")].count("\n") + 1
    assert (found["FOE301"].region.line, found["FOE301"].value) == (line, "1920-10-20")
