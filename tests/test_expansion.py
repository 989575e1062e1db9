"""Records are checked key by key and value by value, each fault with its place, its reason and its cure."""

import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib

from foedus.assembly import to_triples
from foedus.context import build_context
from foedus.expansion import Expansion, expand
from foedus.home import Home
from foedus.namespaces import FOE, ID, VOC
from foedus.records import parse_records
from foedus.segments import Kind, Segment
from foedus.vocabulary import Vocabulary, read_vocabulary

SEGMENTS = {
    "yearbook:s-0001": Segment("s-0001", "lead", 1, Kind.BODY, ((0, 10),), "0" * 64),
    "part:s-0001": Segment("s-0001", "lead", 1, Kind.BODY, ((0, 10),), "0" * 64),
    "yearbook:g-0001": Segment(
        "g-0001", "lead", 1, Kind.GLOSS, ((11, 20),), "1" * 64, disposition="set-aside: describes a singer"
    ),
}
KNOWN = {
    "anna-holt": ("Person",),
    "foreign-minister": ("Office",),
    "freedonia": ("State",),
    "ruritania": ("State",),
    "league": ("InternationalOrganization",),
    "port": ("Place",),
    "unnamed": ("UnnamedActor",),
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(Home.find().ontology)


def _expand(text: str, vocabulary: Vocabulary) -> Expansion:
    return expand(parse_records(text, "facts.yaml"), vocabulary, SEGMENTS, KNOWN)


def _triples(text: str, vocabulary: Vocabulary) -> set[str]:
    expansion = _expand(text, vocabulary)
    assert not expansion.findings, [str(f) for f in expansion.findings]
    grouped = to_triples(build_context(vocabulary, ["yearbook"]), expansion.nodes)
    return {
        str(t).replace(ID, "id:").replace(FOE, "foe:").replace(VOC, "voc:")
        for g in grouped.values()
        for t in g
    }


TENURE = """\
- id: holt-minister
  type: Tenure
  person: anna-holt
  office: foreign-minister
  from: {edtf: '[1931-05-01..1931-05-10]', asStated: early May 1931}
  until: unknown
  evidence: [yearbook:s-0001]
"""


def test_a_record_becomes_triples_with_bounds_and_defaults(vocabulary: Vocabulary) -> None:
    """Dates get bounds, precision and the source's word; a record without modality is asserted."""
    triples = _triples(TENURE, vocabulary)
    date = "http://www.w3.org/2001/XMLSchema#date"
    assert f'<id:holt-minister.from> <foe:latest> "1931-05-10"^^<{date}>' in triples
    assert "<id:holt-minister.from> <foe:precision> <voc:precision.part-of-month>" in triples
    assert '<id:holt-minister.from> <foe:asStated> "early May 1931"@en' in triples
    assert "<id:holt-minister.until> <foe:boundReason> <voc:bound-reason.unknown>" in triples
    assert "<id:holt-minister> <foe:modality> <voc:modality.asserted>" in triples
    assert "<id:holt-minister> <foe:evidence> <id:yearbook.s-0001>" in triples
    assert not any("until> <foe:latest>" in t for t in triples)


def test_another_json_ld_processor_reads_the_same(vocabulary: Vocabulary) -> None:
    """Rdflib's JSON-LD parser gives exactly the triples that the build's processor gives."""
    expansion = _expand(TENURE, vocabulary)
    context = build_context(vocabulary, ["yearbook"])
    document = json.dumps({"@context": context, "@graph": list(expansion.nodes.values())})
    ours = {str(q.triple) for q in ox.parse(document.encode(), format=ox.RdfFormat.JSON_LD)}
    theirs = rdflib.Graph().parse(data=document, format="json-ld").serialize(format="nt")
    assert {str(q.triple) for q in ox.parse(theirs.encode(), format=ox.RdfFormat.N_TRIPLES)} == ours


def test_nested_nodes_are_named_after_what_they_hold(vocabulary: Vocabulary) -> None:
    """A participation is named after its actor and role, a status after its kind."""
    text = """\
- id: visit
  type: Event
  eventKind: visit
  date: 1931
  participation:
    - {actor: freedonia, role: host}
    - {actor: ruritania, role: guest}
  evidence: [yearbook:s-0001]
- id: freedonia-league
  type: Membership
  member: freedonia
  organization: league
  statusInterval: {status: observer, from: 1930, until: open}
  modality: claimed
  accordingTo: unnamed
  evidence: [yearbook:s-0001]
"""
    triples = _triples(text, vocabulary)
    assert "<id:visit.participation.freedonia.host> <foe:actor> <id:freedonia>" in triples
    status = "<id:freedonia-league.statusInterval.observer>"
    assert f"{status} <foe:evidence> <id:yearbook.s-0001>" in triples
    assert f"{status} <foe:modality> <voc:modality.claimed>" in triples
    assert f"{status} <foe:accordingTo> <id:unnamed>" in triples


def test_a_value_with_evidence_of_its_own_is_also_cited(vocabulary: Vocabulary) -> None:
    """The plain triple stands, and beside it a sourced value that names the triple and its segment."""
    text = """\
- id: the-league
  type: Organization
  prefLabel: League
  headquarters: {value: port, evidence: [yearbook:s-0001]}
  evidence: [yearbook:s-0001]
"""
    triples = _triples(text, vocabulary)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    assert "<id:the-league> <foe:headquarters> <id:port>" in triples
    source = "<id:the-league.headquarters.port.source>"
    assert f"{source} <{rdf}object> <id:port>" in triples
    assert f"{source} <foe:evidence> <id:yearbook.s-0001>" in triples


def test_texts_in_several_languages_are_cited_one_by_one(vocabulary: Vocabulary) -> None:
    """Evidence of a value that is a text by language is kept for the text of each language."""
    text = """\
- id: the-league
  type: Organization
  prefLabel: League
  altLabel: {value: {en: Concert, ru: Лига}, evidence: [yearbook:s-0001]}
  evidence: [yearbook:s-0001]
"""
    triples = _triples(text, vocabulary)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    for name, value in (("concert", '"Concert"@en'), ("value-ru", '"Лига"@ru')):
        source = f"<id:the-league.altLabel.{name}.source>"
        assert f"{source} <{rdf}object> {value}" in triples
        assert f"{source} <foe:evidence> <id:yearbook.s-0001>" in triples


def test_evidence_of_a_node_stands_among_its_own_keys(vocabulary: Vocabulary) -> None:
    """A sourced value that is a node of its own is refused, since its evidence would be lost."""
    text = """\
- id: visit
  type: Event
  eventKind: visit
  date: 1931
  participation: {value: {actor: freedonia, role: host}, evidence: [yearbook:s-0001]}
  evidence: [yearbook:s-0001]
"""
    (found,) = _expand(text, vocabulary).findings
    assert (found.code, f"{found.region.line}:{found.region.column}") == ("FOE106", "5:26")


def test_a_source_may_be_called_like_a_key(vocabulary: Vocabulary) -> None:
    """Evidence from a source whose slug is a key of records is found, with any context."""
    assert build_context(vocabulary, ["part"])["part"] == build_context(vocabulary)["part"]
    records = TENURE.replace("yearbook:", "part:")
    assert "<id:holt-minister> <foe:evidence> <id:part.s-0001>" in _triples(records, vocabulary)


def test_rival_dates_stand_beside_each_other(vocabulary: Vocabulary) -> None:
    """Two dates of one event are two date nodes, named after their values."""
    text = """\
- id: rivals
  type: Disagreement
  prefLabel: Two dates of the landing
  evidence: [yearbook:s-0001]
- id: landing
  type: Event
  eventKind: visit
  date:
    - {edtf: '1931-05-03', disagreement: rivals, evidence: [yearbook:s-0001]}
    - {edtf: '1931-05-04', disagreement: rivals, evidence: [yearbook:s-0001]}
  evidence: [yearbook:s-0001]
"""
    triples = _triples(text, vocabulary)
    assert "<id:landing> <foe:date> <id:landing.date.1931-05-03>" in triples
    assert "<id:landing.date.1931-05-04> <foe:disagreement> <id:rivals>" in triples


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "words"),
    [
        ("  person: anna-holt", "  persn: anna-holt", "FOE111", "3:3", 'did you mean "person"'),
        # what describes classes and concepts is told of no record
        (
            "  person: anna-holt",
            "  person: anna-holt\n  heading: offices",
            "FOE111",
            "4:3",
            'unknown key "heading"',
        ),
        ("type: Tenure", "type: TreatyObligation", "FOE129", "2:9", "derived by the build"),
        ("type: Tenure", "type: Tenur", "FOE112", "2:9", 'did you mean "Tenure"'),
        ("person: anna-holt", "person: ana-holt", "FOE114", "3:11", 'did you mean "anna-holt"'),
        ("person: anna-holt", "person: freedonia", "FOE119", "3:11", "takes a person"),
        ("person: anna-holt", "person: Anna Holt", "FOE115", "3:11", "is no id"),
        ("until: unknown", "until: 2023-02-30", "FOE121", "6:10", "not a date"),
        ("until: unknown", "until: 1931/1932", "FOE121", "6:10", "from and until"),
        ("until: unknown", "until: {asStated: later}", "FOE121", "6:10", "no date"),
        ("until: unknown", "actKind: signature", "FOE118", "6:3", "is a key of a TreatyAct"),
        ("until: unknown", "modality: assertd", "FOE113", "6:13", 'did you mean "asserted"'),
        ("until: unknown", "ordinal: fifth", "FOE122", "6:12", "no whole number"),
        ("until: unknown", "ordinal: 3000000000", "FOE122", "6:12", "not below"),
        ("until: unknown", 'statedReason: ""', "FOE120", "6:17", "empty"),
        ("until: unknown", 'statedReason: "a\\u202Eb"', "FOE105", "6:17", "U+202E"),
        ("until: unknown", "prefLabel: {EN: Holt}", "FOE123", "6:15", "no language tag"),
        ("until: unknown", "person: [[anna-holt]]", "FOE102", "6:3", "duplicate"),
        ("until: unknown", "place: [[port]]", "FOE106", "6:11", "flat list"),
        ("  evidence: [yearbook:s-0001]\n", "", "FOE131", "1:7", "no evidence"),
        ("yearbook:s-0001", "yearbook:s-0002", "FOE132", "7:14", 'did you mean "yearbook:s-0001"'),
        ("yearbook:s-0001", "yearbook:g-0001", "FOE133", "7:14", "describes a singer"),
        ("id: holt-minister", "id: Holt_Minister", "FOE115", "1:7", "is no id"),
        ("  type: Tenure\n", "", "FOE117", "1:3", "has no type"),
    ],
)
def test_each_fault_has_its_place_its_reason_and_its_cure(
    vocabulary: Vocabulary, old: str, new: str, code: str, place: str, words: str
) -> None:
    """A good record with one thing wrong is refused for that thing, at that thing."""
    assert old in TENURE
    try:
        findings = _expand(TENURE.replace(old, new), vocabulary).findings
    except Exception as error:
        findings = error.diagnostics  # type: ignore[attr-defined]
    assert [(d.code, str(d.region)) for d in findings] == [(code, f"facts.yaml:{place}")]
    assert words in f"{findings[0].message} {findings[0].cure}"
    assert findings[0].cure


def test_one_id_names_one_thing(vocabulary: Vocabulary) -> None:
    """The second record of an id is refused, naming the place of the first."""
    findings = _expand(TENURE + TENURE, vocabulary).findings
    assert [(d.code, d.region.line) for d in findings] == [("FOE116", 8)]
    assert "facts.yaml:1:7" in findings[0].cure


def test_several_nested_nodes_need_names(vocabulary: Vocabulary) -> None:
    """Two participations of one actor in one role cannot be told apart and are refused."""
    text = """\
- id: visit
  type: Event
  eventKind: visit
  participation: [{actor: freedonia, role: host}, {actor: freedonia, role: host}]
  evidence: [yearbook:s-0001]
"""
    assert [d.code for d in _expand(text, vocabulary).findings] == ["FOE116"]


def test_what_sets_nested_nodes_apart_is_added_to_their_names(vocabulary: Vocabulary) -> None:
    """The first of several of one name keeps it; the others are named by what sets them apart as well."""
    text = """\
- id: talks
  type: Event
  eventKind: meeting
  participation:
    - {actor: anna-holt, role: participant}
    - {actor: anna-holt, role: participant, capacity: foreign-minister}
    - {actor: anna-holt, role: participant, capacity: envoy}
  evidence: [yearbook:s-0001]
"""
    named = "talks.participation.anna-holt.participant"
    found = [node for node in _expand(text, vocabulary).types if ".participation." in node]
    assert found == [named, f"{named}.foreign-minister", f"{named}.envoy"]


class _Unlisted(dict[str, tuple[str, ...]]):
    """What stands in a large graph: ids can be looked up one by one, but not listed or counted."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("the whole graph is listed")

    def __len__(self) -> int:
        raise AssertionError("the whole graph is counted")


def test_a_sound_record_does_not_list_what_stands(vocabulary: Vocabulary) -> None:
    """A record in which nothing is wrong is expanded without listing or counting the ids that stand."""
    text = """- id: talks
  type: Event
  prefLabel: Talks
  eventKind: negotiation
  date: '1931-05-04'
  theme: diplomacy
  evidence: [yearbook:s-0001]
"""
    found = expand(parse_records(text, "facts.yaml"), vocabulary, SEGMENTS, KNOWN, _Unlisted(KNOWN))
    assert not found.findings
