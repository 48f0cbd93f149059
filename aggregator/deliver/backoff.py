"""What becomes of a delivery after an attempt. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.model.delivery import Attempt, Settlement, Stage

_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_FACTOR: int = 3
TRIES = 18  #: the last one is three days after the first
LIFE = timedelta(days=3)  #: of a delivery behind others that fail: it is given up when they have failed that often


def settlement(outcome: Attempt, tries: int, now: datetime) -> Settlement:
    """Where a delivery stands after so many tries: sent, refused, given up, or waiting for the next one."""
    if outcome.delivered:
        return Settlement(Stage.SENT, now)
    if outcome.moot:
        return Settlement(Stage.SKIPPED, now, outcome.reason)
    if outcome.final:
        return Settlement(Stage.REFUSED, now, outcome.reason)
    if tries >= TRIES:
        return Settlement(Stage.GIVEN_UP, now, outcome.reason)
    return Settlement(Stage.WAITING, now + max(wait(tries), outcome.wait or timedelta(0)), outcome.reason)


def wait(tries: int) -> timedelta:
    """How long after a try that failed the next one is: 1 minute, 3, 9, … 6 hours."""
    minutes: int = _FACTOR ** min(tries - 1, 10)
    return min(minutes * _FIRST, _LONGEST)
