"""What a process that answers says of itself reaches the user in one line."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest

from foedus.asking import Question
from foedus.engines import Dataset
from foedus.supervision import WorkerFault, understand
from foedus.worker import Reply


def test_a_fault_of_a_worker_is_one_line_and_keeps_its_traceback() -> None:
    """The message is the reason alone; what the worker's stack was is told only with the traceback."""
    question = Question(Path("home"), Dataset(), "json", 0, False)
    with pytest.raises(WorkerFault) as raised:
        understand(Reply("fault", "", b"KeyError('x')\nTraceback of the worker\n"), question, 1 << 30)
    assert str(raised.value) == "KeyError('x')"
    assert "Traceback of the worker" in "".join(traceback.format_exception(raised.value))
