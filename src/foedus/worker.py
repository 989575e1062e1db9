"""The process that answers questions and can be ended, whatever the engine is busy with.

The embedded engine hears no signal while it evaluates, and no thread can be stopped. A process can: by its
parent (``foedus.supervision``) when the time is up, and, should the parent be gone, by the alarm that it sets
itself. It opens one graph and answers on standard output what comes in on standard input, until that ends.
"""

from __future__ import annotations

import os
import pickle
import sys
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from foedus.diagnostics import UnknownName, UnreadableInput

if TYPE_CHECKING:
    from foedus.asking import Question
    from foedus.engines import Dataset
    from foedus.serialization import Inquiry

REFUSALS: Final = {kind.__name__: kind for kind in (UnreadableInput, UnknownName)}

_LENGTH = 8
"""Bytes before each message to a worker that tell how long it is."""


class Opening(NamedTuple):
    """What a worker is told first: which graph to open, and what opening it and each question may take.

    A ``resident`` worker answers many questions of the home's own graph; ``memory`` is the bytes that they may
    take beyond the graph, where the system can bound that. ``timeout`` and ``max_bytes`` are those of
    ``open_dataset``.
    """

    root: Path
    dataset: Dataset
    timeout: float
    max_bytes: int
    memory: int
    resident: bool = False


class Reply(NamedTuple):
    """What a worker says: its kind with a detail, and its content."""

    kind: str
    detail: str
    body: bytes


def message(content: Opening | Question | Inquiry) -> bytes:
    """Return what is written to a worker."""
    pickled = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return len(pickled).to_bytes(_LENGTH, "big") + pickled


def parse_head(line: bytes) -> tuple[str, str, int]:
    """Return the kind and detail of a reply, and the length of the body after this line, its first."""
    kind, detail, length = line.decode().removesuffix("\n").split("\t")
    return kind, detail, int(length)


def main() -> NoReturn:
    """Open a graph and answer questions until no more come."""
    inlet, out = sys.stdin.buffer, sys.stdout.buffer
    opening = _receive(inlet)
    opened = _attempt(out, partial(_open, opening))
    if opened is not None:
        version, store = opened
        _bound_memory(opening.memory)
        _send(out, Reply("ready", "", version.encode()))
        while (task := _receive(inlet)) is not None:
            _set_alarm(task.timeout + 1)
            reply = _attempt(out, partial(_answer, task, store))
            _set_alarm(0)
            if reply:
                _send(out, reply)
    os._exit(0)  # the engine's leave-taking takes time


def _attempt(out: IO[bytes], act: Any) -> Any:
    """Return what an act gives, or None after saying why it failed."""
    try:
        return act()
    except tuple(REFUSALS.values()) as error:
        _send(out, Reply("refused", type(error).__name__, str(error).encode(errors="replace")))
    except MemoryError:
        os._exit(1)
    except Exception as error:
        import traceback

        text = f"{error!r}\n{''.join(traceback.format_exception(error))}"
        _send(out, Reply("fault", "", text.encode(errors="replace")))
    return None


def _open(opening: Opening) -> tuple[str, Any]:
    if opening.resident:
        import signal

        from foedus.store import open_resident

        # Ctrl-C reaches all processes of a terminal; the parent ends this one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return open_resident(_home(opening))
    from foedus.engines import open_dataset

    return "", open_dataset(_home(opening), opening.dataset, opening.timeout, opening.max_bytes)


def _home(opening: Opening) -> Any:
    from foedus.home import Home

    return Home(opening.root)


def _answer(task: Question | Inquiry, store: Any) -> Reply:
    from foedus.asking import Question, answer

    if isinstance(task, Question):
        printed = answer(task, store)
        body = printed.text.encode(errors="replace")
        if len(body) > task.max_bytes:
            name = task.query.file if task.query else task.name
            raise UnreadableInput(
                f"{name}: the answer has more than {task.max_bytes:,} bytes; ask for less, or raise --max-bytes"
            )
        return Reply("empty" if printed.empty else "answer", "", body)
    from foedus.serialization import serialize

    form, content = serialize(task, store)
    return Reply("serialized", form, content)


def _receive(inlet: IO[bytes]) -> Any:
    """Return the next message, or None where no more come."""
    head = inlet.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    length = int.from_bytes(head, "big")
    content = inlet.read(length)
    return pickle.loads(content) if len(content) == length else None


def _send(out: IO[bytes], reply: Reply) -> None:
    try:
        out.write(f"{reply.kind}\t{reply.detail}\t{len(reply.body)}\n".encode())
        out.write(reply.body)
        out.flush()
    except BrokenPipeError:
        os._exit(0)  # nobody listens


def _set_alarm(seconds: float) -> None:
    """Let the system end this process after some seconds; 0 takes that back."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _bound_memory(memory: int) -> None:
    """Let the system end this process when it takes so many bytes more than now."""
    try:
        import resource

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = taken + memory
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    main()
