"""The work of a running service as plain functions, and the table that says how often each is done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from aggregator.bootstrap import Service
from aggregator.fetch import Fetcher, FetchPolicy
from aggregator.model import Report, Source, StoredItem
from aggregator.refresh.pipeline import Parts, refresh
from aggregator.store import items, reads, sources
from aggregator.text.html import plain

log = logging.getLogger("aggregator")
_BATCH = 500
_LOOKUPS = 32


@dataclass(frozen=True, slots=True)
class Job:
    """`run` every `every`, never twice at once."""

    name: str
    every: timedelta
    run: Callable[[Service], None]


def fetch(
    service: Service, chosen: Sequence[Source], on_report: Callable[[Report], None] = lambda _: None
) -> list[Report]:
    """Looks at sources now; `on_report` is called as each is done."""

    async def run() -> list[Report]:
        # Names are looked up in threads; with the few that are usual, one slow name server would hold up everyone.
        lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup")
        asyncio.get_running_loop().set_default_executor(lookups)
        reports = []
        parts = Parts(service.db, service.tagger, service.clock)
        async with fetcher(service) as web:
            async for report in refresh(chosen, web.fetch, parts):
                reports.append(report)
                on_report(report)
        return reports

    return asyncio.run(run())


def fetcher(service: Service) -> Fetcher:
    """A client with the manners that feeds.toml asks for."""
    fetch = service.config.fetch
    policy = FetchPolicy(
        fetch.timeout, fetch.concurrency, fetch.per_host, fetch.max_size, fetch.user_agent, fetch.contact,
        fetch.allow_networks,
    )  # fmt: skip
    return Fetcher(policy, service.clock)


def due(service: Service) -> list[Source]:
    """The sources to look at now."""
    listed = {source.id: source for source in service.config.sources}
    return [listed[source_id] for source_id in sources.due(service.db, service.clock()) if source_id in listed]


def refresh_due(service: Service) -> None:
    if not (chosen := due(service)):
        return
    reports = fetch(service, chosen)
    log.info("looked at %s", summary(reports))
    for report in reports:
        if report.failed:
            log.warning("%s: %s", report.source_id, report.error)


def summary(reports: Iterable[Report]) -> str:
    """One sentence on what a run brought."""
    done = list(reports)
    failed = sum(report.failed for report in done)
    new, edited = sum(report.new for report in done), sum(report.edited for report in done)
    return f"{len(done)} sources: {new} new items, {edited} edited, {failed} sources failed"


def notice_edit(service: Service) -> None:
    if message := service.notice_edit():
        log.info(message)


def retag(service: Service) -> None:
    """Tags again what another version of the taxonomy tagged, in batches: a page is never kept waiting."""
    done = 0
    for batch, _ in outdated(service):
        items.retagged(service.db, batch)
        done += len(batch)
    if done:
        log.info("the taxonomy changed: %d items tagged again", done)


def outdated(service: Service) -> Iterator[tuple[list[items.Retagging], list[StoredItem]]]:
    """Items that another version of the taxonomy tagged, in batches: as they would be, and as they are."""
    tagger = service.tagger()
    given = {source.id: source.given_tags for source in service.config.sources}
    last = 0
    while batch := reads.by_taxonomy(service.db, tagger.taxonomy.version, last, _BATCH):
        last = batch[-1].id
        tagged = [tagger.tag(item.title, plain(item.summary), given.get(item.source_id, ())) for item in batch]
        yield [(item.id, item.dated, new) for item, new in zip(batch, tagged, strict=True)], batch


def trim_log(service: Service) -> None:
    sources.trim_log(service.db, service.clock() - timedelta(days=30))


JOBS = (
    Job("notice-edit", timedelta(seconds=2), notice_edit),
    Job("refresh-due", timedelta(seconds=5), refresh_due),
    Job("retag", timedelta(minutes=1), retag),
    Job("trim-log", timedelta(hours=6), trim_log),
)
