"""What the store refused lately, in this process: nobody is asked for documents that cannot be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

_FIRST = timedelta(seconds=10)
_LONGEST = timedelta(minutes=10)


@dataclass
class Refusals:
    """How often in a row the store refused what a look brought, what it said, and when it is tried again."""

    in_a_row: int = 0
    said: str = ""
    again_at: datetime | None = None

    def holds_off(self, now: datetime) -> bool:
        return self.again_at is not None and now < self.again_at

    def add(self, said: str, now: datetime) -> None:
        """Takes note of one; each waits twice as long as the one before, ten minutes at most."""
        self.again_at = now + min(_FIRST * 2**self.in_a_row, _LONGEST)
        self.in_a_row = min(self.in_a_row + 1, 20)
        self.said = said

    def clear(self) -> None:
        self.in_a_row, self.said, self.again_at = 0, "", None
