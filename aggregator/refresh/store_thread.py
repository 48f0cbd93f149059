"""Work with the store, one after the other in a thread of its own, so that the network never waits for it.

On SQLite every transaction has its price, so what has come up while one was at work goes into the next one together,
and work that can be done for many values at once receives every value that waits for it. On PostgreSQL with its many
writers that would be in the way: each transaction keeps locked what it has changed until it ends.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Engine

from aggregator.refresh.retries import Retries
from aggregator.store.db import together

T = TypeVar("T")
V = TypeVar("V")
_LONGEST = 0.2  # seconds after which nothing more joins a transaction: others wait for it


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """`work` takes values, and answers as many; orders of the same work may be done at once if they are `alike`."""

    work: Callable[[Engine, Sequence[Any]], Sequence[Any]]
    value: Any
    alike: bool
    answer: asyncio.Future[Any]


class StoreThread:
    """Shared by all who look at sources in a process."""

    def __init__(self, db: Engine, retries: Retries | None = None) -> None:
        self.db = db
        self._retries = retries or Retries()
        self._closed = False
        self._joins = db.dialect.name == "sqlite"
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="store", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[..., T], *values: Any) -> T:
        """What `work` answers or raises, when that is stored. It may be done twice."""
        answer: T = await self._ordered(_alone, partial(work, *values), alike=False)
        return answer

    async def do_alike(self, work: Callable[[Engine, Sequence[V]], Sequence[T]], value: V) -> T:
        """The same of work that takes many values, and answers one for each."""
        answer: T = await self._ordered(work, value, alike=True)
        return answer

    def _ordered(self, work: Callable[[Engine, Sequence[Any]], Any], value: Any, *, alike: bool) -> asyncio.Future[Any]:
        if self._closed:  # nobody would answer
            raise RuntimeError("the thread of the store has ended")
        order = _Order(work, value, alike, asyncio.get_running_loop().create_future())
        self._orders.put(order)
        return order.answer

    def close(self) -> None:
        """Waits for what is at work."""
        self._closed = True
        self._orders.put(None)
        self._thread.join()

    def _serve(self) -> None:
        waiting: deque[_Order] = deque()
        for first in iter(self._orders.get, None):
            waiting.append(first)
            while waiting:
                self._fetch(waiting)
                alike = _next(waiting)
                if self._joins and (len(alike) > 1 or waiting):
                    self._serve_together(alike, waiting)
                else:
                    for order in alike:
                        self._serve_alone(order)

    def _fetch(self, waiting: deque[_Order]) -> None:
        """Adds what has come in."""
        with suppress(Empty):
            while order := self._orders.get_nowait():
                waiting.append(order)
            self._orders.put(None)  # to close can wait until all are served

    def _serve_together(self, first: list[_Order], waiting: deque[_Order]) -> None:
        taken = list(first)
        try:
            with together(self.db):
                until = time.monotonic() + _LONGEST
                done = _done(self.db, first)
                while time.monotonic() < until and (alike := _next(waiting)):
                    taken += alike
                    done += _done(self.db, alike)
        except Exception:  # nothing is stored: whose fault it was will show
            for order in taken:
                self._serve_alone(order)
        else:
            _tell(done)

    def _serve_alone(self, order: _Order) -> None:
        try:
            done = self._retries.call(_done, self.db, [order])
        except Exception as error:
            _at_home(order, partial(_fail, order, error))
        else:
            _tell(done)


def _alone(_: Engine, works: Sequence[Callable[[], T]]) -> list[T]:
    return [work() for work in works]


def _next(waiting: deque[_Order]) -> list[_Order]:
    """The next order that somebody still waits for, with all that are alike; they are taken out."""
    while waiting:
        first = waiting.popleft()
        if not first.answer.cancelled():
            alike = [order for order in waiting if order.alike and order.work == first.work] if first.alike else []
            for order in alike:
                waiting.remove(order)
            return [first, *(order for order in alike if not order.answer.cancelled())]
    return []


def _done(db: Engine, orders: Sequence[_Order]) -> list[tuple[_Order, Any]]:
    """Orders of the same work, each with its answer."""
    return list(zip(orders, orders[0].work(db, [order.value for order in orders]), strict=True))


def _tell(done: Sequence[tuple[_Order, Any]]) -> None:
    def tell() -> None:
        for order, answer in done:
            if not order.answer.done():
                order.answer.set_result(answer)

    _at_home(done[0][0], tell)


def _fail(order: _Order, error: Exception) -> None:
    if not order.answer.done():
        order.answer.set_exception(error)


def _at_home(order: _Order, tell: Callable[[], None]) -> None:
    """In the thread of those who wait, if they are there still."""
    with suppress(RuntimeError):
        order.answer.get_loop().call_soon_threadsafe(tell)
