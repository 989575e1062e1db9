"""The graph that stands is the same after each look at what new triples would make of it."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from fiction import built_fiction

from foedus.namespaces import FOE, ID
from foedus.standing import Standing, open_standing

LEAGUE = ox.NamedNode(ID + "southern-league")
NEW = ox.Triple(LEAGUE, ox.NamedNode(FOE + "isoAlpha2"), ox.Literal("XL"))


class _Failing:
    """An engine whose adding fails behind the first triple, or whose removing does."""

    def __init__(self, engine: ox.Store, name: str) -> None:
        self._engine = engine
        self._name = name
        self._left = 1

    def __getattr__(self, name: str) -> Any:
        if name == self._name and self._left:
            self._left -= 1

            def fail(given: Any) -> None:
                self._engine.add(next(iter(given))) if name == "extend" else self._engine.remove(given)
                raise KeyboardInterrupt

            return fail
        return getattr(self._engine, name)

    def __contains__(self, quad: ox.Quad) -> bool:
        return quad in self._engine


@pytest.mark.parametrize("fails", ["extend", "remove", ""])
def test_an_interrupted_change_leaves_the_graph_as_it_was(fails: str) -> None:
    """Wherever a change is interrupted, what was added is gone and what was removed is back."""
    with open_standing(built_fiction()) as standing:
        before = set(standing.engine)
        removed = standing.about(LEAGUE.value)
        failing: Any = _Failing(standing.engine, fails)
        looked = Standing(standing.vocabulary, failing)
        with pytest.raises(KeyboardInterrupt), looked.changed([NEW, removed[0]], removed):
            assert ox.Quad(*NEW) in standing.engine
            assert ox.Quad(*removed[0]) in standing.engine
            assert ox.Quad(*removed[1]) not in standing.engine
            raise KeyboardInterrupt
        assert set(standing.engine) == before
