"""The life of an item, from a source that is due to a row in the store.

    due source
      │ fetch       conditional GET through the address guard       → Page | NotModified | Failure
      │ read_items  in a child process: parse by the source's kind,
      │             identify every entry; of those without a known
      │             fingerprint: link, text, dates, language;
      │             sanitise; names and topics, with evidence       → ReadResult of TaggedItem
      │ decide      against what is known; pure                     → Changes
      ▼ apply       all that a look changes, or nothing
    store

Fetching is concurrent, and so is reading; documents that wait to be read hold up fetching when they are many. What
asks or changes the store is done in one thread of its own. Whatever happens to a source is recorded as its state and
stays with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from aggregator.errors import ParseError, SecretError, StoreError
from aggregator.model import (
    Failure,
    Outcome,
    Page,
    ReadRequest,
    ReadResult,
    Report,
    Source,
    SourceState,
    Status,
    Validators,
    left_alone,
)
from aggregator.refresh.context import Context, Fetch
from aggregator.refresh.decide import address, body_hash, joined, state_after, still_there, validators
from aggregator.refresh.storing import Brought, keep, report_of
from aggregator.store import ConflictError, known, states
from aggregator.text.urls import as_told, with_credentials_of

log = logging.getLogger("aggregator")
CANNOT_BE_ASKED = "it cannot be asked: a secret of its headers is not there; `aggregator check` says which"
_SOON = 3.0  # seconds for which what is known of a source is taken to be so still


class _ElsewhereError(StoreError):
    """Another process has looked at the source meanwhile."""

    def __init__(self, state: SourceState) -> None:
        super().__init__("another process has looked at it meanwhile")
        self.state = state


async def refresh(
    wanted_sources: Iterable[Source], fetch: Fetch, context: Context, *, insist: bool = False
) -> AsyncIterator[Report]:
    """Refreshes sources side by side and yields a report of each as it is done. Unless `insist`, a host that told two
    of its sources to wait is left alone.
    """
    chosen = list(wanted_sources)
    try:
        before = await context.store.do(
            states.before_looks, context.db, [source.id for source in chosen], context.clock()
        )
    except StoreError as error:
        for source in chosen:
            yield _unstored(source, error)
        return
    looks = [
        Look(source, fetch, context).take(state, None if insist else closed_until)
        for source in chosen
        for state, closed_until in (before[source.id],)
    ]
    tasks = [asyncio.create_task(look) for look in looks]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()


class Look:
    """One look at one source, end to end."""

    def __init__(self, source: Source, fetch: Fetch, context: Context) -> None:
        self._source = source
        self._fetch = fetch
        self._context = context
        self._wait = timedelta(0)  # that servers of parts asked for

    async def take(self, state: SourceState, closed_until: datetime | None) -> Report:
        """Answers a report, never an exception of the source's making."""
        self._began = self._asked = time.perf_counter()
        try:
            if closed_until:
                return await self._context.store.do(self._postpone, closed_until, left_alone(closed_until))
            outcome = await self._ask(state, self._context.clock())
            if isinstance(outcome, Failure) and outcome.postponed:
                return await self._context.store.do(self._postpone, outcome.postponed, outcome.reason)
            return await self._record(state, outcome, time.perf_counter() - self._asked)
        except _ElsewhereError as found:
            return report_of(found.state)
        except StoreError as error:
            return _unstored(self._source, error, time.perf_counter() - self._asked)

    def _postpone(self, until: datetime, why: str) -> Report:
        states.postpone(self._context.db, self._source.id, until, why)
        return Report(self._source.id, Status.ERROR, error=why)

    async def _ask(self, state: SourceState, now: datetime) -> Outcome:
        source = self._source

        async def turn() -> None:
            if self._asked == self._began:  # what comes before it is no time of this server's
                self._asked = time.perf_counter()
            if time.perf_counter() - self._began < _SOON:
                return
            there = await self._context.store.do_alike(states.current, source.id)
            if there.last_look != state.last_look:
                raise _ElsewhereError(there)

        robots = source.respects_robots
        return await self._get(address(source, state), validators(source, state, now), robots=robots, turn=turn)

    async def _get(self, url: str, *validators: Validators, **more: Any) -> Outcome:
        """A document, asked for as feeds.toml wants it to be."""
        try:
            headers = self._context.headers(self._source, url)
        except SecretError as error:
            log.warning("%s: %s", self._source.id, error)
            return Failure(CANNOT_BE_ASKED, postponed=self._context.clock() + self._source.interval)
        return await self._fetch(url, *validators, headers=headers, **more)

    async def _record(self, state: SourceState, outcome: Outcome, seconds: float) -> Report:
        """Everything after the fetch: whatever the outcome, it is stored as the source's state."""
        now = self._context.clock()
        if not isinstance(outcome, Page) or _same_body(self._source, state, outcome):
            return await self._keep_state(state_after(self._source, state, outcome, seconds, now))
        try:
            with self._context.backlog.holding(outcome):
                async with self._context.turns:
                    shown = await self._context.store.do_alike(known.shown, self._source.id)
                    news = await self._news(outcome, shown, now)
                    if not news.parts:
                        return await self._take_in(news, shown, state, outcome, seconds, now)
            news = await self._with_parts(news, shown, now)
            async with self._context.turns:
                return await self._take_in(news, shown, state, self._with_wait(outcome), seconds, now)
        except ConflictError as error:  # a document that contradicts itself must not cost the run either
            reason = f"its items cannot be stored: {error}"
        except StoreError:
            raise
        except Exception as error:  # a bug on one document must not cost the run
            reason = str(error) if isinstance(error, ParseError) else f"unexpected error: {error!r}"
        failure = Failure(reason, hints=self._with_wait(outcome).hints)
        return await self._keep_state(state_after(self._source, state, failure, seconds, now))

    async def _keep_state(self, state: SourceState) -> Report:
        """Of a look that brought nothing."""
        await self._context.store.do_alike(states.save_looks, state)
        return report_of(state)

    async def _news(self, page: Page, familiar: Mapping[str, str], now: datetime) -> ReadResult:
        context, source = self._context, self._source
        extensions = replace(context.extensions, lines={})  # which are for messages, and many
        keys, corrected = list(context.corrections), {}
        if keys:
            corrected = await context.store.do(known.keyed, context.db, source.id, keys)
        wanted = ReadRequest(source, now, context.limits, familiar, extensions, context.corrections, corrected)
        news: ReadResult = await context.call("read_items", page, wanted)
        return news

    async def _with_parts(self, news: ReadResult, familiar: Mapping[str, str], now: datetime) -> ReadResult:
        """What an index and its parts bring; raises ParseError if no part came."""
        asked = [self._news_of_part(url, familiar, now) for url in news.parts]
        failed: list[str] = []
        for part in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(part, ReadResult):
                news = joined(news, part)
            elif isinstance(part, ParseError):
                failed.append(str(part))
            else:
                raise part
        if len(failed) == len(news.parts):
            raise ParseError(failed[0])
        if not failed:
            return news
        # What a part that did not come has shown last it shows still, as far as anybody knows.
        warning = "; ".join(filter(None, [*failed, news.warning]))
        return replace(news, present=news.present.union(familiar), warning=warning)

    async def _news_of_part(self, url: str, familiar: Mapping[str, str], now: datetime) -> ReadResult:
        outcome = await self._get(with_credentials_of(url, self._source.url), robots=True)
        self._wait = max(self._wait, outcome.hints.retry_after or self._wait)
        if not isinstance(outcome, Page):
            raise ParseError(f"its part {as_told(url)} did not come: {getattr(outcome, 'reason', 'not modified')}")
        with self._context.backlog.holding(outcome):
            async with self._context.turns:
                news = await self._news(outcome, familiar, now)
        if news.parts:
            raise ParseError(f"its part {as_told(url)} did not come: it is an index as well")
        return news

    def _with_wait(self, page: Page) -> Page:
        """The document, with the longest wait that the servers of its parts asked for."""
        wait = max(self._wait, page.hints.retry_after or self._wait)
        return replace(page, hints=replace(page.hints, retry_after=wait)) if wait else page

    async def _take_in(
        self, news: ReadResult, shown: Iterable[str], state: SourceState, page: Page, seconds: float, now: datetime
    ) -> Report:
        news = still_there(news, state, shown)
        after = state_after(self._source, state, page, seconds, now, news)
        if news.parts:  # an index that stays the same says nothing of what it names
            after = replace(after, validators=Validators(), body_hash="")
        # Reading takes a while: readers see the news from now on, and not from when the document came.
        brought = Brought(after, self._source.source_class, news, frozenset(shown), self._context.clock())
        return await self._context.store.do_alike(keep, brought)


def _same_body(source: Source, state: SourceState, page: Page) -> bool:
    # A source that failed or moved since is read again, and so is one whose address is new.
    unchanged = state.url_asked == address(source, state) and state.status in (Status.OK, Status.NOT_MODIFIED)
    return unchanged and state.body_hash == body_hash(page.body)


def _unstored(source: Source, error: StoreError, seconds: float = 0.0) -> Report:
    return Report(source.id, Status.ERROR, error=str(error), seconds=seconds, unstored=True)
