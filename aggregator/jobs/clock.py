"""Whether somebody has set the clock: what waits for times of the day would stand still, or run over and over."""

from __future__ import annotations

import time

STEP = 2.0  # seconds; smaller ones are the clock's ordinary care


def ahead() -> float:
    """Seconds by which the clock is ahead of one that nobody sets."""
    return time.time() - time.monotonic()
