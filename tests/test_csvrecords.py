"""Cells of CSV hold items between bars; what is written as a table reads back as the same items."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foedus import tables
from foedus.classtables import class_tables
from foedus.csvrecords import parse_csv
from foedus.home import Home
from foedus.namespaces import FOE, ID, RDF, SKOS
from foedus.plainvalues import items_of
from foedus.vocabulary import read_vocabulary

VOCABULARY = read_vocabulary(Home.find().ontology)


def _items(cell: str) -> list[str]:
    (record,) = parse_csv(tables.csv(["id", "altLabel"], [["x", cell]]), "f.csv")
    node = record.node.entries.get("altLabel")
    return [item.text for item in items_of(node)] if node else []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("a|b", ["a", "b"]),
        (r"Foo \|", ["Foo |"]),
        (r"\|", ["|"]),
        (r"a\|b|c", ["a|b", "c"]),
        ("a\\\\|b", ["a\\", "b"]),
        ("a||b", ["a", "", "b"]),
        ("a|", ["a", ""]),
        ("a\\", ["a\\"]),
    ],
)
def test_a_bar_ends_an_item_unless_it_is_escaped(cell: str, items: list[str]) -> None:
    """Each bar without backslash stands between two items, one with it is part of its item."""
    assert _items(cell) == items


@given(st.sets(st.text(r"ab|\é", min_size=1), min_size=1, max_size=4))
def test_a_list_of_a_class_table_reads_back_as_the_same(items: set[str]) -> None:
    """Bars and backslashes of items survive a cell of an exported table."""
    thing = ox.NamedNode(ID + "league")
    triples = [ox.Triple(thing, ox.NamedNode(RDF + "type"), ox.NamedNode(FOE + "Organization"))]
    triples += [
        ox.Triple(thing, ox.NamedNode(SKOS + "altLabel"), ox.Literal(i, language="en")) for i in items
    ]
    columns, rows = class_tables(triples, [], VOCABULARY)["Organization"]
    assert set(_items(dict(zip(columns, rows[0], strict=True))["altLabel"])) == items
