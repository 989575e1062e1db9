"""A few processes that hold the graph and answer one question after the other, ended and replaced as need be.

Each worker holds the graph as it was at one moment and says which, so that an answer is never a mixture; a
rebuilt graph is served from when the first worker has opened it.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, NamedTuple

from foedus.asking import Printed, Question
from foedus.diagnostics import FoedusError, UnreadableInput
from foedus.engines import Dataset
from foedus.home import Home
from foedus.serialization import Inquiry, Serialized
from foedus.supervision import WorkerFault, understand
from foedus.web.workers import Worker, start_worker
from foedus.worker import Opening, Reply, message

_LOG = logging.getLogger("foedus.web")
_NEWS: Final = 1.0
"""Seconds between two looks at whether the graph was rebuilt, and before a worker that died at once is replaced."""


class Limits(NamedTuple):
    """What a server takes upon itself.

    ``workers`` questions are answered at once, ``waiting`` more wait; ``patience`` is the seconds for which one
    waits, ``timeout`` those in which it is to be answered. ``max_bytes`` an answer, ``memory`` (bytes) a worker
    may take beyond its graph; ``cache`` is the bytes of answers that are kept.
    """

    workers: int = max(2, min(os.cpu_count() or 2, 8)) + 1
    waiting: int = 200
    patience: float = 20.0
    timeout: float = 10.0
    max_bytes: int = 20_000_000
    memory: int = 1024**3
    cache: int = 64_000_000


class Busy(Exception):
    """More is asked than can be answered; ``retry_after`` is the seconds after which to ask again."""

    retry_after = 5


class OutOfTime(UnreadableInput):
    """A question whose time was over before it was answered."""


class Pool:
    """Workers of one home; ``async with Pool(home) as pool`` starts them and leaves none behind."""

    def __init__(self, home: Home, limits: Limits | None = None) -> None:
        self.home = home
        self.limits = limits or Limits()
        self.version = ""
        """The digest of the graph that is served; it changes when the graph was rebuilt."""
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._line: deque[asyncio.Future[Worker]] = deque()
        self._started = self._newest = 0
        self._closed = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Pool:
        """Start the workers; raise UnreadableInput where the graph cannot be opened."""
        self._seen = self.home.look()
        try:
            first = await self._start()
            first.opened.result()
        except BaseException:
            await self._close()
            raise
        for _ in range(self.limits.workers - 1):
            self._spawn(self._replace())
        self._spawn(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def ask(self, question: Question) -> Printed:
        """Return what ``asking.answer`` does, on the graph that is served.

        Raise as it does; Busy where too many ask, OutOfTime where it takes more than the limits' timeout.
        """
        answered, _ = await self._submit(question)
        assert isinstance(answered, Printed), "a question is answered by text"
        return answered

    async def serialize(self, inquiry: Inquiry) -> tuple[Serialized, str]:
        """Return what ``serialization.serialize`` does, and the version of the graph that it speaks of.

        Raise as ``ask`` does.
        """
        answered, version = await self._submit(inquiry)
        assert isinstance(answered, Serialized), "an inquiry is answered in a format"
        return answered, version

    async def _submit(self, task: Question | Inquiry) -> tuple[Printed | Serialized, str]:
        worker = await self._borrow()
        reply: Reply | None = None
        over = False
        timeout = min(task.timeout or self.limits.timeout, self.limits.timeout)

        def end() -> None:
            nonlocal over
            over = True
            worker.kill()

        clock = asyncio.get_running_loop().call_later(timeout, end)
        try:
            reply = await worker.ask(message(task._replace(timeout=timeout)))
        except asyncio.CancelledError:
            worker.kill()  # nobody waits for what it is busy with
            raise
        finally:
            clock.cancel()
            if worker.alive:
                self._give_back(worker)
        if reply is None and self._closed:
            raise Busy
        if reply is None and over:
            raise OutOfTime(f"{task.name}: ended after {timeout:g} s without an answer; ask for less")
        return understand(reply, task, self.limits.memory), worker.version

    async def _borrow(self) -> Worker:
        if self._closed:
            raise Busy
        if self._idle:
            return self._idle.pop()
        if len(self._line) >= self.limits.waiting:
            raise Busy
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[Worker] = loop.create_future()
        self._line.append(turn)
        clock = loop.call_later(self.limits.patience, turn.cancel)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back(turn.result())
            elif turn in self._line:
                self._line.remove(turn)
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise Busy from None
        finally:
            clock.cancel()

    def _give_back(self, worker: Worker) -> None:
        if worker.version != self.version or not worker.alive:
            worker.kill()
            return
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    async def _start(self) -> Worker:
        """Start a worker, and give it work once it has opened the graph or not; its ``opened`` tells which."""
        self._started += 1
        number = self._started
        opening = Opening(
            self.home.root,
            Dataset(),
            self.limits.timeout,
            self.limits.max_bytes,
            self.limits.memory,
            resident=True,
        )
        worker = await start_worker(message(opening), self._bury)
        self._workers.add(worker)
        if self._closed:
            worker.kill()
        try:
            version = await worker.opened
        except (FoedusError, WorkerFault):
            return worker
        if version != self.version:
            if number < self._newest:
                worker.kill()
                return worker
            self._newest = number
            self.version = version
            outdated, self._idle = self._idle, []
            for old in outdated:
                old.kill()
        self._give_back(worker)
        return worker

    def _bury(self, worker: Worker) -> None:
        """Forget a worker that has died, and replace it."""
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if not self._closed and worker.version:
            self._spawn(self._replace())

    async def _replace(self) -> None:
        """Start a worker, again and again until one opens the graph."""
        while not self._closed and len(self._workers) < self.limits.workers:
            worker = await self._start()
            if not worker.opened.exception():
                return
            if not self._closed:
                _LOG.warning("%s", worker.opened.exception())
            await asyncio.sleep(_NEWS)

    async def _watch(self) -> None:
        """Start a worker whenever the graph was rebuilt; where it finds another graph, the others make way."""
        while True:
            await asyncio.sleep(_NEWS)
            seen = await asyncio.to_thread(self.home.look)
            if seen == self._seen:
                continue
            version = self.version
            worker = await self._start()
            if worker.opened.exception():
                _LOG.warning("%s; the graph of before is served", worker.opened.exception())
                continue
            self._seen = seen
            if version == self.version and worker in self._idle:
                worker.kill()

    def _spawn(self, work: Callable[[], None] | object) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _close(self) -> None:
        """End all workers, and wait until they are gone."""
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        while self._line:
            self._line.popleft().cancel()
        workers = list(self._workers)
        for worker in workers:
            worker.kill()
        await asyncio.gather(*(worker.gone for worker in workers), *self._tasks, return_exceptions=True)
