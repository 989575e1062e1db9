"""YAML is read as text with places, and nothing clever."""

import pytest

from foedus.diagnostics import FindingsError, UnreadableInput
from foedus.documents import MAX_DEPTH, Mapping, Scalar, Sequence, read_yaml


def test_scalars_stay_what_was_written() -> None:
    """NO, on and 1931-05-04 are strings, not a boolean and a date."""
    document = read_yaml("- a: NO\n  b: on\n  c: 1931-05-04\n  d: 007\n", "x.yaml")
    assert isinstance(document, Sequence)
    record = document.items[0]
    assert isinstance(record, Mapping)
    assert [record.scalar(k) for k in "abcd"] == ["NO", "on", "1931-05-04", "007"]


def test_every_value_knows_its_place() -> None:
    """Lines and columns count from 1, for keys and values."""
    document = read_yaml("- id: holt\n  from:\n    edtf: '1931'\n", "x.yaml")
    assert isinstance(document, Sequence)
    record = document.items[0]
    assert isinstance(record, Mapping)
    nested = record.entries["from"]
    assert isinstance(nested, Mapping)
    value = nested.entries["edtf"]
    assert isinstance(value, Scalar)
    assert str(value.region) == "x.yaml:3:11"
    assert str(record.keys["from"]) == "x.yaml:2:3"


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("- a: &x 1\n", "FOE103", "1:6"),
        ("- a: 1\n  b: *x\n", "FOE103", "2:6"),
        ("- a: !!int 1\n", "FOE103", "1:6"),
        ("- !person\n  a: 1\n", "FOE103", "1:3"),
        ("- a: 1\n  b: 2\n  a: 3\n", "FOE102", "3:3"),
        ("- a: 1\n---\n- b: 2\n", "FOE103", "2:1"),
        ("- ? [a]\n  : 1\n", "FOE103", "1:5"),
    ],
)
def test_what_yaml_can_do_beyond_records_is_refused(text: str, code: str, place: str) -> None:
    """Anchors, aliases, tags, duplicate keys and second documents are findings with a place."""
    with pytest.raises(FindingsError) as refused:
        read_yaml(text, "x.yaml")
    assert (code, f"x.yaml:{place}") in [(d.code, str(d.region)) for d in refused.value.diagnostics]
    assert refused.value.exit_code == 1


def test_all_findings_of_a_file_are_reported_at_once() -> None:
    """Three faults of form give three findings, in the order of their places."""
    with pytest.raises(FindingsError) as refused:
        read_yaml("- a: &x 1\n  a: 2\n  b: !t 3\n", "x.yaml")
    assert [d.region.line for d in refused.value.diagnostics] == [1, 2, 3]


def test_broken_yaml_is_unreadable_with_its_place() -> None:
    """A list that is never closed is no finding but unreadable input: exit code 2."""
    with pytest.raises(UnreadableInput, match=r"x\.yaml:\d+:\d+: not YAML") as refused:
        read_yaml("- a: [1\n  b: 2\n", "x.yaml")
    assert refused.value.exit_code == 2


def test_depth_is_bounded() -> None:
    """A document nested too deeply is refused before it can overflow anything."""
    with pytest.raises(UnreadableInput, match="nested deeper"):
        read_yaml("[" * (MAX_DEPTH + 5) + "]" * (MAX_DEPTH + 5), "x.yaml")


def test_an_empty_file_holds_nothing() -> None:
    """A file of comments alone is read as no document."""
    assert read_yaml("# to be written\n", "x.yaml") is None
