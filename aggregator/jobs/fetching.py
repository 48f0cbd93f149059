"""Looking at sources: once for `aggregator fetch`, over and over for the scheduler."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aggregator.bootstrap import Service
from aggregator.config import secrets
from aggregator.errors import StoreError
from aggregator.fetch import Fetcher, FetchPolicy
from aggregator.fetch.origin import same_origin
from aggregator.fetch.politeness import Places
from aggregator.model import Report, Source
from aggregator.refresh.backlog import Backlog
from aggregator.refresh.context import READER_MODULE, Context
from aggregator.refresh.pipeline import refresh
from aggregator.refresh.store_thread import StoreThread
from aggregator.sandbox import Sandbox, SandboxLimits
from aggregator.store import notes, sources, turns

log = logging.getLogger("aggregator")


@dataclass(frozen=True)
class SharedPlaces:
    """The places at hosts that all processes share, kept in the store."""

    service: Service
    store: StoreThread

    async def take(self, host: str, until: datetime) -> int | datetime:
        places, now = self.service.config.fetch.per_host, self.service.clock()
        return await self.store.do_alike(turns.take, turns.SlotRequest(host, places, now, until))

    async def give_back(self, host: str, place: int, taken: datetime, until: datetime) -> None:
        await self.store.do_alike(turns.give_back, turns.SlotReturn(host, place, taken, until))


Refresh = Callable[..., AsyncIterator[Report]]  # `refresh`, with all but the sources and `insist` given


@asynccontextmanager
async def looking(service: Service) -> AsyncIterator[Refresh]:
    """All that looks at sources share, as feeds.toml has it now; the looks that are taken within keep each other's
    limits.
    """
    with closing(StoreThread(service.db)) as store:
        places, backlog = SharedPlaces(service, store), Backlog()
        async with fetcher(service, places, backlog.room) as web, sandbox(service) as reading:
            extensions, corrections = service.config.extensions, service.config.corrections.by_key
            sent = partial(headers, service)
            before, settings = service.config, sources.settings(service.config.sources, service.limits)
            context = Context(
                store, service.clock, reading.call, service.limits, extensions, corrections, sent, backlog
            )
            yield partial(refresh, fetch=web.fetch, context=context)
        if service.config is not before:  # what was looked at was so by the file as it was
            sources.look_again(service.db, settings, sources.settings(service.config.sources, service.limits))
            service.settled = None


def fetch(
    service: Service,
    chosen: Sequence[Source],
    on_report: Callable[[Report], None] = lambda _: None,
    *,
    insist: bool = False,
) -> list[Report]:
    """Looks at sources now, `insist` even where their hosts asked others to wait; `on_report` is called as each is
    done.
    """

    async def run() -> list[Report]:
        reports = []
        async with looking(service) as look:
            async for report in look(chosen, insist=insist):
                reports.append(report)
                on_report(report)
        return reports

    return asyncio.run(run())


def fetcher(
    service: Service, places: Places | None = None, room: Callable[[], Awaitable[None]] | None = None
) -> Fetcher:
    """A client with the manners that feeds.toml asks for."""
    return Fetcher(policy(service), service.clock, places, service.robots, room)


def policy(service: Service) -> FetchPolicy:
    """What feeds.toml says of going out to other people's servers."""
    settings, site = service.config.fetch, service.config.site.url
    said = {name: getattr(settings, name) for name in FetchPolicy.__dataclass_fields__}
    return FetchPolicy(**said | {"contact": settings.contact or (f"+{site}/about" if site else "")})


def headers(service: Service, source: Source, url: str) -> dict[str, str]:
    """What feeds.toml wants an address of a source to be asked with: nothing but its own server gets it."""
    return secrets.headers(service.config, source) if source.headers and same_origin(url, source.url) else {}


def sandbox(service: Service) -> Sandbox:
    """Children that read documents, as many and as free as feeds.toml says."""
    settings = service.config.fetch
    limits = SandboxLimits(settings.parse_time, settings.parse_memory, settings.parsers)
    return Sandbox(READER_MODULE, limits, shared="aggregator.refresh.shared")


def due(service: Service, *, force: bool = False) -> list[Source]:
    """The sources to look at now; with `force` all that may be asked."""
    listed = {source.id: source for source in service.config.sources}
    chosen = (sources.may_be_asked if force else sources.due)(service.db, service.clock())
    return [listed[source_id] for source_id in chosen if source_id in listed]


def refresh_due(service: Service) -> None:
    """Looks at what is due."""
    if not (chosen := to_look_at(service)):
        return
    reports = fetch(service, chosen)
    log.info("looked at %s", summary(reports))
    settle(service, reports)
    if any(report.new for report in reports):
        _group(service)


def to_look_at(service: Service) -> list[Source]:
    """What is due; nothing while the store refuses what looks bring. Raises StoreError."""
    return [] if service.refusals.holds_off(service.clock()) else _due_and_storable(service)


def settle(service: Service, reports: Sequence[Report]) -> None:
    """Says of looks what went wrong, and takes note of whether the store took what they brought."""
    for report in reports:
        if report.failed:
            log.warning("%s: %s", report.source_id, report.error)
    refused = [report.error for report in reports if report.unstored]
    if refused:
        service.refusals.add(refused[0], service.clock())
        with suppress(StoreError):  # if there is no room even for this, it is tried again before the next look
            _note(service, refused[0])
    elif service.refusals.in_a_row:
        service.refusals.clear()
        _note(service, "")


def _group(service: Service) -> None:
    """At once: a page that shows what is new should show it as stories."""
    from aggregator.jobs import grouping  # takes a while to import, and most looks bring nothing new

    grouping.group_new(service)


def _due_and_storable(service: Service) -> list[Source]:
    try:
        if service.refusals.in_a_row:
            _note(service, service.refusals.said)
        return due(service)
    except StoreError as error:
        service.refusals.add(str(error), service.clock())
        raise


def _note(service: Service, said: str) -> None:
    notes.leave(service.db, notes.STORE_ERROR, said, service.clock())


def summary(reports: Iterable[Report]) -> str:
    """One sentence on what a run brought."""
    done = list(reports)
    failed = sum(report.failed for report in done)
    new, edited = sum(report.new for report in done), sum(report.edited for report in done)
    return f"{len(done)} sources: {new} new items, {edited} edited, {failed} sources failed"
