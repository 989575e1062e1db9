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
from foedus.diagnostics import Diagnostic, FindingsError, Region, Severity, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.jsontext import read_json
from foedus.namespaces import ID, RDF
from foedus.positions import Lines, Place, place_triples
from foedus.rdfrecords import Located, to_records
from foedus.records import Record, parse_records
from foedus.values import BIDIRECTIONAL
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
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HIDDEN = re.compile(f"[{''.join(sorted(BIDIRECTIONAL))}]")
_KEYWORDS = {"@id": "id", "@type": "type"}


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
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableInput(f"{name}:1:1: UTF-16; save the file as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sound = content[: error.start].decode("utf-8-sig")
        place = Lines(sound, name).region(len(sound), len(sound))
        byte = content[error.start]
        raise UnreadableInput(
            f"{place}: the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8"
        ) from error
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
        context = node.entries.get("@context") if isinstance(node, Mapping) else None
        if context is None:
            submission.records = _plain_records(node)
            return
        submission.findings += _undefined_keys(node, context)
        _refuse_remote(context)
        located = _locate_in_json(_parse(submission), node, name)
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
        place = f"{name}:{error.lineno or 1}:{error.offset or 1}"
        kind = {"turtle": "Turtle", "ntriples": "N-Triples", "jsonld": "JSON-LD"}[submission.format]
        told = " ".join(message.split())[:300]
        raise UnreadableInput(f"{place}: not {kind}: {told}; {_CURES[submission.format]}") from error
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


# -- JSON-LD


def _plain_records(node: Node) -> list[Record]:
    """Return the records of JSON without a context: the keys are those of records."""
    if isinstance(node, Mapping) and "@graph" in node.entries:
        node = node.entries["@graph"]
    items = node.items if isinstance(node, Sequence) else (node,)
    findings = [
        Diagnostic(item.region, "FOE104", "not a record", 'write objects with "id", "type", "evidence"')
        for item in items
        if not isinstance(item, Mapping)
    ]
    if findings:
        raise FindingsError(findings)
    plain = [_without_keywords(item) for item in items if isinstance(item, Mapping)]
    return [Record(item.scalar("id"), item) for item in plain]


def _without_keywords(node: Mapping) -> Mapping:
    def plain(value: Node) -> Node:
        if isinstance(value, Mapping):
            return _without_keywords(value)
        if isinstance(value, Sequence):
            return Sequence(tuple(map(plain, value.items)), value.region)
        return Scalar(value.text.removeprefix(ID), value.region)

    return Mapping(
        {_KEYWORDS.get(k, k): plain(v) for k, v in node.entries.items()},
        node.region,
        {_KEYWORDS.get(k, k): r for k, r in node.keys.items()},
    )


def _refuse_remote(context: Node) -> None:
    for item in context.items if isinstance(context, Sequence) else (context,):
        remote = item.entries.get("@import") if isinstance(item, Mapping) else item
        if isinstance(remote, Scalar) and remote.text:
            cure = "write the context out, or leave it out, since the ontology's own is known"
            raise UnreadableInput(f'{remote.region}: the context "{remote.text}" is not fetched; {cure}')


def _undefined_keys(node: Node, context: Node) -> list[Diagnostic]:
    """Return a finding per key that no context defines: JSON-LD would drop it in silence."""
    defined = {"@context"}
    for part in context.items if isinstance(context, Sequence) else (context,):
        defined |= set(part.entries) if isinstance(part, Mapping) else set()
    found: list[Diagnostic] = []
    pending = [node] if "@vocab" not in defined else []
    while pending:
        current = pending.pop()
        if isinstance(current, Sequence):
            pending += current.items
        elif isinstance(current, Mapping):
            for key, value in current.entries.items():
                if key not in defined and ":" not in key and not key.startswith("@"):
                    cure = did_you_mean(key, defined) or "define it in the context, or take it out"
                    found.append(
                        Diagnostic(current.keys[key], "FOE111", f'unknown key "{key}"', cure, path=key)
                    )
                elif key != "@context":
                    pending.append(value)
    return found


def _locate_in_json(triples: list[ox.Triple], node: Node, name: str) -> list[Located]:
    """Return the triples with the places of the values that look like their terms; else that of the whole."""
    by_text: dict[str, list[Region]] = {}
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Scalar):
            for form in {current.text, re.split(r"[:/#.]", current.text)[-1]}:
                by_text.setdefault(form, []).append(current.region)
        else:
            pending += current.items if isinstance(current, Sequence) else current.entries.values()
            for key, region in current.keys.items() if isinstance(current, Mapping) else ():
                by_text.setdefault(re.split(r"[:/#]", key)[-1], []).append(region)
    whole = Region(name, node.region.line, node.region.column, node.region.line, node.region.column + 1)

    def place(term: object, near: Region) -> Region:
        text = str(getattr(term, "value", term))
        forms = (text, re.split(r"[:/#.]", text)[-1], text.rpartition("/")[2])
        regions = sorted(next((by_text[form] for form in forms if form in by_text), []))
        return next((r for r in regions if r >= near), regions[0] if regions else near)

    located = []
    for triple in triples:
        subject = place(triple.subject, whole)
        predicate = place(triple.predicate, subject)
        located.append(Located(triple, subject, predicate, place(triple.object, predicate)))
    return located
