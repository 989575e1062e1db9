"""One worker process, spoken to from an event loop."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Callable
from typing import cast

from foedus.diagnostics import UnreadableInput
from foedus.supervision import COMMAND, WorkerFault
from foedus.worker import REFUSALS, Reply, parse_head


class Worker(asyncio.SubprocessProtocol):
    """A process of ``foedus.worker``; it is asked one thing at a time.

    ``opened`` gives the version of its graph, or raises UnreadableInput or WorkerFault; ``gone`` is done when the
    process is.
    """

    def __init__(self, bury: Callable[[Worker], None]) -> None:
        loop = asyncio.get_running_loop()
        self.version = ""
        self.opened: asyncio.Future[str] = loop.create_future()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._bury = bury
        self._answer: asyncio.Future[Reply | None] | None = None
        self._said = bytearray()
        self._head: tuple[str, str, int] | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._killed = False

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._killed and not self.gone.done()

    @property
    def process_id(self) -> int:
        """The number of the process."""
        assert self._transport, "it was started"
        return self._transport.get_pid()

    async def ask(self, message: bytes) -> Reply | None:
        """Return its reply to a message of ``worker.message``; None where it dies of it."""
        if not self.alive or self._transport is None:
            return None
        self._answer = asyncio.get_running_loop().create_future()
        self._write(message)
        return await self._answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._killed = True
        if self._transport is not None:
            with contextlib.suppress(ProcessLookupError):
                self._transport.kill()

    def _write(self, message: bytes) -> None:
        assert self._transport, "it was started"
        pipe = cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0))
        pipe.write(message)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hear of the process."""
        self._transport = cast(asyncio.SubprocessTransport, transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take what the worker says."""
        self._said += data
        if self._head is None:
            end = self._said.find(b"\n")
            if end < 0:
                return
            self._head = parse_head(bytes(self._said[: end + 1]))
            del self._said[: end + 1]
        kind, detail, length = self._head
        if len(self._said) < length:
            return
        body, self._head = bytes(self._said), None
        self._said.clear()
        self._hear(Reply(kind, detail, body))

    def _hear(self, reply: Reply) -> None:
        if self._answer is not None:
            if not self._answer.done():
                self._answer.set_result(reply)
        elif self.opened.done():
            return
        elif reply.kind == "ready":
            self.version = reply.body.decode()
            self.opened.set_result(self.version)
        else:
            error = REFUSALS.get(reply.detail, WorkerFault)
            self.opened.set_exception(error(reply.body.decode()))

    def process_exited(self) -> None:
        """Tell who waits for it that it is gone."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(None)
        if not self.opened.done():
            self.opened.set_exception(UnreadableInput("the graph: a process died of opening it"))
        if not self.opened.cancelled():
            self.opened.exception()  # seen, so that the loop does not report it
        if not self.gone.done():
            self.gone.set_result(None)
        if self._transport is not None:
            self._transport.close()
        self._bury(self)


async def start_worker(opening: bytes, bury: Callable[[Worker], None]) -> Worker:
    """Start a process that opens a graph; ``bury`` is called when it has ended."""
    loop = asyncio.get_running_loop()
    _, worker = await loop.subprocess_exec(
        lambda: Worker(bury),
        *COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    worker._write(opening)
    return worker
