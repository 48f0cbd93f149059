"""Notices that the system clock was set, which would stall what waits for a time of day, or run it over and over."""

from __future__ import annotations

import time

STEP = 2.0  # seconds; smaller ones are the clock's ordinary care


def ahead() -> float:
    """Seconds by which the clock is ahead of one that nobody sets."""
    return time.time() - time.monotonic()
