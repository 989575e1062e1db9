"""What follows from a graph and OWL cannot say: queries in ``ontology/derivations/`` construct it.

Each is a CONSTRUCT that runs once, on the asserted triples together with their closure, the vocabularies and what
the queries before it constructed, in the order of their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from foedus.diagnostics import UnreadableInput
from foedus.sparqltext import check_query
from foedus.store import EmbeddedStore, reported


def derive(closed: Iterable[ox.Triple], derivations: Path) -> list[ox.Triple]:
    """Return what the queries of a folder construct from a closed graph, sorted as N-Triples.

    Raise UnreadableInput as ``construct`` does.
    """
    engine = ox.Store()
    engine.bulk_extend(ox.Quad(*triple) for triple in closed)
    derived: set[ox.Triple] = set()
    for found in construct(EmbeddedStore(engine), derivations):
        step = set(found)
        engine.extend(ox.Quad(*triple) for triple in step)
        derived |= step
    return sorted(derived, key=str)


def construct(closed: EmbeddedStore, derivations: Path) -> Iterator[Iterable[ox.Triple]]:
    """Yield what each query of a folder constructs from a closed graph, as it is found.

    Who asks adds each yield to the graph before asking for the next.

    Raise UnreadableInput where there are no queries, or one that is no CONSTRUCT or reaches beyond the graph.
    """
    paths = sorted(derivations.glob("*.rq"))
    if not paths:
        raise UnreadableInput(
            f"{derivations}: no queries (*.rq) here; copy ontology/derivations of the built-in home"
        )
    for path in paths:
        text = path.read_text(encoding="utf-8")
        check_query(text, str(path))
        with reported(str(path)):
            found = closed.find(text)
            if not isinstance(found, ox.QueryTriples):
                raise UnreadableInput(f"{path}: no CONSTRUCT; a derivation says which triples follow")
            yield found
