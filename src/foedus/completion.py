"""What a node of a record gets without a word: from the record that it stands in, and by the ontology's defaults."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from foedus.context import JsonObject
from foedus.namespaces import FOE, slug
from foedus.vocabulary import Vocabulary

INHERITED: Final = ("evidence", "modality", "accordingTo")
"""What a nested record takes from its owner where it has none of its own."""

_RECORD = FOE + "Record"
_CITING = (_RECORD, FOE + "Entity", FOE + "Disagreement")
"""The classes of which each node rests on evidence."""


class Completion:
    """Completes expanded nodes, which are changed in place."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._defaults = [(key, prop) for key, prop in vocabulary.properties.items() if prop.default]

    def inherit(self, node: JsonObject, types: Collection[str], owner: JsonObject) -> list[str]:
        """Give a record what its owner ({}: none) passes on, and return the keys of that.

        Who makes a claim goes together with its modality: a record that has a modality of its own takes no author.
        """
        if not any(self._vocabulary.is_a(name, _RECORD) for name in types):
            return []
        passed_on = INHERITED if "modality" not in node else INHERITED[:-1]
        taken = [key for key in passed_on if key in owner and key not in node]
        node.update((key, owner[key]) for key in taken)
        return taken

    def add_defaults(self, node: JsonObject, types: Collection[str]) -> None:
        """Give a node the ontology's default of each property that it lacks."""
        for key, prop in self._defaults:
            if key not in node and any(self._vocabulary.is_a(name, prop.domain) for name in types):
                node[key] = [slug(prop.default)]

    def lacks_evidence(self, node: JsonObject, owner: JsonObject) -> bool:
        """Tell whether a node should have evidence, and neither it nor, by its class, its owner answers for that."""
        answered = "evidence" in node or (bool(owner) and self._cites(owner["type"]))
        return not answered and self._cites(node["type"])

    def _cites(self, types: Collection[str]) -> bool:
        return any(self._vocabulary.is_a(name, iri) for name in types for iri in _CITING)
