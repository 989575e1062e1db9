"""What somebody submits, in any of the formats, read into records with the place of every value.

Nothing that a text names is fetched or opened. A text that is too large, too deep or none of its format is
refused as a whole, with the place that was reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from foedus.csvrecords import parse_csv
from foedus.decoding import decoded
from foedus.diagnostics import Diagnostic, FindingsError, Region, Severity, UnreadableInput
from foedus.jsonldtext import (
    contexts_of,
    has_iris_for_keys,
    locate_in_json,
    plain_records,
    refuse_remote,
    undefined_keys,
)
from foedus.jsontext import read_json
from foedus.namespaces import ID, RDF
from foedus.positions import Lines, Place, place_triples
from foedus.rdfrecords import Located, to_records
from foedus.records import Record, parse_records
from foedus.values import BIDIRECTIONAL, LANGUAGE
from foedus.vocabulary import Vocabulary

MAX_BYTES: Final = 2_000_000
"""The largest text that is checked: some seconds' work."""

MAX_RECORDS: Final = 3_000

FORMATS: Final = {
    "yaml": (".yaml", ".yml"),
    "csv": (".csv", ".tsv"),
    "turtle": (".ttl",),
    "ntriples": (".nt",),
    "jsonld": (".jsonld", ".json"),
}
"""The formats and the ends of file names by which they are known."""

_RDF: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_CURES: Final = {
    "turtle": "mend it here or just before: a value missing its ; or . or a prefix, quotation mark or bracket",
    "ntriples": "write one triple a line: <IRI> <IRI> <IRI> or a text in quotation marks, and a dot",
    "jsonld": "mend the keyword or value, and declare every prefix in @context",
}
_NIL = ox.NamedNode(RDF + "nil")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_HIDDEN = re.compile(f"[{''.join(sorted(BIDIRECTIONAL))}]")
_TAG = re.compile(r"[\"']@([\w-]*)")
_GOOD_TAG = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")


@dataclass
class Submission:
    """The records of one text, the triples that are no part of records, and what is wrong in form already."""

    name: str
    text: str
    format: str
    records: list[Record] = field(default_factory=list)
    rest: list[Located] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)


def format_of(name: str) -> str:
    """Return the format of a file by the end of its name; raise UnreadableInput where none is known by it."""
    for form, ends in FORMATS.items():
        if name.casefold().endswith(ends):
            return form
    if name.casefold().endswith((".rdf", ".owl", ".xml")):
        raise UnreadableInput(f"{name}: RDF/XML is not accepted; convert it to Turtle")
    known = ", ".join(end for ends in FORMATS.values() for end in ends)
    raise UnreadableInput(f"{name}: the format cannot be told; name it {known}, or give --as FORMAT")


def decode(content: bytes, name: str) -> str:
    """Return the text of a file; raise UnreadableInput where it is too large or no UTF-8 text."""
    if len(content) > MAX_BYTES:
        raise UnreadableInput(f"{name}: larger than {MAX_BYTES:,} bytes; split the file")
    text = decoded(content, name)
    control = _CONTROL.search(text)
    if control:
        place = Lines(text, name).region(*control.span())
        raise UnreadableInput(f"{place}: the control character U+{ord(control.group()):04X}; take it out")
    return text


def read_submission(
    content: bytes,
    name: str,
    form: str,
    vocabulary: Vocabulary,
    *,
    class_name: str = "",
) -> Submission:
    """Return what a file's content submits; ``class_name`` is that of CSV rows without a type.

    Faults of form are collected. Raise UnreadableInput where the content cannot be read at all.
    """
    submission = Submission(name, decode(content, name), form)
    try:
        if form == "yaml":
            submission.records = parse_records(submission.text, name)
        elif form == "csv":
            submission.records = parse_csv(submission.text, name, class_name)
        else:
            _read_rdf(submission, vocabulary)
    except FindingsError as error:
        submission.findings += error.diagnostics
    if len(submission.records) > MAX_RECORDS:
        place = submission.records[MAX_RECORDS].region
        raise UnreadableInput(f"{place}: more than {MAX_RECORDS:,} records; split the file")
    submission.findings += _hidden(submission)
    if not (submission.records or submission.rest or submission.findings):
        region, cure = Region(name, 1, 1, 1, 2), "write - id: …, or see: foedus new"
        submission.findings.append(
            Diagnostic(region, "FOE104", "no record in this file", cure, Severity.WARNING)
        )
    return submission


def _read_rdf(submission: Submission, vocabulary: Vocabulary) -> None:
    text, name = submission.text, submission.name
    if submission.format == "jsonld":
        node = read_json(text, name)
        contexts = contexts_of(node)
        if not contexts and not has_iris_for_keys(node):
            submission.records = plain_records(node)
            return
        submission.findings += undefined_keys(node, contexts)
        refuse_remote(node)
        located = locate_in_json(_parse(submission), node, name)
    else:
        triples = _parse(submission)
        located = _laid_beside(triples, place_triples(text, name), name)
    converted = to_records(located, vocabulary)
    submission.records, submission.rest = converted.records, converted.rest
    submission.findings += converted.findings


def _parse(submission: Submission) -> list[ox.Triple]:
    name = submission.name
    try:
        quads = list(ox.parse(submission.text.encode(), format=_RDF[submission.format]))
    except SyntaxError as error:
        message = re.sub(r"^Parser error at .*?: | \(line \d+\)$", "", str(error.msg))
        line, column = error.lineno or 1, error.offset or 1
        cure = _CURES[submission.format]
        tag = _tag_at(submission.text, line, column)
        if tag:
            column = tag.start(1) + 1
            message = f'"{tag[1]}" is no language tag'
            shorter = tag[1].strip("_-").replace("_", "-").lower()
            cure = f"write @{shorter if LANGUAGE.fullmatch(shorter) else 'en, or another short code'}"
        place = f"{name}:{line}:{column}"
        kind = {"turtle": "Turtle", "ntriples": "N-Triples", "jsonld": "JSON-LD"}[submission.format]
        told = " ".join(message.split())[:300]
        raise UnreadableInput(f"{place}: not {kind}: {told}; {cure}") from error
    except ValueError as error:
        raise UnreadableInput(f"{name}:1:1: {' '.join(str(error).split())}") from error
    if any(not isinstance(q.graph_name, ox.DefaultGraph) for q in quads):
        raise UnreadableInput(f"{name}:1:1: a named graph; leave the graphs' names out")
    if any(isinstance(q.object, ox.Triple) for q in quads):
        raise UnreadableInput(f"{name}:1:1: a triple within a triple is not of RDF 1.1; take it out")
    return [q.triple for q in quads]


def _laid_beside(triples: list[ox.Triple], places: list[Place], name: str) -> list[Located]:
    """Return the triples with their places: in both lists those without blank nodes follow the text."""
    simple = [
        t for t in triples if not any(isinstance(x, ox.BlankNode) or x == _NIL for x in (t.subject, t.object))
    ]
    simple_set = set(simple)
    where = [p for p in places if not p.blank]
    if len(simple) != len(where):
        raise UnreadableInput(f"{name}:1:1: a construct that is not of RDF 1.1; write plain triples")
    located = [Located(t, p.subject, p.predicate, p.object) for t, p in zip(simple, where, strict=True)]
    # Of a triple that ends in a blank node the subject is told; what stands within that node is not told again.
    ending = [t for t in triples if isinstance(t.subject, ox.NamedNode) and t not in simple_set]
    outer = [p for p in places if p.blank == (p.object,)]
    told = {p.object: t for t, p in zip(ending, outer, strict=False)}
    some = ox.NamedNode(ID)
    stand_in = ox.Triple(some, some, ox.BlankNode("any"))
    blank = dict.fromkeys(region for p in places for region in p.blank)
    return [*located, *(Located(told.get(region, stand_in), region, region, region) for region in blank)]


def _tag_at(text: str, line: int, column: int) -> re.Match[str] | None:
    """Return the language tag of a literal at which a parser stopped, if it is one that no grammar takes."""
    lines = text.split("\n")
    tags = _TAG.finditer(lines[line - 1]) if line <= len(lines) else ()
    near = (m for m in tags if m.start() < column <= m.end() + 1)
    return next((m for m in near if not _GOOD_TAG.fullmatch(m[1])), None)


def _hidden(submission: Submission) -> list[Diagnostic]:
    """Return a finding per line with a character that changes the direction of the text around it."""
    text = submission.text
    lines = Lines(text, submission.name)
    found: dict[int, Diagnostic] = {}
    for match in _HIDDEN.finditer(text):
        region = lines.region(*match.span())
        what = f"the control character U+{ord(match.group()):04X} in a text"
        found.setdefault(region.line, Diagnostic(region, "FOE105", what, "take it out"))
    return list(found.values())
