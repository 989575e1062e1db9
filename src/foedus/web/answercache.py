"""Answers kept by what was asked of which graph, bounded in bytes; the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from foedus.serialization import Serialized

_OVERHEAD = 500
"""Bytes that an entry takes beside its body."""


class AnswerCache:
    """Bodies by key; a body larger than an eighth of the whole is not kept."""

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._size = 0
        self._kept: OrderedDict[Hashable, Serialized] = OrderedDict()

    def get(self, key: Hashable) -> Serialized | None:
        """Return what is kept under the key, or None."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, answer: Serialized) -> None:
        """Keep an answer, and let go what there is no room for any more."""
        size = len(answer.body) + _OVERHEAD
        if size > self._max // 8 or key in self._kept:
            return
        self._kept[key] = answer
        self._size += size
        while self._size > self._max:
            _, old = self._kept.popitem(last=False)
            self._size -= len(old.body) + _OVERHEAD
