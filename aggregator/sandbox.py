"""Child processes in which strangers' bytes are read: one that hangs, swells or dies costs its own document only."""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import resource
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from aggregator.errors import ParseError

if TYPE_CHECKING:  # imported where a child is started, which most runs need not
    from pebble import ProcessPool

_DOCUMENTS = 2000  # a child that has read so many makes room for a fresh one
_POLL_SECONDS = 1.0  # seconds between two looks whether the caller is there still
_STOPPING = 5  # seconds until a child that does not end is killed
_SLACK = 10.0  # seconds beyond its time in which a document must end, or another one
_TRIES = 3  # of a document that was lost with the children


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """What reading one document may cost."""

    time: timedelta = timedelta(seconds=20)
    memory: int = 10**9  #: bytes of address space of a child
    workers: int = 2


class _LostError(Exception):
    """A document was with children that had to be given up."""


class Sandbox:
    """A pool of children that work for one module; they are started when the first document comes in.

    The module is given by name: this process never imports it, nor the parsers that it needs. `shared` is imported by
    the process that the children are forked from.
    """

    def __init__(self, module: str, limits: SandboxLimits = SandboxLimits(), shared: str = "") -> None:
        self._module = module
        self._limits = limits
        self._shared = shared or module
        self._pools: list[ProcessPool] = []  # the last one works; those before it were given up
        self._starting = asyncio.Lock()
        self._open: set[Future[Any]] = set()
        self._moved = time.monotonic()  # when a document ended last, or the first one came in

    async def __aenter__(self) -> Sandbox:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools:
            pool.stop()
            await asyncio.to_thread(pool.join, _STOPPING)
        for future in [future for future in self._open if not future.done()]:  # pebble forgets some of them
            with suppress(InvalidStateError):
                future.set_exception(ParseError("reading the document was given up"))

    async def call(self, name: str, *values: Any) -> Any:
        """What the module's function `name` answers, or raises; ParseError if it takes too much, or its child dies."""
        seconds = self._limits.time.total_seconds()
        try:
            for _ in range(_TRIES):
                with suppress(_LostError):
                    return await self._answer([self._module, name, seconds, *values], seconds + 1)
        except TimeoutError:
            raise ParseError(f"reading the document took longer than {seconds:g} s") from None
        except MemoryError:
            raise ParseError(f"reading the document took more than {self._limits.memory:,} bytes of memory") from None
        except _deaths() as error:
            raise ParseError(f"reading the document ended the parser ({_ending(error)})") from None
        raise ParseError("the processes that read documents keep dying; is there enough memory?")

    async def _answer(self, work: list[Any], timeout: float) -> Any:
        """What a child answers. Children share one pipe and its lock: one that dies with them in its hands stops all
        others, and nobody is told.
        """
        async with self._starting:
            if self._pools:
                scheduled = self._scheduled(work, timeout)
            else:  # starting them takes a second, in which transfers go on
                scheduled = await asyncio.to_thread(self._scheduled, work, timeout)
        answer = asyncio.wrap_future(scheduled)
        try:
            while not (await asyncio.wait([answer], timeout=timeout))[0]:
                if time.monotonic() - self._moved > timeout + _SLACK:
                    self._begin_anew()
        finally:
            answer.cancel()  # where nobody waits for it any more
        return await answer

    def _begin_anew(self) -> None:
        """Gives up a pool that stands still; what it was to read, another one reads."""
        import multiprocessing
        from multiprocessing.context import ForkServerProcess

        self._pools.pop().stop()  # to wait for its end could take for ever
        for child in multiprocessing.active_children():
            if isinstance(child, ForkServerProcess):
                child.kill()
        for future in list(self._open):
            with suppress(InvalidStateError):
                future.set_exception(_LostError())

    def _scheduled(self, work: list[Any], timeout: float) -> Future[Any]:
        for _ in range(2):
            if not self._pools:
                self._pools.append(self._started())
            try:
                future: Future[Any] = self._pools[-1].schedule(_work, work, timeout=timeout)
            except RuntimeError:  # a child that had nothing to do was killed, and pebble has given the pool up
                self._pools.append(self._started())
            else:
                self._moved = self._moved if self._open else time.monotonic()
                self._open.add(future)
                future.add_done_callback(self._done)
                return future
        raise ParseError("the processes that read documents keep dying; is there enough memory?")

    def _done(self, future: Future[Any]) -> None:
        self._open.discard(future)
        self._moved = time.monotonic()

    def _started(self) -> ProcessPool:
        import multiprocessing

        from pebble import ProcessPool

        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([self._shared])
        return ProcessPool(
            self._limits.workers, max_tasks=_DOCUMENTS, context=context,
            initializer=_prepare, initargs=[self._limits.memory, os.getpid()],
        )  # fmt: skip


def _prepare(most: int, caller: int) -> None:
    """First of all in a child: limits its memory, tunes its collector, and ends it if its caller does."""
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    gc.freeze()  # what was imported is no garbage, and a document leaves hardly any
    gc.set_threshold(100_000)
    threading.Thread(target=_end_with, args=(caller,), daemon=True).start()


def _end_with(caller: int) -> None:
    """Ends this child when the process that it works for has ended, however it ended."""
    while True:
        time.sleep(_POLL_SECONDS)
        try:
            os.kill(caller, 0)
        except ProcessLookupError:
            os._exit(1)


def _work(module: str, name: str, seconds: float, *values: Any) -> Any:
    # The limit counts from the child's beginning. It stands even where the parent is too busy to look at the clock.
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 3  # later than the parent, which says it in better words
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
    try:
        return getattr(importlib.import_module(module), name)(*values)
    except RecursionError:
        raise ParseError("the document is nested too deeply") from None


def _deaths() -> tuple[type[Exception], ...]:
    """What says that a child has died."""
    from concurrent.futures.process import BrokenProcessPool

    from pebble import ProcessExpired

    return ProcessExpired, BrokenProcessPool


def _ending(error: Exception) -> str:
    code = getattr(error, "exitcode", None)
    return f"exit code {code}" if code is not None else str(error)
