"""Manners: how many connections a host gets at once, and how long it asked us to wait."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol

from aggregator.fetch.policy import FetchPolicy
from aggregator.text.urls import group_of

LONGEST_WAIT = timedelta(days=1)
_GRACE = timedelta(seconds=10)
_SHORTEST_SLEEP, _LONGEST_SLEEP = 0.02, 1.0  # seconds
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Places(Protocol):
    """The places at a host that all processes share."""

    async def take(self, host: str, until: datetime) -> int | datetime:
        """A place, kept until then at most; or when the first may be free."""

    async def give_back(self, host: str, place: int, taken: datetime, until: datetime) -> None:
        """Gives back a place that was taken until `taken`; nobody gets it before `until`."""


class _Held(NamedTuple):
    """A place at a host, and until when it is kept."""

    place: int
    until: datetime


class _OwnPlaces:
    """The places of a process that shares them with no other."""

    def __init__(self, per_host: int, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._free: defaultdict[str, list[datetime]] = defaultdict(lambda: [_LONG_AGO] * per_host)

    async def take(self, host: str, until: datetime) -> int | datetime:
        free = self._free[host]
        place = free.index(first := min(free))
        if first > self._clock():
            return first
        free[place] = until
        return place

    async def give_back(self, host: str, place: int, taken: datetime, until: datetime) -> None:
        if self._free[host][place] == taken:
            self._free[host][place] = until


class Turnstile:
    """Lets as many requests through at once as the policy says, in all and to one host, with a pause after each."""

    def __init__(
        self, policy: FetchPolicy, clock: Callable[[], datetime], places: Places | None = None,
        room: Callable[[], Awaitable[None]] | None = None,
    ) -> None:  # fmt: skip
        self._policy = policy
        self._room = room
        self._clock = clock
        self._places: Places = places or _OwnPlaces(policy.per_host, clock)
        self._all = asyncio.Semaphore(policy.concurrency)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(policy.per_host))
        self._own: set[str] = set()

    def no_pause(self, host: str) -> None:
        """A host in a network of our own needs no pause."""
        self._own.add(host)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        server = group_of(host, self._policy.host_groups) or host
        # The server first: whoever waits for a busy one must not keep a place that another one could use.
        async with self._hosts[server]:
            held = await self._enter(server)
            try:
                yield
            finally:
                self._all.release()  # others need not wait until the store has been told
                pause = timedelta(0) if host in self._own else self._policy.pause
                await self._places.give_back(server, held.place, held.until, self._clock() + pause)

    async def _enter(self, host: str) -> _Held:
        while True:
            await self._all.acquire()
            held: _Held | datetime | None = None
            try:
                held = await self._take(host)
            finally:
                if not isinstance(held, _Held):
                    self._all.release()
            if isinstance(held, _Held):
                return held
            # Another process may give one back sooner than it said.
            wait = (held - self._clock()).total_seconds()
            await asyncio.sleep(min(max(wait, _SHORTEST_SLEEP), _LONGEST_SLEEP))

    async def _take(self, host: str) -> _Held | datetime:
        """A place at the host; or when the first may be free."""
        if self._room:
            await self._room()
        until = self._clock() + self._policy.timeout + _GRACE
        place = await self._places.take(host, until)
        return _Held(place, until) if isinstance(place, int) else place


def retry_after(header: str | None, now: datetime) -> timedelta | None:
    """How long a Retry-After header asks us to wait, at most a day; None if it says nothing (RFC 9110, 10.2.3)."""
    text = (header or "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        wait = _moment(text) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _moment(header: str) -> datetime:
    """A date of HTTP in any of its three forms, of which one names no zone (RFC 9110, 5.6.7)."""
    found = parsedate_to_datetime(header)
    if found.tzinfo is None and "-0000" in header:
        raise ValueError("of an unknown zone")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fresh_for(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long an answer stays current by its own word, at most a day; None if it says nothing (RFC 9111, 4.2)."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"(?<![-\w])no-(?:cache|store)(?![-\w=])", control):
        return timedelta(0)
    if found := re.search(r"(?<![-\w])max-age\s*=\s*\"?(\d+)", control):
        age = re.match(r"\d{1,9}$", headers.get("age", ""))
        seconds = int(found[1][:9]) - int(age[0] if age else 0)
    elif "expires" in headers:
        try:
            served = _moment(headers["date"]) if "date" in headers else now
            seconds = int((_moment(headers["expires"]) - served).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return timedelta(0)  # "0" and other nonsense mean that it has expired (section 5.3)
    else:
        return None
    return min(max(timedelta(seconds=seconds), timedelta(0)), LONGEST_WAIT)
