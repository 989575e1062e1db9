"""Questions put to a process of their own, which is ended when their time is up."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Final

from foedus.asking import Printed, Question
from foedus.diagnostics import UnreadableInput
from foedus.serialization import Inquiry, Serialized
from foedus.worker import REFUSALS, Opening, Reply, message, parse_head

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_MEMORY: Final = 4 * 1024**3
"""Bytes that a question may take beyond what its graph takes; only where the system can bound that."""

COMMAND: Final = (sys.executable, "-P", "-m", "foedus.worker")
"""What starts a worker; -P: no module of the folder in which the user happens to be."""


class WorkerFault(Exception):
    """Something went wrong in the worker that the user cannot mend; its traceback there is a note."""


def answer_within(question: Question) -> Printed:
    """Return the answer, as ``answer`` does, or end the process that seeks it.

    The seconds count from when the graph is open. Raise UnreadableInput where they are over, where the answer
    has more bytes than it may, or where the engine dies of the question; else as ``answer`` does.
    """
    opening = Opening(question.root, question.dataset, question.timeout, question.max_bytes, MAX_MEMORY)
    over = threading.Event()
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdin and process.stdout, "both are pipes"

        def end() -> None:
            over.set()
            process.kill()

        clock = threading.Timer(question.timeout, end)
        clock.daemon = True
        try:
            _tell(process.stdin, (message(opening), message(question)))
            reply = _hear(process.stdout)
            if reply and reply.kind == "ready":
                clock.start()
                reply = _hear(process.stdout)
        finally:
            clock.cancel()
            process.kill()
    if over.is_set():
        raise UnreadableInput(
            f"{_name(question)}: ended after {question.timeout:g} s without an answer; ask for less, or raise --timeout"
        )
    answered = understand(reply, question, MAX_MEMORY)
    assert isinstance(answered, Printed), "a question is answered by text"
    return answered


def understand(reply: Reply | None, task: Question | Inquiry, memory: int) -> Printed | Serialized:
    """Return what a worker's reply says; None is that of one which died of a task with so many bytes of memory.

    Raise UnreadableInput or UnknownName where the worker did, and WorkerFault for what only we can mend.
    """
    match reply:
        case Reply("answer" | "empty" as kind, _, body):
            return Printed(body.decode(), kind == "empty")
        case Reply("serialized", form, body):
            return Serialized(form, body)
        case Reply("refused", kind, body):
            raise REFUSALS[kind](body.decode())
        case Reply("fault", _, body):
            reason, _, told = body.decode().partition("\n")
            fault = WorkerFault(reason)
            fault.add_note(told)
            raise fault
    raise UnreadableInput(
        f"{_name(task)}: the engine died of it, for want of memory "
        f"(it had {memory / 1024**3:g} GiB) or of depth; ask for less"
    )


def _tell(pipe: IO[bytes], messages: Iterable[bytes]) -> None:
    try:
        with pipe:
            pipe.writelines(messages)
    except BrokenPipeError:
        return  # it has died, which its silence tells


def _hear(pipe: IO[bytes]) -> Reply | None:
    head = pipe.readline()
    if not head.endswith(b"\n"):
        return None
    kind, detail, length = parse_head(head)
    body = pipe.read(length)
    return Reply(kind, detail, body) if len(body) == length else None


def _name(task: Question | Inquiry) -> str:
    return task.query.file if isinstance(task, Question) and task.query else task.name
