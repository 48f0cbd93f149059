"""Manners: how many connections a host gets at once, and how long it asked us to wait."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_WAIT = timedelta(days=1)


class Turnstile:
    """Lets at most `total` requests through at once, and at most `per_host` to one host."""

    def __init__(self, total: int, per_host: int) -> None:
        self._all = asyncio.Semaphore(total)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(per_host))

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        # The host first: whoever waits for a busy host must not keep a place that another host could use.
        async with self._hosts[host], self._all:
            yield


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to wait, at most a day; None if it says nothing (RFC 9110, 10.2.3)."""
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(text) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
