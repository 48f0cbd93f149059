"""Trying sources without storing anything: does it answer, what is in it, and where is the feed of a page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from aggregator.bootstrap import Service
from aggregator.errors import ParseError, SecretError
from aggregator.fetch import Fetcher
from aggregator.jobs import fetching
from aggregator.model import Entry, Failure, Limits, Page, Reading, Source
from aggregator.refresh.decide import led_to
from aggregator.refresh.discover import usual_places
from aggregator.sandbox import Sandbox
from aggregator.text.urls import with_credentials_of


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one source: a feed, or why there is none and, where a feed was found elsewhere, its address."""

    source: Source
    feed: Reading | None = None
    page: Page | None = None  #: as it came
    why: str = ""
    instead: str = ""

    @property
    def moved_to(self) -> str:
        """Where permanent redirects led."""
        return led_to(self.page.hints, self.source) if self.page else ""

    def newest(self, count: int) -> Sequence[Entry]:
        entries = [found.entry for found in self.feed.entries] if self.feed else []
        dated = [entry for entry in entries if entry.published]
        return sorted(dated, key=lambda entry: str(entry.published), reverse=True)[:count] or entries[:count]


@dataclass(frozen=True)
class SourceTester:
    """What trials are made with."""

    fetcher: Fetcher
    sandbox: Sandbox
    limits: Limits
    headers: Callable[[Source, str], Mapping[str, str]]
    clock: Callable[[], datetime]

    async def attempt(self, source: Source) -> Trial:
        """One source; where a page was given instead of a feed, the feed that belongs to it is looked for."""
        try:
            headers = self.headers(source, source.url)
        except SecretError as error:
            return Trial(source, why=str(error))
        outcome = await self.fetcher.fetch(source.url, robots=source.respects_robots, headers=headers)
        if not isinstance(outcome, Page):
            return Trial(source, why=outcome.reason if isinstance(outcome, Failure) else "the server answered nothing")
        try:
            return Trial(source, await self._with_parts(source, await self._read(source, outcome)), outcome)
        except ParseError as error:
            instead = await self._look_for(source, outcome) if source.kind == "feed" else ""
            return Trial(source, why=str(error), instead=instead)

    async def _read(self, source: Source, page: Page) -> Reading:
        reading: Reading = await self.sandbox.call("read", source, page, self.clock(), self.limits)
        return reading

    async def _with_parts(self, source: Source, reading: Reading) -> Reading:
        """An index with the entries of its parts, of those that come."""
        entries = list(reading.entries)
        for url in reading.parts:
            link = with_credentials_of(url, source.url)
            outcome = await self.fetcher.fetch(link, robots=True, headers=self.headers(source, link))
            with suppress(ParseError):
                entries += (await self._read(source, outcome)).entries if isinstance(outcome, Page) else ()
        return replace(reading, entries=tuple(entries))

    async def _look_for(self, source: Source, page: Page) -> str:
        linked: list[str] = []
        with suppress(ParseError):
            linked = await self.sandbox.call("feed_links", page.body, page.url)
        for url in (*linked, *usual_places(page.url)):
            link = with_credentials_of(url, source.url)
            outcome = await self.fetcher.fetch(link, headers=self.headers(source, link))
            if isinstance(outcome, Page):
                with suppress(ParseError):
                    await self._read(source, outcome)
                    return url
        return ""


async def trials(service: Service, chosen: Sequence[Source]) -> AsyncIterator[Trial]:
    """Tries sources side by side."""
    async with fetching.fetcher(service) as fetcher, fetching.sandbox(service) as sandbox:
        laboratory = SourceTester(fetcher, sandbox, service.limits, partial(fetching.headers, service), service.clock)
        tasks = [asyncio.create_task(laboratory.attempt(source)) for source in chosen]
        for done in asyncio.as_completed(tasks):
            yield await done
