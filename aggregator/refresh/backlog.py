"""The documents that have come in and wait to be read: while there are too many, nothing more is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aggregator.model import Outcome, Page

_MOST = 4_000_000  # bytes; what is on its way when there are so many comes on top


class Backlog:
    """Shared by the looks of a run: networks are often quicker than parsers, and memory is not without end."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._size = 0
        self._low = asyncio.Event()
        self._low.set()

    async def room(self) -> None:
        """Waits until another document may come."""
        while self._size > self._most:  # another may have been quicker to wake
            await self._low.wait()

    @contextmanager
    def holding(self, outcome: Outcome) -> Iterator[None]:
        """A document lies there until it has been read."""
        size = len(outcome.body) if isinstance(outcome, Page) else 0
        self._add(size)
        try:
            yield
        finally:
            self._add(-size)

    def _add(self, size: int) -> None:
        self._size += size
        if self._size > self._most:
            self._low.clear()
        else:
            self._low.set()
