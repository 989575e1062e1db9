"""Records to JSON-LD: keys and values checked, nested nodes named, dates bounded, defaults filled in.

What results is complete JSON-LD for the generated context; no class or property is known here by name but the
few that the record form itself is made of (evidence, dates, modality).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from foedus.completion import INHERITED, Completion
from foedus.context import JsonObject, is_language_map
from foedus.datenodes import NAMELESS, complete_date, local_name
from foedus.diagnostics import Diagnostic, Region, did_you_mean
from foedus.documents import Mapping, Node, Scalar, Sequence
from foedus.namespaces import FOE, ID, RDF, slug
from foedus.plainvalues import (
    PlainValues,
    cites_throughout,
    items_of,
    local_name_of,
    merged_texts,
    objects_of,
)
from foedus.records import Record
from foedus.recordterms import RecordTerms
from foedus.references import Reference, check_references, fault_of_kinds
from foedus.segments import Segment
from foedus.values import NODE_ID, Fault, no_id
from foedus.vocabulary import Class, Property, Vocabulary

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_DATE = FOE + "Date"


@dataclass
class Expansion:
    """JSON-LD nodes per record id, where each node and key stands, and what was found wrong."""

    nodes: dict[str, JsonObject] = field(default_factory=dict)
    types: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    origins: dict[str, Region] = field(default_factory=dict)
    key_origins: dict[tuple[str, str], Region] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)

    def locate(self, iri: str, path: str = "") -> Region | None:
        """Return where the node with the IRI stands in the records, or the value of its property ``path``."""
        node = slug(iri)
        return self.key_origins.get((node, path)) or self.origins.get(node)


def expand(
    records: list[Record],
    vocabulary: Vocabulary,
    segments: AnyMapping[str, Segment],
    known: AnyMapping[str, tuple[str, ...]],
    standing: AnyMapping[str, tuple[str, ...]] | None = None,
) -> Expansion:
    """Expand records against the vocabulary, the segments by ``SOURCE:SEGMENT`` and the types of known ids.

    Of ids in ``standing`` there is a record already, to which values are added: its type need not be told again.
    Findings are collected, never raised, so that all of a run are reported.
    """
    result = expand_alone(records, vocabulary, segments, standing)
    # A chain asks the known types one by one, since a large graph does not list them all.
    types = ChainMap(result.types, cast("MutableMapping[str, tuple[str, ...]]", known))
    result.findings += check_references(result.references, types, vocabulary)
    return result


def expand_alone(
    records: Iterable[Record],
    vocabulary: Vocabulary,
    segments: AnyMapping[str, Segment],
    standing: AnyMapping[str, tuple[str, ...]] | None = None,
) -> Expansion:
    """Expand records as ``expand`` does, but leave it to others whether there is what they refer to."""
    # Not "standing or": whether a large graph is empty is asked by listing it.
    expander = _Expander(vocabulary, segments, {} if standing is None else standing)
    for record in records:
        expander.record(record)
    return expander.result


class _Expander:
    def __init__(
        self,
        vocabulary: Vocabulary,
        segments: AnyMapping[str, Segment],
        standing: AnyMapping[str, tuple[str, ...]],
    ) -> None:
        self._vocabulary = vocabulary
        self._standing = standing
        self._terms = RecordTerms(vocabulary)
        self._completion = Completion(vocabulary)
        self.result = Expansion()
        self._apart: dict[str, list[list[str]]] = {}
        self._values_alone = PlainValues(vocabulary, segments, self.result.findings, self.result.references)

    # -- findings

    def _find(self, region: Region, fault: Fault, focus: str = "", path: str = "", value: str = "") -> None:
        self.result.findings.append(fault.at(region, focus, path, value))

    # -- records and nodes

    def record(self, record: Record) -> None:
        """Expand one record into ``result``."""
        node_id = record.id
        if not NODE_ID.fullmatch(node_id):
            region = self._region_of(record.node, "id")
            cure = "give it an id of lower-case letters, digits and hyphens"
            fault = no_id(node_id, cure) if node_id else Fault("FOE115", "a record without id", cure)
            self._find(region, fault, path="id", value=node_id)
            return
        expanded = self._node(node_id, record.node, "", {})
        if expanded is not None:
            self.result.nodes[node_id] = expanded

    def _region_of(self, node: Mapping, key: str) -> Region:
        value = node.entries.get(key)
        return value.region if value is not None else node.keys.get(key, node.region)

    def _node(self, node_id: str, node: Mapping, default_class: str, owner: JsonObject) -> JsonObject | None:
        first = self.result.origins.get(node_id)
        if first is not None:
            cure = f"it stands already at {first}; choose another"
            if "." in node_id and "id" not in node.entries:
                cure = f"what stands at {first} is told alike; take one of them out, or give this one an id of its own"
            fault = Fault("FOE116", f'the id "{node_id}" is taken', cure)
            self._find(self._region_of(node, "id"), fault, focus=node_id)
            return None
        types = self._types(node, default_class, node_id)
        if not types:
            return None
        self.result.origins[node_id] = self._region_of(node, "id") if "id" in node.entries else node.region
        self.result.types[node_id] = types
        expanded: JsonObject = {"id": node_id, "type": list(types)}
        # What nested records inherit must be there before they are expanded.
        for key, value in sorted(node.entries.items(), key=lambda entry: entry[0] not in INHERITED):
            if key in ("id", "type"):
                continue
            prop = self._terms.property_for(key, types, node_id)
            if isinstance(prop, Fault):
                self._find(node.keys[key], prop, node_id, key)
            else:
                self.result.key_origins[node_id, prop.iri] = _said_at(prop, value)
                found = list(self._values(expanded, prop, value))
                if found:
                    expanded[key] = merged_texts(found) if is_language_map(prop) else found
        self._complete(expanded, types, owner, node)
        return expanded

    def _types(self, node: Mapping, default_class: str, node_id: str) -> tuple[str, ...]:
        value = node.entries.get("type")
        if value is None:
            if default_class:
                return (default_class,)
            if node_id in self._standing:
                return self._standing[node_id]
            cure = did_you_mean(node_id, self._standing) or "say what it is, such as type: Event"
            self._find(
                node.region, Fault("FOE117", f'the record "{node_id}" has no type', cure), focus=node_id
            )
            return ()
        self.result.key_origins[node_id, RDF + "type"] = value.region
        names = tuple(item.text for item in items_of(value) if isinstance(item, Scalar))
        for name, unknown in self._terms.unknown_classes(names):
            self._find(value.region, unknown, focus=node_id, path="type", value=name)
            return ()
        fault = fault_of_kinds(node_id, names, self._vocabulary)
        if fault:
            self._find(value.region, fault, focus=node_id, path="type")
        return names

    def _complete(
        self, expanded: JsonObject, types: tuple[str, ...], owner: JsonObject, node: Mapping
    ) -> None:
        """Add what the owner passes on and the ontology's defaults; find evidence that is missing for all that."""
        node_id = expanded["id"]
        for key in self._completion.inherit(expanded, types, owner):
            iri = self._vocabulary.properties[key].iri
            origin = self.result.key_origins.get((owner["id"], iri))
            if origin is not None:
                self.result.key_origins[node_id, iri] = origin
        self._completion.add_defaults(expanded, types)
        told = "evidence" in node.entries or (node_id in self._standing and cites_throughout(node))
        if not told and self._completion.lacks_evidence(expanded, owner):
            cure = "name the segments that say it: evidence: [SOURCE:SEGMENT]"
            fault = Fault("FOE131", f'"{node_id}" has no evidence', cure)
            self._find(self.result.origins[node_id], fault, node_id, "evidence")

    # -- values

    def _values(self, owner: JsonObject, prop: Property, node: Node) -> Iterator[object]:
        several = isinstance(node, Sequence)
        for item in items_of(node):
            read = self._reader(prop, item)
            if isinstance(item, Sequence):
                fault = Fault("FOE106", f'a list within the list of "{prop.key}"', "write one flat list")
                self._find(item.region, fault, owner["id"], prop.key)
            else:
                value = read(owner, prop, item, several)
                if value is not None:
                    yield value

    def _reader(self, prop: Property, item: Node) -> Callable[[JsonObject, Property, Node, bool], object]:
        if prop.key != "evidence":
            if prop.range == _DATE:
                return self._date
            if isinstance(item, Mapping) and "value" in item.entries and not self._terms.takes_value(prop):
                return self._sourced
            is_list_value = bool(self._vocabulary.scheme_of(prop))
            if isinstance(item, Mapping) and prop.kind == "ObjectProperty" and not is_list_value:
                return self._nested
        return self._plain

    def _plain(self, owner: JsonObject, prop: Property, node: Node, several: bool) -> object:
        return self._values_alone.read(owner["id"], prop, node)

    def _date(self, owner: JsonObject, prop: Property, node: Node, several: bool) -> object:
        whole = complete_date(node)
        if not isinstance(whole, Mapping):
            region, fault = whole
            text = node.scalar("edtf") if isinstance(node, Mapping) else getattr(node, "text", "")
            self._find(region, fault, owner["id"], prop.key, text)
            return None
        local = f".{local_name(node)}" if several else ""
        return self._node(f"{owner['id']}.{prop.key}{local}", whole, "Date", {})

    def _nested(self, owner: JsonObject, prop: Property, node: Node, several: bool) -> object:
        assert isinstance(node, Mapping)
        found = self._vocabulary.class_of(prop.range)
        default = found.name if found else ""
        node_id = node.scalar("id") or self._minted(owner, prop, node, found, several)
        if not node_id:
            return None
        return self._node(node_id, node, default, owner)

    def _minted(
        self, owner: JsonObject, prop: Property, node: Mapping, found: Class | None, several: bool
    ) -> str:
        locals_ = [node.scalar(key) for key in found.local_keys] if found else []
        parts = [part for part in locals_ if NODE_ID.fullmatch(part)]
        if not parts and several:
            needed = " and ".join(found.local_keys) if found and found.local_keys else "id"
            fault = Fault(
                "FOE115", f'one of several under "{prop.key}" has no name of its own', f"give it {needed}"
            )
            self._find(node.region, fault, owner["id"], prop.key)
            return ""
        return self._told_apart(".".join([owner["id"], prop.key, *parts]), node, found)

    def _told_apart(self, name: str, node: Mapping, found: Class | None) -> str:
        """Return the name of a nested node, longer by what sets it apart where another has the name already."""
        keys = [key for key in found.apart_keys if key in node.entries] if found else []
        apart = [local for key in keys if (local := local_name(node.entries[key])) != NAMELESS]
        others = self._apart.setdefault(name, [])
        others.append(apart)
        again = others.count(apart) > 1
        return ".".join([name, *apart]) if len(others) > 1 and not again else name

    def _sourced(self, owner: JsonObject, prop: Property, node: Node, several: bool) -> object:
        """Expand ``{value, evidence, disagreement}``: the value, and a reified statement of it that cites."""
        assert isinstance(node, Mapping)
        value_node = node.entries["value"]
        value = self._reader(prop, value_node)(owner, prop, value_node, several)
        if value is None:
            return None
        objects = list(objects_of(prop, value, self._vocabulary))
        if not objects:
            cure = f"give {prop.key} as it is, with the evidence among its own keys"
            fault = Fault("FOE106", f'the value of "{prop.key}" is no plain one', cure)
            self._find(value_node.region, fault, owner["id"], prop.key)
        rest = {k: v for k, v in node.entries.items() if k != "value"}
        for found in objects:
            self._reify(owner, prop, found, Mapping(rest, node.region, {k: node.keys[k] for k in rest}))
        return value

    def _reify(self, owner: JsonObject, prop: Property, value: JsonObject, said: Mapping) -> None:
        statement_id = f"{owner['id']}.{prop.key}.{local_name_of(value)}.source"
        statement = self._node(statement_id, said, "SourcedValue", {})
        if statement is not None:
            statement["rdf:subject"] = {"@id": ID + owner["id"]}
            statement["rdf:predicate"] = {"@id": prop.iri}
            statement["rdf:object"] = value
            self.result.nodes[statement["id"]] = statement


def _said_at(prop: Property, value: Node) -> Region:
    """Return where a value is told: of a date with keys of its own, its text."""
    told = value.entries.get("edtf") if prop.range == _DATE and isinstance(value, Mapping) else None
    return (told or value).region
