"""What stored queries answer as of a day, held against the rule for each way in which an interval is told."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from fiction import built_fiction
from test_queries import IN_FICTION

from foedus.home import Home
from foedus.namespaces import FOE, VOC, XSD
from foedus.parameters import bind
from foedus.results import sparql_tsv
from foedus.store import EmbeddedStore, Solutions, Store, open_store
from foedus.storedqueries import Parameter, find_query, query_names

HOME = Home.find()
HORIZON = date(2025, 2, 20)
"""The last day of which the source of the built-in dossier speaks."""
AS_OF = [name for name in query_names(HOME) if "asOf" in {p.name for p in find_query(HOME, name).parameters}]


def _as_of(name: str) -> Parameter:
    (found,) = (p for p in find_query(HOME, name).parameters if p.name == "asOf")
    return found


RECORDS = {
    "diplomatic-relations": ("DiplomaticRelation", {}),
    "intervals": ("Mission", {}),
    "forces": ("Stationing", {}),
    "members": ("MembershipStatus", {}),
    "membership-history": ("MembershipStatus", {"member": ["armenia"]}),
    "missions": ("Mission", {}),
    "offices-of": ("Tenure", {}),
    "parts": ("Containment", {}),
    "places": ("Capital", {"relation": ["has capital"]}),
    "predecessors": ("Containment", {}),
    "situations": ("Situation", {}),
    "trade-measures": ("TradeMeasure", {}),
}
"""The queries of intervals, the class of the records that they list, and values by which they list few others."""

Bounds = tuple[str, str, str]
"""Earliest, latest, and the reason why there is no more, or ``~`` for a doubt."""

INTERVALS: list[tuple[Bounds, Bounds]] = [
    (("2001-03-04", "2001-03-04", ""), ("2003-05-06", "2003-05-06", "")),
    (("2001-01-01", "2001-12-31", ""), ("2003-01-01", "2003-12-31", "")),
    (("2001-01-01", "2003-12-31", ""), ("2002-01-01", "2004-12-31", "")),
    (("2001-03-04", "2001-03-04", "~"), ("2003-05-06", "2003-05-06", "")),
    (("2001-03-04", "2001-03-04", ""), ("", "", "open")),
    (("2001-03-04", "2001-03-04", ""), ("", "", "unknown")),
    (("", "", "undated"), ("", "", "open")),
    (("", "", "undated"), ("2003-05-06", "2003-05-06", "")),
    (("", "2001-03-04", "unknown"), ("2003-05-06", "", "unknown")),
]
DAYS = ["2000", "2001", "2001-03-04", "2002-06", "2002-06-07", "2003-05-06", "2004", "2025-02-20", "2030"]


def _expected(interval: tuple[Bounds, Bounds], first: date, last: date) -> str:
    """Return what the rule says of the days from first to last: certain, possible, or '' for no row."""
    (begun, begun_by, begun_why), (ending, ended_by, ended_why) = interval
    too_late = begun and date.fromisoformat(begun) > last
    if too_late or (ended_by and date.fromisoformat(ended_by) < first):
        return ""
    goes_on = HORIZON if ended_why == "open" else None
    since = date.fromisoformat(begun_by) if begun_by else goes_on
    until = date.fromisoformat(ending) if ending else goes_on
    sure = since is not None and until is not None and since <= first and last <= until
    return "certain" if sure and "~" not in (begun_why, ended_why) else "possible"


def _bounds(node: ox.NamedNode, bounds: Bounds) -> Iterable[ox.Quad]:
    earliest, latest, why = bounds
    day = ox.NamedNode(XSD + "date")
    for name, text in (("earliest", earliest), ("latest", latest)):
        if text:
            yield ox.Quad(node, ox.NamedNode(FOE + name), ox.Literal(text, datatype=day))
    if why == "~":
        yield ox.Quad(
            node, ox.NamedNode(FOE + "qualification"), ox.NamedNode(VOC + "date-qualification.approximate")
        )
    elif why:
        yield ox.Quad(node, ox.NamedNode(FOE + "boundReason"), ox.NamedNode(VOC + "bound-reason." + why))


def _set_interval(engine: ox.Store, record: ox.NamedNode, interval: tuple[Bounds, Bounds]) -> None:
    for name, bounds in zip(("from", "until"), interval, strict=True):
        (link,) = engine.quads_for_pattern(record, ox.NamedNode(FOE + name), None)
        assert isinstance(link.object, ox.NamedNode)
        for quad in list(engine.quads_for_pattern(link.object, None, None)):
            engine.remove(quad)
        engine.extend(_bounds(link.object, bounds))
    _derive_extent(engine, record)


def _derive_extent(engine: ox.Store, record: ox.NamedNode) -> None:
    """Derive the four days of one relation anew, by the derivation that the build runs over all of them."""
    derivation = (HOME.ontology / "derivations" / "extent-of-relations.rq").read_text(encoding="utf-8")
    pattern = "?record a foe:TemporalRelation ."
    assert pattern in derivation
    derived = engine.query(derivation.replace(pattern, f"VALUES ?record {{ {record} }} {pattern}"))
    assert isinstance(derived, ox.QueryTriples)
    extent = list(derived)
    for triple in extent:
        for quad in list(engine.quads_for_pattern(record, triple.predicate, None)):
            engine.remove(quad)
    engine.extend(ox.Quad(*triple) for triple in extent)


def _rows(store: Store, name: str, values: dict[str, list[str]]) -> Counter[str]:
    """Return the rows of a query, each as its certainty, which is all that a changed interval may change."""
    answer = store.query(bind(find_query(HOME, name), store, values), name)
    assert isinstance(answer, Solutions)
    return _certainties(answer)


def _certainties(answer: Solutions) -> Counter[str]:
    place = answer.variables.index("certainty")
    cells = (row[place] for row in answer.rows)
    return Counter(cell.value if isinstance(cell, ox.Literal) else "" for cell in cells)


def _engine(files: Iterable[Path]) -> ox.Store:
    engine = ox.Store()
    for path in files:
        engine.load(path=path, format=ox.RdfFormat.TURTLE)
    return engine


@pytest.fixture(scope="module")
def triples() -> ox.Store:
    return _engine(HOME.dataset)


@pytest.mark.parametrize("name", RECORDS)
def test_a_day_is_certain_or_possible_by_the_bounds_of_the_interval(name: str, triples: ox.Store) -> None:
    """However the two sides of an interval are told, each day is certain, possible or outside, as the rule says."""
    kind, values = RECORDS[name]
    engine = ox.Store()
    engine.bulk_extend(triples.quads_for_pattern(None, None, None))
    store = EmbeddedStore(engine)
    record = _only_dated(engine, store, name, kind, values)
    never: tuple[Bounds, Bounds] = (("1500-01-01", "1500-01-01", ""), ("1500-01-02", "1500-01-02", ""))
    for day in DAYS:
        first, last = _days(day)
        _set_interval(engine, record, never)
        without = _rows(store, name, {**values, "asOf": [day]})
        for interval in INTERVALS:
            _set_interval(engine, record, interval)
            found = _rows(store, name, {**values, "asOf": [day]}) - without
            expected = _expected(interval, first, last)
            assert set(found) == ({expected} if expected else set()), (day, interval)


def _only_dated(
    engine: ox.Store, store: Store, name: str, kind: str, values: dict[str, list[str]]
) -> ox.NamedNode:
    """Return a record of the class that the query lists by itself, without a date beside its interval."""
    never: tuple[Bounds, Bounds] = (("1500-01-01", "1500-01-01", ""), ("1500-01-02", "1500-01-02", ""))
    everything = _rows(store, name, {**values, "asOf": ["1500-01-01"]})
    found = engine.query(
        f"SELECT ?x WHERE {{ ?x a <{FOE}{kind}> MINUS {{ ?x <{FOE}date> ?d }} }} ORDER BY ?x"
    )
    assert isinstance(found, ox.QuerySolutions)
    for (record,) in list(found):
        assert isinstance(record, ox.NamedNode)
        before = [
            q
            for path in ("from", "until")
            for link in engine.quads_for_pattern(record, ox.NamedNode(FOE + path), None)
            if isinstance(link.object, ox.NamedNode)
            for q in engine.quads_for_pattern(link.object, None, None)
        ]
        _set_interval(engine, record, never)
        if sum((_rows(store, name, {**values, "asOf": ["1500-01-01"]}) - everything).values()):
            return record
        if _rows(store, name, {**values, "asOf": ["1500-01-01"]})["certain"] > everything["certain"]:
            return record
        engine.extend(before)
        _derive_extent(engine, record)
    pytest.fail(f"no record by which {name} can be tried")


def _days(text: str) -> tuple[date, date]:
    from foedus.parameters import date_range

    return date_range(open_store(HOME), text)


def test_every_query_with_an_interval_can_be_asked_as_of_a_day() -> None:
    """A query whose columns tell from when until when something held takes the day, and tells the certainty."""
    for name in query_names(HOME):
        columns = {column.name for column in find_query(HOME, name).columns}
        if {"from", "until"} <= columns:
            assert name in AS_OF, name
        assert ("certainty" in columns) == (name in AS_OF) or name == "changes", name
    assert set(RECORDS) <= set(AS_OF)


@pytest.mark.parametrize("name", AS_OF)
def test_without_a_day_certainty_is_empty_or_that_of_the_last_known_day(name: str) -> None:
    """A listing says nothing of certainty; a query that cannot do without a day takes the source's last."""
    answer = open_store(HOME).query(find_query(HOME, name).text, name)
    assert isinstance(answer, Solutions)
    found = set(_certainties(answer))
    assert found == {""} if _as_of(name).optional else found <= {"certain", "possible"}


@pytest.fixture(scope="module")
def fiction_graph() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in built_fiction().dataset:
        graph.parse(path, format="turtle")
    return graph


@pytest.mark.parametrize("name", [name for name in AS_OF if _as_of(name).optional])
@pytest.mark.parametrize("day", ["1928-06", "1931-07-10"])
def test_both_engines_agree_as_of_a_day(name: str, day: str, fiction_graph: rdflib.Graph) -> None:
    """Oxigraph and rdflib give the same rows of the fictional home where the day is no default."""
    home = built_fiction()
    store = open_store(home)
    text = bind(find_query(home, name), store, {**IN_FICTION.get(name, {}), "asOf": [day]})
    answer = store.query(text, name)
    assert isinstance(answer, Solutions)
    theirs = io.BytesIO(fiction_graph.query(text).serialize(format="json") or b"")
    found = ox.parse_query_results(theirs, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    # Of no groups at all rdflib makes one row without any value.
    rows = Solutions(answer.variables, [tuple(row) for row in found if any(row)])
    assert Counter(map(_words, sparql_tsv(answer).splitlines())) == Counter(
        map(_words, sparql_tsv(rows).splitlines())
    )


def _words(line: str) -> str:
    """Return a line with the words of its cells sorted, since engines join them in different orders."""
    return "\t".join(" ".join(sorted(cell.strip('"').replace(";", "").split())) for cell in line.split("\t"))
