"""The life of an item, from a source that is due to a row in the store.

    due source
      │ fetch       conditional GET through the address guard       → Page | NotModified | Failure
      │ parse       bytes, by the source's kind                     → Feed of Entry
      │ identify    who each entry is; what the document has twice  → Identity, Merged
      │ unfamiliar  entries with a known fingerprint need no work
      │ normalise   link, text, dates, language; sanitise last      → Item
      │ tag         names and topics, with evidence                 → Tagging
      │ decide      against what is known; pure                     → Changes
      ▼ apply       one transaction a source
    store

Fetching is concurrent; everything after it runs in one worker thread, one document at a time, so that the database has
one writer and the network never waits for it. Whatever happens to a source is recorded as its state and stays with it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from aggregator.errors import ParseError, StoreError
from aggregator.model import (
    Failure,
    Feed,
    Item,
    Known,
    Outcome,
    Page,
    Report,
    Source,
    SourceState,
    Status,
    TaggedItem,
    Validators,
)  # fmt: skip
from aggregator.refresh.decide import body_hash, decide, state_after, unfamiliar
from aggregator.refresh.identify import fingerprint, identify
from aggregator.refresh.normalise import normalise, wanted
from aggregator.store import ConflictError, items, sources
from aggregator.tagging import Tagger
from aggregator.text.html import plain

_TRIES = 5  # two processes may store the same item at the same moment; each try sees what the other stored


class Fetch(Protocol):
    async def __call__(self, url: str, validators: Validators = ...) -> Outcome: ...


@dataclass(frozen=True)
class Parts:
    """What a refresh works with. The tagger is made on first use: a run of 304s needs none."""

    db: Engine
    tagger: Callable[[], Tagger]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


async def refresh(wanted_sources: Iterable[Source], fetch: Fetch, parts: Parts) -> AsyncIterator[Report]:
    """Refreshes sources side by side and yields a report of each as it is done."""
    with ThreadPoolExecutor(1, thread_name_prefix="record") as worker:
        tasks = [asyncio.create_task(refresh_source(source, fetch, parts, worker)) for source in wanted_sources]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()


async def refresh_source(source: Source, fetch: Fetch, parts: Parts, worker: ThreadPoolExecutor) -> Report:
    """One look at one source, end to end. Answers a report, never an exception of the source's making."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    try:
        state = await loop.run_in_executor(worker, sources.state, parts.db, source.id)
        # Validators belong to the address that gave them: another one is asked without.
        validators = state.validators if state.url_asked == source.url else Validators()
        outcome = await fetch(source.url, validators)
        seconds = time.perf_counter() - started
        return await loop.run_in_executor(worker, record, source, state, outcome, seconds, parts)
    except StoreError as error:
        return Report(source.id, Status.ERROR, error=str(error), seconds=time.perf_counter() - started)


def record(source: Source, state: SourceState, outcome: Outcome, seconds: float, parts: Parts) -> Report:
    """Everything after the fetch: whatever the outcome, it is stored as the source's state."""
    now = parts.clock()
    feed = None
    if isinstance(outcome, Page) and not _same_body(source, state, outcome):
        try:
            feed = _parse(source, outcome, now)
        except ParseError as error:
            outcome = Failure(str(error))
        except Exception as error:  # a parser's bug on one document must not cost the run
            outcome = _unexpected(error)
    base = outcome.url if isinstance(outcome, Page) else source.url
    try:
        return _store_at_last(source, state_after(source, state, outcome, seconds, now), feed, base, parts, now)
    except StoreError:
        raise
    except Exception as error:  # nor must a bug in what comes after the parser
        failed = state_after(source, state, _unexpected(error), seconds, now)
        return _store_at_last(source, failed, None, base, parts, now)


def _unexpected(error: Exception) -> Failure:
    return Failure(f"unexpected error: {type(error).__name__}: {error}")


def _same_body(source: Source, state: SourceState, page: Page) -> bool:
    # A source that failed or moved since is read again, and so is one whose address is new.
    unchanged = state.url_asked == source.url and state.status in (Status.OK, Status.NOT_MODIFIED)
    return unchanged and state.body_hash == body_hash(page.body)


def _parse(source: Source, page: Page, now: datetime) -> Feed:
    # The parsers' libraries are slow to import, and a run of 304s needs none of them.
    from aggregator.parse import parse
    from aggregator.parse.document import Document

    zone = ZoneInfo(source.timezone)
    return parse(source.kind, Document(page.body, page.url, page.content_type, source.selectors, zone, now))


def _store_at_last(
    source: Source, state: SourceState, feed: Feed | None, base: str, parts: Parts, now: datetime
) -> Report:
    for _ in range(_TRIES - 1):
        try:
            return _store(source, state, feed, base, parts, now)
        except ConflictError:
            continue
    return _store(source, state, feed, base, parts, now)


def _store(source: Source, state: SourceState, feed: Feed | None, base: str, parts: Parts, now: datetime) -> Report:
    entries = feed.entries if feed else ()
    identified, merged = identify(source.id, entries, base)
    known = items.known(parts.db, source.id, [identity for identity, _ in identified]) if identified else Known()
    fresh = unfamiliar([(identity, fingerprint(entry)) for identity, entry in identified], known)
    clean = (
        normalise(identity, entry, source, base, feed.lang if feed else "", now)
        for identity, entry in identified
        if identity.entry_id in fresh
    )
    tagged = [_tagged(item, source, parts) for item in clean if wanted(item, source)]
    present = frozenset(identity.entry_id for identity, _ in identified)
    changes = decide(state, tagged, present, known, now, source.source_class)
    items.apply(parts.db, changes)
    return Report(
        source.id, state.status, len(entries), len(changes.new), len(changes.edits),
        len(changes.sightings) + len(changes.takeovers), tuple(merged), state.error, state.seconds,
    )  # fmt: skip


def _tagged(item: Item, source: Source, parts: Parts) -> TaggedItem:
    return TaggedItem(item, parts.tagger().tag(item.title, plain(item.summary), source.given_tags))
