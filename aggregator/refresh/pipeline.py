"""The life of an item, from a source that is due to a row in the store.

    due source
      │ fetch       conditional GET through the address guard       → Page | NotModified | Failure
      │ read        in a child process: parse by the source's kind,
      │             identify every entry                            → Reading of Found
      │ unfamiliar  entries with a known fingerprint need no work
      │ refine      in a child process: link, text, dates, language;
      │             sanitise; names and topics, with evidence       → TaggedItem
      │ decide      against what is known; pure                     → Changes
      ▼ apply       one transaction a source
    store

Fetching is concurrent, and so is reading. What asks or changes the store runs in one worker thread, one document at a
time, so that the database has one writer and the network never waits for it. Whatever happens to a source is recorded
as its state and stays with it.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine

from aggregator.errors import ParseError, StoreError
from aggregator.model import (
    Changes,
    Correction,
    Extensions,
    Failure,
    Known,
    Limits,
    Merged,
    Outcome,
    Page,
    Reading,
    Report,
    Sighted,
    Source,
    SourceState,
    Status,
    TaggedItem,
    Validators,
)
from aggregator.refresh.decide import address, body_hash, decide, joined, state_after, unfamiliar, validators
from aggregator.refresh.patience import Patience
from aggregator.store import ConflictError, items, sources

T = TypeVar("T")
READING = "aggregator.refresh.reading"  # by name: it brings the parsers' libraries along, which a run of 304s needs not
MADE_FOR_PEOPLE = ("html", "sitemap")  # kinds of documents for which robots.txt is asked first
_READ_AHEAD = 4  # documents that are being read, tagged or stored
_TRIES = 5  # two processes may store the same item at the same moment; each try sees what the other stored


class Fetch(Protocol):
    async def __call__(self, url: str, validators: Validators = ..., *, robots: bool = ...) -> Outcome: ...


class Call(Protocol):
    """Calls a function of `refresh.reading`, in a child process or here; raises ParseError."""

    async def __call__(self, name: str, *values: Any) -> Any: ...


async def call_here(name: str, *values: Any) -> Any:
    """In this process: for documents of our own."""
    return getattr(importlib.import_module(READING), name)(*values)


@dataclass(frozen=True)
class Parts:
    """What a refresh works with."""

    db: Engine
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    call: Call = call_here
    limits: Limits = Limits()
    extensions: Extensions = Extensions()
    corrections: Mapping[str, Correction] = field(default_factory=dict)  #: by the items' keys
    patience: Patience = field(default_factory=Patience)
    worker: Executor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="store"))


async def refresh(wanted_sources: Iterable[Source], fetch: Fetch, parts: Parts) -> AsyncIterator[Report]:
    """Refreshes sources side by side and yields a report of each as it is done."""
    # Documents wait for their turn as bytes: read ahead, they would take several times the memory.
    reading = asyncio.Semaphore(_READ_AHEAD)
    tasks = [asyncio.create_task(Look(source, fetch, parts, reading).take()) for source in wanted_sources]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


@dataclass(frozen=True, slots=True)
class News:
    """What a document holds, which of its entries were known, and the items that the others make."""

    reading: Reading = Reading()
    sighted: Mapping[str, Sighted] = field(default_factory=dict)
    tagged: Sequence[TaggedItem] = ()


class Look:
    """One look at one source, end to end."""

    def __init__(self, source: Source, fetch: Fetch, parts: Parts, reading: asyncio.Semaphore) -> None:
        self._source = source
        self._fetch = fetch
        self._parts = parts
        self._reading = reading

    async def take(self) -> Report:
        """Answers a report, never an exception of the source's making."""
        started = time.perf_counter()
        try:
            now = self._parts.clock()
            state, closed_until = await self._store(sources.before_look, self._parts.db, self._source.id, now)
            if closed_until:
                return await self._store(self._postpone, closed_until)
            outcome = await self._ask(state, now)
            return await self._record(state, outcome, time.perf_counter() - started)
        except StoreError as error:
            seconds = time.perf_counter() - started
            return Report(self._source.id, Status.ERROR, error=str(error), seconds=seconds, unstored=True)

    def _postpone(self, until: datetime) -> Report:
        why = f"other sources of its host were told to wait, so it is left alone until {until:%H:%M} UTC"
        sources.postpone(self._parts.db, self._source.id, until, why)
        return Report(self._source.id, Status.ERROR, error=why)

    async def _ask(self, state: SourceState, now: datetime) -> Outcome:
        source = self._source
        return await self._fetch(
            address(source, state), validators(source, state, now), robots=source.kind in MADE_FOR_PEOPLE
        )

    async def _record(self, state: SourceState, outcome: Outcome, seconds: float) -> Report:
        """Everything after the fetch: whatever the outcome, it is stored as the source's state."""
        now = self._parts.clock()
        if not isinstance(outcome, Page) or _same_body(self._source, state, outcome):
            return await self._store(self._keep, state_after(self._source, state, outcome, seconds, now), now)
        try:
            async with self._reading:
                reading = await self._read(outcome, now)
                if not reading.parts:
                    return await self._take_in(reading, state, outcome, seconds, now)
            for url in reading.parts:
                reading = joined(reading, await self._read_part(url, now))
            async with self._reading:
                return await self._take_in(reading, state, outcome, seconds, now)
        except StoreError:
            raise
        except Exception as error:  # a bug on one document must not cost the run
            reason = str(error) if isinstance(error, ParseError) else f"unexpected error: {error!r}"
            failed = state_after(self._source, state, Failure(reason), seconds, now)
            return await self._store(self._keep, failed, now)

    async def _read(self, page: Page, now: datetime) -> Reading:
        reading: Reading = await self._parts.call("read", self._source, page, now, self._parts.limits)
        return reading

    async def _take_in(self, reading: Reading, state: SourceState, page: Page, seconds: float, now: datetime) -> Report:
        news = await self._news(reading, page.url, now)
        after = state_after(self._source, state, page, seconds, now, reading.rhythm)
        if reading.parts:  # an index that stays the same says nothing of what it names
            after = replace(after, validators=Validators(), body_hash="")
        return await self._store(self._keep, after, now, news)

    async def _news(self, reading: Reading, base: str, now: datetime) -> News:
        """What is new in a document: the items that its unfamiliar entries make."""
        parts = self._parts
        sighted = await self._store(self._sighted, reading)
        if not (fresh := unfamiliar(reading.entries, sighted)):
            return News(reading, sighted)
        extensions = replace(parts.extensions, lines={})  # which are for messages, and many
        keys = {found.identity.entry_id: found.identity.key for found in fresh}
        keys |= {entry_id: sighted[entry_id].key for entry_id in keys.keys() & sighted.keys()}
        said = {entry_id: parts.corrections[key] for entry_id, key in keys.items() if key in parts.corrections}
        tagged = await parts.call("refine", self._source, base, reading.lang, now, fresh, extensions, said)
        return News(reading, sighted, tagged)

    async def _read_part(self, url: str, now: datetime) -> Reading:
        outcome = await self._fetch(url, robots=True)
        if not isinstance(outcome, Page):
            raise ParseError(f"its part {url} did not come: {getattr(outcome, 'reason', 'not modified')}")
        async with self._reading:
            return await self._read(outcome, now)

    def _sighted(self, reading: Reading) -> dict[str, Sighted]:
        return items.sighted(self._parts.db, self._source.id, (found.identity.entry_id for found in reading.entries))

    def _keep(self, state: SourceState, now: datetime, read: News | None = None) -> Report:
        """Decides and stores; again with what is known then, if another look was quicker."""
        news = read or News()
        present = frozenset(found.identity.entry_id for found in news.reading.entries)
        for tries_left in reversed(range(_TRIES)):
            changes = decide(state, news.tagged, present, self._known(news), now, self._source.source_class)
            try:
                items.apply(self._parts.db, replace(changes, present=present if read else None))
                break
            except ConflictError:
                if not tries_left:
                    raise
                news = self._as_known_now(news)
        merged = news.reading.merged
        return _report(changes, len(present) + len(merged), merged)

    def _as_known_now(self, news: News) -> News:
        """What is still new of a document after another look, or after an answer of the store that was lost."""
        sighted = self._sighted(news.reading)
        prints = {entry_id: known.fingerprint for entry_id, known in sighted.items()}
        left = [new for new in news.tagged if prints.get(new.item.identity.entry_id) != new.item.fingerprint]
        return replace(news, sighted=sighted, tagged=left)

    def _known(self, news: News) -> Known:
        keys = (tagged.item.identity.key for tagged in news.tagged)
        return Known(news.sighted, items.holders(self._parts.db, self._source.id, keys) if news.tagged else {})

    async def _store(self, work: Callable[..., T], *values: Any) -> T:
        call = self._parts.patience.call
        return await asyncio.get_running_loop().run_in_executor(self._parts.worker, call, work, *values)


def _same_body(source: Source, state: SourceState, page: Page) -> bool:
    # A source that failed or moved since is read again, and so is one whose address is new.
    unchanged = state.url_asked == address(source, state) and state.status in (Status.OK, Status.NOT_MODIFIED)
    return unchanged and state.body_hash == body_hash(page.body)


def _report(changes: Changes, found: int, merged: tuple[Merged, ...]) -> Report:
    state = changes.state
    return Report(
        state.source_id, state.status, found, len(changes.new), len(changes.edits),
        len(changes.sightings) + len(changes.takeovers), merged, state.error, state.seconds,
    )  # fmt: skip
