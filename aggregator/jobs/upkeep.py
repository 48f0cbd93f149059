"""What keeps a running service in order: edits of feeds.toml, new taxonomies, old logs and items."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator.bootstrap import Service
from aggregator.model import Correction, StoredItem, Tagging, Tier
from aggregator.store import deliveries, items, retention, sources
from aggregator.store.outdated import outdated as find_outdated
from aggregator.store.outdated import with_keys
from aggregator.store.progress import Progress, unseen
from aggregator.tagging.correct import corrected, correction_for, version_of
from aggregator.tagging.tagger import BY_SOURCE
from aggregator.text.html import plain

log = logging.getLogger("aggregator")
_DELIVERIES = timedelta(days=90)  # for which it is known what was sent


def notice_edit(service: Service, *, alone: bool = True) -> None:
    if message := service.notice_edit(alone=alone):
        log.info(message)


def retag(service: Service) -> None:
    """Tags again what another version of the taxonomy tagged, in batches: a page is never kept waiting.

    All items are looked through once for each configuration.
    """
    config, done = service.config, 0
    for batch, _ in outdated(service, thorough=service.settled is not config):
        items.save_taggings(service.db, batch, service.clock())
        done += len(batch)
    if done:
        log.info("the taxonomy, or what sources give, has changed: %d items tagged again", done)
    service.settled = config


def outdated(service: Service, *, thorough: bool = True) -> Iterator[tuple[list[items.Retagging], list[StoredItem]]]:
    """Items that another version of the taxonomy, of what their source gives or of a correction tagged, in batches: as
    they would be, and are.
    """
    tagger = service.tagger()
    version, corrections = tagger.taxonomy.version, service.config.corrections.by_key
    given = {source.id: source.given_tags for source in service.config.sources}
    of_sources = {source: version_of(version, tags) for source, tags in given.items()}
    of_items = {
        key: version_of(version, given.get(source_id, ()), correction)
        for key, (source_id, correction) in corrected_items(service).items()
    }

    def tagged(item: StoredItem) -> Tagging:
        correction = correction_for(corrections, item.key, item.link)
        listed = item.source_id in given
        tags = given[item.source_id] if listed else _was_given(item)
        found = tagger.tag(item.title, plain(item.summary), tags, item.source_title)
        return corrected(found, tags if listed or not correction else (), correction)

    for batch in find_outdated(service.db, version, of_sources, of_items, thorough):
        yield [(item.id, tagged(item)) for item in batch], batch


def corrected_items(service: Service) -> dict[str, tuple[str, Correction]]:
    """The stored items that corrections are of: the source whose words each has, and the correction, by key."""
    corrections = service.config.corrections.by_key
    there = with_keys(service.db, list(corrections))
    found = ((key, source_id, correction_for(corrections, key, link)) for key, (source_id, link) in there.items())
    return {key: (source_id, correction) for key, source_id, correction in found if correction}


def _was_given(item: StoredItem) -> tuple[str, ...]:
    """The tags that an item's source gave when feeds.toml still listed it."""
    return tuple(str(tag) for tag in item.tags if any(words.rule == BY_SOURCE for words in tag.evidence))


def trim_log(service: Service) -> None:
    sources.trim_log(service.db, service.clock() - service.config.store.keep_log)
    deliveries.forget(service.db, service.clock() - _DELIVERIES)


def prune(service: Service, progress: Progress = unseen) -> dict[Tier, int]:
    """Takes out items that feeds.toml does not ask to keep; answers how many of each tier."""
    now = service.clock()
    done = retention.prune(service.db, kept_since(service, now), now, progress)
    for tier, number in done.items():
        if number:
            log.info("%d items of the tier %s were older than they are kept and are pruned", number, tier)
    return done


def prunable(service: Service) -> dict[Tier, int]:
    """How many items of each tier `prune` would take out."""
    now = service.clock()
    return retention.prunable(service.db, kept_since(service, now), now)


def kept_since(service: Service, now: datetime) -> dict[Tier, datetime]:
    return {tier: now - length for tier, length in service.config.store.keep.items()}
