"""What several test modules share."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

Require = Callable[[str, bool, str], None]


@pytest.fixture
def require() -> Require:
    """Return a function that skips a test for want of a tool, or fails it where FOEDUS_REQUIRE names it.

    Its arguments: the tool's name, whether it is there, the reason. FOEDUS_REQUIRE lists names between commas
    or blanks (``FOEDUS_REQUIRE=java,fuseki``).
    """

    def check(name: str, available: bool, reason: str) -> None:
        if available:
            return
        if name in os.environ.get("FOEDUS_REQUIRE", "").replace(",", " ").split():
            pytest.fail(f"FOEDUS_REQUIRE names {name}, but {reason}")
        pytest.skip(reason)

    return check
