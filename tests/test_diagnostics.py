"""A name that nothing bears is held against those that there are, however many."""

import pytest

from foedus.diagnostics import did_you_mean

MANY = [f"visit-{n}" for n in range(20_000)]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("visit-of-purtin", "visit-of-putin"), ("wisit-of-putin", "visit-of-putin"), ("zzzzzz", "")],
)
def test_a_like_name_is_found_among_very_many(name: str, hint: str) -> None:
    """Of very many, those that begin or end alike are looked through; of these the nearest is told."""
    told = did_you_mean(name, [*MANY, "visit-of-putin"])
    assert (f'"{hint}"' in told) if hint else not told
