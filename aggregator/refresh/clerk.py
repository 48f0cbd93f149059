"""Work with the store, one after the other in a thread of its own, so that the network never waits for it.

Every transaction has its price, so what has come up while one was at work goes into the next one together.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Engine

from aggregator.refresh.patience import Patience
from aggregator.store.db import together

T = TypeVar("T")
_LONGEST = 0.2  # seconds after which nothing more joins a transaction: others wait for it


@dataclass(frozen=True, eq=False)
class _Order:
    work: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)


class Clerk:
    """Shared by all who look at sources in a process."""

    def __init__(self, db: Engine, patience: Patience | None = None) -> None:
        self.db = db
        self._patience = patience or Patience()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._orders: deque[_Order] = deque()
        # PostgreSQL has many writers: they would wait for each other's counts, and longer.
        self._joins = db.dialect.name == "sqlite"

    async def do(self, work: Callable[..., T], *values: Any) -> T:
        """What `work` answers or raises, when that is stored. It may be done twice."""
        order = _Order(partial(work, *values))
        self._orders.append(order)
        self._thread.submit(self._serve)
        answer: T = await asyncio.wrap_future(order.answer)
        return answer

    def close(self) -> None:
        """Waits for what is at work."""
        self._thread.shutdown()

    def _serve(self) -> None:
        """Called once for each order, and so for nothing where others were served along."""
        if self._joins and len(self._orders) > 1:
            self._serve_together()
        elif order := self._next():
            self._serve_alone(order)

    def _next(self) -> _Order | None:
        """The next order that somebody still waits for."""
        while self._orders:
            order = self._orders.popleft()
            if order.answer.set_running_or_notify_cancel():
                return order
        return None

    def _serve_together(self) -> None:
        taken: list[_Order] = []
        answers: list[Any] = []
        try:
            with together(self.db):
                until = time.monotonic() + _LONGEST
                while time.monotonic() < until and (order := self._next()):
                    taken.append(order)
                    answers.append(order.work())
        except Exception:  # nothing is stored: whose fault it was will show
            if not taken and (order := self._next()):  # it could not even begin
                taken.append(order)
            for order in taken:
                self._serve_alone(order)
        else:
            for order, answer in zip(taken, answers, strict=True):
                order.answer.set_result(answer)

    def _serve_alone(self, order: _Order) -> None:
        try:
            order.answer.set_result(self._patience.call(order.work))
        except Exception as error:
            order.answer.set_exception(error)
