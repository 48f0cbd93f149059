"""Sending what is due: each delivery is claimed, attempted once, and settled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aggregator.bootstrap import Service
from aggregator.deliver.backoff import LIFE, TRIES, settlement
from aggregator.model.delivery import Channel, Outcome, Parcel, Settlement, Stage
from aggregator.store import deliveries

log = logging.getLogger("aggregator")


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    sent: int = 0
    waiting: int = 0  #: failed, to be tried again
    failed: int = 0  #: refused or given up

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.waiting} to be tried again, {self.failed} failed"


def run(
    service: Service, channel: Channel, attempt: Callable[[Parcel], Outcome], way: Callable[[Parcel], Any]
) -> Tally:
    """Sends what is due on a channel. Where one failure says that the others on its way would fail, they wait for the
    next run, which begins with those that were tried least: one delivery that always fails holds up no other.

    What another process has claimed or sent meanwhile is left to it.
    """
    tally = Tally()
    blocked: dict[Any, tuple[Outcome, Settlement]] = {}
    for delivery_id in deliveries.due(service.db, channel, service.clock()):
        claim = deliveries.claim(service.db, delivery_id, service.clock())
        if claim is None:
            continue
        parcel, now = claim.parcel, service.clock()
        tries = TRIES if now - claim.created >= LIFE else claim.tries
        before = blocked.get(way(parcel))
        if before and tries < TRIES:
            deliveries.put_back(service.db, claim, before[1])
            tally.waiting += 1
            continue
        outcome = before[0] if before else _attempted(attempt, parcel)
        settled = settlement(outcome, tries, service.clock())
        if not deliveries.settle(service.db, claim, settled, service.clock()):
            log.warning("%s: it took too long, and another process has taken it over", _named(parcel))
        if outcome.final and outcome.everything:
            deliveries.end(service.db, parcel, outcome.reason)
        if outcome.everything:
            blocked.setdefault(way(parcel), (outcome, settled))
        _note(tally, parcel, settled)
    return tally


def _attempted(attempt: Callable[[Parcel], Outcome], parcel: Parcel) -> Outcome:
    try:
        return attempt(parcel)
    except Exception as error:  # a bug on one delivery must not cost the others
        log.exception("%s failed unexpectedly", _named(parcel))
        return Outcome(reason=f"unexpected error: {type(error).__name__}: {error}")


def _note(tally: Tally, parcel: Parcel, settled: Settlement) -> None:
    if settled.stage is Stage.SENT:
        tally.sent += 1
    elif settled.stage is Stage.WAITING:
        tally.waiting += 1
        log.warning("%s: %s; next try %s", _named(parcel), settled.reason, f"{settled.next_try:%Y-%m-%d %H:%M} UTC")
    elif settled.stage is Stage.SKIPPED:
        log.info("%s: not sent, for %s", _named(parcel), settled.reason)
    else:
        tally.failed += 1
        log.error("%s: %s, %s", _named(parcel), settled.stage, settled.reason)


def _named(parcel: Parcel) -> str:
    whom = f" to {parcel.recipient}" if parcel.recipient else ""
    return f"{parcel.channel} {parcel.target}, {parcel.subject}{whom}"
