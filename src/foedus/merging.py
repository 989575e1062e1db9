"""What a record says and what a new one adds, as one record in which nothing of either is lost.

Values are put together where they say the same or are the same node, and stand beside each other where not. Which
node a nested one is, the vocabulary tells: the one of that id, which is minted of its owner's and what it holds.
"""

from __future__ import annotations

from collections.abc import Iterator

from foedus.context import is_language_map
from foedus.datenodes import complete_date
from foedus.documents import Mapping, Node, Scalar, Sequence, write_yaml
from foedus.namespaces import FOE
from foedus.plainvalues import items_of
from foedus.values import NODE_ID
from foedus.vocabulary import TEXT, Property, Vocabulary

_DATE = FOE + "Date"
_USUAL_LANGUAGE = "en"


def merged(before: Mapping, new: Mapping, vocabulary: Vocabulary, name: str = "") -> Mapping:
    """Return a node with the values that another of the same ``name`` adds; its own order and places are kept."""
    name = name or before.scalar("id")
    entries = dict(before.entries)
    for key, value in new.entries.items():
        if key == "id":
            continue
        standing = entries.get(key)
        if standing is None:
            entries[key] = value
        else:
            values = _Values(key, name, vocabulary)
            entries[key] = values.joined(standing, value)
    return Mapping(entries, before.region, {**new.keys, **before.keys})


class _Values:
    """The values of one key of the node with a name."""

    def __init__(self, key: str, owner: str, vocabulary: Vocabulary) -> None:
        self._key = key
        self._owner = owner
        self._vocabulary = vocabulary
        self._property = vocabulary.properties.get(key)

    def joined(self, standing: Node, new: Node) -> Node:
        """Return what stands with what is new."""
        items = list(items_of(standing))
        for item in items_of(new):
            if self._by_language(item):
                assert isinstance(item, Mapping)
                _add_texts(items, item)
            elif not (isinstance(item, Scalar) and (_USUAL_LANGUAGE, item.text) in self._told(items)):
                self._add(items, item)
        if len(items) == 1 and not isinstance(standing, Sequence):
            return items[0]
        return Sequence(tuple(items), standing.region)

    def _add(self, items: list[Node], item: Node) -> None:
        name = self._name(item)
        for place, old in enumerate(items):
            if self._name(old) == name:
                if isinstance(old, Mapping) and isinstance(item, Mapping):
                    items[place] = merged(old, item, self._vocabulary, name)
                elif isinstance(item, Mapping):
                    items[place] = item
                return
        items.append(item)

    def _name(self, item: Node) -> str:
        """Return what tells a value from others: the id of a node, what a date or a sourced value says, the text."""
        prop = self._property
        if prop is None or prop.key == "evidence" or self._by_language(item):
            return write_yaml(item)
        if prop.range == _DATE:
            date = complete_date(item)
            return _first(date, "edtf", "boundReason") if isinstance(date, Mapping) else write_yaml(item)
        if isinstance(item, Mapping) and self._is_nested(prop, item):
            return item.scalar("id") or ".".join([self._owner, self._key, *self._local_names(prop, item)])
        said = item.entries["value"] if isinstance(item, Mapping) and "value" in item.entries else item
        return said.text if isinstance(said, Scalar) else write_yaml(said)

    def _is_nested(self, prop: Property, item: Mapping) -> bool:
        found = self._vocabulary.class_of(prop.range)
        takes_value = found and self._vocabulary.applies_to(self._vocabulary.properties["value"], found.name)
        is_node = prop.kind == "ObjectProperty" and not self._vocabulary.scheme_of(prop)
        return is_node and ("value" not in item.entries or bool(takes_value))

    def _local_names(self, prop: Property, item: Mapping) -> list[str]:
        found = self._vocabulary.class_of(prop.range)
        locals_ = [item.scalar(key) for key in found.local_keys] if found else []
        return [local for local in locals_ if NODE_ID.fullmatch(local)]

    def _by_language(self, item: Node) -> bool:
        """Tell whether an item is ``{en: …, ru: …}``."""
        prop = self._property
        of_texts = prop is not None and (is_language_map(prop) or prop.range == TEXT)
        return of_texts and isinstance(item, Mapping) and "value" not in item.entries

    def _told(self, items: list[Node]) -> set[tuple[str, str]]:
        return {told for item in items if self._by_language(item) for told in _texts(item)}


def _add_texts(items: list[Node], new: Mapping) -> None:
    """Add the texts of a mapping by language to the one among the items, or as one, but those that are told."""
    place = next(
        (n for n, item in enumerate(items) if isinstance(item, Mapping) and "value" not in item.entries), None
    )
    told = {text for item in items for text in _texts(item)}
    added = [(language, text) for language, text in _texts(new) if (language, text) not in told]
    if not added:
        return
    old = items[place] if place is not None else None
    entries = dict(old.entries) if isinstance(old, Mapping) else {}
    for language, text in added:
        texts = (*(items_of(entries[language]) if language in entries else ()), Scalar(text, new.region))
        entries[language] = texts[0] if len(texts) == 1 else Sequence(texts, new.region)
    whole = Mapping(entries, new.region, dict.fromkeys(entries, new.region))
    if place is None:
        items.append(whole)
    else:
        items[place] = whole


def _texts(item: Node) -> Iterator[tuple[str, str]]:
    """Yield the texts of an item, each behind its language; a plain one is in English."""
    if isinstance(item, Scalar):
        yield _USUAL_LANGUAGE, item.text
    elif isinstance(item, Mapping) and "value" not in item.entries:
        for language, value in item.entries.items():
            yield from ((language, text.text) for text in items_of(value) if isinstance(text, Scalar))


def _first(node: Mapping, *keys: str) -> str:
    return next(filter(None, map(node.scalar, keys)), "")
