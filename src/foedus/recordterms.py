"""The classes and keys that a record names, looked up in the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from foedus.diagnostics import did_you_mean, with_article
from foedus.namespaces import slug
from foedus.values import Fault
from foedus.vocabulary import Property, Vocabulary


class RecordTerms:
    """Looks terms up, and says of one that cannot stand where it does what is meant instead."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._classes = [name for name, found in vocabulary.classes.items() if found.recordable]

    def unknown_classes(self, names: Iterable[str]) -> Iterator[tuple[str, Fault]]:
        """Yield the names that are no class of records, each with its fault."""
        for name in names:
            found = self._vocabulary.classes.get(name)
            if found and found.derived:
                yield name, Fault("FOE129", f'"{name}" is derived by the build', "take the record out")
            elif name not in self._classes:
                cure = did_you_mean(name, self._classes) or "see the ontology"
                yield name, Fault("FOE112", f'"{name}" is not a class', cure)

    def property_for(self, key: str, types: tuple[str, ...], node_id: str) -> Property | Fault:
        """Return the property of a key in a node of these classes, or why it has none."""
        prop = self._vocabulary.properties.get(key)
        if prop is None or prop.of_terms:
            known = (k for k, p in self._vocabulary.properties.items() if not p.of_terms)
            cure = did_you_mean(key, self._fitting(types)) or did_you_mean(key, known)
            return Fault("FOE111", f'unknown key "{key}"', cure or "take it out")
        if prop.derived:
            return Fault("FOE129", f'"{key}" is derived by the build', "take it out; the rest tells it")
        if not any(self._vocabulary.applies_to(prop, name) for name in types):
            owner, own = with_article(slug(prop.domain)), with_article(" and ".join(types))
            what = f'"{key}" is a key of {owner}, and "{node_id}" is {own}'
            fitting = [other for other in self._fitting(types) if other != key]
            # The key is spelt as it should be, so that only one much like it may be meant.
            cure = did_you_mean(key, fitting, 0.8) or f"take it out, or give it to {owner} of its own"
            return Fault("FOE118", what, cure)
        return prop

    def takes_value(self, prop: Property) -> bool:
        """Tell whether ``value`` is a key of the nodes under the property themselves."""
        nested = self._vocabulary.class_of(prop.range)
        return nested is not None and self._vocabulary.applies_to(
            self._vocabulary.properties["value"], nested.name
        )

    def _fitting(self, types: Iterable[str]) -> list[str]:
        return [key for name in types for key in self._vocabulary.keys_for(name)]
