"""Questions answered in a process of their own, which can be ended whatever the engine is busy with.

The embedded engine hears no signal while it evaluates, and no thread can be stopped. A process can: by its
parent when the time is up, and, should the parent be gone, by the alarm that it set itself.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Final, NoReturn

from foedus.diagnostics import UnknownName, UnreadableInput

if TYPE_CHECKING:
    from foedus.asking import Printed, Question

MAX_MEMORY: Final = 4 * 1024**3
"""Bytes that a question may take beyond what its graph takes; only where the system can bound that."""

_COMMAND = [sys.executable, "-P", "-m", "foedus.worker"]
"""-P: no module of the folder in which the user happens to be."""

_READY = b"ready\n"
_REFUSALS = {kind.__name__: kind for kind in (UnreadableInput, UnknownName)}


class WorkerFault(Exception):
    """Something went wrong in the worker that the user cannot mend."""


def answer_within(question: Question) -> Printed:
    """Return the answer, as ``answer`` does, or end the process that seeks it.

    The seconds count from when the graph is open. Raise UnreadableInput where they are over, where the answer
    has more bytes than it may, or where the engine dies of the question; else as ``answer`` does.
    """
    over = threading.Event()
    with subprocess.Popen(
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin and process.stdout, "both are pipes"

        def end() -> None:
            over.set()
            process.kill()

        clock = threading.Timer(question.timeout, end)
        clock.daemon = True
        try:
            _tell(process.stdin, question)
            head = process.stdout.readline()
            if head == _READY:
                clock.start()
                head = process.stdout.readline()
            body = process.stdout.read(question.max_bytes + 1)
        finally:
            clock.cancel()
            process.kill()
    if over.is_set():
        raise UnreadableInput(
            f"{_name(question)}: ended after {question.timeout:g} s without an answer; ask for less, or raise --timeout"
        )
    return _understand(question, head.decode().split(), body)


def _tell(pipe: IO[bytes], question: Question) -> None:
    try:
        with pipe:
            pickle.dump(question, pipe)
    except BrokenPipeError:
        return  # it has died, which its silence tells


def _understand(question: Question, head: list[str], body: bytes) -> Printed:
    from foedus.asking import Printed

    match head:
        case ["answer" | "empty" as kind]:
            if len(body) > question.max_bytes:
                raise UnreadableInput(
                    f"{_name(question)}: the answer has more than {question.max_bytes:,} bytes; "
                    f"ask for less, or raise --max-bytes"
                )
            return Printed(body.decode(), kind == "empty")
        case ["refused", kind]:
            raise _REFUSALS[kind](body.decode())
        case ["fault"]:
            raise WorkerFault(body.decode())
    raise UnreadableInput(
        f"{_name(question)}: the engine died of it, for want of memory "
        f"(it had {MAX_MEMORY // 1024**3} GiB) or of depth; ask for less"
    )


def _name(question: Question) -> str:
    return question.query.file if question.query else question.name


def main() -> NoReturn:
    """Answer the question on standard input, and write the answer to standard output."""
    import os

    out = sys.stdout.buffer
    try:
        head, body = _answer(pickle.load(sys.stdin.buffer), out)
    except tuple(_REFUSALS.values()) as error:
        head, body = f"refused {type(error).__name__}", str(error)
    except MemoryError:
        os._exit(1)
    except Exception as error:
        import traceback

        head, body = "fault", f"{error!r}\n{''.join(traceback.format_exception(error))}"
    out.write(f"{head}\n".encode())
    out.write(body.encode(errors="replace"))
    out.flush()
    os._exit(0)  # the engine's leave-taking takes time


def _answer(question: Question, out: IO[bytes]) -> tuple[str, str]:
    from foedus.asking import answer
    from foedus.engines import open_dataset

    store = open_dataset(question.home, question.dataset, question.timeout, question.max_bytes)
    _bound(question.timeout)
    out.write(_READY)
    out.flush()
    printed = answer(question, store)
    return "empty" if printed.empty else "answer", printed.text


def _bound(timeout: float) -> None:
    """Let the system end this process a second after the time, or when it takes too much memory."""
    import signal

    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, timeout + 1)
    try:
        import resource
        from pathlib import Path

        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = taken + MAX_MEMORY
        if hard == resource.RLIM_INFINITY or limit < hard:
            resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    main()
