"""JSON-LD as it is submitted: plain records where it has neither context nor IRIs for keys, places, what is refused.

No context is fetched, and a key that no context defines is told rather than dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from foedus.diagnostics import Diagnostic, FindingsError, Region, UnreadableInput, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.namespaces import FOE, ID
from foedus.rdfrecords import Located
from foedus.records import Record

_KEYWORDS = {"@id": "id", "@type": "type"}


def contexts_of(node: Node) -> list[Node]:
    """Return the contexts of a document, or of the objects that it lists."""
    items = node.items if isinstance(node, Sequence) else (node,)
    found = [item.entries.get("@context") for item in items if isinstance(item, Mapping)]
    return [context for context in found if context is not None]


def has_iris_for_keys(node: Node) -> bool:
    """Tell whether a key is a whole IRI, which needs no context and is none of a record's."""
    return any("://" in key for mapping in _mappings(node) for key in mapping.entries)


def _mappings(node: Node) -> Iterator[Mapping]:
    """Yield the objects of a document, contexts included, whatever they stand in."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Sequence):
            pending += current.items
        elif isinstance(current, Mapping):
            yield current
            pending += current.entries.values()


def plain_records(node: Node) -> list[Record]:
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
        return Scalar(value.text.removeprefix(ID).removeprefix(FOE), value.region)

    return Mapping(
        {_KEYWORDS.get(k, k): plain(v) for k, v in node.entries.items()},
        node.region,
        {_KEYWORDS.get(k, k): r for k, r in node.keys.items()},
    )


def refuse_remote(node: Node) -> None:
    """Raise UnreadableInput where a context anywhere within, also one of a term, or a part of it, lies elsewhere."""
    for mapping in _mappings(node):
        for remote in filter(None, map(mapping.entries.get, ("@context", "@import"))):
            for item in remote.items if isinstance(remote, Sequence) else (remote,):
                if isinstance(item, Scalar) and item.text:
                    cure = "write the context out, or leave it out, since the ontology's own is known"
                    raise UnreadableInput(f'{item.region}: the context "{item.text}" is not fetched; {cure}')


def undefined_keys(node: Node, contexts: list[Node]) -> list[Diagnostic]:
    """Return a finding per key that no context defines: JSON-LD would drop it in silence."""
    defined = {"@context"}
    for context in contexts:
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


def locate_in_json(triples: list[ox.Triple], node: Node, name: str) -> list[Located]:
    """Return the triples with the places of the keys and values that look like their terms; else that of the whole."""
    values: dict[str, list[Region]] = {}
    keys: dict[str, list[Region]] = {}
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, Scalar):
            for form in _forms(current.text):
                values.setdefault(form, []).append(current.region)
        else:
            pending += current.items if isinstance(current, Sequence) else current.entries.values()
            for key, region in current.keys.items() if isinstance(current, Mapping) else ():
                keys.setdefault(re.split(r"[:/#]", key)[-1], []).append(region)
    whole = Region(name, node.region.line, node.region.column, node.region.line, node.region.column + 1)

    def place(term: object, near: Region, *known: dict[str, list[Region]]) -> Region:
        forms = _forms(str(getattr(term, "value", term)))
        regions = sorted(next((found[form] for found in known for form in forms if form in found), []))
        return next((r for r in regions if r >= near), regions[0] if regions else near)

    located = []
    for triple in triples:
        subject = place(triple.subject, whole, values, keys)
        predicate = place(triple.predicate, subject, keys, values)
        located.append(Located(triple, subject, predicate, place(triple.object, predicate, values, keys)))
    return located


def _forms(text: str) -> tuple[str, ...]:
    """Return what a term may be written as: the whole of it, what follows its prefix, its last part."""
    return tuple(dict.fromkeys((text, re.split(r"[:/#]", text)[-1], re.split(r"[:/#.]", text)[-1])))
