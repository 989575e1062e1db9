"""The graph that stands, as far as a new fact has to be held against it: asserted triples, types, segments.

A small graph is parsed into memory; a large one is a copy, by hard links, of the store kept in the cache, so
that adding the new triples to it touches nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from foedus.assembly import assemble
from foedus.diagnostics import FindingsError
from foedus.home import Home
from foedus.namespaces import FOE, ID, RDF, XSD, slug
from foedus.segments import SET_ASIDE, Kind, Segment
from foedus.store import open_asserted
from foedus.vocabulary import NUMERIC, Vocabulary, read_vocabulary

_TYPE = ox.NamedNode(RDF + "type")
_SUBJECT = ox.NamedNode(RDF + "subject")
_SEGMENT = ox.NamedNode(FOE + "Segment")
_SET_ASIDE = ox.NamedNode(FOE + "setAside")


class Standing:
    """A home's asserted graph with its vocabularies, in a store of one's own."""

    def __init__(self, vocabulary: Vocabulary, engine: ox.Store) -> None:
        self.vocabulary = vocabulary
        self.engine = engine
        self.types = _Types(engine, vocabulary)
        self.segments = _Segments(engine)
        self._ranges = {p.iri: p.range for p in vocabulary.properties.values()}

    def about(self, iri: str) -> list[ox.Triple]:
        """Return the triples of which a node is the subject."""
        return [
            self._as_written(q.triple) for q in self.engine.quads_for_pattern(ox.NamedNode(iri), None, None)
        ]

    def _as_written(self, triple: ox.Triple) -> ox.Triple:
        """Return a triple with the datatype that its property takes: the engine keeps all integers as one."""
        value = triple.object
        if not isinstance(value, ox.Literal) or value.datatype.value != XSD + "integer":
            return triple
        wanted = self._ranges.get(triple.predicate.value, "")
        if wanted not in NUMERIC or wanted == XSD + "decimal":
            return triple
        return ox.Triple(
            triple.subject, triple.predicate, ox.Literal(value.value, datatype=ox.NamedNode(wanted))
        )

    def record(self, root: str) -> list[ox.Triple]:
        """Return the triples of a record and of the nodes named after it, sourced values included."""
        found: list[ox.Triple] = []
        pending, seen = [ID + root], {ID + root}
        while pending:
            node = ox.NamedNode(pending.pop())
            triples = [q.triple for q in self.engine.quads_for_pattern(node, None, None)]
            found += triples
            near = [t.object for t in triples]
            near += [q.subject for q in self.engine.quads_for_pattern(None, _SUBJECT, node)]
            for term in near:
                if (
                    isinstance(term, ox.NamedNode)
                    and term.value.startswith(f"{ID}{root}.")
                    and term.value not in seen
                ):
                    seen.add(term.value)
                    pending.append(term.value)
        return found

    @contextmanager
    def changed(self, added: Iterable[ox.Triple], removed: Iterable[ox.Triple] = ()) -> Iterator[None]:
        """Let the graph hold what is added, and not what is removed, for a while, however that ends."""
        gone = {q for t in removed for q in self.engine.quads_for_pattern(t.subject, t.predicate, t.object)}
        new = {ox.Quad(t.subject, t.predicate, t.object) for t in added}
        new = {q for q in new if q in gone or q not in self.engine}
        try:
            for quad in gone:
                self.engine.remove(quad)
            self.engine.extend(new)
            yield
        finally:
            for quad in new:
                self.engine.remove(quad)
            self.engine.extend(gone)


@contextmanager
def open_standing(home: Home) -> Iterator[Standing]:
    """Give the graph that stands; where the home was never built, what its records say.

    Raise UnreadableInput where the graph is a mixture, FindingsError where it was not built and has faults.
    """
    vocabulary = read_vocabulary(home.ontology)
    if not home.manifest.is_file():
        yield Standing(vocabulary, _from_records(home))
        return
    with open_asserted(home) as engine:
        yield Standing(vocabulary, engine)


def _from_records(home: Home) -> ox.Store:
    assembly = assemble(home)
    if assembly.findings:
        raise FindingsError(assembly.findings)
    engine = ox.Store()
    for triples in assembly.triples.values():
        engine.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    engine.load(path=str(home.ontology / "vocabularies.ttl"), format=ox.RdfFormat.TURTLE)
    return engine


class _Types(Mapping[str, tuple[str, ...]]):
    """The classes of every id, asked one by one."""

    def __init__(self, engine: ox.Store, vocabulary: Vocabulary) -> None:
        self._engine = engine
        self._individuals = dict.fromkeys(vocabulary.individuals, ("UnnamedActor",))

    def __getitem__(self, name: str) -> tuple[str, ...]:
        if name in self._individuals:
            return self._individuals[name]
        try:
            node = ox.NamedNode(ID + name)
        except ValueError:
            raise KeyError(name) from None
        quads = self._engine.quads_for_pattern(node, _TYPE, None)
        found = tuple(sorted(slug(q.object.value) for q in quads if isinstance(q.object, ox.NamedNode)))
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        """Yield what a value can name: entities and records, not what is nested in them."""
        yield from self._individuals
        for quad in self._engine.quads_for_pattern(None, _TYPE, None):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(ID):
                name = quad.subject.value[len(ID) :]
                if "." not in name:
                    yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Segments(Mapping[str, Segment]):
    """The segments by ``SOURCE:SEGMENT``, asked one by one."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine

    def __getitem__(self, name: str) -> Segment:
        try:
            node = ox.NamedNode(ID + name.replace(":", ".", 1))
        except ValueError:
            raise KeyError(name) from None
        if ":" not in name or ox.Quad(node, _TYPE, _SEGMENT) not in self._engine:
            raise KeyError(name)
        reason = next((q.object for q in self._engine.quads_for_pattern(node, _SET_ASIDE, None)), None)
        disposition = SET_ASIDE + reason.value if isinstance(reason, ox.Literal) else ""
        return Segment(name.partition(":")[2], "", 0, Kind.BODY, (), "", disposition=disposition)

    def __iter__(self) -> Iterator[str]:
        for quad in self._engine.quads_for_pattern(None, _TYPE, _SEGMENT):
            if isinstance(quad.subject, ox.NamedNode):
                yield slug(quad.subject.value).replace(".", ":", 1)

    def __len__(self) -> int:
        return sum(1 for _ in self)
