"""Work that may fail in every way, done in a process of its own, which the system ends when its time is up.

Neither the engine nor a parser written in C hears a signal of Python's; some of what anybody may submit makes
them run for minutes, exhausts the memory, or overflows the stack. The parent outlives all of that and tells it.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, NoReturn, TypeVar

from foedus.diagnostics import FoedusError, UnreadableInput

Result = TypeVar("Result")
Work = Callable[[str], Result]
Opening = Callable[[], AbstractContextManager[Work[Result]]]

MAX_MEMORY: Final = 900_000_000
"""Bytes that the work may take beyond what opening took; only where the system can bound that."""


class Failure(Exception):
    """Something went wrong in the work that the user cannot mend; a note has the traceback."""


def each_apart(
    opening: Opening[Result], names: Sequence[str], seconds: int
) -> Iterator[Result | UnreadableInput]:
    """Yield what the work, once opened, makes of each name, or why it made nothing of it.

    Each may take so many seconds, the opening any. Raise what the opening raises, and Failure for what only we can
    mend. Where the system cannot fork, all is done in this process, without bounds.
    """
    if not hasattr(os, "fork"):
        with opening() as work:
            for name in names:
                yield _done(work, name)
        return
    done = 0
    while done < len(names):
        for result in _forked(opening, names[done:], seconds):
            yield result
            done += 1


def _forked(
    opening: Opening[Result], names: Sequence[str], seconds: int
) -> Iterator[Result | UnreadableInput]:
    """Yield one result a name up to that at which the process ended, if it did."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if not child:
        os.close(inlet)
        with os.fdopen(outlet, "wb") as pipe:
            _work(opening, names, seconds, pipe)
    os.close(outlet)
    ended = False
    try:
        with os.fdopen(inlet, "rb") as pipe:
            for _ in names:
                try:
                    reply = pickle.load(pipe)
                except (EOFError, pickle.UnpicklingError):
                    _, status = os.waitpid(child, 0)
                    ended = True
                    yield _reason(status, seconds)
                    return
                if isinstance(reply, _Raised):
                    raise reply.error
                yield reply
    finally:
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


class _Raised:
    """What the process raised that is not about one name."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _work(opening: Opening[Result], names: Sequence[str], seconds: int, pipe: BinaryIO) -> NoReturn:
    """Do the work in the process that may be ended, and leave it without Python's leave-taking."""
    try:
        # Ctrl-C reaches both processes, and the parent tells it; the alarm is the system's, which no code ignores.
        for number in (signal.SIGALRM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        with opening() as work:
            _bound_memory()
            for name in names:
                signal.setitimer(signal.ITIMER_REAL, seconds)
                reply = pickle.dumps(_done(work, name))
                signal.setitimer(signal.ITIMER_REAL, 0)
                pipe.write(reply)
                pipe.flush()
    except MemoryError:
        os._exit(1)  # as when the engine dies of it
    except FoedusError as error:
        pipe.write(pickle.dumps(_Raised(error)))
    except Exception as error:
        import traceback

        failure = Failure(f"{type(error).__name__}: {error}")
        failure.add_note("".join(traceback.format_exception(error)))
        pipe.write(pickle.dumps(_Raised(failure)))
    pipe.flush()
    os._exit(0)


def _bound_memory() -> None:
    """Let the system refuse this process more than it has now and ``MAX_MEMORY``."""
    import resource

    limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + MAX_MEMORY
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _done(work: Work[Result], name: str) -> Result | UnreadableInput:
    try:
        return work(name)
    except UnreadableInput as error:
        return error
    except RecursionError:
        return UnreadableInput("nested too deep; write it flatter")


def _reason(status: int, seconds: int) -> UnreadableInput:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return UnreadableInput(f"not checked within {seconds} s; split the file, or give --timeout")
    return UnreadableInput("the memory or the stack is exhausted by it; split the file")
