"""References between records: whether what a value names exists, and is of a class that the key takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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


def check_kinds(types: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary) -> Iterator[tuple[str, Fault]]:
    """Find ids that are said to be of two classes of which nothing is both."""
    for name, found in types.items():
        for group in vocabulary.disjoint if len(found) > 1 else ():
            kinds = [kind for kind in found if any(vocabulary.is_a(kind, iri) for iri in group)]
            roots = {iri for iri in group for kind in kinds if vocabulary.is_a(kind, iri)}
            if len(roots) > 1:
                what = f'"{name}" is {" and ".join(map(with_article, kinds))}, and nothing is both'
                yield name, Fault("FOE127", what, "keep one class, or make two records of it")
                break


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
