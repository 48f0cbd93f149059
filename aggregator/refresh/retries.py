"""Waiting for a store that cannot be used now: locked by another program, or its server starting again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aggregator.store import UnavailableError

T = TypeVar("T")
WAITS = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between tries: half a minute for all looks of a run together


@dataclass
class Retries:
    """Shared by the looks of a run, so that a hundred of them do not wait one after another for what stays away."""

    waits: tuple[float, ...] = WAITS
    sleep: Callable[[float], None] = time.sleep
    _spent: int = 0

    def call(self, work: Callable[..., T], *values: Any) -> T:
        """Does work that may be done twice; again, after a while, as long as the store is unavailable.

        Raises UnavailableError after the last wait; they begin anew with the first work that is done.
        """
        while True:
            try:
                done = work(*values)
            except UnavailableError:
                if self._spent == len(self.waits):
                    raise
                self.sleep(self.waits[self._spent])
                self._spent += 1
            else:
                self._spent = 0
                return done
