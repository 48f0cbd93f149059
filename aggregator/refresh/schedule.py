"""When a source is looked at next. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = timedelta(days=1)


def next_look(interval: timedelta, failures: int, asked_to_wait: timedelta | None, now: datetime) -> datetime:
    """The largest of the interval, what the server asked for, and a back-off that doubles with every failure."""
    back_off = interval * 2 ** min(failures, 10) if failures else timedelta(0)
    return now + max(interval, min(max(back_off, asked_to_wait or timedelta(0)), LONGEST))
