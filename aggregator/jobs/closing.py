"""Closing the digests of days and weeks that are over."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.bootstrap import Service
from aggregator.digests import Period, day_of, parse_period, week_of
from aggregator.jobs import grouping
from aggregator.query import ItemQuery
from aggregator.store import digests, reads

log = logging.getLogger("aggregator")
_BACK = timedelta(days=35)  # a new installation closes the days before it, as far as feeds reach back as a rule


def close_digests(service: Service) -> None:
    """Closes what is over, the oldest first: days, and then the weeks that they make."""
    if ahead := digests.take_back(service.db, service.clock()):
        log.warning("the clock was ahead: digests from %s to %s are open again", ahead[0], ahead[-1])
    over = list(_over(service, weekly=False)) + list(_over(service, weekly=True))
    if not over:
        return
    grouping.group(service)  # late reports first, so that they stand in their stories
    for period, start in over:
        digest = digests.compiled(service.db, period, start)
        if digests.close(service.db, digest, service.clock()):
            log.info("digest %s is closed: %d stories", period.name, len(digest.pieces))


def _over(service: Service, *, weekly: bool) -> Iterator[tuple[Period, datetime]]:
    """Periods that are over, and where each begins: where the one before it ended, in whatever zone that was."""
    zone, now = ZoneInfo(service.config.site.timezone), service.clock()
    of = week_of if weekly else day_of
    last = digests.last_closed(service.db, weekly=weekly)
    named = parse_period(last.digest.period, zone) if last else None
    period = named.shifted(1) if named else of(_first(service, now), zone)
    start = last.digest.end if last else period.start
    while period.end + service.config.digest.closes_after <= now:
        yield period, start
        period, start = period.shifted(1), period.end


def _first(service: Service, now: datetime) -> datetime:
    """Where closing begins in a new installation: at its first item, or a month ago."""
    oldest = reads.oldest(service.db, ItemQuery().relevant_unless_said(), now - _BACK)
    return oldest or now
