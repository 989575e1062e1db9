"""Skeletons of records: what a class needs and may have, as the ontology and its shapes say it."""

from __future__ import annotations

import textwrap
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import UnknownName, did_you_mean, with_article
from foedus.namespaces import FOE, SKOS, slug
from foedus.shapedemands import Shapes
from foedus.vocabulary import NUMERIC, TEXT, Property, Vocabulary, parse_turtle, read_vocabulary

_WIDTH = 100
_SHOWN = 12
_DATE = FOE + "Date"
_ANYWHERE = frozenset({"evidence", "theme", "disagreement"})
"""Keys of every class, though no shape of the class names them."""

_PLACEHOLDERS = {"evidence": "[SOURCE:SEGMENT]", "modality": "asserted"}


def kinds(ontology: Path) -> list[tuple[str, str]]:
    """Return the classes of which records are written, with their definitions, sorted."""
    vocabulary = read_vocabulary(ontology)
    told = _notes(ontology)
    barred = Shapes(ontology).barred()
    roots = tuple(FOE + name for name in ("Entity", "Record", "Disagreement", "RetiredId", "Source"))
    return [
        (name, told[found.iri].get("definition", ""))
        for name, found in sorted(vocabulary.classes.items())
        if any(root in found.ancestors for root in roots) and found.iri not in barred
    ]


def skeleton(ontology: Path, kind: str) -> str:
    """Return a commented record of a class as YAML; raise UnknownName with the nearest classes."""
    vocabulary = read_vocabulary(ontology)
    found = vocabulary.classes.get(kind)
    if found is None or not found.recordable:
        near = did_you_mean(kind, [name for name, _ in kinds(ontology)])
        raise UnknownName(f'no class "{kind}"; {near or "see: foedus new"}')
    shapes = Shapes(ontology)
    barred = shapes.barred().get(found.iri)
    if barred:
        raise UnknownName(f'no record is a mere "{kind}": {barred}')
    told = _notes(ontology)
    asked = shapes.asked(found.ancestors)
    needed = [demand.keys for demand in asked if demand.least]
    named = _ANYWHERE.union(*(demand.keys for demand in asked))
    keys = [k for k in vocabulary.keys_for(kind) if vocabulary.properties[k].domain or k in named]
    keys.sort(
        key=lambda k: (k == "evidence", not _is_needed(k, needed), _is_inherited(vocabulary, k, found.iri), k)
    )
    note = told[found.iri]
    lines = _comment(f"{kind}: {note.get('definition', '')}", "")
    lines += _comment(f"For example: {note.get('example', '')}", "")
    lines += _comment(note.get("scopeNote", ""), "")
    for message in shapes.owed(found.ancestors):
        lines += _comment(message, "")
    lines.append(f"- id: new-{_hyphened(kind)}  # lower-case letters, digits and hyphens; kept for ever")
    lines.append(f"  type: {kind}")
    for key in keys:
        prop = vocabulary.properties[key]
        must = _is_needed(key, needed) and not prop.default
        lines += ["", *_comment(_meaning(prop, vocabulary, told, needed, must), "  ")]
        least = max((demand.least for demand in asked if demand.keys[:1] == (key,)), default=0)
        lines.append(f"  {'' if must else '# '}{key}: {_placeholders(prop, vocabulary, shapes, least)}")
    return "\n".join(lines) + "\n"


def _notes(ontology: Path) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in parse_turtle(ontology / "foedus.ttl"):
        if triple.predicate.value.startswith(SKOS) and isinstance(triple.object, ox.Literal):
            told[_text(triple.subject)][triple.predicate.value[len(SKOS) :]] = triple.object.value
    return told


def _is_needed(key: str, needed: list[tuple[str, ...]]) -> bool:
    return any(group and group[0] == key for group in needed)


def _is_inherited(vocabulary: Vocabulary, key: str, iri: str) -> bool:
    return vocabulary.properties[key].domain != iri


def _meaning(
    prop: Property,
    vocabulary: Vocabulary,
    told: dict[str, dict[str, str]],
    needed: list[tuple[str, ...]],
    must: bool,
) -> str:
    note = told[prop.iri]
    parts = [note.get("definition") or note.get("prefLabel", "")]
    scheme = vocabulary.scheme_of(prop)
    found = vocabulary.class_of(prop.range)
    if scheme:
        concepts = sorted(vocabulary.concepts[scheme])
        more = f", … {len(concepts) - _SHOWN} more" if len(concepts) > _SHOWN else ""
        parts.append(f"One of: {', '.join(concepts[:_SHOWN])}{more}.")
    elif prop.range == _DATE:
        parts.append("YYYY, YYYY-MM, YYYY-MM-DD, [A..B], or open, unknown, undated.")
    elif found and found.local_keys:
        parts.append(f"With {' and '.join(found.local_keys)} of its own.")
    elif found:
        label = vocabulary.labels.get(found.iri, found.name)
        parts.append(f"The id of {with_article(label)}.")
    if prop.default:
        parts.append(f"Where it is left out: {slug(prop.default)}.")
    if "example" in note:
        parts.append(f"E.g. {note['example']}")
    others = {k for group in needed if prop.key in group for k in group} - {prop.key}
    if must:
        parts.append(f"Needed, or {' or '.join(sorted(others))} instead." if others else "Needed.")
    return " ".join(parts)


def _placeholders(prop: Property, vocabulary: Vocabulary, shapes: Shapes, least: int) -> str:
    """Return what stands for as many values as are needed; a node of its own with the keys that it needs."""
    found = vocabulary.class_of(prop.range)
    one = _placeholder(prop, vocabulary)
    if found and found.local_keys and not vocabulary.scheme_of(prop) and prop.range != _DATE:
        own = [d.keys[0] for d in shapes.asked(found.ancestors) if d.least and d.keys]
        own = [k for k in own if k in vocabulary.properties and k != "evidence"]
        keys = [k for k in dict.fromkeys((*found.local_keys, *own)) if not vocabulary.properties[k].default]
        one = (
            "{" + ", ".join(f"{k}: {_placeholder(vocabulary.properties[k], vocabulary)}" for k in keys) + "}"
        )
    return f"[{', '.join([one] * least)}]" if least > 1 and not one.startswith("[") else one


def _placeholder(prop: Property, vocabulary: Vocabulary) -> str:
    if prop.key in _PLACEHOLDERS:
        return _PLACEHOLDERS[prop.key]
    scheme = vocabulary.scheme_of(prop)
    found = vocabulary.class_of(prop.range)
    if scheme:
        return min(vocabulary.concepts[scheme])
    if prop.range == _DATE:
        return "undated"
    if found and found.local_keys:
        return "{" + ", ".join(f"{key}: …" for key in found.local_keys) + "}"
    if prop.range in NUMERIC:
        return "0"
    return "…" if prop.kind != "ObjectProperty" or prop.range == TEXT else "ID"


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")


def _hyphened(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() and n else c.lower() for n, c in enumerate(name))


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)
