"""Trying sources without storing anything: does it answer, what is in it, and where is the feed of a page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aggregator.bootstrap import Service
from aggregator.errors import ParseError
from aggregator.fetch import Fetcher
from aggregator.jobs import fetching
from aggregator.model import Entry, Failure, Feed, Page, Source
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.refresh.discover import feed_links, usual_places
from aggregator.refresh.pipeline import MADE_FOR_PEOPLE


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one source: a feed, or why there is none and, where a feed was found elsewhere, its address."""

    source: Source
    feed: Feed | None = None
    url: str = ""  #: where the document was found, after redirects
    why: str = ""
    instead: str = ""

    def newest(self, count: int) -> Sequence[Entry]:
        entries = self.feed.entries if self.feed else ()
        dated = [entry for entry in entries if entry.published]
        return sorted(dated, key=lambda entry: str(entry.published), reverse=True)[:count] or entries[:count]


async def trials(service: Service, chosen: Sequence[Source]) -> AsyncIterator[Trial]:
    """Tries sources side by side."""
    async with fetching.fetcher(service) as fetcher:
        tasks = [asyncio.create_task(attempt(service, fetcher, source)) for source in chosen]
        for done in asyncio.as_completed(tasks):
            yield await done


async def attempt(service: Service, fetcher: Fetcher, source: Source) -> Trial:
    """One source; where a page was given instead of a feed, the feed that belongs to it is looked for."""
    outcome = await fetcher.fetch(source.url, robots=source.kind in MADE_FOR_PEOPLE)
    if not isinstance(outcome, Page):
        return Trial(source, why=outcome.reason if isinstance(outcome, Failure) else "the server answered nothing")
    try:
        return Trial(source, _read(service, source, outcome), outcome.url)
    except ParseError as error:
        instead = await _look_for(service, fetcher, source, outcome) if source.kind == "feed" else ""
        return Trial(source, why=str(error), instead=instead)


def _read(service: Service, source: Source, page: Page) -> Feed:
    zone = ZoneInfo(source.timezone)
    document = Document(page.body, page.url, page.content_type, source.selectors, zone, service.clock())
    return parse(source.kind, document)


async def _look_for(service: Service, fetcher: Fetcher, source: Source, page: Page) -> str:
    for url in (*feed_links(page.body, page.url), *usual_places(page.url)):
        outcome = await fetcher.fetch(url)
        if isinstance(outcome, Page):
            try:
                _read(service, source, outcome)
            except ParseError:
                continue
            return url
    return ""
