"""References between records: whether what a value names exists, and is of a class that the key takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from foedus.diagnostics import Diagnostic, Region, did_you_mean, with_article
from foedus.values import Fault
from foedus.vocabulary import Property, Vocabulary

RETIRED = "RetiredId"
"""The class of ids that stand for nothing any more."""

_REPLACEMENT = "replacedBy"


@dataclass(frozen=True)
class Reference:
    """An id that a value names, the property it is the value of, its owner, and where it stands."""

    target: str
    prop: Property
    owner: str
    region: Region


def check_references(
    references: Iterable[Reference], types: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """Find references to nothing, to retired ids, and to things whose classes are not the property's range."""
    references = list(references)
    replacements = defaultdict(list)
    for reference in references:
        if reference.prop.key == _REPLACEMENT:
            replacements[reference.owner].append(reference.target)
    for reference in references:
        fault = _fault(reference, types, vocabulary, replacements)
        if fault:
            yield fault.at(reference.region, reference.owner, reference.prop.key, reference.target)


def fault_of_kinds(name: str, classes: Collection[str], vocabulary: Vocabulary) -> Fault | None:
    """Return what is wrong where a node is said to be of two classes of which nothing is both."""
    for group in vocabulary.disjoint if len(classes) > 1 else ():
        kinds = [kind for kind in classes if any(vocabulary.is_a(kind, iri) for iri in group)]
        if len({iri for iri in group for kind in kinds if vocabulary.is_a(kind, iri)}) > 1:
            what = f'"{name}" is {" and ".join(map(with_article, kinds))}, and nothing is both'
            return Fault("FOE127", what, "keep one class, or make two records of it")
    return None


def fault_of_identity(
    name: str, classes: Collection[str], standing: Collection[str], vocabulary: Vocabulary
) -> Fault | None:
    """Return what is wrong where an id of the graph, of ``standing`` classes, is given to something of others."""
    pairs = [(vocabulary.classes.get(a), vocabulary.classes.get(b)) for a in classes for b in standing]
    akin = (a and b and (a.iri in b.ancestors or b.iri in a.ancestors) for a, b in pairs)
    if not standing or any(akin):
        return None
    here, there = (with_article(" and ".join(found)) for found in (classes, standing))
    return Fault(
        "FOE116",
        f'"{name}" is {here} here and {there} in the graph',
        "choose another id, or mend the type",
    )


def _fault(
    reference: Reference,
    types: Mapping[str, tuple[str, ...]],
    vocabulary: Vocabulary,
    replacements: Mapping[str, list[str]],
) -> Fault | None:
    found = types.get(reference.target)
    if found is None:
        cure = did_you_mean(reference.target, types) or "add a record for it, or mend the spelling"
        return Fault("FOE114", f'nothing here is called "{reference.target}"', cure)
    if RETIRED in found:
        now = " or ".join(replacements.get(reference.target, ()))
        cure = f"write {now}" if now else f"see what replaced it: foedus show {reference.target}"
        return Fault("FOE139", f'the id "{reference.target}" is retired', cure)
    wanted = vocabulary.class_of(reference.prop.range)
    if wanted is None or any(vocabulary.is_a(t, wanted.iri) for t in found):
        return None
    label = vocabulary.labels.get(wanted.iri, wanted.name)
    kinds = " and ".join(with_article(name) for name in found)
    what = f'{reference.prop.key} takes {with_article(label)}, and "{reference.target}" is {kinds}'
    cure = f'name {with_article(label)}, or change the type of "{reference.target}"'
    return Fault("FOE119", what, cure)
